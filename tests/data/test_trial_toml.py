import tomllib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from data import trial_toml
from data.contract import Arm, Endpoint, Factor, FactorLevel, Population, Provenance, Trial, TrialDesign, TrialError

BASE = """
id = "t"
name = "T"
title = "A trial"
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
id = "all"
label = "All"
short = "All"
"""


def refused(tmp_path: Path, text: str | bytes) -> list[str]:
    path = tmp_path / "trial.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(TrialError) as caught:
        trial_toml.read(path, pd.DataFrame({"USUBJID": ["A"]}), "t")
    return [str(finding) for finding in caught.value.findings]


def test_the_inferred_settings_can_be_written_and_read_back(
    adsl: pd.DataFrame, adtte: pd.DataFrame, loaded: Callable[..., Trial]
) -> None:
    trial = loaded(adsl=adsl.assign(STRATA1=["A", "B"] * 4, RACE=["ASIAN", "WHITE"] * 4), adtte=adtte)
    path = trial_toml.write(trial.design, trial.folder)
    assert trial_toml.read(path, adsl, "another") == trial.design
    assert list(tomllib.loads(path.read_text())) == [
        "id", "name", "title", "path", "strata", "arm", "population", "endpoint", "factor", "stage", "state",
        "characteristic", "provenance",
    ]  # fmt: skip
    again = loaded()
    assert again.design == trial.design
    assert again.digest == trial.digest
    with pytest.raises(FileExistsError):
        trial_toml.write(trial.design, trial.folder)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40)
positive = st.floats(0.001, 1e6)
designs = st.builds(
    TrialDesign,
    id=st.just("t"),
    name=words,
    title=words,
    arms=st.builds(
        lambda a, b: (
            Arm(id="a", value=a, label=b, short=a),
            Arm(id="b", value=a + "x", label=b, short=b, reference=True),
        ),
        words,
        words,
    ),
    populations=st.tuples(
        st.builds(Population, id=st.just("p"), label=words, short=words, flag=st.none() | st.just("ITTFL"))
    ),
    endpoints=st.tuples(
        st.builds(
            Endpoint,
            id=st.just("OS"),
            label=words,
            recorded=st.sampled_from(["days", "weeks", "months", "years"]),
            unit=st.just("months"),
            sided=st.sampled_from([1, 2]),
            level=st.floats(0.51, 0.99),
            milestone=st.none() | positive,
            tau=st.none() | positive,
        )
    ),
    factors=st.tuples(
        st.builds(
            Factor,
            variable=st.just("SEX"),
            label=words,
            levels=st.builds(lambda a: (FactorLevel(value=a, label=a),), words),
            cuts=st.sampled_from([(), (1.5, 2.0)]),
            post_baseline=st.booleans(),
        )
    ),
    strata=st.sampled_from([(), ("STRATA1", "STRATA2")]),
    citation=st.text(max_size=20).filter(str.isprintable),
    provenance=st.builds(Provenance, kind=st.sampled_from([None, "real", "synthetic"]), note=words),
)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(design=designs)
def test_any_design_survives_the_file(tmp_path: Path, design: TrialDesign) -> None:
    (tmp_path / "trial.toml").unlink(missing_ok=True)
    path = trial_toml.write(design, tmp_path)
    assert trial_toml.read(path, pd.DataFrame(), "t") == design


def test_what_is_left_out_of_a_factor_comes_from_the_data(adsl: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(
        BASE.replace('id = "t"\n', "") + '[[factor]]\nvariable = "SEX"\n[[factor]]\nvariable = "AGE"\ncuts = [50]\n'
    )
    design = trial_toml.read(path, adsl, "folder-name")
    assert design.id == "folder-name"
    assert design.factors == (
        Factor(
            variable="SEX",
            label="Sex",
            levels=(FactorLevel(value="F", label="Female"), FactorLevel(value="M", label="Male")),
        ),
        Factor(
            variable="AGE",
            label="AGE",
            levels=(FactorLevel(value="<50", label="<50"), FactorLevel(value=">=50", label=">=50")),
            cuts=(50.0,),
        ),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name = ", "trial.toml: is not TOML: "),
        (BASE + '[[endpoint]]\nid = "OS"\nlabel = "OS"\nrecorded = "days"\nunit = "days"\nlevel = 95\n',
         "endpoint[1].level: Input should be less than 1 [settings]"),
        (BASE + '[[endpoint]]\nid = "OS"\nlabel = "OS"\nrecorded = "hours"\nunit = "days"\n',
         "endpoint[1].recorded: Input should be 'days', 'weeks', 'months' or 'years' [settings]"),
        (BASE.replace('short = "Placebo"\n', ""), "arm[2].short: Field required [settings]"),
        (BASE.replace('id = "drug"', 'id = "A drug"'), "arm[1].id: String should match pattern"),
        (BASE + 'colour = "red"\n', "population[1].colour: Unexpected keyword argument [settings]"),
        ('colour = "red"\n' + BASE, "colour: Unexpected keyword argument [settings]"),
        ("arms = []\n" + BASE, "arms: write [[arm]], one table for each [settings]"),
        (BASE.replace("reference = true\n", ""),
         "arm: 0 arms have reference = true; one of several must, a single one must not [settings]"),
        (BASE.replace('id = "placebo"', 'id = "drug"'), "arm[2]: 'drug' is there twice [settings]"),
        (BASE + '[[factor]]\nvariable = "AGE"\ncuts = [60, 50]\n', "factor[1].cuts: must rise [settings]"),
        (BASE + "[[factor]]\ncuts = [60]\n", "factor[1].variable: Field required [settings]"),
        (BASE + 'factor = "SEX"\n', "population[1].factor: Unexpected keyword argument [settings]"),
        ('factor = "SEX"\n' + BASE, "factor: Input should be a valid tuple [settings]"),
        (BASE + '[[factor]]\nvariable = "USUBJID"\n', "USUBJID names the subjects"),
        (b"name = '\xff'", "is not UTF-8"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_path(tmp_path: Path, text: str | bytes, line: str) -> None:
    found = refused(tmp_path, text)
    assert any(line in one for one in found), found
    assert all(one.startswith("error: trial.toml: ") for one in found)


def test_every_key_is_in_the_documentation() -> None:
    documentation = (Path(__file__).parents[2] / "docs" / "data-contract.md").read_text()
    schema = TypeAdapter(TrialDesign).json_schema()
    keys = {key for part in (schema, *schema["$defs"].values()) for key in part.get("properties", ())}
    # These are tables of the file, under another name.
    keys -= {
        "arms",
        "populations",
        "endpoints",
        "response",
        "factors",
        "provenance",
        "adverse_events",
        "stages",
        "states",
        "characteristics",
        "predictors",
        "assessments",
        "deaths",
        "therapies",
        "exposures",
        "transplant",
        "hepatic",
    }
    assert len(keys) >= 34
    assert {key for key in keys if f"`{key}`" not in documentation} == set()
