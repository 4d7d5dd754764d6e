from collections.abc import Callable

import pandas as pd
import pytest

from data.contract import Trial
from data.inference import slug

Loaded = Callable[..., Trial]


def arms(trial: Trial) -> list[tuple[str, bool]]:
    return [(arm.value, arm.reference) for arm in trial.design.arms]


@pytest.mark.parametrize(
    ("names", "reference"),
    [
        (("Placebo", "Drug"), "Placebo"),
        (("A: Drug X", "B: Placebo"), "B: Placebo"),
        (("Placebo + fulvestrant", "Palbociclib + fulvestrant"), "Placebo + fulvestrant"),
        (("Drug + placebo", "Placebo"), "Placebo"),
        (("Standard of care", "Inotuzumab"), "Standard of care"),
        (("Drug + SOC", "SOC"), "SOC"),
        (("No TCD", "TCD"), "No TCD"),
        (("Zeta", "Alpha"), "Alpha"),
        (("Nortriptyline", "Control"), "Control"),
    ],
)
def test_the_reference_arm_comes_last(
    adsl: pd.DataFrame, loaded: Loaded, names: tuple[str, str], reference: str
) -> None:
    treatment = list(names) * 4
    trial = loaded(adsl=adsl.assign(TRT01P=treatment, TRT01A=treatment))
    other = next(name for name in names if name != reference)
    assert arms(trial) == [(other, False), (reference, True)]


def test_arms_by_their_number_and_the_lowest_as_reference(adsl: pd.DataFrame, loaded: Loaded) -> None:
    treatment = ["Zeta", "Alpha", "Beta", "Zeta", "Alpha", "Beta", "Zeta", "Alpha"]
    number = [0, 81, 54, 0, 81, 54, 0, 81]
    trial = loaded(adsl=adsl.assign(TRT01P=treatment, TRT01A=treatment, TRT01PN=number))
    assert arms(trial) == [("Beta", False), ("Alpha", False), ("Zeta", True)]
    assert trial.design.title == "Beta and Alpha versus Zeta"


def test_arm_and_actarm_where_there_is_no_trt01p(adsl: pd.DataFrame, loaded: Loaded) -> None:
    trial = loaded(adsl=adsl.rename(columns={"TRT01P": "ARM", "TRT01A": "ACTARM"}))
    assert (trial.design.planned, trial.design.actual) == ("ARM", "ACTARM")
    trial = loaded(adsl=adsl.drop(columns="TRT01A"))
    assert (trial.design.planned, trial.design.actual) == ("TRT01P", "TRT01P")


@pytest.mark.parametrize(
    ("values", "shorts"),
    [
        (("A: Drug X", "B: Placebo"), ("Drug X", "Placebo")),
        (("Xanomeline High Dose", "Placebo"), ("Xanomeline High", "Placebo")),
        (("Hormonal therapy", "No hormonal therapy"), ("Hormonal", "No hormonal")),
        (("Cyclophosphamide + adriamycin", "Cyclophosphamide"), ("Cyclop. + adriam.", "Cyclophosphamide")),
        (("Inotuzumab ozogamicin", "Placebo"), ("Inotuzumab ozogam…", "Placebo")),
    ],
)
def test_short_labels(adsl: pd.DataFrame, loaded: Loaded, values: tuple[str, str], shorts: tuple[str, str]) -> None:
    trial = loaded(adsl=adsl.assign(TRT01P=list(values) * 4, TRT01A=list(values) * 4))
    assert {arm.value: arm.short for arm in trial.design.arms} == dict(zip(values, shorts, strict=True))
    assert all(len(arm.short) <= 18 for arm in trial.design.arms)


def test_short_labels_stay_different(adsl: pd.DataFrame, loaded: Loaded) -> None:
    values = ["Drug with a very long name, low", "Drug with a very long name, high"]
    trial = loaded(adsl=adsl.assign(TRT01P=values * 4, TRT01A=values * 4))
    assert {arm.short for arm in trial.design.arms} == set(values)


def test_arms_whose_ids_would_be_the_same(adsl: pd.DataFrame, loaded: Loaded) -> None:
    values = ["Drug+", "Drug"]
    trial = loaded(adsl=adsl.assign(TRT01P=values * 4, TRT01A=values * 4))
    assert sorted(arm.id for arm in trial.design.arms) == ["drug", "drug-2"]


def test_slug() -> None:
    assert slug("A: Drug X") == "a-drug-x"
    assert slug("6-MP") == "6-mp"
    assert slug("Ünï") == "uni"
    assert slug("…") == "x"
    assert len(slug("long " * 40)) <= 64


def test_populations(adsl: pd.DataFrame, loaded: Loaded) -> None:
    adsl["FASFL"] = "Y"
    adsl["PPROTFL"] = ["Y", "N"] * 4
    adsl["EFFFL"] = "N"
    found = loaded(adsl=adsl)
    assert [(p.id, p.flag, p.treatment, int(found.populations[p.id].sum())) for p in found.design.populations] == [
        ("itt", "ITTFL", "planned", 8),
        ("fas", "FASFL", "planned", 8),
        ("safety", "SAFFL", "actual", 7),
        ("per-protocol", "PPROTFL", "planned", 4),
    ]


def test_a_flag_that_is_never_y_is_said(adsl: pd.DataFrame, lines: Callable[..., list[str]]) -> None:
    assert lines(adsl=adsl.assign(SAFFL=1)) == [
        "warning: adsl.csv, column SAFFL: is Y for nobody: no population [empty-population]"
    ]


def test_everybody_where_no_flag_says_who_was_randomised(adsl: pd.DataFrame, loaded: Loaded) -> None:
    bare = adsl.drop(columns=["ITTFL", "SAFFL"])
    assert [p.label for p in loaded(adsl=bare).design.populations] == ["All subjects"]
    dated = bare.assign(RANDDT="2020-01-01")
    assert [p.label for p in loaded(adsl=dated).design.populations] == ["All randomized"]
    one_arm = dated.assign(TRT01P="Drug", TRT01A="Drug")
    assert [p.label for p in loaded(adsl=one_arm).design.populations] == ["All subjects"]


def endpoint_rows(adtte: pd.DataFrame, code: str, unit: str | None, label: str | None = None) -> pd.DataFrame:
    return adtte.assign(PARAMCD=code, PARAM=label, AVALU=unit)


def test_endpoints_in_order_with_their_units(adsl: pd.DataFrame, adtte: pd.DataFrame, loaded: Loaded) -> None:
    rows = pd.concat(
        [
            endpoint_rows(adtte, "TTX", "Months", "Time to X"),
            endpoint_rows(adtte, "TNE", "COUNT"),
            endpoint_rows(adtte, "PFS", "WEEKS"),
            endpoint_rows(adtte, "OS", None),
        ]
    )
    trial = loaded(adsl=adsl, adtte=rows)
    assert [(e.id, e.label, e.recorded, e.unit, e.event) for e in trial.design.endpoints] == [
        ("OS", "OS", "days", "days", "death"),
        ("PFS", "PFS", "weeks", "weeks", "progression or death"),
        ("TTX", "Time to X", "months", "months", "event"),
    ]
    assert [str(finding) for finding in trial.findings] == [
        "warning: adtte.csv, column AVALU: TNE is not offered as an endpoint: its unit 'COUNT' is not a unit of time "
        "[not-a-time]",
        "warning: adtte.csv, column AVALU: OS has no unit: taken as days [unit-assumed]",
        "note: adtte.csv, column PARAMCD: parameters that are no endpoint of the trial, not shown: TNE "
        "[parameter-not-used]",
    ]


def test_rows_without_a_unit_take_that_of_the_others(
    adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Callable[..., list[str]]
) -> None:
    assert lines(adsl=adsl, adtte=adtte.assign(AVALU=["MONTHS"] * 5 + [None] * 3)) == [
        "warning: adtte.csv, column AVALU: OS: 3 rows have no unit: taken as months [unit-assumed]"
    ]


def test_a_text_too_long_for_a_label(adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Callable[..., list[str]]) -> None:
    assert lines(adsl=adsl.assign(TRT01P="x" * 500)) == [
        "error: adsl.csv: cannot be inferred: Arm, value: String should have at most 400 characters [not-inferred]"
    ]
    assert "Endpoint, label: String" in lines(adsl=adsl, adtte=adtte.assign(PARAM="x" * 500))[0]


def test_endpoints_of_every_adtte_table(adsl: pd.DataFrame, adtte: pd.DataFrame, loaded: Loaded) -> None:
    trial = loaded(adsl=adsl, adtte=adtte, adtte_onco=endpoint_rows(adtte, "PFS", "DAYS"))
    assert [endpoint.id for endpoint in trial.design.endpoints] == ["OS", "PFS"]
    assert trial.times["PFS"].time.tolist() == adtte["AVAL"].tolist()


def test_a_parameter_code_that_no_link_can_carry(
    adsl: pd.DataFrame, adtte: pd.DataFrame, lines: Callable[..., list[str]]
) -> None:
    assert lines(adsl=adsl, adtte=adtte.assign(PARAMCD="O S")) == [
        "error: adtte.csv, column PARAMCD: 'O S' is no parameter code (letters, digits and _, at most 32) "
        "[parameter-code]"
    ]


def test_factors_are_baseline_and_categorical(adsl: pd.DataFrame, loaded: Loaded) -> None:
    many = pd.concat([adsl] * 5, ignore_index=True)
    many["USUBJID"] = [f"S{n}" for n in range(40)]
    trial = loaded(
        adsl=many.assign(
            AGEGR1=[">80", "<65", "65-80", "<65"] * 10,
            AGEGR1N=[3, 1, 2, 1] * 10,
            STRATA1=["A", "B"] * 20,
            ECOGBL=[0, 1, 2, 1] * 10,
            DIABFL=["Y", "N"] * 20,
            REGION1=["EU", "NA", "NA", "ASIA"] * 10,
            # None of these is a baseline factor.
            SITEID=[1, 2] * 20,
            ARMCD=["A", "B"] * 20,
            RANDDT=["2020-01-01", "2020-01-02"] * 20,
            AGEU="YEARS",
            DTHFL=["Y", "N"] * 20,
            EOSSTT=["COMPLETED", "DISCONTINUED"] * 20,
            DCSREAS=["DEATH", "OTHER"] * 20,
            LDDTHGR1=["<=30", ">30"] * 20,
            COMP8FL=["Y", "N"] * 20,
            PPROTFL=["Y", "N"] * 20,
            BMRKR1=range(40),
            COUNTRY=list("ABCDEFGHIJ") * 4,
        )
    )
    assert [(factor.variable, [level.value for level in factor.levels]) for factor in trial.design.factors] == [
        ("SEX", ["F", "M"]),
        ("AGEGR1", ["<65", "65-80", ">80"]),
        ("STRATA1", ["A", "B"]),
        ("ECOGBL", ["0", "1", "2"]),
        ("DIABFL", ["N", "Y"]),
        ("REGION1", ["ASIA", "EU", "NA"]),
    ]
    assert trial.design.strata == ("STRATA1",)
    assert trial.design.factors[0].label == "Sex"


def test_a_stratum_of_one_level_is_none(adsl: pd.DataFrame, loaded: Loaded) -> None:
    assert loaded(adsl=adsl.assign(STRATA1="A")).design.strata == ()


def test_a_level_only_seen_outside_the_arms_is_not_offered(adsl: pd.DataFrame, loaded: Loaded) -> None:
    adsl.loc[7, ["TRT01P", "TRT01A", "SEX"]] = ["Screen Failure", "Screen Failure", "U"]
    assert [level.value for level in loaded(adsl=adsl).design.factors[0].levels] == ["F", "M"]
