"""What leaves the server beside the page: code, figures for pictures, the report, and texts that are no formulas."""

from __future__ import annotations

import ast
import csv
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from analysis.views import VIEWS
from app import create_app
from callbacks import numbers, report
from callbacks.cards import CARDS
from callbacks.request import Request, read
from callbacks.workspace import Workspace
from data.catalog import Catalog
from data.contract import Trial

COHORT = "?trial=inovate&where.SALVAGE=1"


@pytest.fixture(scope="module")
def client(trials: Path) -> FlaskClient:
    return create_app([trials]).server.test_client()


@pytest.mark.parametrize("view", [name for name, view in VIEWS.items() if view.script])
def test_the_code_is_served_as_a_file_named_after_the_cohort(client: FlaskClient, view: str):
    answer = client.get(f"/code/{view}.py{COHORT}")
    assert answer.status_code == 200
    assert f"inovate-{view.replace('_', '-')}-" in answer.headers["Content-Disposition"]
    assert "salvage-first" in answer.headers["Content-Disposition"]
    ast.parse(answer.text)


@pytest.mark.parametrize(("address", "status"), [("/code/nothing.py", 404), ("/code/reproduction.py", 404)])
def test_code_that_is_not_there_is_404(client: FlaskClient, address: str, status: int):
    assert client.get(address).status_code == status


def test_what_cannot_be_estimated_has_no_code_but_its_sentence(client: FlaskClient):
    answer = client.get("/code/safety.py?trial=gbsg2")
    assert (answer.status_code, answer.text) == (422, "Safety needs a table of adverse events (ADAE).")


@pytest.mark.parametrize("view", [view for view in CARDS if view != "reproduction"])
def test_a_picture_has_figure_headline_and_provenance(client: FlaskClient, view: str):
    body = client.get(f"/figures/{view}.json{COHORT}").get_json()
    assert bool(body["figure"] and body["figure"]["data"]) == CARDS[view].drawn
    assert body["headline"] or view in ("attrition", "profile", "baseline", "survivors")
    assert "exploratory cohort Salvage: First" in body["who"]
    assert body["exploratory"]
    assert body["who"] in body["line"]
    assert body["badge"] == "Synthetic patients, fitted to the published results"
    assert body["names"]["png"].endswith(".png")


def test_p_values_that_are_withheld_are_in_no_picture(client: FlaskClient):
    def values(query: str) -> list[str]:
        headline = client.get(f"/figures/survival.json{query}").get_json()["headline"]
        return [number["value"] for number in headline if "og-rank" in number["label"]]

    assert values(COHORT) == ["p withheld"]
    assert values(f"{COHORT}&reveal=on")[0].startswith("p = ")


def test_a_table_says_in_its_last_column_where_it_comes_from(client: FlaskClient):
    answer = client.get(f"/numbers/survival.csv{COHORT}")
    first, second, *_ = csv.DictReader(answer.text.splitlines())
    assert list(first)[-1] == "provenance"
    assert "exploratory cohort Salvage: First" in first["provenance"]
    assert second["provenance"] == ""
    assert "inovate-survival-salvage-first-" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@x", " =1", "\t=1", "\r=1", "\n+1", "＝1"])
def test_text_that_a_spreadsheet_would_compute_stays_text(text: str):
    assert numbers._as_text(text) == f"'{text}"


@pytest.mark.parametrize("cell", [-1.5, 0, None, "-1.5", "+2", "Under 20", "≥20", "1-2"])
def test_numbers_and_plain_text_are_left_alone(cell: object):
    assert numbers._as_text(cell) == cell


def test_the_report_holds_every_view_and_asks_nobody(client: FlaskClient):
    answer = client.get(f"/report.html{COHORT}")
    page = answer.text
    assert "inovate-report-salvage-first-" in answer.headers["Content-Disposition"]
    for title in ("Overall survival", "Subgroups: OS", "Path to transplant", "Febrile neutropenia"):
        assert title in page
    assert page.count("exploratory cohort Salvage: First") >= 4
    assert "Synthetic patients, fitted to the published results" in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert ' src="' not in page.split("<script>")[0]
    assert '"showSendToCloud":false' in page


def test_a_report_holds_the_event_that_is_open(client: FlaskClient):
    usual = client.get("/report.html?trial=inovate").text
    with_event = client.get("/report.html?trial=inovate&event=Neutropenia").text
    assert "Aalen" not in usual
    assert "Cumulative incidence of the first treatment-emergent onset" in with_event
    assert with_event.count('class="figure"') == usual.count('class="figure"') + 1
    assert "Make these patients" not in with_event


@pytest.mark.parametrize("trial", ["inovate", "gbsg2"])
def test_a_report_of_every_view_has_a_section_for_each(client: FlaskClient, trial: str):
    page = client.get(f"/report.html?trial={trial}&views={','.join(CARDS)}").text.split("<script>")[0]
    assert page.count("<section>") == len(CARDS)
    there = [name for name in CARDS if VIEWS[name].missing(opened_trial(trial)) is None and name != "reproduction"]
    assert page.count("data-figure") == sum(CARDS[name].drawn for name in there)
    for section in page.split("<section>")[1:]:
        assert 'class="method"' in section or 'class="reason"' in section
    unknown = client.get(f"/report.html?trial={trial}&views=nothing")
    assert (unknown.status_code, unknown.text) == (404, "None of these views exists.\n")


def opened_trial(name: str) -> Trial:
    return next(entry for entry in Catalog(()).entries if isinstance(entry, Trial) and entry.id == name)


def test_labels_in_the_report_are_text(trials: Path):
    opened = read(Workspace(Catalog([trials])), "?trial=small")
    assert isinstance(opened, Request)
    design = replace(opened.trial.design, title='<img src=x onerror="alert(1)">', citation="</script><script>x")
    page = report.write(replace(opened, trial=replace(opened.trial, design=design)), ["survival", "safety"])
    assert "<img" not in page.split("<script>")[0]
    assert "</script><script>x" not in page
    assert "Drug &lt;b&gt;X&lt;/b&gt;" in page
    assert "<td>Drug <b>" not in page
