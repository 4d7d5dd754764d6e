"""What the safety view puts on screen: dots and differences in place, words, and nothing of the data as markup."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.safety import SafetyOptions, analyse, analyse_event
from analysis.selection import whole_trial
from components import dots, durations, event, incidence_table, onset, safety

EVERYTHING = SafetyOptions(least=0)


@pytest.fixture
def result(safety_trial):
    return analyse(safety_trial, whole_trial(safety_trial.design), EVERYTHING)


def hostile(trial):
    """The same trial with terms that would be markup."""
    labels = ("<b>Cough</b>", "<img src=x onerror=alert(1)>", "Rash")
    return replace(trial, adverse_events=replace(trial.adverse_events, labels=labels))


def texts(figure):
    return [a["text"] for a in figure["layout"]["annotations"]]


def test_each_dot_stands_at_its_percentage_on_its_line(result):
    figure = dots.figure(result, result.ranked, "card", "desktop")
    assert [row.label for row in result.ranked] == ["Rash", "Fever", "Cough"]
    new, old = (trace for trace in figure["data"] if trace.get("name"))
    assert new["name"] == "New drug"
    assert new["x"] == [50.0, 25.0, 25.0]
    assert old["x"] == pytest.approx([100 / 3, 100 / 3, 0], abs=1e-3)
    assert new["y"] == old["y"] == [61, 91, 121]
    assert new["marker"]["symbol"] != old["marker"]["symbol"]
    differences = next(trace for trace in figure["data"] if "error_x" in trace)
    assert differences["x"] == pytest.approx([50 - 100 / 3, 25 - 100 / 3, 25], abs=1e-3)
    assert differences["xaxis"] == "x2"


def test_dots_at_one_percentage_do_not_hide_each_other(safety_trial):
    options = SafetyOptions(grade="severe", least=0)
    result = analyse(safety_trial, whole_trial(safety_trial.design), options)
    events = safety_trial.adverse_events
    same = replace(safety_trial, adverse_events=replace(events, patient=np.array([0, 0, 1, 1, 4, 5, 6, 7, 0])))
    rows = [replace(row, share=(0.25, 0.25)) for row in analyse(same, whole_trial(same.design), options).ranked[:1]]
    new, old = (t for t in dots.figure(result, rows, "card", "desktop")["data"] if t.get("name"))
    assert (new["y"], old["y"]) == ([57], [65])


def test_the_whole_line_is_a_click_that_makes_the_cohort(result):
    figure = dots.figure(result, result.ranked, "card", "desktop")
    targets = [trace for trace in figure["data"] if trace["type"] == "bar"]
    assert [t["customdata"] for t in targets] == [["where.AE=RASH", "where.AE=FEVER", "where.AE=COUGH"]] * 2
    assert targets[0]["hovertext"][0].startswith("<b>Rash</b><br>New: 2 of 4 (50.0%)<br>Old: 1 of 3 (33.3%)<br>")


@pytest.mark.parametrize("screen", ["desktop", "tablet", "phone"])
def test_terms_of_the_data_are_never_markup(safety_trial, screen):
    trial = hostile(safety_trial)
    result = analyse(trial, whole_trial(trial.design), EVERYTHING)
    figure = dots.figure(result, result.ranked, "page", screen)
    assert not [t for t in texts(figure) if "<img" in t or "<b>Cough" in t]
    assert any(t.startswith("&lt;") for t in texts(figure))
    hover = [h for trace in figure["data"] for h in trace.get("hovertext", ())]
    assert not [h for h in hover if "<img" in h]
    rows = incidence_table.rows(result, EVERYTHING)
    assert "<b>Cough</b>" in [row["label"] for row in rows]
    columns = incidence_table.columns(result, EVERYTHING)
    leaves = [columns[0], *(leaf for group in columns[1:] for leaf in group["children"])]
    assert not [key for leaf in leaves for key in leaf if "renderer" in key.lower()]
    grid = incidence_table.layout()
    assert not getattr(grid, "dangerously_allow_code", False)
    assert not getattr(grid, "enableEnterpriseModules", False)


def test_one_arm_has_no_differences(safety_trial):
    alone = replace(whole_trial(safety_trial.design), arms=("new",))
    result = analyse(safety_trial, alone, EVERYTHING)
    figure = dots.figure(result, result.ranked, "card", "desktop")
    assert "xaxis2" not in figure["layout"]
    assert [f.label for f in safety.headline(result, EVERYTHING)] == ["Any event, New"]


def test_the_headline_is_the_difference_then_the_arms(result):
    shown = safety.headline(result, EVERYTHING)
    assert [(f.value, f.label) for f in shown] == [
        ("−16.7", "Any event: difference, pp, 95% CI"),
        ("50.0%", "Any event, New"),
        ("66.7%", "Any event, Old"),
    ]
    assert all(f.faint for f in shown)
    severe = replace(EVERYTHING, grade="severe", kind="serious")
    assert safety.headline(result, severe)[1].label == "Serious event of grade ≥3, New"


def test_the_table_has_what_is_sorted_and_what_is_read(result):
    rows = {row["label"]: row for row in incidence_table.rows(result, EVERYTHING)}
    assert rows["Rash"]["any_0"] == 50.0
    assert rows["Rash"]["any_0_text"] == "2 (50.0)"
    assert rows["Cough"]["any_1_text"] == "0"
    assert rows["Rash"]["chosen"]
    assert not rows["Skin"]["chosen"]
    comparison = replace(EVERYTHING, columns="comparison")
    compared = {row["label"]: row for row in incidence_table.rows(result, comparison)}
    assert compared["Rash"]["rate_0_text"].startswith("27.1 (")  # 2 / (225 / 30.4375) * 100
    assert compared["Cough"]["difference_0_text"].startswith("+25.0 (")
    assert "difference_1" not in compared["Cough"]
    titles = [group["headerName"] for group in incidence_table.columns(result, comparison)[1:]]
    assert titles == [
        "All events, n (%)",
        "First events per 100 patient-months (95% CI)",
        "Difference from Old, pp (95% CI)",
    ]
    for options, expected in (
        (EVERYTHING, ["Any grade, n (%)", "Grade ≥3, n (%)", "Serious, n (%)"]),
        (replace(EVERYTHING, columns="kinds"), ["Serious, n (%)", "Fatal, n (%)"]),  # this trial does not say related
        (replace(EVERYTHING, columns="grades"), [f"Grade {g}, n (%)" for g in range(1, 6)]),
    ):
        assert [group["headerName"] for group in incidence_table.columns(result, options)[1:]] == expected


def test_the_line_over_the_table_says_what_the_minimum_leaves(safety_trial, result):
    assert incidence_table.caption(result, EVERYTHING) == "All 3 terms, by class."
    options = SafetyOptions(least=30)
    fewer = analyse(safety_trial, whole_trial(safety_trial.design), options)
    said = "2 of 3 terms reach 30% of an arm and are listed under their classes."
    assert incidence_table.caption(fewer, options) == said


def test_unequal_durations_are_said_with_their_consequence(result, safety_trial):
    said = durations.sentence(result)
    assert said.startswith("Median treatment: New 10.7 weeks; Old 4.3 weeks. New was given 2.5 times as long as Old")
    arms = tuple(replace(a, median_treated=70.0) for a in result.arms)
    assert durations.sentence(replace(result, arms=arms)).endswith("Treatment lasted about as long in every arm.")
    alone = durations.sentence(replace(result, arms=result.arms[:1]))
    assert alone == "Median treatment: New 10.7 weeks."
    unknown = tuple(replace(a, median_treated=None) for a in result.arms)
    assert "there are no rates" in durations.sentence(replace(result, arms=unknown))


def test_the_card_has_no_table_and_the_page_has(result):
    card = safety.content(result, EVERYTHING, "card", "desktop")
    assert card.table is None
    assert card.method.startswith("Safety population, as treated; treatment-emergent events, MedDRA 19.1;")
    assert safety.content(result, EVERYTHING, "page", "desktop").table is not None


def test_one_event_in_depth(safety_trial):
    result = analyse_event(safety_trial, whole_trial(safety_trial.design), SafetyOptions(event="RASH"))
    shown = event.content(result, "desktop", "/safety?where.AE=RASH")
    assert [(f.value, f.interval) for f in shown.headline] == [("Rash", ""), ("50.0%", "2 of 4"), ("33.3%", "1 of 3")]
    assert shown.table.children.href == "/safety?where.AE=RASH"
    figure = onset.figure(result, "desktop")
    curve = next(t for t in figure["data"] if "text" in t)
    assert curve["y"].tolist() == [0, 25, 50, 50, 50]
    assert curve["x"][:3] == pytest.approx([0, 4, 9])
    bars = [t for t in figure["data"] if t["type"] == "bar"]
    # New: grade 1 and 2 in the first cycle, 3 in the second; Old: grade 1 in the first
    assert [(b["y"], b["base"].tolist()) for b in bars] == [
        ([25.0, None], [0, 0]),
        ([25.0, None], [25, 0]),
        ([None, 25.0], [50, 0]),
        ([pytest.approx(100 / 3), None], [0, 0]),
    ]
    assert bars[2]["hovertext"][1] == "New, grade 3: 1 of 4"
    unknown = analyse_event(safety_trial, whole_trial(safety_trial.design), SafetyOptions(event="COUGH"))
    assert "1 with an unknown day of onset left out." in event.content(unknown, "desktop", "").method
