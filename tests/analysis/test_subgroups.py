"""The subgroups view against R, with filters, with responses, and where there is nothing to compare."""

from __future__ import annotations

import json
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest

from analysis.estimate import Estimate, NotEstimable
from analysis.estimators.cox import hazard_ratio
from analysis.selection import Filter, whole_trial
from analysis.subgroups import SubgroupsOptions, analyse, measures, missing, tidy
from data.contract import EndpointTimes, Factor, FactorLevel, Response
from data.load import load

SHARED = Path(__file__).resolve().parents[3] / "shared"
ROOT = Path(__file__).resolve().parents[2]
DEFAULT = SubgroupsOptions()


@pytest.fixture(scope="module")
def gbsg2():
    return load(ROOT / "data" / "trials" / "gbsg2", "gbsg2", "gbsg2")


def forest(trial, *filters, options=DEFAULT, **selection):
    chosen = replace(whole_trial(trial.design), filters=tuple(Filter(v, levels) for v, levels in filters), **selection)
    return analyse(trial, chosen, options)


def section(result, label):
    return next(s for s in result.factors if s.label == label)


# R survival 3.5-3: coxph(Surv(time, cens) ~ horTh, subset = ...), survfit for the medians, and for the interaction
# anova(coxph(. ~ horTh + factor), coxph(. ~ horTh * factor))
BY_R = {
    "Menopausal status": (
        0.891149248072912,
        [
            ((59, 231), (22, 97), (None, 2034), 0.690868599293101, 0.433614521092105, 1.10074593509249),
            ((187, 209), (72, 108), (2018, 1388), 0.667370765176126, 0.494948286669644, 0.899859137221423),
        ],
    ),
    "Tumour grade": (
        0.629777717272997,
        [
            ((33, 48), (6, 12), (None, None), 0.709923761665297, 0.265348419826018, 1.89935838965033),
            ((163, 281), (65, 137), (2018, 1460), 0.654525480911713, 0.486651663308011, 0.880308519343465),
            ((50, 111), (23, 56), (1975, 1225), 0.907880049183095, 0.558351132251144, 1.476214761814),
        ],
    ),
    "Positive lymph nodes": (
        0.439051527210124,
        [
            ((128, 248), (31, 88), (None, 2093), 0.57055840007395, 0.37814786414937, 0.86087194655252),
            ((82, 125), (38, 69), (1807, 1162), 0.652320674526079, 0.438116336943029, 0.971254040384009),
            ((36, 67), (25, 48), (827, 732), 0.84465028871231, 0.519145427592976, 1.37424712287197),
        ],
    ),
}


@pytest.mark.parametrize("label", BY_R)
def test_counts_medians_hazard_ratios_and_interaction_equal_r(gbsg2, label):
    found = section(forest(gbsg2), label)
    p_value, rows = BY_R[label]
    assert found.interaction.p_value == pytest.approx(p_value, abs=1e-8)
    assert found.unknown == 0
    for row, (n, events, medians, value, low, high) in zip(found.rows, rows, strict=True):
        assert (row.contrast.n, row.contrast.events, row.contrast.medians) == (n, events, medians)
        effect = row.contrast.effect
        assert (effect.value, effect.low, effect.high) == pytest.approx((value, low, high), rel=1e-7)


def test_the_levels_add_to_all_patients(gbsg2):
    result = forest(gbsg2)
    assert result.overall.contrast.n == (246, 440)
    for found in result.factors:
        for counted in ("n", "events"):
            rows = np.array([getattr(row.contrast, counted) for row in found.rows])
            assert tuple(rows.sum(axis=0)) == getattr(result.overall.contrast, counted)


def test_a_filter_leaves_its_own_factor_whole_and_cuts_the_others(gbsg2):
    whole, cut = forest(gbsg2), forest(gbsg2, ("MENOSTAT", ("Post",)))
    own, other = section(cut, "Menopausal status"), section(cut, "Tumour grade")
    assert [row.contrast for row in own.rows] == [row.contrast for row in section(whole, "Menopausal status").rows]
    assert [row.chosen for row in own.rows] == [False, True]
    assert own.within == ()
    assert other.within == ("Menopausal status: Postmenopausal",)
    assert np.sum([row.contrast.n for row in other.rows]) == 187 + 209
    assert cut.overall == whole.overall
    assert cut.exploratory
    assert not whole.exploratory


def test_the_cohort_stands_against_everybody_it_leaves_out(gbsg2):
    result = forest(gbsg2, ("MENOSTAT", ("Post",)))
    inside, outside = result.cohort.rows
    rows = section(result, "Menopausal status").rows
    assert (outside.contrast, inside.contrast) == (rows[0].contrast, rows[1].contrast)
    assert result.cohort.interaction.p_value == pytest.approx(0.891149248072912, abs=1e-8)
    assert forest(gbsg2).cohort is None

    two = forest(gbsg2, ("MENOSTAT", ("Post",)), ("TGRADE", ("I", "II"))).cohort
    assert np.add(two.rows[0].contrast.n, two.rows[1].contrast.n).tolist() == [246, 440]
    assert two.label == "Menopausal status: Postmenopausal and Tumour grade: I or II"


def test_links_name_the_level_as_a_filter_does(gbsg2):
    assert [row.link for row in section(forest(gbsg2), "Positive lymph nodes").rows] == [
        "where.PNODES=<4",
        "where.PNODES=4-<10",
        "where.PNODES=>=10",
    ]


def test_the_overall_row_is_stratified_and_the_subgroups_are_not(trial):
    strata = np.array([0, 1, 0, 1, 0, 1, 1, -1])
    design = replace(trial.design, strata=("SEX",))
    result = forest(replace(trial, design=design, strata=strata))
    known, times = strata >= 0, trial.times["OS"]
    arm = 1 - trial.planned
    expected = hazard_ratio(times.time[known], times.event[known], arm[known], strata=strata[known])
    assert result.overall.contrast.n == (4, 4)
    assert result.stratified
    assert "all patients: stratified" in result.method
    if isinstance(expected, Estimate):
        assert result.overall.contrast.effect.value == pytest.approx(expected.value, rel=1e-6)
    else:
        assert isinstance(result.overall.contrast.effect, NotEstimable)


def test_the_stratified_overall_row_equals_lifelines(gbsg2):
    strata = gbsg2.factors["TGRADE"]
    design = replace(gbsg2.design, strata=("TGRADE",))
    found = forest(replace(gbsg2, design=design, strata=strata)).overall.contrast.effect
    times = gbsg2.times["RFS"]
    expected = hazard_ratio(times.time, times.event, 1 - gbsg2.planned, strata=strata)
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.value, expected.low, expected.high), rel=1e-7
    )
    assert found.value != pytest.approx(forest(gbsg2).overall.contrast.effect.value, rel=1e-3)


def test_patients_without_a_time_or_a_level_are_counted_where_they_stand(trial):
    times = trial.times["OS"]
    unknown = replace(
        trial,
        factors={"SEX": np.array([0, 1, -1, 1, 0, -1, 0, 1])},
        times={**trial.times, "OS": EndpointTimes(np.where(np.arange(8) == 2, np.nan, times.time), times.event)},
    )
    result = forest(unknown)
    assert result.overall.contrast.n == (3, 4)
    assert result.factors[0].unknown == 1
    assert [row.contrast.n for row in result.factors[0].rows] == [(1, 2), (2, 1)]


def test_post_baseline_factors_make_no_subgroups(trial):
    later = Factor(variable="RESP", label="Response", levels=(FactorLevel("Y", "Yes"),), post_baseline=True)
    design = replace(trial.design, factors=(*trial.design.factors, later))
    result = forest(replace(trial, design=design, factors={**trial.factors, "RESP": np.zeros(8, dtype=int)}))
    assert [found.label for found in result.factors] == ["Sex"]


# R: tern_ex, CR or PR in 68 of 69 (A: Drug X) against 68 of 73 (B: Placebo): Newcombe's interval of the difference
# and exp(log OR +- qnorm(0.975) * sqrt(1/a + 1/b + 1/c + 1/d))
RESPONDED = {
    "difference": (0.0540003970617432, -0.0201510741801504, 0.136891272024451),
    "odds-ratio": (5, 0.569072485966916, 43.9311346383621),
}


@pytest.fixture
def responses(trial):
    """69 and 73 patients, of whom 68 and 68 respond."""
    n, arm = 142, np.repeat([0, 1], [69, 73])
    response = np.r_[np.arange(69) < 68, np.arange(73) < 68]
    design = replace(trial.design, response=Response("RESPFL", ("Y",), "CR/PR"))
    times = EndpointTimes(np.ones(n), np.ones(n, dtype=bool))
    return replace(
        trial,
        design=design,
        patients=trial.patients.reindex([f"P{i}" for i in range(n)]),
        planned=arm,
        actual=arm,
        populations={"itt": np.ones(n, dtype=bool), "safety": np.ones(n, dtype=bool)},
        factors={"SEX": np.arange(n) % 2},
        strata=np.zeros(n, dtype=int),
        times={"OS": times, "PFS": times},
        response=response,
    )


@pytest.mark.parametrize("measure", RESPONDED)
def test_response_rates_equal_r(responses, measure):
    result = forest(responses, options=SubgroupsOptions(measure=measure))
    overall = result.overall.contrast
    assert (overall.n, overall.events, overall.medians) == ((69, 73), (68, 68), (None, None))
    effect = overall.effect
    assert (effect.value, effect.low, effect.high) == pytest.approx(RESPONDED[measure], rel=1e-9)
    assert (result.outcome, result.measure, result.unit) == ("CR/PR", measure, None)
    assert result.more_is_better
    assert np.sum([row.contrast.events for row in result.factors[0].rows]) == 136


def test_a_measure_the_trial_lacks_gives_the_one_it_has(trial, responses):
    assert measures(trial) == ("hazard-ratio",)
    assert forest(trial, options=SubgroupsOptions(measure="odds-ratio")).measure == "hazard-ratio"
    without_times = replace(responses, design=replace(responses.design, endpoints=()), times={})
    assert forest(without_times).measure == "difference"


def test_the_contrast_chosen_and_the_arms_switched_on(gbsg2, trial):
    third = replace(trial.design.arms[0], id="third", value="Third", short="Third")
    design = replace(trial.design, arms=(trial.design.arms[0], third, trial.design.arms[1]))
    three = replace(trial, design=design, planned=np.array([0, 0, 1, 1, 2, 2, 2, 2]))
    assert [arm.id for arm in forest(three).arms] == ["new", "old"]
    assert [arm.id for arm in forest(three, options=SubgroupsOptions(contrast="third")).arms] == ["third", "old"]
    assert forest(three, options=SubgroupsOptions(contrast="third")).overall.contrast.n == (2, 4)
    assert [arm.id for arm in forest(three, arms=("third", "old")).arms] == ["third", "old"]
    assert [arm.id for arm in forest(three, arms=("new", "third")).arms] == ["new", "third"]
    assert forest(three, arms=("old",)) == NotEstimable("Subgroup effects compare two arms: switch another arm on.")


def test_what_a_trial_lacks_is_a_sentence(trial):
    single = replace(trial, design=replace(trial.design, arms=trial.design.arms[:1]))
    assert missing(single) == "Subgroup effects compare two arms; this trial has one."
    assert "baseline factors" in missing(replace(trial, design=replace(trial.design, factors=())))
    assert "ADTTE" in missing(replace(trial, design=replace(trial.design, endpoints=())))
    assert missing(trial) is None
    nobody = replace(trial, factors={"SEX": np.zeros(8, dtype=int)})
    assert forest(nobody, ("SEX", ("M",))) == NotEstimable("No patients match: remove a filter.")


def test_the_table_holds_every_line_with_its_interaction(gbsg2):
    rows = tidy(forest(gbsg2))
    assert len(rows) == 1 + 18
    assert rows[0]["subgroup"] == "All patients"
    assert "interaction_p" not in rows[0]
    post = next(row for row in rows if row["subgroup"] == "Postmenopausal")
    assert (post["n_arm"], post["events_reference"], post["median_arm"]) == (187, 108, 2018)
    assert post["estimate"] == pytest.approx(0.667370765176126, rel=1e-7)
    assert post["interaction_p"] == pytest.approx(0.891149248072912, abs=1e-8)


FOLDERS = {
    folder.name: folder
    for folder in (*sorted((SHARED / "trials").glob("*")), *sorted((SHARED / "adam").glob("*/csv")))
    if (folder / "adsl.csv").is_file()
} | {folder.parent.name: folder for folder in sorted((SHARED / "adam").glob("*/csv"))}
REFERENCES = [file for file in sorted((SHARED / "reference").glob("reference_*.json")) if "_adrs_" not in file.name]


@pytest.mark.skipif(not REFERENCES, reason="R's printed answers (../shared) are absent")
def test_every_subgroup_that_r_has_printed():
    compared = not_estimable = tests = 0
    for file in REFERENCES:
        answers = json.loads(file.read_text())
        folder = FOLDERS.get(answers["dataset"])
        if folder is None or not answers.get("subgroups"):
            continue
        trial = load(folder, "trial", "trial")
        arms = {arm.value: arm.id for arm in trial.design.arms}
        if not set(answers["arm_levels"]) <= set(arms) or answers["param"] not in trial.times:
            continue
        reference = arms[answers["reference_arm"]]
        design = replace(
            trial.design, arms=tuple(replace(arm, reference=arm.id == reference) for arm in trial.design.arms)
        )
        trial = replace(trial, design=design)
        for variable, block in answers["subgroups"].items():
            factor = next((f for f in design.factors if f.variable == variable), None)
            if factor is None:
                continue
            for row in block["rows"]:
                arm = arms[row["comparison"].split(" vs ")[0]]
                result = forest(trial, endpoint=answers["param"], options=SubgroupsOptions(contrast=arm))
                found_section = section(result, factor.label)
                place = [level.value for level in factor.levels].index(str(row["level"]))
                found = found_section.rows[place].contrast
                assert found.n == (row["n_arm"], row["n_ref"]), row
                assert found.events == (row["events_arm"], row["events_ref"]), row
                if not row["estimable"] or row["upper"] == "Inf":  # R prints a coefficient that has no maximum
                    assert isinstance(found.effect, NotEstimable), row
                    not_estimable += 1
                    continue
                effect = found.effect
                assert log(effect.value) == pytest.approx(log(row["hr"]), abs=1e-5), row
                limits = (float(row["lower"]), float(row["upper"]))
                assert (effect.low, effect.high) == pytest.approx(limits, rel=1e-5), row
                compared += 1
            if len(answers["arm_levels"]) == 2:
                assert found_section.interaction.p_value == pytest.approx(block["interaction_lrt"]["p"], abs=1e-5)
                tests += 1
    assert compared >= 150
    assert not_estimable >= 10
    assert tests >= 15
