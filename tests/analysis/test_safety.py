"""The counts of the safety view against tables that others made: R, and the published CDISC pilot."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.estimate import Estimate, NotEstimable
from analysis.groups import find_group
from analysis.safety import SafetyOptions, analyse, analyse_event, tidy, tidy_event
from analysis.selection import Filter, read_selection, whole_trial
from data.load import load

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the reference trials are not beside the checkout")


def by_label(result):
    return {row.label: row for row in result.rows}


def test_a_patient_counts_once_at_the_worst_grade(safety_trial):
    rows = by_label(analyse(safety_trial, whole_trial(safety_trial.design), SafetyOptions(least=0)))
    assert list(rows) == ["Any adverse event", "General", "Fever", "Cough", "Skin", "Rash"]
    rash = rows["Rash"]
    assert rash.counts["any"] == (2, 1)
    assert rash.events == (3, 1)
    assert [rash.counts[f"grade_{g}"] for g in range(1, 6)] == [(0, 1), (1, 0), (1, 0), (0, 0), (0, 0)]
    assert rash.counts["severe"] == (1, 0)
    assert rows["Any adverse event"].counts["any"] == (2, 2)
    assert rows["General"].counts["serious"] == (1, 1)
    assert rows["Fever"].counts["fatal"] == (0, 1)
    assert "related" not in rash.counts


def test_the_population_is_the_safety_set_whatever_the_bar_shows(safety_trial):
    result = analyse(safety_trial, whole_trial(safety_trial.design), SafetyOptions())
    assert [arm.n for arm in result.arms] == [4, 3]
    assert result.method.startswith(
        "Safety population, as treated; treatment-emergent events, MedDRA 19.1; patients once a term, at the worst "
        "grade."
    )
    assert result.words.startswith("Safety population")
    assert [arm.median_treated for arm in result.arms] == [75.0, 30.0]


def test_chosen_events_are_counted_row_by_row(safety_trial):
    """A serious event and another of grade 3 do not make a serious event of grade 3."""
    severe = by_label(analyse(safety_trial, whole_trial(safety_trial.design), SafetyOptions(grade="severe", least=0)))
    assert severe["Any adverse event"].counts["chosen"] == (2, 1)
    both = SafetyOptions(grade="severe", kind="serious", least=0)
    serious = by_label(analyse(safety_trial, whole_trial(safety_trial.design), both))
    assert serious["Rash"].counts["chosen"] == (0, 0)
    assert serious["Fever"].counts["chosen"] == (1, 1)
    assert serious["Fever"].counts["any"] == (1, 1)


def test_the_worst_grade_of_serious_events_is_that_of_these_alone(safety_trial):
    """Rash reached grade 3, though never as a serious event."""
    options = SafetyOptions(kind="serious", least=0)
    rows = by_label(analyse(safety_trial, whole_trial(safety_trial.design), options))
    assert [rows["Rash"].counts[f"grade_{g}"] for g in range(1, 6)] == [
        tuple(int(g == 1) * n for n in rows["Rash"].counts["serious"]) for g in range(1, 6)
    ]
    for row in rows.values():
        grades = [row.counts[f"grade_{g}"] for g in range(1, 6)]
        assert tuple(map(sum, zip(*grades[2:], strict=True))) == row.counts["serious_severe"]
        assert all(k <= n for k, n in zip(row.counts["serious_severe"], row.counts["serious"], strict=True))
    assert rows["Rash"].counts["severe"] == (1, 0)  # of all events
    everything = by_label(analyse(safety_trial, whole_trial(safety_trial.design), SafetyOptions(least=0)))
    assert "serious_severe" not in everything["Rash"].counts


def test_the_minimum_and_the_search_hide_terms_but_never_change_a_count(safety_trial):
    result = analyse(safety_trial, whole_trial(safety_trial.design), SafetyOptions(least=30))
    assert [row.label for row in result.rows] == ["Any adverse event", "General", "Fever", "Skin", "Rash"]
    assert result.hidden == 1
    found = analyse(safety_trial, whole_trial(safety_trial.design), SafetyOptions(least=0, find="eNeR"))
    assert [row.label for row in found.rows] == ["Any adverse event", "General", "Fever", "Cough"]
    assert found.rows[1].counts["any"] == (2, 1)


def test_rates_end_a_patient_s_time_at_the_first_event(safety_trial):
    rows = by_label(analyse(safety_trial, whole_trial(safety_trial.design), SafetyOptions(least=0)))
    # New: 5 + 10 + 90 + 120 days until rash, 2 first events; Old: 3 + 30 + 60 days, 1
    assert rows["Rash"].rate[0].value == pytest.approx(2 / (225 / 30.4375) * 100, rel=1e-12)
    assert rows["Rash"].rate[1].value == pytest.approx(1 / (93 / 30.4375) * 100, rel=1e-12)
    # an onset that is not known does not shorten the time
    assert rows["Cough"].rate[0].value == pytest.approx(1 / (300 / 30.4375) * 100, rel=1e-12)
    every = by_label(analyse(safety_trial, whole_trial(safety_trial.design), SafetyOptions(least=0, rate="all")))
    assert every["Rash"].rate[0].value == pytest.approx(3 / (300 / 30.4375) * 100, rel=1e-12)


def test_the_difference_is_against_the_reference_or_the_last_arm_left(safety_trial):
    result = analyse(safety_trial, whole_trial(safety_trial.design), SafetyOptions(least=0))
    difference = by_label(result)["Rash"].difference
    assert difference[0].value == pytest.approx(2 / 4 - 1 / 3, rel=1e-12)
    assert difference[0].method == "difference of proportions, Newcombe interval"
    assert difference[1] is None
    alone = analyse(safety_trial, replace(whole_trial(safety_trial.design), arms=("new",)), SafetyOptions())
    assert alone.reference is None
    assert alone.any.difference == (None,)


def test_an_adverse_event_is_a_group_known_only_after_randomisation(safety_trial):
    group = find_group(safety_trial, "AE")
    assert group.post_baseline
    assert group.levels["RASH"] == "Rash"
    assert np.flatnonzero(group.members("RASH")).tolist() == [0, 1, 4]
    assert np.flatnonzero(group.members("FEVER")).tolist() == [1, 5, 7]
    selection, notices = read_selection(safety_trial, [("where.AE", "RASH"), ("where.AE", "rash")])
    assert selection.filters == (Filter("AE", ("RASH",)),)
    assert len(notices) == 1
    result = analyse(safety_trial, selection, SafetyOptions())
    assert [arm.n for arm in result.arms] == [2, 1]
    assert result.exploratory


def test_nobody_and_nothing_are_sentences(safety_trial, trial):
    assert analyse(trial, whole_trial(trial.design), SafetyOptions()) == NotEstimable(
        "Safety needs a table of adverse events (ADAE)."
    )
    nobody = replace(
        whole_trial(safety_trial.design), arms=("old",), filters=(Filter("SEX", ("F",)), Filter("AE", ("COUGH",)))
    )
    assert analyse(safety_trial, nobody, SafetyOptions()) == NotEstimable("No patients match: remove a filter.")
    assert isinstance(analyse_event(safety_trial, nobody, SafetyOptions(event="RASH")), NotEstimable)
    unknown = analyse_event(safety_trial, whole_trial(safety_trial.design), SafetyOptions(event="<b>RASH"))
    assert unknown == NotEstimable("This trial has no adverse event “<b>RASH”.")


def test_first_onset_with_death_competing(safety_trial):
    result = analyse_event(safety_trial, whole_trial(safety_trial.design), SafetyOptions(event="RASH"))
    new, old = result.arms
    assert (new.patients, old.patients) == (2, 1)
    # New: rash on days 4 and 9 from the first dose, death on 80, last seen on 200: 1/4, then 2/4
    assert new.curve.time.tolist() == [0, 4, 9, 80, 200]
    assert new.curve.incidence.tolist() == pytest.approx([0, 0.25, 0.5, 0.5, 0.5], rel=1e-12)
    # Old: rash on day 2, death on 20, last seen on 70
    assert old.curve.incidence.tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3], rel=1e-12)
    assert result.periods == ("1", "2")
    assert new.by_period.tolist() == [[0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0]]
    severe = analyse_event(safety_trial, whole_trial(safety_trial.design), SafetyOptions(event="RASH", grade="severe"))
    assert severe.arms[0].curve.time.tolist() == [0, 39, 80, 100, 200]
    assert severe.arms[0].curve.incidence[1] == pytest.approx(0.25, rel=1e-12)


def test_an_unknown_onset_is_left_out_of_the_curve_and_said(safety_trial):
    result = analyse_event(safety_trial, whole_trial(safety_trial.design), SafetyOptions(event="COUGH"))
    assert result.unknown_onset == 1
    assert result.arms[0].curve.n == 3
    assert result.arms[0].patients == 1


def test_tidy_holds_every_number_on_screen(safety_trial):
    rows = tidy(analyse(safety_trial, whole_trial(safety_trial.design), SafetyOptions(least=0)))
    rash = [r for r in rows if r["term"] == "RASH" and r["arm"] == "New drug"]
    assert {r["quantity"]: r["estimate"] for r in rash}["patients_any"] == 2
    assert next(r for r in rash if r["quantity"] == "patients_severe")["percent"] == 25.0
    assert {r["quantity"] for r in rash} >= {"events", "rate_per_100_patient_months", "risk_difference"}
    event = tidy_event(analyse_event(safety_trial, whole_trial(safety_trial.design), SafetyOptions(event="RASH")))
    assert [r["estimate"] for r in event if r["quantity"] == "patients"] == [2, 1]
    assert sum(r["quantity"] == "cumulative_incidence" for r in event) == 9
    assert {r["cycle"] for r in event if r["quantity"] == "patients_by_period"} == {"1", "2"}


def test_inovate_has_the_adverse_events_of_its_report():
    """Cancer 2019;125:2474-87: 2023 and 2112 events, 85 and 72 patients with serious ones, 8.9 and 0.9 weeks."""
    trial = load(ROOT / "data/trials/inovate", "inovate", "inovate")
    result = analyse(trial, whole_trial(trial.design), SafetyOptions(grade="severe"))
    assert [arm.n for arm in result.arms] == [164, 143]
    assert [round(arm.median_treated / 7, 1) for arm in result.arms] == [8.9, 0.9]
    everything = analyse(trial, whole_trial(trial.design), SafetyOptions())
    assert everything.any.events == (2023, 2112)
    assert everything.any.counts["serious"] == (85, 72)
    rows = {row.label: row for row in result.rows}
    assert [f"{100 * share:.0f}" for share in rows["Thrombocytopenia"].share] == ["41", "59"]
    assert [f"{100 * share:.0f}" for share in rows["Febrile neutropenia"].share] == ["27", "54"]


def reference(name):
    with (SHARED / "reference" / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=["cdiscpilot01", "pharmaverseadam", "tern_ex"])
def study(request):
    name = request.param
    return name, load(SHARED / "adam" / name / "csv", name, name)


@needs_shared
def test_every_class_and_term_equals_r_to_the_count(study):
    name, trial = study
    result = analyse(trial, whole_trial(trial.design), SafetyOptions(least=0))
    place = {arm.arm.value: i for i, arm in enumerate(result.arms)}
    rows = {(row.kind, row.organ_class, row.value if row.kind == "term" else ""): row for row in result.rows}
    expected = reference(f"reference_adae_{name}_soc_pt_full.csv")
    assert len(expected) == len(rows) > 17
    kinds = {"ANY": "any", "SOC": "class", "PT": "term"}
    for line in expected:
        kind = kinds[line["level"]]
        row = rows[kind, "" if kind == "any" else line["soc"], line["pt"] if kind == "term" else ""]
        for k in "123":
            i = place[line[f"arm{k}_label"]]
            ours = (result.arms[i].n, row.counts["any"][i], row.events[i])
            assert ours == tuple(int(line[f"arm{k}_{what}"]) for what in ("N", "n", "events")), line
            if k != "1":
                difference = row.difference[i]
                assert isinstance(difference, Estimate)
                assert difference.value == pytest.approx(float(line[f"arm{k}_vs_arm1_rd"]), abs=1e-12)


@needs_shared
def test_any_serious_related_fatal_and_severe_equal_r(study):
    name, trial = study
    result = analyse(trial, whole_trial(trial.design), SafetyOptions())
    place = {arm.arm.value: i for i, arm in enumerate(result.arms)}
    measures = {
        "Any TEAE": "any",
        "Any serious TEAE": "serious",
        "Any related TEAE": "related",
        "Any fatal TEAE": "fatal",
        "Any severe / grade>=3 TEAE": "severe",
    }
    lines = reference(f"reference_adae_{name}_overall.csv")
    assert len(lines) >= 4
    for line in lines:
        for k in "123":
            ours = result.any.counts[measures[line["level"]]][place[line[f"arm{k}_label"]]]
            assert ours == int(line[f"arm{k}_n"]), line["level"]


@needs_shared
def test_worst_severities_equal_r(study):
    name, trial = study
    result = analyse(trial, whole_trial(trial.design), SafetyOptions(least=0))
    place = {arm.arm.value: i for i, arm in enumerate(result.arms)}
    rows = {row.value: row for row in result.rows if row.kind == "term"} | {"ANY": result.any}
    grades = {"MILD": 1, "MODERATE": 2, "SEVERE": 3} | {str(g): g for g in range(1, 6)}
    lines = reference(f"reference_adae_{name}_worst_severity_top30.csv")
    assert len(lines) > 100
    for line in lines:
        row = rows[line["pt"]]
        assert row.counts[f"grade_{grades[line['severity']]}"][place[line["arm"]]] == int(line["n"]), line


@needs_shared
def test_the_published_table_of_the_pilot():
    """CDISC pilot CSR, table 14-5.01, as reproduced by Atorus Research: every one of its 254 rows."""
    trial = load(SHARED / "adam/cdiscpilot01/xpt_tdf_2018", "pilot", "pilot")
    result = analyse(trial, whole_trial(trial.design), SafetyOptions(least=0))
    place = {arm.arm.value: i for i, arm in enumerate(result.arms)}
    columns = {"placebo": "Placebo", "xan_low": "Xanomeline Low Dose", "xan_high": "Xanomeline High Dose"}
    rows = {(row.organ_class, row.value if row.kind == "term" else ""): row for row in result.rows if row.kind != "any"}
    rows["ANY", "ANY"] = result.any
    lines = reference("published_pilot_table_14-5.01_atorus.csv")
    assert len(lines) == 254
    for line in lines:
        row = rows[line["soc"], line["pt"]]
        for column, arm in columns.items():
            i = place[arm]
            assert row.counts["any"][i] == int(line[f"{column}_n"]), line
            assert row.events[i] == int(line[f"{column}_events"]), line
            assert 100 * row.share[i] == pytest.approx(float(line[f"{column}_pct"]), abs=0.051)
