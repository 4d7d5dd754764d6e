"""A made trial of any size for the benchmark: two arms, 14 factors with 35 levels, events, stages; and as CSV for R."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

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
    Trial,
    TrialDesign,
)

LEVELS = (2, 3) * 7
STAGES = ("TREATED", "RESPONSE", "HSCT")
TERMS, CLASSES, EVENTS_PER_PATIENT = 250, 22, 12


def made_trial(n: int, seed: int = 7) -> Trial:
    """`n` patients with survival in whole days, 70% with an event, eight strata and 12 adverse events each."""
    random = np.random.default_rng(seed)
    arm = random.integers(0, 2, n)
    latent = np.ceil(random.exponential(np.where(arm == 0, 330.0, 250.0)))
    censored = np.ceil(random.uniform(60, 1400, n))
    time, event = np.minimum(latent, censored), latent <= censored
    patient = np.sort(random.integers(0, n, EVENTS_PER_PATIENT * n))
    term = np.floor(TERMS * random.random(len(patient)) ** 2).astype(np.int64)
    settings = AdverseEventSettings(scale="grade")
    names = tuple(f"Term {i:03}" for i in range(TERMS))
    classes = tuple(f"Class {i:02}" for i in range(CLASSES))
    events = AdverseEvents(
        settings=settings,
        scale="grade",
        terms=names,
        labels=names,
        organ_classes=classes,
        class_labels=classes,
        class_of=np.arange(TERMS) % CLASSES,
        patient=patient,
        term=term,
        grade=random.integers(1, 6, len(patient)),
        serious=random.random(len(patient)) < 0.1,
        related=random.random(len(patient)) < 0.4,
        fatal=random.random(len(patient)) < 0.005,
        emergent=np.ones(len(patient), dtype=bool),
        onset=np.ceil(random.uniform(0, 90, len(patient))),
        cycle=None,
        treated=np.full(n, 60.0),
        at_risk=np.full(n, 90.0),
        death=np.where(event, time, np.nan),
        last_seen=time,
    )
    design = TrialDesign(
        id=f"made-{n}",
        name="Made",
        title=f"{n} made patients",
        arms=(
            Arm(id="new", value="New", label="New", short="New"),
            Arm(id="old", value="Old", label="Old", short="Old", reference=True),
        ),
        populations=(Population(id="itt", label="ITT", short="ITT"),),
        endpoints=(Endpoint(id="OS", label="Overall survival", recorded="days", unit="days"),),
        factors=tuple(
            Factor(
                variable=f"F{i:02}",
                label=f"Factor {i}",
                levels=tuple(FactorLevel(value=str(k), label=f"Level {k}") for k in range(levels)),
            )
            for i, levels in enumerate(LEVELS)
        ),
        stages=tuple(
            Stage(
                variable=stage,
                label=stage.title(),
                levels=tuple(FactorLevel(value=str(k), label=f"{stage} {k}") for k in range(2)),
            )
            for stage in STAGES
        ),
        strata=("S",),
        adverse_events=settings,
    )
    return Trial(
        design=design,
        folder=Path(),
        patients=pd.DataFrame(index=pd.RangeIndex(n)),
        planned=arm,
        actual=arm,
        populations={"itt": np.ones(n, dtype=bool)},
        factors={f"F{i:02}": random.integers(0, levels, n) for i, levels in enumerate(LEVELS)},
        strata=random.integers(0, 8, n),
        times={"OS": EndpointTimes(time, event)},
        tables={},
        digest=f"made-{n}",
        adverse_events=events,
        stages={stage: random.integers(0, 2, n) for stage in STAGES},
    )


def write_for_r(trial: Trial, folder: Path) -> None:
    """`patients.csv` and `events.csv`, as the R script beside this file reads them."""
    times = trial.times["OS"]
    columns = {"arm": 1 - trial.planned, "time": times.time, "event": times.event.astype(int), "strata": trial.strata}
    pd.DataFrame({**columns, **trial.factors, **trial.stages}).to_csv(folder / "patients.csv", index=False)
    events = trial.adverse_events
    if events is not None:
        pd.DataFrame({"patient": events.patient + 1, "term": events.term, "grade": events.grade}).to_csv(
            folder / "events.csv", index=False
        )
