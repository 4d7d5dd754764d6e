"""Every real trial beside the checkout opens without settings, and agrees with R's counts. Skipped without them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from data.catalog import Catalog
from data.contract import Trial
from data.load import load
from data.readers import read_table

SHARED = Path(__file__).resolve().parents[3] / "shared"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the reference trials are not beside the checkout")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog([SHARED / "adam", SHARED / "trials"])


def test_every_trial_opens(catalog: Catalog) -> None:
    assert all(isinstance(entry, Trial) for entry in catalog.entries)
    assert len(catalog.entries) >= 21


@pytest.mark.parametrize("copy", ["parquet", "xpt_tdf_2018", "datasetjson_1_1"])
def test_the_copies_of_the_cdisc_pilot_give_equal_trials(
    catalog: Catalog, assert_equal: Callable[[Trial, Trial], None], copy: str
) -> None:
    assert_equal(catalog.trial("cdiscpilot01-csv"), catalog.trial(f"cdiscpilot01-{copy}"))


@pytest.mark.parametrize("extension", [".ndjson", ".dsjc"])
def test_the_other_forms_of_dataset_json(
    catalog: Catalog, assert_equal: Callable[[Trial, Trial], None], tmp_path: Path, extension: str
) -> None:
    for path in (SHARED / "adam/cdiscpilot01/datasetjson_1_1").glob(f"*{extension}"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert_equal(catalog.trial("cdiscpilot01-csv"), load(tmp_path, "t", "t"))


def test_sas7bdat() -> None:
    table, findings = read_table(SHARED / "adam/sas7bdat_sdtm_samples/fda_dm.sas7bdat")
    assert table.shape == (162, 27)
    assert findings == ()
    assert table.loc[0, ["USUBJID", "SITEID", "ARM", "AGE"]].tolist() == ["ABC001", "1", "Statin Arm 2", 72.0]


TRIALS = {"cdiscpilot01": "cdiscpilot01-csv", "pharmaverseadam": "pharmaverseadam-csv", "tern_ex": "tern_ex-csv"}
TRIALS |= {"scda_2022_02_28": "scda_2022_02_28-csv"}


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted((SHARED / "reference").glob("reference_*.json"))
        # Digitised curves have no ADSL; responses are no times; these two compare groups that are no arms.
        if not path.name.startswith(("reference_kmdata", "reference_adrs")) and "_by_" not in path.name
    ],
    ids=lambda path: path.stem.removeprefix("reference_"),
)
def test_counts_and_reference_arm_are_those_of_r(catalog: Catalog, path: Path) -> None:
    reference = json.loads(path.read_text())
    trial = catalog.trial(TRIALS.get(reference["dataset"], reference["dataset"]))
    values = [arm.value for arm in trial.design.arms]
    if len(values) > 1:
        assert [arm.value for arm in trial.design.arms if arm.reference] == [reference["reference_arm"]]
    times = trial.times[reference["param"]]
    rows = reference["counts"]["by_arm"]
    assert {row["arm"] for row in rows} == set(values)
    for row in rows:
        arm = (trial.planned == values.index(row["arm"])) & (times.time >= 0)
        assert arm.sum() == row["n"]
        assert times.event[arm].sum() == row["events"]
        assert times.time[arm].min() == pytest.approx(row["min_time"], rel=1e-12)
        assert times.time[arm].sum() == pytest.approx(row["total_time"], rel=1e-12)


def test_planned_and_actual_arms_of_pharmaverseadam(catalog: Catalog) -> None:
    trial = catalog.trial("pharmaverseadam-csv")
    assert [arm.short for arm in trial.design.arms] == ["Xanomeline High", "Xanomeline Low", "Placebo"]
    assert [int((trial.planned == position).sum()) for position in range(3)] == [84, 84, 86]
    assert [int((trial.actual == position).sum()) for position in range(3)] == [72, 96, 86]
    said = [str(finding) for finding in trial.findings]
    assert (
        "warning: adsl.csv, column TRT01P: 52 subjects are in no arm and kept out (Screen Failure 52) [not-in-arm]"
        in said
    )


def test_subgroups_of_the_references_are_factors(catalog: Catalog) -> None:
    for path in sorted((SHARED / "reference").glob("reference_*.json")):
        reference = json.loads(path.read_text())
        if "param" not in reference or "_by_" in path.name or "kmdata" in path.name or "adrs" in path.name:
            continue
        trial = catalog.trial(TRIALS.get(reference["dataset"], reference["dataset"]))
        # Nine countries are more than a subgroup analysis has room for; trial.toml may still ask for them.
        assert set(reference.get("subgroups") or {}) - {"COUNTRY"} <= set(trial.factors)


def test_the_objective_responses_of_a_trial_without_a_response_in_adsl(catalog: Catalog) -> None:
    """merge(adsl, subset(adrs, PARAMCD == "BESRSPI")) |> with(table(ARM, AVALC)) in R: CR and PR by arm."""
    trial = catalog.trial("tern_ex-csv")
    assert trial.response is not None
    found = {a.label: int(trial.response[trial.planned == i].sum()) for i, a in enumerate(trial.design.arms)}
    assert found == {"A: Drug X": 59 + 9, "C: Combination": 55 + 3, "B: Placebo": 50 + 18}
