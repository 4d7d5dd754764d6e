"""What several folders of tests share: a small trial made of plain arrays, and where the reference data may lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from data.contract import (
    AdverseEvents,
    AdverseEventSettings,
    Arm,
    Endpoint,
    EndpointTimes,
    Factor,
    FactorLevel,
    Population,
    Stage,
    State,
    Trial,
    TrialDesign,
)

# examples are the same on every run, and a busy machine is no failure
settings.register_profile("trialboard", deadline=None, derandomize=True)
settings.load_profile("trialboard")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser tests come last: a broken number should show before a browser has started."""
    items.sort(key=lambda item: "browser" in item.path.parts)


def write_trial(folder: Path) -> None:
    """Sixty patients of two arms in plain ADaM tables without a trial.toml; the same on every machine."""
    random = np.random.default_rng(1)
    n = 60
    subject = [f"T-{i:03}" for i in range(n)]
    arm = np.where(np.arange(n) % 2 == 0, "Drug <b>X</b>", "Placebo")
    sex = np.where(random.random(n) < 0.5, "F", "M")
    died = np.ceil(random.exponential(np.where(arm == "Placebo", 200, 420))).astype(int)
    progressed = np.ceil(died * random.uniform(0.3, 1, n)).astype(int)
    folder.mkdir(parents=True)
    stayed = random.random(n) < 0.6
    pd.DataFrame(
        {
            "USUBJID": subject,
            "TRT01P": arm,
            "ITTFL": "Y",
            "SAFFL": "Y",
            "SEX": sex,
            "EOSSTT": np.where(stayed, "COMPLETED", "DISCONTINUED"),
            "DCSREAS": np.where(stayed, "", "ADVERSE EVENT"),
        }
    ).to_csv(folder / "adsl.csv", index=False)
    rows = [
        (s, code, label, min(int(day), 700), "DAYS", int(day > 700))
        for code, label, days in (("OS", "Overall survival", died), ("PFS", "Progression-free survival", progressed))
        for s, day in zip(subject, days, strict=True)
    ]
    columns = ["USUBJID", "PARAMCD", "PARAM", "AVAL", "AVALU", "CNSR"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "adtte.csv", index=False)
    events = [
        (s, "GASTROINTESTINAL DISORDERS", term, "Y", "N", severity, day)
        for term, share, severity, day in (("NAUSEA", 0.5, "MILD", 3), ("<b>VOMITING</b>", 0.2, "SEVERE", 9))
        for s in np.array(subject)[random.random(n) < share]
    ]
    columns = ["USUBJID", "AEBODSYS", "AEDECOD", "TRTEMFL", "AESER", "AESEV", "ASTDY"]
    pd.DataFrame(events, columns=columns).to_csv(folder / "adae.csv", index=False)


@pytest.fixture(scope="session")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a healthy trial, `small`, one without times, `disposition`, and one that is broken, `torn`."""
    root = tmp_path_factory.mktemp("trials")
    write_trial(root / "small")
    write_trial(root / "disposition")
    (root / "disposition" / "adtte.csv").unlink()
    write_trial(root / "torn")
    table = root / "torn" / "adtte.csv"
    table.write_text(table.read_text().replace(",DAYS,0", ",DAYS,0.5", 1))
    return root


@pytest.fixture
def trial() -> Trial:
    """Eight patients, two arms, one factor: small enough to count by hand.

    New: 6, 6, 7+, 10 (weeks); Old: 1, 2, 3, 4+. F: first, third, fifth, seventh patient. The last Old patient is
    not in the safety population and took New.
    """
    design = TrialDesign(
        id="eight",
        name="Eight",
        title="Eight patients",
        arms=(
            Arm(id="new", value="New", label="New drug", short="New"),
            Arm(id="old", value="Old", label="Old drug", short="Old", reference=True),
        ),
        populations=(
            Population(id="itt", label="Intention-to-treat", short="ITT"),
            Population(id="safety", label="Safety", short="Safety", flag="SAFFL", treatment="actual"),
        ),
        endpoints=(
            Endpoint(id="OS", label="Overall survival", recorded="weeks", unit="weeks", event="death"),
            Endpoint(id="PFS", label="Progression-free survival", recorded="days", unit="weeks"),
        ),
        factors=(
            Factor(
                variable="SEX",
                label="Sex",
                levels=(FactorLevel(value="F", label="Female"), FactorLevel(value="M", label="Male")),
            ),
        ),
    )
    time = np.array([6, 6, 7, 10, 1, 2, 3, 4], dtype=float)
    event = np.array([1, 1, 0, 1, 1, 1, 1, 0], dtype=bool)
    return Trial(
        design=design,
        folder=Path(),
        patients=pd.DataFrame(index=pd.Index([f"P{i}" for i in range(8)], name="USUBJID")),
        planned=np.array([0, 0, 0, 0, 1, 1, 1, 1]),
        actual=np.array([0, 0, 0, 0, 1, 1, 1, 0]),
        populations={"itt": np.ones(8, dtype=bool), "safety": np.array([1, 1, 1, 1, 1, 1, 1, 0], dtype=bool)},
        factors={"SEX": np.array([0, 1, 0, 1, 0, 1, 0, 1])},
        strata=np.zeros(8, dtype=int),
        times={"OS": EndpointTimes(time, event), "PFS": EndpointTimes(time * 7, event)},
        tables={},
        digest="eight",
    )


@pytest.fixture
def safety_trial(trial: Trial) -> Trial:
    """The eight patients of `trial` with nine events; the safety population is the first seven.

    New (0-3): rash grade 1 and 3 in patient 0, rash grade 2 in 1, fever grade 4, serious, in 1. Old (4-6): rash
    grade 1 in 4, fever grade 5 in 5 and, not treatment-emergent, in 6. Fever in 7, who is not in the population.
    Treated for 30, 60, 90, 120 and 30, 30, 60 days.
    """
    return replace(
        trial,
        adverse_events=AdverseEvents(
            settings=AdverseEventSettings(term="AEDECOD", emergent="TRTEMFL", dictionary="MedDRA 19.1"),
            scale="grade",
            terms=("COUGH", "FEVER", "RASH"),
            labels=("Cough", "Fever", "Rash"),
            organ_classes=("GENERAL", "SKIN"),
            class_labels=("General", "Skin"),
            class_of=np.array([0, 0, 1]),
            patient=np.array([0, 0, 1, 1, 4, 5, 6, 7, 0]),
            term=np.array([2, 2, 2, 1, 2, 1, 1, 1, 0]),
            grade=np.array([1, 3, 2, 4, 1, 5, 2, 2, 0]),
            serious=np.array([0, 0, 0, 1, 0, 1, 0, 1, 0], dtype=bool),
            related=None,
            fatal=np.array([0, 0, 0, 0, 0, 1, 0, 0, 0], dtype=bool),
            emergent=np.array([1, 1, 1, 1, 1, 1, 0, 1, 1], dtype=bool),
            onset=np.array([5, 40, 10, 20, 3, 12, 2, 2, np.nan]),
            cycle=np.array([1, 2, 1, 1, 1, 1, 1, 1, 0]),
            treated=np.array([30, 60, 90, 120, 30, 30, 60, 30], dtype=float),
            at_risk=np.array([30, 60, 90, 120, 30, 30, 60, 30], dtype=float),
            death=np.array([np.nan, np.nan, 80, np.nan, np.nan, 20, np.nan, np.nan]),
            last_seen=np.array([100, 100, 80, 200, 60, 20, 70, 40], dtype=float),
        ),
    )


#: Arm, treated, response, path, days of response, relapse and transplant, last day, dead, patients. The numbers of
#: patients are those of the INO-VATE report: 164 and 162 randomized, 143 treated with standard of care, 121 and 50
#: responders, 70 and 18 transplanted directly (65 and 17 of them in remission), 9 and 18 after more therapy.
COURSES = (
    ("ino", "Y", "Y", "DIRECT", 40, 300, 120, 400, True, 40),
    ("ino", "Y", "Y", "DIRECT", 40, np.inf, 120, 900, False, 25),
    ("ino", "Y", "Y", "LATER", 40, 150, 250, 500, True, 6),
    ("ino", "Y", "Y", None, 40, 200, np.inf, 350, True, 50),
    ("ino", "Y", "N", "DIRECT", np.inf, 90, 90, 300, True, 5),
    ("ino", "Y", "N", "LATER", np.inf, 45, 260, 600, True, 3),
    ("ino", "Y", "N", None, np.inf, 45, np.inf, 150, True, 32),
    ("ino", "Y", "N", None, np.inf, 45, np.inf, 100, False, 3),
    ("soc", "Y", "Y", "DIRECT", 40, 300, 120, 400, True, 10),
    ("soc", "Y", "Y", "DIRECT", 40, np.inf, 120, 900, False, 7),
    ("soc", "Y", "Y", "LATER", 40, 150, 250, 500, True, 8),
    ("soc", "Y", "Y", None, 40, 180, np.inf, 300, True, 25),
    ("soc", "Y", "N", "DIRECT", np.inf, 90, 90, 300, True, 1),
    ("soc", "Y", "N", "LATER", np.inf, 45, 260, 600, True, 7),
    ("soc", "Y", "N", "LATER", np.inf, 45, 260, 800, False, 2),
    ("soc", "Y", "N", None, np.inf, 45, np.inf, 120, True, 83),
    ("soc", "N", "N", "LATER", np.inf, 30, 260, 900, False, 1),
    ("soc", "N", "N", None, np.inf, np.inf, np.inf, 100, True, 10),
    ("soc", "N", "N", None, np.inf, np.inf, np.inf, 50, False, 8),
)


@pytest.fixture
def transplants() -> Trial:
    """A trial with stages and states: 326 patients in the courses of `COURSES`."""
    rows = [course[:-1] for course in COURSES for _ in range(course[-1])]
    arm, treated, response, path, *numbers = (np.array(column) for column in zip(*rows, strict=True))
    responded, relapsed, transplanted, end = (column.astype(float) for column in numbers[:4])
    dead = numbers[4].astype(bool)
    stages = (
        Stage("SAFFL", "Treatment", (FactorLevel("Y", "Treated"), FactorLevel("N", "Never treated")), reached=("Y",)),
        Stage("RESPFL", "Response", (FactorLevel("Y", "CR/CRi"), FactorLevel("N", "No CR/CRi")), reached=("Y",)),
        Stage(
            "HSCTPATH",
            "Transplant",
            (FactorLevel("DIRECT", "Direct to HSCT"), FactorLevel("LATER", "HSCT after more therapy")),
            otherwise="No HSCT",
            reached=("DIRECT", "LATER"),
        ),
    )
    states = (
        State("start", "No remission"),
        State("relapse", "Relapsed or progressed", "PFS"),
        State("remission", "In remission", "RESPDT"),
        State("hsct", "After HSCT", "HSCTDT"),
        State("dead", "Dead", "OS"),
    )
    n = len(rows)
    return Trial(
        design=TrialDesign(
            id="transplants",
            name="Transplants",
            title="Transplants",
            arms=(
                Arm(id="ino", value="ino", label="Inotuzumab ozogamicin", short="Inotuzumab"),
                Arm(id="soc", value="soc", label="Standard of care", short="SoC", reference=True),
            ),
            populations=(Population(id="itt", label="Intention-to-treat", short="ITT"),),
            endpoints=(
                Endpoint(id="OS", label="Overall survival", recorded="days", unit="months", sided=1, milestone=24),
            ),
            stages=stages,
            states=states,
            path="Path to transplant",
        ),
        folder=Path(),
        patients=pd.DataFrame(index=pd.Index([f"P{i}" for i in range(n)], name="USUBJID")),
        planned=np.where(arm == "ino", 0, 1),
        actual=np.where(treated == "Y", np.where(arm == "ino", 0, 1), -1),
        populations={"itt": np.ones(n, dtype=bool)},
        factors={},
        strata=np.zeros(n, dtype=int),
        times={"OS": EndpointTimes(end, dead)},
        tables={},
        digest="transplants",
        stages={
            "SAFFL": np.where(treated == "Y", 0, 1),
            "RESPFL": np.where(response == "Y", 0, 1),
            "HSCTPATH": np.select([path == "DIRECT", path == "LATER"], [0, 1], 2),
        },
        entered=np.column_stack([np.zeros(n), relapsed, responded, transplanted, np.where(dead, end, np.inf)]),
    )
