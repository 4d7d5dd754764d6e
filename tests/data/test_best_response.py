"""The best response of ADRS becomes that of the patients where ADSL has none of its own."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from data import trial_toml
from data.contract import Trial

Loaded = Callable[..., Trial]


@pytest.fixture
def adrs(adsl: pd.DataFrame) -> pd.DataFrame:
    """A best response of seven subjects, and assessments under another parameter."""
    best = pd.DataFrame(
        {"USUBJID": adsl["USUBJID"][:7], "PARAMCD": "BOR", "AVALC": ["CR", "PD", "PR", "SD", "CR", "MISSING", "NE"]}
    )
    return pd.concat([best, best.assign(PARAMCD="OVR"), best.assign(PARAMCD="OVR")])


def responders(trial: Trial) -> list[str]:
    assert trial.response is not None
    return [name[-3:] for name in trial.patients.index[trial.response]]


@pytest.mark.parametrize("parameter", ["BOR", "BESRSPI"])
def test_complete_and_partial_responses_are_the_objective_response(
    adsl: pd.DataFrame, adtte: pd.DataFrame, adrs: pd.DataFrame, loaded: Loaded, parameter: str
) -> None:
    table = adrs.replace({"PARAMCD": {"BOR": parameter}})
    trial = loaded(adsl=adsl, adtte=adtte, adrs_onco=table)
    assert responders(trial) == ["001", "003", "005"]
    assert trial.design.response is not None
    assert trial.design.response.label == "Objective response"
    assert trial.patients["BESTRESP"].fillna("").tolist() == ["CR", "PD", "PR", "SD", "CR", "MISSING", "NE", ""]
    note = next(finding for finding in trial.findings if finding.rule == "best-response")
    assert (note.severity, note.file) == ("note", "adrs_onco.csv")
    assert parameter in note.message


def test_the_response_of_adsl_comes_first(
    adsl: pd.DataFrame, adtte: pd.DataFrame, adrs: pd.DataFrame, loaded: Loaded
) -> None:
    trial = loaded(adsl=adsl.assign(RESPFL=["Y"] + ["N"] * 7), adtte=adtte, adrs=adrs)
    assert responders(trial) == ["001"]
    assert "BESTRESP" not in trial.patients


def test_several_rows_a_subject_are_no_best_response(
    adsl: pd.DataFrame, adtte: pd.DataFrame, adrs: pd.DataFrame, loaded: Loaded
) -> None:
    trial = loaded(adsl=adsl, adtte=adtte, adrs=pd.concat([adrs, adrs]))
    assert trial.design.response is None
    assert trial.response is None


def test_the_written_settings_name_it_and_open_again(
    adsl: pd.DataFrame, adtte: pd.DataFrame, adrs: pd.DataFrame, loaded: Loaded, write: Callable[..., Path]
) -> None:
    trial = loaded(adsl=adsl, adtte=adtte, adrs=adrs)
    folder = write()
    trial_toml.write(trial.design, folder)
    again = loaded(adsl=adsl, adtte=adtte, adrs=adrs)
    assert again.design.response == trial.design.response
    assert again.design.assessments == trial.design.assessments
    assert responders(again) == responders(trial)
