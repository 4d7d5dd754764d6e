"""The built-in trials hold what their sources hold. Counts from R survival 3.5-3 on the same published data."""

import numpy as np
import pytest

from data.catalog import Catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog()


@pytest.mark.parametrize(
    ("trial_id", "endpoint", "arm", "patients", "events", "longest", "total"),
    [
        # aggregate(time ~ treat, drug6mp, sum), table(treat, relapse) of R KMsurv::drug6mp, both arms
        ("freireich6mp", "TTR", "6mp", 21, 9, 35, 359),
        ("freireich6mp", "TTR", "placebo", 21, 21, 23, 182),
        # the same of R survival::gbsg, rfstime and status by hormon
        ("gbsg2", "RFS", "hormonal-therapy", 246, 94, 2659, 305119),
        ("gbsg2", "RFS", "no-hormonal-therapy", 440, 205, 2563, 466281),
    ],
)
def test_counts(
    catalog: Catalog, trial_id: str, endpoint: str, arm: str, patients: int, events: int, longest: int, total: int
) -> None:
    trial = catalog.trial(trial_id)
    position = [arm.id for arm in trial.design.arms].index(arm)
    of_arm = trial.planned == position
    times = trial.times[endpoint]
    assert of_arm.sum() == patients
    assert times.event[of_arm].sum() == events
    assert times.time[of_arm].max() == longest
    assert times.time[of_arm].sum() == total


def test_settings_of_the_built_in_trials(catalog: Catalog) -> None:
    for trial_id, unit in (("freireich6mp", "weeks"), ("gbsg2", "days")):
        trial = catalog.trial(trial_id)
        assert trial.findings == ()
        assert trial.design.provenance.kind == "real"
        assert trial.design.endpoints[0].recorded == trial.design.endpoints[0].unit == unit
        assert trial.design.arms[-1].reference
        assert "19" in trial.design.citation
        assert (trial.folder / "SOURCE.md").is_file()
        assert all((codes >= 0).all() for codes in trial.factors.values())


def test_factor_levels_of_the_built_in_trials(catalog: Catalog) -> None:
    # table(cut(logWBC, c(0, 2.30, 3.00, 6))), table(sex)
    leukaemia = catalog.trial("freireich6mp")
    assert np.bincount(leukaemia.factors["LOGWBC"]).tolist() == [11, 14, 17]
    assert np.bincount(leukaemia.factors["SEX"]).tolist() == [22, 20]
    # with(gbsg, table(cut(nodes, c(0, 3, 9, 99)))), table(grade), table(meno)
    breast = catalog.trial("gbsg2")
    assert np.bincount(breast.factors["PNODES"]).tolist() == [376, 207, 103]
    assert np.bincount(breast.factors["TGRADE"]).tolist() == [81, 444, 161]
    assert np.bincount(breast.factors["MENOSTAT"]).tolist() == [290, 396]
