"""What the survival card is given for a link."""

import numpy as np
import pytest

from callbacks import request, survival
from callbacks.workspace import Workspace
from components.curves import GHOST
from data.catalog import Catalog


@pytest.fixture(scope="module")
def workspace():
    return Workspace(Catalog(()))


def drawn(workspace, query):
    """The curves of the card in the order of the arms: those behind, and those in front, which have a name."""
    figure = survival.update(request.read(workspace, query), "/", "desktop").figure
    behind = [trace for trace in figure["data"] if trace.get("line", {}).get("color") == GHOST]
    front = [trace for trace in figure["data"] if trace.get("line", {}).get("width") == 2.2 and "name" in trace]
    return behind, front


def test_the_curves_of_everyone_stay_behind_a_cohort(workspace):
    nothing, everyone = drawn(workspace, "?trial=gbsg2")
    behind, cohort = drawn(workspace, "?trial=gbsg2&where.MENOSTAT=Post")
    assert nothing == []
    assert len(behind) == len(everyone) == len(cohort) == 2
    for ghost, whole, part in zip(behind, everyone, cohort, strict=True):
        np.testing.assert_array_equal(ghost["y"], whole["y"])
        assert len(part["y"]) != len(whole["y"])


def test_everyone_is_computed_once_for_all_cohorts(workspace):
    drawn(workspace, "?trial=gbsg2")
    before = workspace.kept
    for level in ("Pre", "Post"):
        drawn(workspace, f"?trial=gbsg2&where.MENOSTAT={level}&unit=days")
    # each cohort, and everyone once in days
    assert workspace.kept == before + 3
