"""The path of patients at the door: what is inferred, what is refused, and how stages and days are coded."""

from pathlib import Path

import numpy as np
import pandas as pd

from data.contract import Endpoint
from data.load import load
from data.stages import infer_states

TOML = """
name = "T"
title = "A trial"
path = "Path to transplant"
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
id = "all"
label = "All"
short = "All"
[[endpoint]]
id = "OS"
label = "Overall survival"
recorded = "days"
unit = "days"
"""
STAGE = """
[[stage]]
variable = "HSCTPATH"
label = "Transplant"
levels = [{ value = "DIRECT", label = "Direct" }, { value = "LATER", label = "Later" }]
otherwise = "None"
reached = ["DIRECT", "LATER"]
"""
STATES = """
[[state]]
id = "start"
label = "Before"
[[state]]
id = "hsct"
label = "After HSCT"
entered = "HSCTDT"
[[state]]
id = "dead"
label = "Dead"
entered = "OS"
"""


def with_path(adsl: pd.DataFrame) -> pd.DataFrame:
    return adsl.assign(
        HSCTPATH=["DIRECT", "LATER", None, None, "DIRECT", None, None, None],
        RANDDT="2020-01-01",
        HSCTDT=["2020-01-05", "2020-01-20", None, None, "2020-01-31", None, None, None],
    )


def folder_with(write, adsl, adtte, text) -> Path:
    folder = write(adsl=with_path(adsl), adtte=adtte)
    (folder / "trial.toml").write_text(text)
    return folder


def test_the_disposition_is_inferred_from_the_standard_names(loaded, adsl, adtte):
    reasons = ["", "ADVERSE EVENT", "Withdrew Consent", "ADVERSE EVENT", "", "", "", ""]
    status = ["COMPLETED" if not reason else "DISCONTINUED" for reason in reasons]
    trial = loaded(adsl=adsl.assign(EOSSTT=status, DCSREAS=reasons), adtte=adtte)
    treated, ended, why = trial.design.stages
    assert [level.label for level in treated.levels] == ["Treated", "Not treated"]
    assert [level.label for level in ended.levels] == ["Discontinued", "Completed"]
    assert ended.reached == ("COMPLETED",)
    assert [level.label for level in why.levels] == ["Adverse event", "Withdrew Consent"]
    assert why.otherwise == "Completed"
    assert trial.design.path == "Disposition"
    assert trial.stages["DCSREAS"].tolist() == [2, 0, 1, 0, 2, 2, 2, 2]
    assert trial.stages["SAFFL"].tolist() == [0] * 7 + [1]


def test_those_without_a_reason_are_called_by_how_the_study_ended_for_them(loaded, adsl, adtte):
    reasons = ["ADVERSE EVENT"] * 3 + [""] * 5

    def otherwise(status):
        return loaded(adsl=adsl.assign(EOSSTT=status, DCSREAS=reasons), adtte=adtte).design.stages[-1].otherwise

    left = ["DISCONTINUED"] * 3
    assert otherwise([*left, "COMPLETED", "ONGOING", "COMPLETED", "ONGOING", "ONGOING"]) == "Ongoing or completed"
    assert otherwise([*left, "DISCONTINUED", *["COMPLETED"] * 4]) == "No reason given"
    assert otherwise([*left, "", *["COMPLETED"] * 4]) == "No reason given"
    stages = loaded(adsl=adsl.assign(DCSREAS=reasons), adtte=adtte).design.stages
    assert [stage.variable for stage in stages] == ["SAFFL", "DCSREAS"]
    assert stages[-1].otherwise == "No reason given"


def test_states_are_inferred_from_survival_and_the_event_before_it():
    def endpoint(code):
        return Endpoint(id=code, label=code, recorded="days", unit="days")

    assert infer_states([endpoint("PFS")]) == ()
    assert [s.label for s in infer_states([endpoint("OS")])] == ["Alive", "Dead"]
    found = infer_states([endpoint("TTREL"), endpoint("OS"), endpoint("DFS")])
    assert [(s.label, s.entered) for s in found] == [("Disease-free", ""), ("After recurrence", "DFS"), ("Dead", "OS")]


def test_everybody_treated_is_no_stage(loaded, adsl, adtte):
    assert loaded(adsl=adsl.assign(SAFFL="Y"), adtte=adtte).design.stages == ()


def test_declared_stages_and_states_are_coded(write, adsl, adtte):
    trial = load(folder_with(write, adsl, adtte, TOML + STAGE + STATES), "trial", "trial")
    assert trial.design.path == "Path to transplant"
    assert trial.stages["HSCTPATH"].tolist() == [0, 1, 2, 2, 0, 2, 2, 2]
    # the day of randomization is day 1; deaths are the OS rows with CNSR 0
    inf = np.inf
    assert trial.entered[:, 1].tolist() == [5, 20, inf, inf, 31, inf, inf, inf]
    assert trial.entered[:, 2].tolist() == [10, 20, inf, 40, 50, inf, 70, 80]
    assert (trial.entered[:, 0] == 0).all()


def refusals(lines, write, adsl, adtte, text):
    folder_with(write, adsl, adtte, text)
    return [line for line in lines(adsl=with_path(adsl), adtte=adtte) if line.startswith("error")]


def test_what_a_path_names_must_be_there(lines, write, adsl, adtte):
    for text, expected in (
        (STAGE.replace('"HSCTPATH"', '"NOPATH"').replace("levels", "#"), "stage[1].levels"),
        (STAGE.replace('variable = "HSCTPATH"', 'variable = "NOPATH"'), "stage NOPATH is no column"),
        (STAGE.replace('"LATER"', '"LAST"'), "'LATER' is no declared level of the stage (DIRECT, LAST)"),
        (STAGE.replace('reached = ["DIRECT"', 'reached = ["EARLY"'), "stage[1].reached"),
        (STATES.replace('"OS"', '"DTHDT"'), "the last state, dead, is entered by no declared endpoint"),
        (STATES.replace('"HSCTDT"', '"GONEDT"'), "the state hsct is entered by no endpoint and no column"),
        (STATES.replace('entered = "HSCTDT"', ""), "state[2].entered"),
        ('[[state]]\nid = "start"\nlabel = "Before"\n', "one state alone"),
        (STAGE + STAGE, "'HSCTPATH' is there twice"),
    ):
        found = refusals(lines, write, adsl, adtte, TOML + text)
        assert any(expected in line for line in found), (expected, found)


def test_a_date_needs_a_start(lines, write, adsl, adtte):
    folder = folder_with(write, adsl, adtte, TOML + STATES)
    assert (folder / "trial.toml").is_file()
    found = lines(adsl=with_path(adsl).drop(columns="RANDDT"), adtte=adtte)
    assert any("without RANDDT or TRTSDT" in line for line in found)
