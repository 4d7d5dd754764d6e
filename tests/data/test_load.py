import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.contract import Trial, TrialError
from data.load import load

Loaded = Callable[..., Trial]


def test_cnsr_zero_is_an_event_and_any_other_is_censored(
    adsl: pd.DataFrame, adtte: pd.DataFrame, loaded: Loaded
) -> None:
    trial = loaded(adsl=adsl, adtte=adtte)
    assert trial.times["OS"].event.tolist() == [True, True, False, True, True, False, True, True]
    assert trial.times["OS"].time.tolist() == [10, 20, 30, 40, 50, 60, 70, 80]
    assert trial.times["OS"].event.dtype == np.bool_


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    codes=st.lists(st.integers(0, 9), min_size=8, max_size=8),
    times=st.lists(st.floats(0, 1e6, allow_nan=False), min_size=8, max_size=8),
    order=st.permutations(range(8)),
)
def test_times_follow_the_subject_whatever_the_order_of_rows(
    adsl: pd.DataFrame, adtte: pd.DataFrame, loaded: Loaded, codes: list[int], times: list[float], order: list[int]
) -> None:
    rows = adtte.assign(CNSR=codes, AVAL=times).iloc[order]
    trial = loaded(adsl=adsl, adtte=rows)
    assert trial.times["OS"].time.tolist() == times
    assert trial.times["OS"].event.tolist() == [code == 0 for code in codes]


def test_the_arrays_of_a_trial(adsl: pd.DataFrame, adtte: pd.DataFrame, loaded: Loaded) -> None:
    adsl.loc[1, "TRT01A"] = "Drug"
    adsl.loc[2, "TRT01A"] = None
    adsl.loc[7, ["TRT01P", "TRT01A"]] = "Screen Failure"
    adsl.loc[0, "SEX"] = None
    adsl["STRATA1"] = ["A", "B", "A", None, "B", "A", "B", "A"]
    adsl["STRATA2"] = ["x", "x", "y", "y", "x", "x", "y", "y"]
    adae = pd.DataFrame({"USUBJID": ["T1-008", "T1-003"], "AEDECOD": ["Nausea", "Rash"]})
    trial = loaded(adsl=adsl, adtte=adtte.drop(index=4), adae=adae)
    assert trial.patients.index.tolist() == [f"T1-{number:03d}" for number in range(1, 8)]
    assert [arm.id for arm in trial.design.arms] == ["drug", "placebo"]
    assert trial.planned.tolist() == [0, 1, 0, 1, 0, 1, 0]
    assert trial.actual.tolist() == [0, 0, -1, 1, 0, 1, 0]
    assert {name: mask.tolist() for name, mask in trial.populations.items()} == {
        "itt": [True] * 7,
        "safety": [True] * 7,
    }
    assert trial.factors["SEX"].tolist() == [-1, 1, 0, 0, 1, 1, 0]
    # A-x 0, A-y 1, B-x 2, B-y 3
    assert trial.strata.tolist() == [0, 2, 1, -1, 2, 0, 3]
    np.testing.assert_array_equal(trial.times["OS"].time, [10, 20, 30, 40, np.nan, 60, 70])
    assert trial.times["OS"].event.tolist() == [True, True, False, True, False, False, True]
    assert trial.tables["adae"].to_dict("list") == {"USUBJID": ["T1-003"], "AEDECOD": ["Rash"]}


def test_a_subject_treated_without_being_randomised_is_a_patient(adsl: pd.DataFrame, loaded: Loaded) -> None:
    adsl.loc[3, "TRT01P"] = None
    trial = loaded(adsl=adsl)
    assert len(trial.patients) == 8
    assert (trial.planned[3], trial.actual[3]) == (-1, 1)


def test_a_trial_without_strata_is_one_stratum(adsl: pd.DataFrame, loaded: Loaded) -> None:
    assert loaded(adsl=adsl).strata.tolist() == [0] * 8


def test_a_factor_that_is_cut(adsl: pd.DataFrame, write: Callable[..., Path]) -> None:
    folder = write(adsl=adsl.assign(AGE=[54.9, 55, 64, 65, None, 20, 80, 55]))
    (folder / "trial.toml").write_text(
        'title = "T"\nname = "T"\n[[arm]]\nid = "drug"\nvalue = "Drug"\nlabel = "Drug"\nshort = "Drug"\n'
        '[[arm]]\nid = "placebo"\nvalue = "Placebo"\nlabel = "P"\nshort = "P"\nreference = true\n'
        '[[population]]\nid = "all"\nlabel = "All"\nshort = "All"\n'
        '[[factor]]\nvariable = "AGE"\nlabel = "Age"\ncuts = [55, 65]\n'
    )
    trial = load(folder, "trial", "trial")
    assert [level.value for level in trial.design.factors[0].levels] == ["<55", "55-<65", ">=65"]
    assert trial.factors["AGE"].tolist() == [0, 1, 1, 2, -1, 0, 2, 1]


def test_blank_padded_arms_are_one_arm(adsl: pd.DataFrame, lines: Callable[..., list[str]], loaded: Loaded) -> None:
    adsl["TRT01P"] = ["Drug", "Placebo", "Drug  ", "Placebo", "Drug", " Placebo", "Drug", "Placebo"]
    trial = loaded(adsl=adsl)
    assert trial.planned.tolist() == [0, 1] * 4
    assert [str(finding) for finding in trial.findings] == [
        "warning: adsl.csv, row 3, column TRT01P: blanks around the text were cut off in 2 cells, first 'Drug  ' "
        "[blank-padded]"
    ]


def test_the_formats_give_equal_trials(
    adsl: pd.DataFrame,
    adtte: pd.DataFrame,
    loaded: Loaded,
    tmp_path: Path,
    assert_equal: Callable[[Trial, Trial], None],
) -> None:
    first = loaded(adsl=adsl, adtte=adtte)
    for extension in (".parquet", ".json"):
        folder = tmp_path / extension.removeprefix(".")
        folder.mkdir()
        for name, table in (("ADSL", adsl), ("adtte", adtte)):
            path = folder / f"{name}{extension.upper()}"
            if extension == ".parquet":
                table.to_parquet(path)
            else:
                head = {"datasetJSONVersion": "1.1.0", "records": len(table)}
                columns = [{"name": column} for column in table.columns]
                rows = table.astype(object).to_numpy().tolist()
                path.write_text(json.dumps({**head, "columns": columns, "rows": rows}))
        assert_equal(first, load(folder, "trial", "trial"))


def test_the_digest_is_of_the_bytes_and_the_design(adsl: pd.DataFrame, loaded: Loaded, tmp_path: Path) -> None:
    first = loaded(adsl=adsl)
    assert loaded(adsl=adsl).digest == first.digest
    assert load(tmp_path / "trial", "other", "trial").digest != first.digest
    assert loaded(adsl=adsl.assign(AGE=50)).digest != first.digest


def test_one_arm_has_no_reference_and_six_arms_have_one(adsl: pd.DataFrame, loaded: Loaded) -> None:
    one = loaded(adsl=adsl.assign(TRT01P="Drug", TRT01A="Drug"))
    assert [(arm.id, arm.reference) for arm in one.design.arms] == [("drug", False)]
    doses = ["Dose 1", "Dose 2", "Dose 3", "Dose 10", "Dose 20", "Control", "Dose 1", "Control"]
    six = loaded(adsl=adsl.assign(TRT01P=doses, TRT01A=doses))
    assert [arm.id for arm in six.design.arms] == ["dose-1", "dose-2", "dose-3", "dose-10", "dose-20", "control"]
    assert [arm.reference for arm in six.design.arms] == [False] * 5 + [True]
    assert six.planned.tolist() == [0, 1, 2, 3, 4, 5, 0, 5]


def test_an_adsl_that_is_a_link_to_elsewhere(adsl: pd.DataFrame, write: Callable[..., Path], tmp_path: Path) -> None:
    target = write(adsl=adsl) / "adsl.csv"
    folder = tmp_path / "linked"
    folder.mkdir()
    (folder / "adsl.csv").symlink_to(target)
    with pytest.raises(TrialError) as caught:
        load(folder, "linked", "linked")
    assert [str(finding) for finding in caught.value.findings] == [
        "warning: adsl.csv: is a link to a file outside the folder; not read [link-outside]",
        "error: linked: there is no adsl table that can be read [missing-table]",
    ]


def test_copies_of_a_table_and_tables_without_a_view(
    adsl: pd.DataFrame, write: Callable[..., Path], loaded: Loaded
) -> None:
    folder = write(adsl=adsl, adlb=adsl, notes=adsl)
    adsl.to_parquet(folder / "adsl.parquet")
    trial = load(folder, "trial", "trial")
    assert [str(finding) for finding in trial.findings] == [
        "note: adlb.csv: not read: no view uses this table [table-not-used]",
        "warning: adsl.parquet: adsl is there 2 times: read adsl.parquet, not adsl.csv [several-copies]",
    ]
    assert dict(trial.tables) == {}


def test_every_broken_file_is_reported_at_once(adsl: pd.DataFrame, write: Callable[..., Path]) -> None:
    folder = write(adsl=adsl)
    (folder / "adtte.csv").write_bytes(b"")
    (folder / "adae.json").write_text("{")
    with pytest.raises(TrialError) as caught:
        load(folder, "trial", "trial")
    assert [finding.rule for finding in caught.value.findings] == ["damaged-file", "empty-file"]


def test_twenty_thousand_subjects(loaded: Loaded) -> None:
    count = 20_000
    generator = np.random.default_rng(1)
    subjects = [f"BIG-{number:05d}" for number in range(count)]
    adsl = pd.DataFrame(
        {
            "USUBJID": subjects,
            "TRT01P": np.resize(["Drug", "Placebo"], count),
            "TRT01A": np.resize(["Drug", "Placebo"], count),
            "ITTFL": "Y",
            "AGE": generator.integers(18, 90, count),
            "SEX": np.resize(["F", "M", "M"], count),
        }
    )
    adtte = pd.DataFrame(
        {
            "USUBJID": np.tile(subjects, 2),
            "PARAMCD": np.repeat(["OS", "PFS"], count),
            "AVAL": generator.exponential(300, 2 * count),
            "AVALU": "DAYS",
            "CNSR": generator.integers(0, 2, 2 * count),
        }
    )
    trial = loaded(adsl=adsl, adtte=adtte)
    assert len(trial.patients) == count
    assert trial.times["PFS"].event.sum() == (adtte["CNSR"][count:] == 0).sum()
    assert trial.findings == ()


@pytest.mark.parametrize("name", ["trial.toml", "published.csv"])
def test_settings_and_facts_that_are_links_to_elsewhere(
    adsl: pd.DataFrame, write: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    folder = write(adsl=adsl)
    outside = tmp_path.parent / f"secret-of-{tmp_path.name}"
    outside.write_text("root:x:0:0\n")
    (folder / name).symlink_to(outside)
    with pytest.raises(TrialError) as caught:
        load(folder, "linked", "linked")
    assert [(finding.file, finding.rule) for finding in caught.value.findings if finding.severity == "error"] == [
        (name, "link-outside")
    ]
    assert "root:x" not in str(caught.value)
