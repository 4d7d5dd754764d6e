"""The liver by hand and against the INO-VATE report."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimate import NotEstimable
from analysis.hepatic import HepaticOptions, analyse, missing, tidy
from analysis.selection import whole_trial
from data.catalog import Catalog
from data.contract import Hepatic, Transplant, TransplantDays


def result_of(trial, **chosen):
    return analyse(trial, replace(whole_trial(trial.design), **chosen), HepaticOptions())


def row_of(result, group, label):
    row = next(row for row in result.rows if (row.group, row.label) == (group, label))
    return row.events, row.of


@pytest.fixture
def liver(safety_trial):
    """The safety population is the first seven, three of them on Old. VOD/SOS: 0 after transplant, 1 before it, 4.

    Events of the liver: grade 1 and 3 in 0, 1 in 4, one not treatment-emergent in 6, one in 7, and in 2 a row without
    a term, which is no event.
    """
    day = np.array([60, 60, np.inf, np.inf, np.inf, 40, np.inf, 40])
    patients = pd.DataFrame(
        {
            "VODFL": ["Y", "Y", "N", "N", "Y", "N", "N", "Y"],
            "VODDT": ["2020-03-20", "2020-02-01", None, None, "2020-01-20", None, None, "2020-02-01"],
            "HSCTDT": ["2020-03-01", "2020-03-01", None, None, None, "2020-02-10", None, "2020-02-10"],
            "TRTSDT": "2020-01-01",
            "TRTEDT": "2020-01-30",
            "DTHTERM": ["VOD/SOS", None, None, None, "INFECTION", None, None, "VOD/SOS"],
        },
        index=safety_trial.patients.index,
    )
    events = safety_trial.adverse_events
    inside = [True, True, False, False, True, False, True, True, False]
    adae = pd.DataFrame(
        {"USUBJID": patients.index[events.patient], "AEDECOD": [events.terms[term] for term in events.term],
         "CQ": np.where(inside, "LIVER", "OTHER")}
    )  # fmt: skip
    adae = pd.concat([pd.DataFrame({"USUBJID": [patients.index[2]], "AEDECOD": [None], "CQ": ["LIVER"]}), adae])
    n = len(patients)
    hepatic = Hepatic(
        group="CQ", value="LIVER", vod="VODFL", vod_day="VODDT", fatal="DTHTERM", fatal_values=("VOD/SOS",)
    )
    return replace(
        safety_trial,
        design=replace(safety_trial.design, transplant=Transplant(event="HSCTDT"), hepatic=hepatic),
        patients=patients,
        tables={"adae": adae},
        transplant=TransplantDays(np.full(n, 100.0), np.zeros(n, bool), day, day, None, np.zeros(n, bool)),
    )


def test_by_hand(liver):
    result = result_of(liver)
    assert row_of(result, "Hepatotoxicity", "Any grade") == ((1, 1), (4, 3))
    assert row_of(result, "Hepatotoxicity", "Grade ≥3") == ((1, 0), (4, 3))
    assert row_of(result, "VOD/SOS", "Any") == ((2, 1), (4, 3))
    assert row_of(result, "VOD/SOS", "After HSCT") == ((1, 0), (2, 1))
    assert row_of(result, "VOD/SOS", "Without HSCT") == ((1, 1), (4, 3))
    assert row_of(result, "VOD/SOS by onset", "During treatment") == ((0, 1), (4, 3))
    assert row_of(result, "VOD/SOS by onset", "After the last dose") == ((2, 0), (4, 3))
    assert row_of(result, "Fatal VOD/SOS", "Any") == ((1, 0), (4, 3))
    onsets = {(o.origin, o.arm.id): (o.n, o.median) for o in result.onsets}
    assert onsets["from transplant", "new"] == (1, 19)
    assert onsets["from the first dose", "old"] == (1, 20)


def test_without_an_arm_to_compare_there_is_no_difference(liver):
    result = result_of(liver, arms=("new",))
    assert result.reference is None
    assert all(row.differences == (None,) for row in result.rows)


def test_what_is_missing(trial):
    assert "[hepatic]" in missing(trial)
    assert isinstance(result_of(trial), NotEstimable)


def test_the_report_of_inovate():
    # Kantarjian et al., Cancer 2019;125:2474-87, Results, Hepatotoxicity and Deaths; Table 4
    result = result_of(next(entry for entry in Catalog([]).entries if entry.id == "inovate"))
    assert result.sizes == (164, 143)
    liver = next(row for row in result.rows if row.label == "Any grade")
    assert [round(100 * share.value, 1) for share in liver.shares] == [50.6, 36.4]
    assert row_of(result, "VOD/SOS", "Any") == ((23, 3), (164, 143))
    assert row_of(result, "VOD/SOS", "After HSCT") == ((18, 3), (79, 35))
    assert row_of(result, "VOD/SOS", "Without HSCT")[0][0] == 5
    assert row_of(result, "Fatal VOD/SOS", "Any")[0] == (6, 0)
    assert {row["quantity"] for row in tidy(result)} == {"share", "difference", "onset_days"}
