"""No count of 1 to 4 patients of a real trial leaves: every registered view, by its table and by its result."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from dash import Dash
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import disclosure
from analysis.estimate import NotEstimable
from analysis.views import VIEWS
from app import create_app
from callbacks import published, request, shell
from callbacks.workspace import Workspace
from components.format import count
from data.catalog import BUILT_IN
from data.contract import Provenance
from settings import Settings

FLOOR = 5
LINKS = (
    "trial=real",
    "trial=real&where.SEX=F",
    "trial=real&rows=all&lower=difference",
    "trial=real&measure=difference&grade=severe&least=0&columns=grades",
    "trial=real&path=time&population=safety",
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """INO-VATE's synthetic patients, declared real."""
    folder = tmp_path_factory.mktemp("mounted") / "real"
    shutil.copytree(BUILT_IN / "inovate", folder)
    settings = folder / "trial.toml"
    text = settings.read_text("utf-8").replace('kind = "synthetic"', 'kind = "real"')
    assert 'kind = "real"' in text
    settings.write_text(text.replace('id = "inovate"', 'id = "real"'), "utf-8")
    return create_app([folder.parent], Settings(minimum_cell=FLOOR))


def small(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with a whole number from 1 to 4 in a column that is not one of those that count no patients."""
    return [
        row
        for row in rows
        for name, value in row.items()
        if name not in disclosure.NO_COUNTS and isinstance(value, int) and not isinstance(value, bool) and 0 < value < 5
    ]


@pytest.mark.parametrize("view", sorted(VIEWS))
@pytest.mark.parametrize("link", LINKS)
def test_no_table_holds_a_small_count(app: Dash, view: str, link: str) -> None:
    answer = app.server.test_client().get(f"/numbers/{view}.json?{link}")
    assert answer.status_code == 200
    assert small(answer.get_json()["rows"]) == []


@pytest.mark.parametrize("view", sorted(VIEWS))
@pytest.mark.parametrize("link", LINKS)
def test_no_result_that_is_drawn_holds_a_small_count(app: Dash, view: str, link: str) -> None:
    opened = request.read(app.server.config["WORKSPACE"], link)
    assert isinstance(opened, request.Request)
    result = opened.result(view)
    if not isinstance(result, NotEstimable):
        # a step of a curve is an event or more: what is drawn of it ends where fewer than five are at risk
        assert small([row for row in VIEWS[view].tidy(result) if row.get("quantity") != "curve"]) == []


def test_something_is_left_to_show(app: Dash) -> None:
    opened = request.read(app.server.config["WORKSPACE"], "trial=real")
    assert isinstance(opened, request.Request)
    survival = opened.result("survival")
    assert min(int(g.curve.at_risk.min()) for g in survival.groups) >= FLOOR
    assert any(k == -FLOOR for g in survival.groups for k in g.at_risk.at_risk.tolist())
    assert len(opened.result("subgroups").factors) > 0
    # nearly everybody had an adverse event: the few who had none are not to be read from the card
    assert isinstance(opened.result("safety"), NotEstimable)
    table = app.server.test_client().get("/numbers/safety.json?trial=real&least=0").get_json()["rows"]
    assert any(row["estimate"] == "<5" and row["percent"] is None for row in table)


def test_a_cohort_with_few_patients_is_refused_with_a_sentence(app: Dash) -> None:
    workspace = app.server.config["WORKSPACE"]
    trial = workspace.catalog.trial("real")
    n = int((trial.actual == 0).sum())
    assert n > FLOOR
    arms = trial.planned.copy()
    arms[np.flatnonzero(arms == 0)[4:]] = 1
    few = replace(trial, planned=arms, digest="few")
    opened = request.read(workspace, "trial=real")
    assert isinstance(opened, request.Request)
    for view in VIEWS:
        result = workspace.analyse(
            view, few, replace(opened.selection, population="itt"), opened.options(VIEWS[view].options)
        )
        assert isinstance(result, NotEstimable), view
        assert "Fewer than 5 patients" in result.reason


def test_the_bar_names_no_small_number(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = NotEstimable("Fewer than 5 patients are in an arm.")
    monkeypatch.setattr(disclosure, "refusal", lambda *_: reason)
    monkeypatch.setattr(shell, "arm_counts", lambda *_: (3, 160))
    _, words, arms, *_ = shell.update_bar(app.server.config["WORKSPACE"], "trial=real", ())
    assert words[-1] == reason.reason
    assert "(n=<5)" in str(arms)


def test_numbers_that_are_written_as_texts_are_held_back_as_a_whole(app: Dash) -> None:
    """The page beside the paper writes "3/40 (7.5%)", and so do the marks of the cards."""
    opened = request.read(app.server.config["WORKSPACE"], "trial=real")
    assert isinstance(opened, request.Request)
    assert isinstance(opened.result("reproduction"), NotEstimable)
    assert published.rows(opened, "survival") == ()
    [row] = app.server.test_client().get("/numbers/reproduction.json?trial=real").get_json()["rows"]
    assert list(row) == ["note"]


def test_declared_patients_who_are_nobodys_are_shown(app: Dash) -> None:
    workspace: Workspace = app.server.config["WORKSPACE"]
    assert workspace.floor(workspace.catalog.trial("inovate")) == 0
    trial = workspace.catalog.trial("real")
    assert workspace.floor(trial) == FLOOR
    of_its_own = replace(trial, design=replace(trial.design, minimum_cell=11))
    assert disclosure.least(of_its_own, FLOOR) == 11
    assert disclosure.least(replace(trial, design=replace(trial.design, provenance=Provenance())), FLOOR) == FLOOR


def test_a_view_without_a_rule_is_closed_while_its_table_has_a_small_count() -> None:
    table = [{"arm": "New", "n": 20, "patients": 3}, {"arm": "Old", "n": 20, "patients": 9}]
    assert isinstance(disclosure.shown("new", "a picture", table, FLOOR), NotEstimable)
    assert disclosure.shown("new", "a picture", table[1:], FLOOR) == "a picture"
    assert [row["patients"] for row in disclosure.rows("new", table, FLOOR)] == ["<5", None]


def test_the_rest_of_a_group_gives_a_count_away() -> None:
    table = [{"arm": "New", "n": 20, "events": 18, "percent": 90.0}]
    (row,) = disclosure.rows("new", table, FLOOR)
    assert (row["n"], row["events"], row["percent"]) == (20, None, None)


@settings(max_examples=200)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["arm", "n", "events", "anything", "estimate"]),
            st.integers(0, 30) | st.floats(0, 1) | st.sampled_from(["New", "Old"]),
        ),
        max_size=6,
    )
)
def test_no_small_count_is_left_in_any_table(table: list[dict[str, Any]]) -> None:
    assert small(disclosure.rows("new", table, FLOOR)) == []


def test_a_count_held_back_is_written_as_its_bound() -> None:
    assert [count(disclosure.written(n, FLOOR)) for n in (0, 1, 4, 5)] == ["0", "<5", "<5", "5"]
