"""Those who lived long: the numbers of the report as the recipes recompute them, and who cannot be told."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimate import NotEstimable
from analysis.reproduction.recipes import compute
from analysis.selection import whole_trial
from analysis.summary import Counted, Spread, tidy
from analysis.survivors import SurvivorsOptions, analyse, ignored, missing
from data.catalog import BUILT_IN, Catalog
from data.published import load_facts

#: Where the table has what the fact counts: block and row.
PLACE = {
    "AGE": ("Age", "Age, years: median (range)"),
    "RACE=WHITE": ("Race", "White"),
    "SALVAGE=1": ("Salvage", "First"),
    "ECOGBL=0": ("ECOG performance status", "0"),
    "DFRMO>=12": ("First remission", "≥12 mo"),
    "PBLAST=0": ("Circulating blasts", "None"),
    "BMBLAST<50": ("Marrow blasts", "<50%"),
    "CD22>=90": ("CD22", "≥90%"),
    "HSCTFL=Y": ("Transplanted", "Yes"),
}


@pytest.fixture(scope="module")
def inovate():
    return Catalog().trial("inovate")


def result_of(trial, **chosen):
    return analyse(trial, whole_trial(trial.design), SurvivorsOptions(**chosen))


def test_the_report_s_numbers_are_in_the_table(inovate):
    facts = [f for f in load_facts(BUILT_IN / "inovate") if f.where in ("OS>=24", "OS<24") and f.arm == "ino"]
    table = result_of(inovate)
    rows = {(block.label, row.label): row.cells for block in table.blocks for row in block.rows}
    assert len(facts) > 12
    for fact in facts:
        cell = rows[PLACE[fact.measure or fact.counts]][int(fact.where == "OS<24")]
        answer = compute(inovate, fact)
        if isinstance(cell, Spread):
            assert answer == (cell.median,), fact.id
        else:
            assert isinstance(cell, Counted)
            share = 100 * cell.n / cell.of
            expected = (cell.n, cell.of, share) if fact.statistic == "count_percent" else (share,)
            assert answer == pytest.approx(expected), fact.id


def test_those_who_left_early_are_counted_and_named(inovate):
    table = result_of(inovate, survivorsarm="soc", alive=12)
    times = inovate.times["OS"]
    own = inovate.planned == 1
    reached = own & (times.time >= 12 * 30.4375)
    assert [arm.n for arm in table.arms] == [int(reached.sum()), int((own & ~reached).sum())]
    left = int((own & ~reached & ~times.event).sum())
    assert len(table.notes) == 1
    assert table.notes[0].startswith(f"{left} of the others left the study before 12 months without death")
    assert {row["kind"] for row in tidy(table)} >= {"count", "median", "standardized difference"}


def test_without_a_milestone_it_is_the_tick_at_half_of_the_follow_up(inovate):
    endpoint = replace(inovate.design.endpoints[0], milestone=None)
    plain = replace(inovate, design=replace(inovate.design, endpoints=(endpoint,)))
    assert result_of(plain).arms[0].arm.label == "Alive at 24 months"
    # a trial that is followed for six months has nobody at two years
    times = inovate.times["OS"]
    short = replace(plain, times={**inovate.times, "OS": replace(times, time=times.time / 8)})
    weeks = replace(endpoint, unit="weeks", tick=None, event="relapse")
    result = result_of(replace(short, design=replace(inovate.design, endpoints=(weeks,))))
    assert result.arms[0].arm.label == "Free of relapse at 12 weeks"
    assert result.arms[0].n > 20
    assert "those with an early relapse could not have it" in result.method


def test_a_trial_without_deaths_is_not_told_who_lived_long():
    table = result_of(Catalog().trial("freireich6mp"))
    assert table.notes == (
        "4 of the others left the study before 12 weeks without relapse: nobody knows whether they stayed free of "
        "relapse that long.",
    )
    assert "after randomization" not in table.method  # nothing is known only then
    assert [row.label for row in table.blocks[1].rows[:2]] == ["Median (range)", "Mean (SD)"]


def test_what_is_missing_and_not_known(inovate):
    assert "endpoint" in missing(replace(inovate, design=replace(inovate.design, endpoints=())))
    assert "<b>" in ignored(inovate, SurvivorsOptions(survivorsarm="<b>"))
    assert ignored(inovate, SurvivorsOptions(survivorsarm="soc")) is None
    empty = replace(inovate, populations={name: np.zeros(326, dtype=bool) for name in inovate.populations})
    assert isinstance(analyse(empty, whole_trial(empty.design), SurvivorsOptions()), NotEstimable)
