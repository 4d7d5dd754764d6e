"""No count of 1 to 4 patients of a real trial leaves: every registered view, by its table and by its result."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
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
from callbacks import published, reproduction, request, shell, survival
from callbacks.workspace import Workspace
from components.format import count
from data.catalog import BUILT_IN
from data.contract import Provenance
from settings import Settings

FLOOR = 5
LIMITS = ("estimate", "low", "high")
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
        assert small(VIEWS[view].tidy(result)) == []


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


def steps(app: Dash, link: str) -> set[float]:
    """The times at which a curve of the table has a row."""
    rows = app.server.test_client().get(f"/numbers/survival.json?{link}").get_json()["rows"]
    return {round(row["time"], 4) for row in rows if row["quantity"] == "curve"}


def test_picture_slide_and_report_have_the_steps_of_the_table_and_no_other(app: Dash) -> None:
    client = app.server.test_client()
    told, every = steps(app, "trial=real"), steps(app, "trial=inovate")
    assert len(told) < len(every) / 4
    rows = client.get("/numbers/survival.json?trial=real").get_json()["rows"]
    medians = {round(row[name] or 0, 4) for row in rows if "median" in row["quantity"] for name in LIMITS}
    # times that are no round number and no share of 1; a median is one of them
    untold = {time for time in every - told - medians if time > 1 and time % 1}
    assert len(untold) > 50
    drawn = client.get("/figures/survival.json?trial=real").get_json()
    report = client.get("/report.html?trial=real").get_data(as_text=True)
    deck = zipfile.ZipFile(io.BytesIO(client.get("/slides/survival.pptx?trial=real").data))
    slide = "".join(deck.read(name).decode() for name in deck.namelist() if name.endswith(".xml"))
    for text in (json.dumps(drawn), report[: report.find("plotly.js v")], report[-400_000:], slide):
        numbers = {round(float(found), 4) for found in re.findall(r"\d+\.\d{3,}", text)}
        assert numbers & untold == set()
    assert {round(x, 4) for trace in drawn["figure"]["data"] for x in trace["x"]} & told


def test_times_of_ones_own_choice_are_ignored_and_it_is_said(app: Dash) -> None:
    client = app.server.test_client()
    plain = client.get("/numbers/survival.json?trial=real").get_json()
    asked = client.get("/numbers/survival.json?trial=real&milestone=7.31&tau=9.9").get_json()
    assert asked["rows"] == plain["rows"]
    assert any("the trial’s own" in notice for notice in asked["notices"])
    assert not any("the trial’s own" in notice for notice in plain["notices"])
    free = client.get("/numbers/survival.json?trial=inovate&milestone=7.31").get_json()
    assert {row["time"] for row in free["rows"] if row["quantity"] == "rate"} == {7.31}


def test_what_is_held_back_is_said_where_it_would_stand(app: Dash) -> None:
    workspace = app.server.config["WORKSPACE"]
    page = request.read(workspace, "trial=real")
    assert isinstance(page, request.Request)
    assert "fewer than 5 patients" in str(reproduction.update(page, {}))
    asked = request.read(workspace, "trial=real&lower=hazard")
    assert isinstance(asked, request.Request)
    content = survival.update(asked, "/survival", "desktop")
    assert not isinstance(content, NotEstimable)
    assert "steps of 5 patients or more. The hazard ratio over time has a point for each patient" in content.method
    assert "yaxis2" not in content.figure["layout"]


def test_a_row_at_a_time_stays_only_where_curves_move_in_whole_steps() -> None:
    table = [{"quantity": "curve", "time": 3.0, "estimate": 0.5}, {"quantity": "share", "n": 20, "events": 10}]
    assert disclosure.rows("new", table, FLOOR) == table[1:]
    assert disclosure.rows("new", table, 0) == table


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


def test_a_factor_with_a_small_level_has_no_counts_in_the_panel_of_filters(app: Dash) -> None:
    workspace: Workspace = app.server.config["WORKSPACE"]
    opened, free = (request.read(workspace, f"trial={name}") for name in ("real", "inovate"))
    assert isinstance(opened, request.Request)
    assert isinstance(free, request.Request)
    assert opened.levels("SEX") == free.levels("SEX")
    # the few who are neither White nor Asian would be what is left of an arm
    assert min(n for cells in free.levels("RACE").values() for n in cells) in range(1, FLOOR)
    assert set(opened.levels("RACE").values()) == {()}
    assert opened.levels("RACE").keys() == free.levels("RACE").keys()


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
