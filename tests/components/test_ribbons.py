"""The layout of the flow: labels that never meet, heights that add up, and ids of our own."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.selection import read_selection, whole_trial
from analysis.stages import Level
from analysis.transplant import StepCounts, TransplantOptions, analyse
from components.ribbons import FOOT, HEAD, figure
from components.ribbons.placement import SMALL, USUAL, columns_of, place, ribbons
from data.contract import FactorLevel

LAYOUTS = [("card", "desktop"), ("page", "desktop"), ("card", "tablet"), ("card", "phone"), ("page", "phone")]


@pytest.fixture
def result(transplants):
    return analyse(transplants, whole_trial(transplants.design), TransplantOptions())


def boxes(column, leading):
    """Top and bottom of each label, centred on its node."""
    middles = [(n.top + n.bottom) / 2 for n in column]
    return [
        (y - len(n.lines) * leading / 2, y + len(n.lines) * leading / 2) for n, y in zip(column, middles, strict=True)
    ]


def meets(column, height, leading):
    """Whether two labels of a column overlap, two nodes do, or anything leaves the figure."""
    labels = boxes(column, leading)
    bars = [(n.top, n.bottom) for n in column]
    apart = all(a[1] <= b[0] + 1e-6 for some in (labels, bars) for a, b in pairwise(some))
    inside = all(low >= -1e-6 and high <= height + 1e-6 for low, high in labels + bars)
    return not (apart and inside)


@pytest.mark.parametrize("letters", [8, 11, 30])
def test_labels_of_a_column_never_meet(result, letters):
    nodes, _ = place(columns_of(result, letters), 350, USUAL.leading)
    assert [len(column) for column in nodes] == [2, 2, 2, 3, 3]
    assert not any(meets(column, 350, USUAL.leading) for column in nodes)


counts = st.lists(st.lists(st.integers(0, 60), min_size=2, max_size=2), min_size=1, max_size=9).filter(
    lambda rows: min(map(sum, zip(*rows, strict=True))) > 0
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(rows=counts)
def test_labels_never_meet_whatever_the_numbers(result, rows):
    table = np.array(rows).T
    levels = tuple(Level(f"l{i}", f"Reason number {i} for it") for i in range(table.shape[1]))
    step = StepCounts("X", "Reason", levels, table, table[:, np.newaxis, :])
    arms = tuple(replace(a, n=int(n)) for a, n in zip(result.arms, table.sum(axis=1), strict=True))
    nodes, scale = place(columns_of(replace(result, arms=arms, steps=(step,)), 12), 500, SMALL.leading)
    assert scale > 0
    assert not any(meets(column, 500, SMALL.leading) for column in nodes)


def test_ribbons_fill_each_node_on_both_sides_and_keep_the_arms_apart(result):
    nodes, scale = place(columns_of(result, 20), 350, USUAL.leading)
    found = ribbons(result, nodes, scale)
    for k, column in enumerate(nodes):
        for node in column:
            assert node.bottom - node.top == pytest.approx(node.n * scale)
            for ends in (
                [(r.leaves, r) for r in found if r.source is node] if k < len(nodes) - 1 else None,
                [(r.arrives, r) for r in found if r.target is node] if k else None,
            ):
                if ends is None:
                    continue
                stacked = sorted(ends, key=lambda end: end[0])
                assert sum(r.n for _, r in stacked) == node.n
                assert [r.arm for _, r in stacked] == sorted(r.arm for _, r in stacked)
                top = node.top
                for at, r in stacked:
                    assert at == pytest.approx(top)
                    top += r.height
                assert top == pytest.approx(node.bottom)


@pytest.mark.parametrize(("room", "screen"), LAYOUTS)
def test_every_outline_but_the_arms_says_whom_it_stands_for(result, transplants, room, screen):
    drawn = figure(result, room, screen)
    chosen = [trace["customdata"][0] for trace in drawn["data"] if "customdata" in trace]
    assert len(drawn["data"]) - len(chosen) == 2
    for words in chosen:
        name, _, level = words.partition("=")
        selection, notices = read_selection(transplants, ((name, level),))
        assert notices == ()
        assert selection.filters
    layout = drawn["layout"]
    assert layout["height"] == HEAD + layout["yaxis"]["range"][0] + FOOT
    assert all(0 <= note["x"] < 1 for note in layout["annotations"])


def test_hovering_tells_arms_apart(result):
    texts = [trace["text"] for trace in figure(result, "card", "desktop")["data"]]
    both = "<b>CR/CRi → Direct to HSCT</b>: 82<br>Inotuzumab 65 of 164 (39.6%)<br>SoC 17 of 162 (10.5%)"
    assert texts.count(both) == 2


def test_labels_from_the_data_are_text_and_many_levels_make_the_figure_higher(transplants):
    levels = tuple(FactorLevel(f"v{i}", f"<i>Reason</i> {i}") for i in range(40))
    stage = replace(transplants.design.stages[0], levels=levels, reached=())
    trial = replace(
        transplants,
        design=replace(transplants.design, stages=(stage,)),
        stages={stage.variable: np.arange(326) % 40},
    )
    drawn = figure(analyse(trial, whole_trial(trial.design), TransplantOptions()), "card", "desktop")
    assert drawn["layout"]["height"] > 700
    labels = [note["text"] for note in drawn["layout"]["annotations"]]
    assert any(text.startswith("&lt;i&gt;Reason&lt;/i&gt; 7 ") for text in labels)
    assert not any("<i>" in text for text in labels)
