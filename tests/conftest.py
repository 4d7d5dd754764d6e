"""What several folders of tests share: a small trial made of plain arrays, and where the reference data may lie."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.contract import Arm, Endpoint, EndpointTimes, Factor, FactorLevel, Population, Trial, TrialDesign

#: R's answers and real trials, beside the checkout where a developer has them; tests that need them skip without.
REFERENCE = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser tests come last: a broken number should show before a browser has started."""
    items.sort(key=lambda item: "browser" in item.path.parts)


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
