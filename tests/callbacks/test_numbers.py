"""`/numbers/survival.json` against R: every trial of the reference data, and single numbers that need no such data."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from analysis.views import VIEWS
from app import create_app

SHARED = Path(__file__).resolve().parents[3] / "shared"
FOLDERS = ("trials", "adam")

#: Reference file -> trial id here; the copies in other formats are compared in tests/data.
TRIALS = {
    "bmt137": "bmt137",
    "cdiscpilot01": "cdiscpilot01-csv",
    "ebmt3": "ebmt3",
    "gastric_xelox_single_arm": "gastric_xelox_single_arm",
    "gbsg": "gbsg",
    "leukemia_6mp": "leukemia_6mp",
    "lung_single_arm": "lung_single_arm",
    "ovarian": "ovarian",
    "pbc": "pbc",
    "pharmaverseadam": "pharmaverseadam-csv",
    "scda_2022_02_28": "scda_2022_02_28-csv",
    "smoking_rct": "smoking_rct",
    "tern_ex": "tern_ex-csv",
}
#: The reference set by the data's own labels: CDISC pilot by the treatment taken, in its safety population.
POPULATION = {"cdiscpilot01": "safety"}
#: Arms whose label here says more than their value in the data.
SPELT_OUT = {"6-MP": "6-Mercaptopurine"}
BUILT_IN = {("gbsg", "RFS"): "gbsg2", ("leukemia_6mp", "TTR"): "freireich6mp"}

needs_reference = pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data are not here")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    folders = [SHARED / name for name in FOLDERS] if SHARED.is_dir() else []
    return create_app(folders).server.test_client()


def fetch(client: FlaskClient, **query: object) -> dict[str, list[dict]]:
    """The rows of an answer by their quantity."""
    answer = client.get("/numbers/survival.json", query_string=query)
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert body["notices"] == []
    rows = defaultdict(list)
    for row in body["rows"]:
        rows[row["quantity"]].append(row)
    return rows


def cases() -> list[tuple[str, str, str]]:
    found = []
    for name, trial in TRIALS.items():
        for path in sorted((SHARED / "reference").glob(f"reference_{name}_*.json")):
            code = path.stem.removeprefix(f"reference_{name}_")
            if "_by_" not in code:
                found.append((name, code, trial))
                if (name, code) in BUILT_IN:
                    found.append((name, code, BUILT_IN[name, code]))
    return found


def reference(name: str, code: str) -> dict:
    return json.loads((SHARED / "reference" / f"reference_{name}_{code}.json").read_text())


@needs_reference
@pytest.mark.parametrize(("name", "code", "trial"), cases())
def test_counts_medians_and_follow_up_equal_r(client: FlaskClient, name: str, code: str, trial: str):
    expected = reference(name, code)
    for interval in ("log", "log-log", "plain"):
        query = {"trial": trial, "endpoint": code, "interval": interval, "unit": expected["units"].lower()}
        if name in POPULATION:
            query["population"] = POPULATION[name]
        medians = {row["arm"]: row for row in fetch(client, **query)["median"]}
        blocks = expected["km"][interval]["by_arm"]
        assert len(medians) == len(blocks)
        for block, row in zip(blocks, in_order(blocks, medians), strict=True):
            assert (row["n"], row["events"]) == (block["n"], block["events"])
            assert row.get("estimate") == block["median"]
            assert (row.get("low"), row.get("high")) == (block["median_lcl"], block["median_ucl"])


def in_order(blocks: list[dict], rows: dict[str, dict]) -> list[dict]:
    """The row of each block of the reference, by the arm's label."""
    return [rows[block["arm"] if block["arm"] in rows else SPELT_OUT[block["arm"]]] for block in blocks]


@needs_reference
@pytest.mark.parametrize(("name", "code", "trial"), cases())
def test_every_step_of_the_curve_equals_r(client: FlaskClient, name: str, code: str, trial: str):
    units = reference(name, code)["units"].lower()
    query = {"trial": trial, "endpoint": code, "interval": "log", "unit": units}
    if name in POPULATION:
        query["population"] = POPULATION[name]
    answer = fetch(client, **query)
    curves = defaultdict(dict)
    for row in answer["curve"]:
        curves[row["arm"]][row["time"]] = row
    compared = 0
    with (SHARED / "reference" / f"km_steps_{name}_{code}.csv").open() as file:
        for step in csv.DictReader(file):
            [curve] = in_order([step], curves)
            row = curve[float(step["time"])]
            counts = tuple(int(step[key]) for key in ("n_risk", "n_event", "n_censor"))
            assert (row["at_risk"], row["events"], row["censored"]) == counts
            assert row["estimate"] == pytest.approx(float(step["surv"]), abs=1e-6)
            for ours, theirs in (("low", "lower_log"), ("high", "upper_log")):
                if step[theirs] not in ("", "NA"):
                    assert row[ours] == pytest.approx(float(step[theirs]), abs=1e-6)
            compared += 1
    assert compared >= 10


@needs_reference
@pytest.mark.parametrize(("name", "code", "trial"), cases())
def test_milestone_rates_and_numbers_at_risk_equal_r(client: FlaskClient, name: str, code: str, trial: str):
    expected = reference(name, code)
    times = {row["time"] for row in expected["landmark_survival"]["log-log"]["rows"] if row["time"] > 0}
    for time in times:
        query = {"trial": trial, "endpoint": code, "milestone": time, "unit": expected["units"].lower()}
        if name in POPULATION:
            query["population"] = POPULATION[name]
        answer = fetch(client, **query)
        rates = {row["arm"]: row for row in answer["rate"]}
        blocks = [b for b in expected["landmark_survival"]["log-log"]["rows"] if b["time"] == time]
        for block, row in zip(blocks, in_order(blocks, rates), strict=True):
            if "note" in row:  # R carries the last estimate past the end of follow-up; here it is not estimable
                assert block["n_risk"] == 0
                continue
            assert row["at_risk"] == block["n_risk"]
            assert row["estimate"] == pytest.approx(block["surv"], abs=1e-6)
            for ours, theirs in (("low", "lower"), ("high", "upper")):
                if block[theirs] is not None and row[ours] is not None:
                    assert row[ours] == pytest.approx(block[theirs], abs=1e-6)


def test_the_6mp_trial_equals_r_without_reference_data(client: FlaskClient):
    # R: survfit(Surv(t, status) ~ Rx, load_leukemia, conf.type = "log-log"): medians 23 (13-NA) and 8 (4-11);
    # coxph(Surv(t, status) ~ Rx): exp(coef) 0.2076 (0.0925-0.4659); survdiff: chisq 16.79294, p 4.168809e-05
    rows = fetch(client, trial="freireich6mp")
    drug, placebo = rows["median"]
    assert (drug["estimate"], drug["low"], drug["high"]) == (23.0, 13.0, None)
    assert (placebo["estimate"], placebo["low"], placebo["high"]) == (8.0, 4.0, 11.0)
    [ratio], [test] = rows["hazard_ratio"], rows["log_rank"]
    assert ratio["estimate"] == pytest.approx(0.2076, abs=5e-5)
    assert (ratio["low"], ratio["high"]) == (pytest.approx(0.0925, abs=5e-5), pytest.approx(0.4659, abs=5e-5))
    assert test["statistic"] == pytest.approx(16.79294, abs=5e-6)
    assert test["p_value"] == pytest.approx(4.168809e-05, rel=1e-6)


def test_gbsg2_equals_r_without_reference_data(client: FlaskClient):
    # R: survfit(Surv(time, cens) ~ horTh, TH.data::GBSG2): medians 2018 (1918-NA) and 1528 (1296-1814), conf.type log
    rows = fetch(client, trial="gbsg2", interval="log")
    medians = {row["n"]: (row["estimate"], row["low"], row["high"]) for row in rows["median"]}
    assert medians == {246: (2018.0, 1918.0, None), 440: (1528.0, 1296.0, 1814.0)}


def test_csv_holds_the_same_rows(client: FlaskClient):
    table = list(csv.DictReader(client.get("/numbers/survival.csv?trial=freireich6mp").text.splitlines()))
    rows = client.get("/numbers/survival.json?trial=freireich6mp").get_json()["rows"]
    assert len(table) == len(rows)
    assert [row["quantity"] for row in table] == [row["quantity"] for row in rows]
    assert float(table[0]["estimate"]) == rows[0]["estimate"]


def test_what_a_link_gets_wrong_is_named_in_the_answer(client: FlaskClient):
    body = client.get("/numbers/survival.json?trial=freireich6mp&endpoint=XX&milestone=soon").get_json()
    assert len(body["notices"]) == 2
    assert body["rows"]


@pytest.mark.parametrize("path", ["/numbers/nothing.json", "/numbers/survival.xlsx"])
def test_numbers_that_are_not_served_are_404(client: FlaskClient, path: str):
    assert client.get(path).status_code == 404


def test_a_broken_trial_has_no_numbers_but_a_reason(tmp_path: Path):
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "adsl.csv").write_text("USUBJID,TRT01P\n1,A\n1,B\n")
    client = create_app([tmp_path]).server.test_client()
    answer = client.get("/numbers/survival.json?trial=torn")
    assert answer.status_code == 422
    assert "adsl.csv, row 2" in answer.get_json()["error"]
    assert client.get("/numbers/survival.json?trial=freireich6mp").status_code == 200


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_p_values_of_a_cohort_are_in_no_table_unless_the_link_asks(client: FlaskClient, view: str):
    def tested(query: str) -> list[dict]:
        rows = client.get(f"/numbers/{view}.json?{query}").get_json()["rows"]
        judged = [row for row in rows if row.get("quantity") != "interaction_cohort_by_arm"]
        return [
            row
            for row in judged
            if row.get("p_value") is not None or (row.get("within") and row.get("interaction_p") is not None)
        ]

    cohort = "trial=inovate&where.SALVAGE=1&complement=on"
    assert tested(cohort) == []
    if tested("trial=inovate") and view != "reproduction":
        assert tested(f"{cohort}&reveal=on")


def test_the_interaction_that_judges_a_cohort_stays_in_its_table(client: FlaskClient):
    # the answer of the page beside "everyone else"
    rows = fetch(client, trial="gbsg2", complement="on", **{"where.MENOSTAT": "Post"})
    assert rows["interaction_cohort_by_arm"][0]["p_value"] == pytest.approx(0.891149248072912, abs=1e-6)
    assert all(row["p_value"] is None and row["statistic"] is None for row in rows["log_rank"])
    assert "reveal=on" in rows["log_rank"][0]["note"]
