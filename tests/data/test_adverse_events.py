"""Adverse events read from tables: which column is which, and what every value becomes."""

import numpy as np
import pandas as pd
import pytest

from data import trial_toml
from data.adverse_events import sentence_case, study_day
from data.load import load

TOML = """
name = "T1"
title = "T1"
[[arm]]
id = "drug"
value = "Drug"
label = "Drug"
short = "Drug"
[[arm]]
id = "placebo"
value = "Placebo"
label = "Placebo"
short = "Placebo"
reference = true
[[population]]
id = "itt"
label = "ITT"
short = "ITT"
[adverse_events]
"""


@pytest.fixture
def adae():
    """Six events of the first three subjects, one without a term."""
    return pd.DataFrame(
        {
            "USUBJID": ["T1-001", "T1-001", "T1-002", "T1-002", "T1-003", "T1-003"],
            "AEBODSYS": ["SKIN", "SKIN", "GENERAL", "GENERAL", None, "SKIN"],
            "AEDECOD": ["RASH", "RASH", "FEVER", "QT PROLONGED", "HEADACHE", None],
            "AETOXGR": ["1", "3", "5", "2", "X", "1"],
            "AESER": ["N", "Y", "Y", "N", "N", "N"],
            "AEREL": ["PROBABLE", "REMOTE", "RELATED", None, "UNLIKELY", "Y"],
            "AEOUT": ["RECOVERED", None, "FATAL", None, None, None],
            "TRTEMFL": ["Y", "Y", "Y", None, "Y", "Y"],
            "ASTDY": [2, 9, 30, -4, None, 1],
        }
    )


def test_every_value_is_coded_by_the_standard_names(loaded, adsl, adtte, adae):
    adsl["TRTSDT"], adsl["TRTEDT"] = "2020-01-01", "2020-01-10"
    events = loaded(adsl=adsl, adtte=adtte, adae=adae).adverse_events
    assert events.terms == ("FEVER", "HEADACHE", "QT PROLONGED", "RASH")
    assert events.labels == ("Fever", "Headache", "QT prolonged", "Rash")
    assert events.organ_classes == ("GENERAL", "Not classified", "SKIN")
    assert events.class_of.tolist() == [0, 1, 0, 2]
    assert events.patient.tolist() == [0, 0, 1, 1, 2]
    assert events.term.tolist() == [3, 3, 0, 2, 1]
    assert events.grade.tolist() == [1, 3, 5, 2, 0]
    assert events.scale == "grade"
    assert events.serious.tolist() == [False, True, True, False, False]
    assert events.related.tolist() == [True, False, True, False, False]
    assert events.fatal.tolist() == [False, False, True, False, False]
    assert events.emergent.tolist() == [True, True, True, False, True]
    np.testing.assert_array_equal(events.onset, [2, 9, 30, -4, np.nan])
    assert events.cycle is None
    assert events.treated.tolist() == [10.0] * 8
    # OS of the fixture, in days: 10, 20, 30+, 40, 50, 60+, 70, 80
    np.testing.assert_array_equal(events.death, [10, 20, np.nan, 40, 50, np.nan, 70, 80])
    assert events.last_seen.tolist() == [10, 20, 30, 40, 50, 60, 70, 80]


def test_what_cannot_be_read_is_said(lines, adsl, adtte, adae):
    adae.loc[1, "AEBODSYS"] = "GENERAL"
    found = [line for line in lines(adsl=adsl, adtte=adtte, adae=adae) if "adae" in line]
    assert found == [
        "warning: adae.csv, row 6, column AEDECOD: has no term: left out [missing-term]",
        "warning: adae.csv, row 5, column AETOXGR: 'X' is no grade: counted at any grade only [grade-unknown]",
        "warning: adae.csv, column AEBODSYS: 'RASH' stands under 2 classes: counted under its most frequent "
        "[several-classes]",
    ]


def test_severities_and_onsets_by_date(loaded, adsl, adtte, adae):
    adsl["TRTSDTM"], adsl["TRTDURD"] = "2020-01-01T10:00:00", 21
    events = adae.drop(columns=["AETOXGR", "ASTDY", "TRTEMFL", "AESER", "AEBODSYS"])
    events["AESEV"] = ["MILD", "SEVERE", "MODERATE", "MILD", None, "MILD"]
    events["ASTDTM"] = ["2020-01-01", "2020-01-02T23:59:00", "2019-12-31", "2020-02", None, "2020-01-01"]
    read = loaded(adsl=adsl, adtte=adtte, adae=events).adverse_events
    assert read.scale == "severity"
    assert read.grade.tolist() == [1, 3, 2, 1, 0]
    np.testing.assert_array_equal(read.onset, [1, 2, -1, np.nan, np.nan])
    assert read.emergent.all()
    assert read.serious is None
    assert read.fatal.tolist() == [False, False, True, False, False]
    assert set(read.organ_classes) == {"Not classified"}
    assert read.treated.tolist() == [21.0] * 8


def test_the_window_makes_the_time_at_risk_but_not_beyond_death(write, adsl, adtte, adae):
    adsl["TRTDURD"] = 21
    folder = write(adsl=adsl, adtte=adtte, adae=adae)
    (folder / "trial.toml").write_text(f'{TOML}window_days = 42\nrelated_values = ["REMOTE"]\nonset = ""\n')
    (folder / "adtte.csv").unlink()
    adsl["DTHDT"], adsl["LSTALVDT"] = ["2020-01-31"] + [None] * 7, [None] + ["2021-01-01"] * 7
    adsl["TRTSDT"] = "2020-01-01"
    adsl.to_csv(folder / "adsl.csv", index=False)
    events = load(folder, "t", "t").adverse_events
    assert events.at_risk.tolist() == [31.0] + [63.0] * 7
    assert events.death[0] == 31
    assert events.related.tolist() == [False, True, False, False, False]
    assert np.isnan(events.onset).all()


def test_a_declared_column_must_be_there(lines, write, adsl, adae):
    folder = write(adsl=adsl, adae=adae)
    (folder / "trial.toml").write_text(f'{TOML}grade = "CTC"\n')
    said = "error: adae.csv, column CTC: the declared grade of adverse events is no column of adae [absent-variable]"
    assert said in lines(adsl=adsl, adae=adae)
    (folder / "trial.toml").write_text(f'{TOML}table = "adae2"\n')
    said = "error: trial.toml: adverse_events.table: there is no table 'adae2' [absent-variable]"
    assert said in lines(adsl=adsl, adae=adae)


def test_settled_settings_are_written_and_read_back(loaded, adsl, adtte, adae):
    trial = loaded(adsl=adsl, adtte=adtte, adae=adae)
    settings = trial.design.adverse_events
    assert (settings.term, settings.grade, settings.scale, settings.cycle) == ("AEDECOD", "AETOXGR", "grade", "")
    path = trial_toml.write(trial.design, trial.folder)
    assert trial_toml.read(path, adsl, "another") == trial.design
    assert load(trial.folder, "trial", "trial").design.adverse_events == settings


def test_a_trial_without_events_or_terms_has_none(loaded, adsl, adtte, adae):
    assert loaded(adsl=adsl, adtte=adtte).adverse_events is None
    nameless = loaded(adsl=adsl, adtte=adtte, adae=adae.drop(columns="AEDECOD"))
    assert nameless.adverse_events is None
    assert nameless.design.adverse_events is None


def test_only_data_that_shout_throughout_are_quieted():
    assert sentence_case(["RASH", "ECG ABNORMAL", "PARKINSON'S DISEASE"]) == (
        "Rash",
        "ECG abnormal",
        "Parkinson's disease",
    )
    assert sentence_case(["RASH", "Nausea", "VOD"]) == ("RASH", "Nausea", "VOD")


def test_there_is_no_day_zero():
    assert study_day(np.array([9.0, 10.0, 11.0, np.nan]), np.array([10.0] * 4))[:3].tolist() == [-1, 1, 2]
