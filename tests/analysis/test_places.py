"""Every published number is walked to: the view it leads to, in the state of the link, shows the recomputed number."""

import math
from functools import cache
from pathlib import Path

import pytest

from analysis.estimate import NotEstimable
from analysis.options import read_options
from analysis.reproduction import analyse, published_in
from analysis.reproduction.place import places
from analysis.reproduction.recipes import RECIPES, compute
from analysis.selection import read_pairs, read_selection, whole_trial
from analysis.survival import SurvivalOptions
from analysis.views import VIEWS
from data.load import load
from data.published import conditions, load_facts, load_parts

FOLDER = Path(__file__).parents[2] / "data" / "trials" / "inovate"
TRIAL = load(FOLDER, "inovate", "built in")
FACTS = {fact.id: fact for fact in load_facts(FOLDER)}
PARTS = load_parts(FOLDER)
ARMS = {arm.id: arm.label for arm in TRIAL.design.arms}
#: Numbers of the report that no view shows, by what a view would have to show.
NOWHERE = {
    "a kind of transplant, and its conditioning in all patients": {
        "hsct_auto_ino", "hsct_auto_soc", "cond_mac_ino", "cond_mac_soc", "cond_ric_ino", "cond_ric_soc",
    },
    "what was done with the drug after an adverse event": {
        "ae_dosered_ino", "ae_dosered_soc", "ae_tempdisc_ino", "ae_tempdisc_soc", "ae_permdisc_ino", "ae_permdisc_soc",
    },
    "the age of single patients": {"vod_nohsct_old_ino", "vod_nohsct_old_ages"},
}  # fmt: skip


def opened(view, query):
    """The selection and the options of a link, of which the trial must know everything."""
    pairs, notices = read_pairs(query)
    selection, ignored = read_selection(TRIAL, pairs)
    options, unfit = read_options(VIEWS[view].options, pairs)
    assert not (*notices, *ignored, *unfit), (view, query)
    if VIEWS[view].ignored:
        assert VIEWS[view].ignored(TRIAL, options) is None
    return selection, options


@cache
def records(view, query):
    """What `/numbers/<view>` holds for a link."""
    result = VIEWS[view].analyse(TRIAL, *opened(view, query))
    assert not isinstance(result, NotEstimable), (view, query, result)
    return VIEWS[view].tidy(result)


def numbers(record):
    """The numbers of a record, as they are, as percentages, and as reductions of a ratio."""
    values = [v for v in record.values() if isinstance(v, int | float) and not isinstance(v, bool)]
    pairs = [(record.get(n), record.get(of)) for n, of in (("n", "of"), ("events", "n"))]
    shares = [100 * n / of for n, of in pairs if isinstance(n, int | float) and of]
    return [form for v in values for form in (v, 100 * v, 100 * (1 - v))] + shares


def is_in(value, record):
    if isinstance(value, str):
        return value in map(str, record.values())
    return any(math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9) for other in numbers(record))


def is_shown(fact, view, query):
    """Whether one record of the fact's arm, and of its adverse event, has every recomputed number."""
    found = compute(TRIAL, fact)
    events = fact.counts.removeprefix("AE ") if fact.counts.startswith("AE ") else ""
    terms = [rule.value for rule in conditions(events) if rule.variable == "AEDECOD"]
    return any(
        all(is_in(value, record) for value in found)
        for record in records(view, query)
        if fact.arm not in ARMS or record.get("arm") in (ARMS[fact.arm], None) or view == "survivors"  # of one arm
        if not terms or record.get("term") == terms[0]
    )


def test_every_number_is_in_the_views_it_leads_to():
    lost = [
        (fact.id, place.view, place.query(TRIAL))
        for fact in FACTS.values()
        if fact.statistic in RECIPES
        for place in places(TRIAL, fact)
        if not is_shown(fact, place.view, place.query(TRIAL))
    ]
    assert lost == []


def test_the_numbers_of_the_report_that_lead_nowhere_are_known():
    report = {name for name, fact in FACTS.items() if fact.tier not in ("extra", "context")}
    assert {name for name in report if not places(TRIAL, FACTS[name])} == set().union(*NOWHERE.values())


def test_every_place_and_every_part_is_a_view():
    assert {place.view for fact in FACTS.values() for place in places(TRIAL, fact)} <= set(VIEWS)
    assert {part.view for part in PARTS} <= set(VIEWS)


@pytest.mark.parametrize("name", dict.fromkeys(part.name for part in PARTS))
def test_a_part_of_the_paper_opens_where_its_numbers_are(name):
    """Some have several: Table 3 a model for each arm, a paragraph what it says of single groups."""
    parts = [part for part in PARTS if part.name == name]
    assert all(records(part.view, f"?trial=inovate&{part.query}") for part in parts)
    shown = [f for f in FACTS.values() if name in f.source.split("; ") and f.statistic in RECIPES and places(TRIAL, f)]
    lost = [f.id for f in shown if not any(is_shown(f, part.view, f"?trial=inovate&{part.query}") for part in parts)]
    assert lost == []


def test_the_parts_are_those_of_the_paper():
    names = list(dict.fromkeys(part.name for part in PARTS))
    assert names[:12] == [f"Table {n}" for n in range(1, 5)] + [f"Fig {n}" for n in range(1, 9)]
    sources = {source for fact in FACTS.values() if fact.tier != "extra" for source in fact.source.split("; ")}
    assert set(names[12:]) <= sources
    assert len(names) == 23


@pytest.mark.parametrize(
    ("fact", "view", "query"),
    [
        ("os_censhsct_hr", "survival", "?trial=inovate&endpoint=OSHSCT"),
        ("os_hsct_resp_hr", "laboratory", "?trial=inovate"),
        ("x_bm_lt50_os_p", "survival", "?trial=inovate&where.BMBLAST=%3C50&reveal=on"),
        ("x_os_rate12_ino", "survival", "?trial=inovate&milestone=12"),
        ("vod_or_bili_prehsct", "vod", "?trial=inovate&population=safety&vodmodel=2"),
        ("hsct_deaths_ino", "deaths", "?trial=inovate"),
        ("t3_age_hr_soc", "predictors", "?trial=inovate&model=chosen&covariates=AGE,PLT,PRHSCTFL,HSCTFL"),
    ],
)
def test_where_a_number_leads(fact, view, query):
    place = places(TRIAL, FACTS[fact])[0]
    assert (place.view, place.query(TRIAL)) == (view, query)


@pytest.fixture(scope="module")
def result():
    return analyse(TRIAL)


def printed(result, view, query):
    return {row.id for row in published_in(result, view, *opened(view, query))}


def test_a_state_marks_the_numbers_it_shows(result):
    assert {"os_hr", "os_hr_ci", "os_p", "os_median_ino", "os_rate24_soc"} <= printed(result, "survival", "")
    assert "pfs_hr" not in printed(result, "survival", "")
    assert "pfs_hr" in printed(result, "survival", "?endpoint=PFS")
    assert {"os_hr", "os_hr_ci"} <= printed(result, "subgroups", "")
    assert "t4_sepsis_g4_ino" in printed(result, "safety", "?kind=serious")
    assert "t1_age_ino" in printed(result, "baseline", "?endpoint=PFS")


@pytest.mark.parametrize(
    "query", ["?where.SEX=F", "?interval=plain", "?unit=weeks", "?by=SEX", "?population=safety", "?stratified=off"]
)
def test_another_state_does_not_mark_them(result, query):
    assert "os_hr" not in printed(result, "survival", query)


def test_what_only_changes_the_picture_keeps_the_marks(result):
    for query in ("?lower=hazard", "?band=off&rows=all", "?scale=incidence", "?reveal=on"):
        assert printed(result, "survival", query) == printed(result, "survival", "")


def test_a_model_is_the_same_in_any_order_of_its_covariates(result):
    for names in ("AGE,PLT,PRHSCTFL,HSCTFL", "HSCTFL,PRHSCTFL,AGE,PLT"):
        assert "t3_age_hr_soc" in printed(result, "predictors", f"?model=chosen&covariates={names}")
    assert "t3_age_hr_soc" not in printed(result, "predictors", "?model=chosen&covariates=AGE,PLT")


def test_an_arm_that_is_off_has_no_marks(result):
    shown = printed(result, "survival", "?arms=soc")
    assert "os_median_soc" in shown
    assert not {"os_median_ino", "os_hr"} & shown


def test_the_whole_trial_is_where_most_numbers_stand(result):
    views = [view for view in VIEWS if view != "reproduction"]
    shown = set().union(*(printed(result, view, "") for view in views))
    assert len(shown) > 150
    assert not published_in(result, "survival", whole_trial(TRIAL.design), SurvivalOptions(by="AGE"))
