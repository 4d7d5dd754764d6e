"""The settings of transplants: inferred, declared in a folder of its own, refused where they name what is not there."""

from pathlib import Path

import numpy as np
import pytest

from data.contract import Endpoint, TrialError
from data.load import load
from data.transplant import infer_transplant

TRIAL = """
id = "grafts"
name = "Grafts"
title = "Grafts"

[[arm]]
id = "a"
value = "A"
label = "A"
short = "A"

[[population]]
id = "all"
label = "Everybody"
short = "All"

[[endpoint]]
id = "OS"
label = "Overall survival"
recorded = "days"
unit = "months"

[[endpoint]]
id = "REL"
label = "Relapse"
recorded = "weeks"
unit = "months"

[[endpoint]]
id = "GVHD"
label = "Acute GVHD"
recorded = "days"
unit = "months"

[transplant]
label = "Acute GVHD"
event = "{event}"
at_start = true
relapse = "REL"
relapse_kind = "KIND"
relapse_values = ["RELAPSE"]
disease_death = "DISEASE"
"""
SUBJECTS = """USUBJID,TRT01P,TRT01A,KIND,DISEASE
1,A,A,RELAPSE,N
2,A,A,OTHER,N
3,A,A,,Y
4,A,A,,N
"""
TIMES = """USUBJID,PARAMCD,PARAM,AVAL,AVALU,CNSR
1,OS,Overall survival,300,DAYS,0
2,OS,Overall survival,200,DAYS,0
3,OS,Overall survival,150,DAYS,0
4,OS,Overall survival,400,DAYS,1
1,REL,Relapse,10,WEEKS,0
2,REL,Relapse,12,WEEKS,0
3,REL,Relapse,20,WEEKS,1
4,REL,Relapse,50,WEEKS,1
1,GVHD,Acute GVHD,30,DAYS,0
2,GVHD,Acute GVHD,20,DAYS,1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A trial in which everybody was transplanted at the start."""
    (tmp_path / "adsl.csv").write_text(SUBJECTS)
    (tmp_path / "adtte.csv").write_text(TIMES)
    (tmp_path / "trial.toml").write_text(TRIAL.replace("{event}", "GVHD"))
    return tmp_path


def test_days_are_read_in_one_unit(folder: Path) -> None:
    days = load(folder, "grafts", "here").transplant
    assert days is not None
    assert days.end.tolist() == [300, 200, 150, 400]
    assert days.event is not None
    assert days.event.tolist() == [30, np.inf, np.inf, np.inf]
    assert days.transplanted is not None
    assert days.transplanted.tolist() == [0, 0, 0, 0]
    # the second patient's event is no relapse; the third died of the disease without a recorded one
    assert days.relapsed is not None
    assert days.relapsed.tolist() == [70, np.inf, 150, np.inf]
    assert days.dated_by_death.tolist() == [False, False, True, False]


@pytest.mark.parametrize("event", ["NOWHERE", "KIND"])
def test_an_event_that_is_not_there_is_refused(folder: Path, event: str) -> None:
    # KIND is a column but no start of the days is there to count from
    (folder / "trial.toml").write_text(TRIAL.replace("{event}", event))
    with pytest.raises(TrialError, match=r"of the transplant|start of the days"):
        load(folder, "grafts", "here")


def test_transplants_are_inferred_only_where_an_endpoint_says_so() -> None:
    def endpoints(*ids: str) -> list[Endpoint]:
        return [Endpoint(id=name, label=name, recorded="days", unit="months") for name in ids]

    assert infer_transplant(endpoints("OS", "TTREL")) is None
    found = infer_transplant(endpoints("OS", "TTREL", "TTAGVHD"))
    assert found is not None
    assert (found.label, found.event, found.at_start, found.relapse) == ("Acute GVHD", "TTAGVHD", True, "TTREL")
    without = infer_transplant(endpoints("RFS", "TTPLT"))
    assert without is not None
    assert (without.survival, without.relapse) == ("RFS", "")
