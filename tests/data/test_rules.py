"""One small bad folder a rule: the message names file, row, column and rule."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

Lines = Callable[..., list[str]]


def only(found: list[str], rule: str) -> str:
    of_rule = [line for line in found if f"[{rule}]" in line]
    assert len(of_rule) == 1, found
    return of_rule[0]


def test_a_clean_trial_has_no_finding(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines) -> None:
    assert lines(adsl=adsl, adtte=adtte) == []


# -- adsl --------------------------------------------------------------------------------------------------------


def test_adsl_without_usubjid(adsl: pd.DataFrame, lines: Lines) -> None:
    assert lines(adsl=adsl.drop(columns="USUBJID")) == [
        "error: adsl.csv, column USUBJID: the column is missing [missing-column]"
    ]


def test_adsl_without_a_treatment(adsl: pd.DataFrame, lines: Lines) -> None:
    assert lines(adsl=adsl.drop(columns=["TRT01P"])) == [
        "error: adsl.csv, column TRT01P: no planned treatment: neither TRT01P nor ARM is there [missing-column]"
    ]


def test_adsl_with_a_header_only(adsl: pd.DataFrame, lines: Lines) -> None:
    assert lines(adsl=adsl.head(0)) == ["error: adsl.csv: holds no subject [no-rows]"]


def test_a_subject_twice(adsl: pd.DataFrame, lines: Lines) -> None:
    adsl.loc[5, "USUBJID"] = "T1-002"
    assert lines(adsl=adsl) == [
        "error: adsl.csv, row 6, column USUBJID: subject T1-002 is already in row 2 [duplicate-subject]"
    ]


def test_a_subject_without_a_key(adsl: pd.DataFrame, lines: Lines) -> None:
    adsl.loc[3, "USUBJID"] = None
    assert lines(adsl=adsl) == ["error: adsl.csv, row 4, column USUBJID: has no USUBJID [missing-key]"]


def test_nobody_in_an_arm(adsl: pd.DataFrame, lines: Lines) -> None:
    assert "[no-arm]" in lines(adsl=adsl.assign(TRT01P=None))[0]


# -- keys of the other tables ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["adtte", "adae", "adrs"])
def test_rows_of_unknown_subjects(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines, name: str) -> None:
    orphan = adtte.assign(USUBJID=adtte["USUBJID"].replace("T1-005", "T1-999"))
    assert only(lines(adsl=adsl, **{name: orphan}), "unknown-subject") == (
        f"error: {name}.csv, row 5, column USUBJID: subject T1-999 is not in adsl [unknown-subject]"
    )


def test_rows_of_a_screened_subject_are_no_orphans(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines) -> None:
    adsl.loc[[6, 7], ["TRT01P", "TRT01A"]] = "Screen Failure"
    adsl.loc[5, ["TRT01P", "TRT01A"]] = None
    found = lines(adsl=adsl, adtte=adtte)
    assert found == [
        "warning: adsl.csv, column TRT01P: 3 subjects are in no arm and kept out (Screen Failure 2, blank 1) "
        "[not-in-arm]"
    ]


def test_a_thousand_orphans_are_counted_after_twenty(adsl: pd.DataFrame, lines: Lines) -> None:
    adae = pd.DataFrame({"USUBJID": [f"X{n}" for n in range(1000)]})
    found = lines(adsl=adsl, adae=adae)
    assert len(found) == 21
    assert found[-1] == "error: adae.csv, column USUBJID: and 980 more rows like these [unknown-subject]"


def test_an_empty_table_is_a_warning(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines) -> None:
    assert lines(adsl=adsl, adtte=adtte.head(0)) == [
        "warning: adtte.csv: holds no row: what needs it is left out [no-rows]"
    ]


# -- times and censoring -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["USUBJID", "PARAMCD", "AVAL", "CNSR"])
def test_a_missing_column(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines, column: str) -> None:
    found = lines(adsl=adsl, adtte=adtte.drop(columns=column))
    assert f"error: adtte.csv, column {column}: the column is missing [missing-column]" in found


def test_a_subject_and_parameter_twice(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines) -> None:
    twice = pd.concat([adtte, adtte.iloc[[2]]])
    assert lines(adsl=adsl, adtte=twice) == [
        "error: adtte.csv, row 9, column PARAMCD: T1-003, OS: there is an earlier row for this subject and parameter "
        "[duplicate-endpoint]"
    ]


def test_one_endpoint_in_two_tables(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines) -> None:
    found = lines(adsl=adsl, adtte=adtte.head(4), adtte_onco=adtte.tail(4))
    assert only(found, "duplicate-endpoint") == (
        "error: adtte_onco.csv, column PARAMCD: endpoint OS is in adtte.csv and adtte_onco.csv: keep one "
        "[duplicate-endpoint]"
    )


@pytest.mark.parametrize(
    ("column", "cell", "line"),
    [
        ("AVAL", -1, "T1-002, OS: the time is -1, below zero [negative-time]"),
        ("AVAL", None, "T1-002, OS: the time is missing [missing-value]"),
        ("AVAL", "12 days", "T1-002, OS: the time '12 days' is not a number [not-a-number]"),
        ("AVAL", "inf", "T1-002, OS: the time 'inf' is not a number [not-a-number]"),
        ("CNSR", None, "T1-002, OS: the censoring code is missing [missing-value]"),
        ("CNSR", "Y", "T1-002, OS: the censoring code 'Y' is not a number [not-a-number]"),
        ("CNSR", 0.5, "T1-002, OS: 0.5 is not 0 (event) or a whole number from 1 (censored) [censoring-code]"),
        ("CNSR", -1, "T1-002, OS: -1 is not 0 (event) or a whole number from 1 (censored) [censoring-code]"),
        ("AVALU", "WEEKS", "T1-002, OS: recorded in WEEKS, the endpoint in days [unit-differs]"),
        ("PARAMCD", None, "has no PARAMCD [missing-key]"),
    ],
)
def test_a_bad_cell(
    adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines, column: str, cell: object, line: str
) -> None:
    adtte[column] = adtte[column].astype(object)
    adtte.loc[1, column] = cell
    assert f"error: adtte.csv, row 2, column {column}: {line}" in lines(adsl=adsl, adtte=adtte)


def test_na_in_the_times_is_missing_and_refused(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines) -> None:
    adtte["AVAL"] = adtte["AVAL"].astype(object)
    adtte.loc[1, "AVAL"] = "NA"
    found = lines(adsl=adsl, adtte=adtte)
    assert "warning: adtte.csv, column AVAL: 1 cells hold 'NA': read as missing numbers [missing-marker]" in found
    assert "error: adtte.csv, row 2, column AVAL: T1-002, OS: the time is missing [missing-value]" in found


def test_a_disaster_is_summarised(adsl: pd.DataFrame, lines: Lines) -> None:
    many = pd.concat([adsl] * 2500, ignore_index=True)
    many["USUBJID"] = [f"S{n:05d}" for n in range(len(many))]
    bad = pd.DataFrame({"USUBJID": many["USUBJID"], "PARAMCD": "OS", "AVAL": -1, "CNSR": 7.5})
    found = lines(adsl=many, adtte=bad)
    assert len([line for line in found if "negative-time" in line]) == 21
    assert "error: adtte.csv, column CNSR: and 19,980 more rows like these [censoring-code]" in found


# -- arms --------------------------------------------------------------------------------------------------------

TOML = """
title = "A trial"
name = "T"
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
label = "Intention to treat"
short = "ITT"
flag = "ITTFL"
"""


@pytest.fixture
def settle(tmp_path: Path) -> Callable[[str], None]:
    def written(more: str) -> None:
        (tmp_path / "trial").mkdir(exist_ok=True)
        (tmp_path / "trial" / "trial.toml").write_text(TOML + more)

    return written


@pytest.mark.parametrize("column", ["TRT01P", "TRT01A"])
def test_an_arm_that_is_not_declared(
    adsl: pd.DataFrame, lines: Lines, settle: Callable[[str], None], column: str
) -> None:
    settle("")
    adsl.loc[2, column] = "Rescue"
    assert only(lines(adsl=adsl), "undeclared-arm") == (
        f"error: adsl.csv, row 3, column {column}: 'Rescue' is no declared arm (Drug, Placebo) [undeclared-arm]"
    )


def test_a_declared_arm_without_a_subject(adsl: pd.DataFrame, lines: Lines, settle: Callable[[str], None]) -> None:
    settle('[[arm]]\nid = "third"\nvalue = "Third"\nlabel = "Third"\nshort = "Third"\n')
    assert only(lines(adsl=adsl), "empty-arm") == (
        "error: adsl.csv, column TRT01P: no subject is planned for the declared arm 'Third' [empty-arm]"
    )


def test_arms_that_differ_in_capitals_only(adsl: pd.DataFrame, lines: Lines) -> None:
    adsl.loc[1, "TRT01P"] = adsl.loc[1, "TRT01A"] = "PLACEBO"
    assert lines(adsl=adsl) == [
        "warning: adsl.csv, column TRT01P: 'Placebo' and 'PLACEBO' differ only in capitals or blanks: kept as "
        "different arms [similar-arms]"
    ]


def test_a_treatment_only_seen_as_given_is_a_warning_when_arms_are_inferred(adsl: pd.DataFrame, lines: Lines) -> None:
    adsl.loc[2, "TRT01A"] = "Rescue"
    found = lines(adsl=adsl)
    assert only(found, "undeclared-arm").startswith("warning: adsl.csv, row 3, column TRT01A: 'Rescue'")
    assert only(found, "actual-differs") == (
        "note: adsl.csv, column TRT01A: 1 subjects got another treatment than planned, or none [actual-differs]"
    )


# -- what the design names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ('[[factor]]\nvariable = "ECOG"', "column ECOG: the declared factor ECOG is no column of adsl"),
        (
            '[[population]]\nid = "pp"\nlabel = "PP"\nshort = "PP"\nflag = "PPROTFL"',
            "column PPROTFL: the declared flag of population pp PPROTFL is no column of adsl",
        ),
    ],
)
def test_what_is_declared_and_absent(
    adsl: pd.DataFrame, lines: Lines, settle: Callable[[str], None], more: str, line: str
) -> None:
    settle(more)
    assert only(lines(adsl=adsl), "absent-variable") == f"error: adsl.csv, {line} [absent-variable]"


def test_a_stratum_that_is_absent(adsl: pd.DataFrame, lines: Lines, tmp_path: Path) -> None:
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial" / "trial.toml").write_text('strata = ["STRATA1"]\n' + TOML)
    assert only(lines(adsl=adsl), "absent-variable") == (
        "error: adsl.csv, column STRATA1: the declared stratum STRATA1 is no column of adsl [absent-variable]"
    )


def test_an_endpoint_without_rows(
    adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines, settle: Callable[[str], None]
) -> None:
    settle('[[endpoint]]\nid = "PFS"\nlabel = "PFS"\nrecorded = "days"\nunit = "months"\n')
    assert only(lines(adsl=adsl, adtte=adtte), "absent-variable") == (
        "error: trial.toml: the declared endpoint PFS has no row in adtte.csv [absent-variable]"
    )


def test_a_parameter_that_is_not_declared_is_a_note(
    adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines, settle: Callable[[str], None]
) -> None:
    settle("")
    assert lines(adsl=adsl, adtte=adtte) == [
        "note: adtte.csv, column PARAMCD: parameters that are no endpoint of the trial, not shown: OS "
        "[parameter-not-used]"
    ]


def test_levels_and_cuts(adsl: pd.DataFrame, lines: Lines, settle: Callable[[str], None]) -> None:
    settle('[[factor]]\nvariable = "SEX"\nlevels = [{ value = "F", label = "Female" }]\n')
    found = [line for line in lines(adsl=adsl) if "undeclared-level" in line]
    assert found[0] == "error: adsl.csv, row 2, column SEX: 'M' is no declared level (F) [undeclared-level]"
    assert len(found) == 4
    settle('[[factor]]\nvariable = "SEX"\ncuts = [1]\n')
    assert only(lines(adsl=adsl), "not-a-number") == (
        "error: adsl.csv, column SEX: cannot be cut at (1.0,): it is not a column of numbers [not-a-number]"
    )
    settle('[[factor]]\nvariable = "AGE"\ncuts = [55]\nlevels = [{ value = "young", label = "Young" }]\n')
    assert only(lines(adsl=adsl), "undeclared-level") == (
        "error: adsl.csv, column AGE: the levels of the cuts are called <55, >=55 [undeclared-level]"
    )


def test_flags_that_are_neither_y_nor_n(adsl: pd.DataFrame, lines: Lines, settle: Callable[[str], None]) -> None:
    settle("")
    adsl["ITTFL"] = "Yes"
    found = lines(adsl=adsl)
    assert only(found, "flag-value") == (
        "warning: adsl.csv, column ITTFL: holds 'Yes': only Y counts as in population itt [flag-value]"
    )
    assert "column ITTFL: population itt is empty" in only(found, "empty-population")


def test_subjects_without_a_stratum(adsl: pd.DataFrame, lines: Lines) -> None:
    adsl["STRATA1"] = ["A", "B", None, "A", "B", "A", "B", "A"]
    assert only(lines(adsl=adsl), "missing-stratum") == (
        "warning: adsl.csv, column STRATA1: 1 subjects have no stratum: a stratified analysis leaves them out "
        "[missing-stratum]"
    )


# -- remarks -----------------------------------------------------------------------------------------------------


def test_times_of_zero(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines) -> None:
    adtte["AVAL"] = [0, 0, 0, 40, 50, 60, 70, 80]
    assert lines(adsl=adsl, adtte=adtte) == [
        "note: adtte.csv, column AVAL: OS: 3 times are 0 (2 events): kept, a drop at time 0 [zero-time]"
    ]


def test_no_event_in_an_arm_and_none_at_all(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines) -> None:
    silent = adtte.assign(CNSR=np.where(adsl["TRT01P"] == "Drug", 1, 0))
    assert lines(adsl=adsl, adtte=silent) == ["note: adtte.csv, column AVAL: OS: no event in Drug [no-event]"]
    assert lines(adsl=adsl, adtte=adtte.assign(CNSR=1)) == [
        "note: adtte.csv, column AVAL: OS: every time is censored [no-event]"
    ]


def test_subjects_without_a_time(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Lines) -> None:
    assert lines(adsl=adsl, adtte=adtte.head(6)) == [
        "note: adtte.csv, column AVAL: OS: 2 of 8 subjects have no row [no-time]"
    ]


def test_every_rule_is_in_the_documentation() -> None:
    root = Path(__file__).parents[2]
    sources = [path for part in ("", "readers", "rules") for path in (root / "data" / part).glob("*.py")]
    used: set[str] = set()
    for source in sources:
        used |= set(
            re.findall(
                r"(?:refusal|note|at_rows|rows_where|_undeclared|Finding)\(\s*"
                r'(?:f?"(?:error|warning|note)",\s*|severity,\s*)?"([a-z]+(?:-[a-z0-9]+)*)"',
                source.read_text(),
            )
        )
    assert len(used) > 40
    contract = (root / "docs" / "data-contract.md").read_text()
    documented = set(re.findall(r"^\| `([a-z0-9-]+)` \| (?:error|warning|note)", contract, re.M))
    assert used - {"error", "warning", "note"} == documented
