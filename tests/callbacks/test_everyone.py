"""Everyone stays behind a cohort in each card, with the numbers that everyone's own card has."""

import pytest

from callbacks import request, safety, transplant
from callbacks.workspace import Workspace
from data.catalog import Catalog

COHORT = "?trial=inovate&where.SALVAGE=2"


@pytest.fixture(scope="module")
def workspace():
    return Workspace(Catalog([]))


def test_hollow_dots_are_everyone(workspace):
    cohort, whole = (request.read(workspace, query) for query in (COHORT, "?trial=inovate"))
    drawn = safety.update(cohort, "/", "desktop").figure["data"]
    ghosts = [t for t in drawn if t.get("marker", {}).get("symbol") in ("circle-open", "diamond-open")]
    everyone = {row.value: row.share for row in whole.result("safety").ranked}
    shown = cohort.result("safety").ranked[: len(ghosts[0]["x"])]
    for i, trace in enumerate(ghosts):
        assert trace["x"] == pytest.approx([100 * everyone[row.value][i] for row in shown], abs=1e-3)
    assert "-open" not in str(safety.update(whole, "/", "desktop").figure)


def test_the_path_has_its_brackets_and_the_table_both_shares(workspace):
    cohort, whole = (request.read(workspace, query) for query in (COHORT, "?trial=inovate"))
    shown, alone = (transplant.update(opened, "/transplant", "desktop") for opened in (cohort, whole))
    assert "of everyone" in str(shown.figure)
    assert "Grey brackets" in shown.method
    assert "Everyone, " in str(shown.table)
    assert "veryone" not in str(alone.figure) + alone.method + str(alone.table)


def test_outlines_are_the_states_of_everyone(workspace):
    opened = request.read(workspace, f"{COHORT}&path=time")
    drawn = transplant.update(opened, "/transplant", "desktop").figure["data"]
    outlines = [t for t in drawn if "stackgroup" not in t]
    curve = opened.everyone_behind("transplant").over_time[0].curve
    # the highest border is all that are not in the final state
    assert outlines[len(curve.probability[0]) - 2]["y"][-1] == pytest.approx(1 - curve.probability[-1, -1], abs=1e-4)
