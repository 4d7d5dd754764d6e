"""What the card of the path says: headline, table, figure of states, in words and numbers."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.selection import Filter, whole_trial
from analysis.transplant import TransplantOptions, analyse
from components import occupation
from components.transplant import content, layout


def shown(trial, options=None, room="page", **chosen):
    options = options or TransplantOptions()
    result = analyse(trial, replace(whole_trial(trial.design), **chosen), options)
    return content(result, options, room, "desktop")


def words(component):
    """Every text in a tree, in order; a cell that may break is one text."""
    if isinstance(component, str):
        return [component]
    children = getattr(component, "children", component if isinstance(component, list | tuple) else None)
    if children is None:
        return []
    said = [text for child in (children if isinstance(children, list | tuple) else [children]) for text in words(child)]
    return ["".join(said)] if getattr(component, "className", None) == "phrases" else said


def test_the_headline_is_the_share_that_got_furthest(transplants):
    figures = shown(transplants).headline
    assert [(f.value, f.interval, f.label) for f in figures] == [
        ("48.2%", "40.3–56.1", "Transplant, Inotuzumab"),
        ("22.2%", "16.1–29.4", "Transplant, SoC"),
        ("p < 0.0001", "", "Difference, 1-sided"),
    ]


def test_over_time_and_without_stages_the_headline_is_who_is_alive(transplants):
    over_time = shown(transplants, TransplantOptions(path="time")).headline
    # by hand: 25 of the 161 not censored before live on, and 10 of 154
    assert [(f.value, f.label) for f in over_time] == [
        ("15.5%", "Alive at 24 mo, Inotuzumab"),
        ("6.5%", "Alive at 24 mo, SoC"),
    ]
    plain = replace(transplants, design=replace(transplants.design, stages=()), stages={})
    assert [f.value for f in shown(plain).headline] == ["15.5%", "6.5%"]


def test_a_cohort_withholds_p_in_headline_and_table(transplants):
    filled = shown(transplants, filters=(Filter("PATH.RESPFL", ("Y",)),))
    assert filled.headline[-1].value == "p withheld"
    assert not any(text.startswith("p =") or "; p <" in text or "; p =" in text for text in words(filled.table))


def test_the_table_carries_counts_shares_intervals_and_p(transplants):
    texts = words(shown(transplants).table)
    at = texts.index("Transplant: any")
    assert texts[at : at + 4] == [
        "Transplant: any", "79 (48.2; 40.3–56.1)", "36 (22.2; 16.1–29.4)", "25.9 (15.7–35.5); p < 0.0001",
    ]  # fmt: skip
    assert "Probability at 24 mo, allowing for censoring" in texts
    assert shown(transplants, room="card").table is None


@pytest.mark.parametrize(("room", "screen"), [("card", "desktop"), ("page", "desktop"), ("page", "phone")])
def test_the_states_are_stacked_to_one_with_the_numbers_at_the_cursor(transplants, room, screen):
    result = analyse(transplants, whole_trial(transplants.design), TransplantOptions(month=3))
    drawn = occupation.figure(result, room, screen)
    areas = drawn["data"]
    assert len(areas) == 10
    for group in ("arm", "arm2"):
        heights = np.sum([trace["y"] for trace in areas if trace["stackgroup"] == group], axis=0)
        assert heights == pytest.approx(np.ones(len(heights)), abs=1e-4)
    assert [shape["x0"] for shape in drawn["layout"]["shapes"]] == [3, 3]
    texts = [note["text"] for note in drawn["layout"]["annotations"]]
    # by hand at 3 months, 91.3 days: 121 of 164 in remission, 5 transplanted on day 90, 38 progressed
    assert next(t for t in texts if "In remission" in t).endswith("<b>73.8</b> In remission")
    assert next(t for t in texts if "After HSCT" in t).endswith("<b>3.0</b> After HSCT")
    assert next(t for t in texts if "Relapsed" in t).endswith("<b>23.2</b> Relapsed or progressed")


def test_every_ribbon_that_can_be_clicked_has_a_row_with_a_button(transplants):
    filled = shown(transplants)
    clicks = {trace["customdata"][0] for trace in filled.figure["data"] if "customdata" in trace}
    buttons = [part.id["cohort"] for part in filled.table._traverse() if "cohort" in (getattr(part, "id", None) or {})]
    assert len(buttons) == len(set(buttons))
    assert clicks <= set(buttons)
    texts = words(filled.table)
    at = texts.index("CR/CRi → Direct to HSCT")
    assert texts[at : at + 3] == ["CR/CRi → Direct to HSCT", "65 (39.6)", "17 (10.5)"]


def test_a_trial_without_states_has_no_month(trial, transplants):
    plain = replace(transplants, design=replace(transplants.design, states=()), entered=np.empty((326, 0)))
    for of, slider in ((transplants, True), (plain, False)):
        drawn = repr(layout(of, whole_trial(of.design), TransplantOptions(), "card"))
        assert ("'slider': 'month'" in drawn) is slider
    assert [f.value for f in shown(plain).headline][:2] == ["48.2%", "22.2%"]
    assert shown(plain, TransplantOptions(path="time")).method.startswith("Patients as counted")
