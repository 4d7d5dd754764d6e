"""The subgroups card: what it leads with, what fits on it, and its table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.estimate import NotEstimable
from analysis.selection import Filter, whole_trial
from analysis.subgroups import SubgroupsOptions, analyse
from components import ids, subgroups
from data.contract import Endpoint, Response
from data.load import load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def gbsg2():
    return load(ROOT / "data" / "trials" / "gbsg2", "gbsg2", "gbsg2")


def result(trial, *filters, **options):
    chosen = replace(whole_trial(trial.design), filters=tuple(Filter(v, levels) for v, levels in filters))
    return analyse(trial, chosen, SubgroupsOptions(**options))


def texts(figure):
    return [text for trace in figure["data"] if trace.get("mode") == "text" for text in trace["text"]]


def options_of(trial):
    """What the control of the measure offers on the page."""
    layout = subgroups.layout(trial, whole_trial(trial.design), SubgroupsOptions(), "page")
    fields = [part for part in layout._traverse() if getattr(part, "id", None) == ids.control("measure")]
    return [option["label"] for field in fields for option in field.options]


def words(component):
    """All words in a tree of components."""
    if isinstance(component, str):
        return [component]
    children = getattr(component, "children", None) if not isinstance(component, list | tuple) else component
    if children is None:
        return []
    return [word for child in (children if isinstance(children, list | tuple) else [children]) for word in words(child)]


def test_it_leads_with_all_patients_and_with_a_cohort_with_the_interaction(gbsg2):
    alone = subgroups.headline(result(gbsg2))
    assert [(n.value, n.interval) for n in alone] == [("0.69", "0.54–0.89")]
    assert alone[0].label == "RFS HR, all patients, 95% CI"
    # R: interaction 0.8911; 0.67 (0.49-0.90) after and 0.69 (0.43-1.10) before menopause
    cohort = subgroups.headline(result(gbsg2, ("MENOSTAT", ("Post",))))
    assert [(n.value, n.interval) for n in cohort] == [
        ("p = 0.8911", ""),
        ("0.67", "0.49–0.90"),
        ("0.69", "0.43–1.10"),
    ]


def test_a_card_shows_the_factors_that_fit_and_says_so(gbsg2):
    filled = subgroups.content(result(gbsg2), "card", "desktop")
    assert filled.table is None
    assert "4 of 7 factors" in filled.method
    assert "299/686" in texts(filled.figure)
    assert len(filled.figure["data"][-1]["customdata"]) == 1 + 3 + 2 + 3 + 3
    assert "factors" not in subgroups.content(result(gbsg2), "page", "desktop").method


def test_a_card_always_shows_the_factor_that_was_chosen(gbsg2):
    filled = subgroups.content(result(gbsg2, ("ESTREC", (">=20",))), "card", "desktop")
    assert "where.ESTREC=>=20" in filled.figure["data"][-1]["customdata"]
    assert any("interaction p withheld" in text for text in texts(filled.figure))


def test_the_page_gives_each_arm_and_its_median_and_a_tablet_has_no_room_for_it(gbsg2):
    page = texts(subgroups.figure(result(gbsg2), "page", "desktop"))
    assert {"187/", "72/187", "108/209", "Hormonal<br>Median d"} & set(page) == {
        "72/187",
        "108/209",
        "Hormonal<br>Median d",
    }
    tablet = texts(subgroups.figure(result(gbsg2), "page", "tablet"))
    assert "72/187" in tablet
    assert "Hormonal<br>Median d" not in tablet


def test_the_table_holds_the_numbers_and_the_reasons(gbsg2):
    found = words(subgroups.table(result(gbsg2, ("PROGREC", ("<20",)))))
    assert "Cohort (Progesterone receptor: Under 20 fmol/mg)" in found
    assert "p = 0.0301" in found
    assert "p withheld" in found
    assert "No events in the reference arm." in found
    assert "0.92 (0.66–1.28)" in found


def test_captions_follow_what_is_better(gbsg2, trial):
    left, right = subgroups.figure(result(gbsg2), "page", "desktop")["layout"]["annotations"]
    assert (left["text"], right["text"]) == ("← favours Hormonal", "favours No hormonal →")
    wanted = replace(
        gbsg2,
        design=replace(gbsg2.design, endpoints=tuple(replace(e, wanted=True) for e in gbsg2.design.endpoints)),
    )
    left, right = subgroups.figure(result(wanted), "page", "desktop")["layout"]["annotations"]
    assert (left["text"], right["text"]) == ("← favours No hormonal", "favours Hormonal →")
    assert isinstance(gbsg2.design.endpoints[0], Endpoint)


def test_response_rates_stand_in_percentage_points(gbsg2):
    responding = replace(
        gbsg2,
        design=replace(gbsg2.design, response=Response("MENOSTAT", ("Post",), "CR/CRi")),
        response=gbsg2.factors["MENOSTAT"] == 1,
    )
    # 187 of 246 and 209 of 440: 0.7602 - 0.4750
    shown = result(responding, measure="difference")
    assert subgroups.headline(shown)[0].value == "28.5"
    assert subgroups.headline(shown)[0].label == "CR/CRi difference, pp, all patients, 95% CI"
    drawn = texts(subgroups.figure(shown, "page", "desktop"))
    assert "Hormonal<br>Responders/N" in drawn
    assert "187/246" in drawn
    assert options_of(responding) == ["Hazard ratio", "CR/CRi difference", "CR/CRi odds ratio"]
    assert options_of(gbsg2) == []


def test_no_interaction_is_shown_beside_effects_that_cannot_be_estimated(gbsg2):
    # events in one arm before menopause and in the other after: a test, but no ratio in either group
    after = gbsg2.factors["MENOSTAT"] == gbsg2.factors["MENOSTAT"].max()
    one_sided = {key: replace(t, event=t.event & ((gbsg2.planned == 0) == after)) for key, t in gbsg2.times.items()}
    shown = result(replace(gbsg2, times=one_sided))
    [section] = [s for s in shown.factors if s.label == "Menopausal status"]
    assert all(isinstance(row.contrast.effect, NotEstimable) for row in section.rows)
    assert isinstance(section.interaction, NotEstimable)
