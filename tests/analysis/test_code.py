"""Every script is run, as a reader runs it, and what it prints is held against the numbers of the view."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.code import assemble
from analysis.options import read_options
from analysis.selection import read_pairs, read_selection, whole_trial
from analysis.survival import SurvivalOptions
from analysis.views import VIEWS
from data.catalog import Catalog
from data.contract import Arm, Hepatic, Trial
from data.load import load

#: What tells one row of a table from another; everything else that is a number is compared.
KEYS = (
    "quantity", "arm", "reference", "time", "day", "kind", "class", "term", "factor", "subgroup", "measure", "step",
    "group", "from", "grade", "cycle", "month", "block", "row", "covariate", "change", "way", "event", "model",
    "cause", "date",
)  # fmt: skip
TOLERANCE = 1e-6
#: These are printed wherever the view has them; counts may stand in fewer rows.
ESTIMATES = ("estimate", "low", "high", "p_value", "interaction_p")


@pytest.fixture(scope="module")
def built_in() -> dict[str, Trial]:
    return {entry.id: entry for entry in Catalog(()).entries if isinstance(entry, Trial)}


def written(trial: Trial, view: str, query: str) -> tuple[str, list[dict[str, Any]]]:
    """The script of a view for a link, and the rows of the view."""
    pairs, _ = read_pairs(query)
    selection, ignored = read_selection(trial, pairs)
    options, unfit = read_options(VIEWS[view].options, pairs)
    assert (ignored, unfit) == ((), ())
    result = VIEWS[view].analyse(trial, selection, options)
    return VIEWS[view].script(trial, selection, options, result), VIEWS[view].tidy(result)


#: Runs scripts one after the other, each as a program of its own: lifelines is slow to start.
RUNNER = """
import contextlib, io, json, runpy, sys, traceback
for script, folder in json.loads(sys.argv[1]):
    sys.argv = [script, folder]
    printed, problem = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(script, run_name="__main__")
    except BaseException:
        problem = traceback.format_exc()
    print(json.dumps([printed.getvalue(), problem]))
"""


def run(scripts: list[tuple[str, Path]], place: Path) -> list[tuple[str, str]]:
    """What each script prints for its folder, and its traceback; by a Python that sees nothing of ours."""
    files = []
    for i, (script, folder) in enumerate(scripts):
        (place / f"script{i}.py").write_text(script, encoding="utf-8")
        files.append((str(place / f"script{i}.py"), str(folder)))
    command = [sys.executable, "-I", "-c", RUNNER, json.dumps(files)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=place, check=True)  # noqa: S603
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def table(printed: tuple[str, str]) -> pd.DataFrame:
    text, problem = printed
    assert problem == ""
    return pd.read_csv(io.StringIO(text), dtype=object, keep_default_na=False)


def compare(printed: pd.DataFrame, rows: list[dict[str, Any]], key: str = "arm") -> int:
    """Hold every printed row against the view's and every row of the view against the printed; numbers compared."""
    shown = pd.DataFrame(rows)
    names = [name for name in (*KEYS, *([key] if key not in KEYS else [])) if name in printed and name in shown]
    ours = _by_key(shown, names)
    theirs = _by_key(printed, names)
    unexplained = {k for k, row in ours.items() if k not in theirs and not isinstance(row.get("note"), str)}
    assert unexplained == set()
    assert set(theirs) - set(ours) == set()
    compared = 0
    for k, row in theirs.items():
        for name in set(printed) & set(shown) - set(names):
            one, other = _number(row[name]), _number(ours[k][name])
            if row[name] == "" and name not in ESTIMATES:
                continue
            assert one == pytest.approx(other, rel=TOLERANCE, abs=TOLERANCE, nan_ok=True), (k, name)
            compared += not isnan(one)
    return compared


def _by_key(rows: pd.DataFrame, names: list[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows by their keys; a table of patients may say the same word twice, once under each cause."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    times: Counter[tuple[Any, ...]] = Counter()
    for row in rows.to_dict("records"):
        key = _key(row, names)
        found[*key, times[key]] = row
        times[key] += 1
    return found


def _key(row: dict[str, Any], names: list[str]) -> tuple[Any, ...]:
    return tuple(_plain(row[name]) for name in names)


def _plain(value: Any) -> Any:
    number = _number(value)
    if isinstance(value, str) and isnan(number):
        return value
    return "" if isnan(number) else round(number, 6)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


#: View, trial, link: the whole trials, filtered cohorts, and settings away from their defaults.
CASES = (
    ("survival", "inovate", ""),
    ("survival", "inovate", "?where.AGE=<55&where.SALVAGE=1&interval=log&complement=on&endpoint=PFS&unit=weeks"),
    ("survival", "inovate", "?by=CD22&population=safety&interval=plain&lower=difference"),
    ("survival", "inovate", "?where.PATH.RESPFL=Y~Y&where.PATH.month24=dead&milestone=6&tau=12"),
    ("survival", "gbsg2", "?where.TGRADE=II&where.TGRADE=III"),
    ("survival", "freireich6mp", "?lower=hazard"),
    ("survival", "gbsg2", "?lower=hazard"),
    ("subgroups", "inovate", "?where.SALVAGE=1"),
    ("subgroups", "inovate", "?measure=odds-ratio"),
    ("subgroups", "inovate", "?measure=difference&population=safety"),
    ("subgroups", "gbsg2", ""),
    ("transplant", "inovate", ""),
    ("transplant", "inovate", "?where.SEX=F&month=12"),
    ("safety", "inovate", ""),
    ("safety", "inovate", "?kind=serious&columns=grades"),
    ("safety", "inovate", "?grade=severe&rate=all&least=10&find=blood&where.AGE=<55"),
    ("event", "inovate", "?where.AE=Nausea"),
    ("event", "inovate", "?grade=severe&event=Sepsis"),
    ("response", "inovate", ""),
    ("response", "inovate", "?where.AGE=<55&population=safety"),
    ("response_forest", "inovate", "?forest=odds-ratio&where.SEX=F"),
    ("predictors", "inovate", ""),
    ("predictors", "inovate", "?model=chosen&covariates=AGE,PLT,HSCTFL&endpoint=PFS&where.SEX=M"),
    ("predictors", "gbsg2", "?entry=0.3&stay=0.2"),
    ("vod", "inovate", ""),
    ("vod", "inovate", "?vodmodel=2&where.SALVAGE=1"),
    ("baseline", "inovate", "?where.CD22=70-<90"),
    ("baseline", "gbsg2", ""),
    ("survivors", "inovate", ""),
    ("survivors", "inovate", "?endpoint=PFS&alive=9&where.SEX=F"),
    ("exposure", "inovate", ""),
    ("exposure", "inovate", "?where.SALVAGE=2"),
    ("attrition", "inovate", "?where.AGE=<55"),
    ("deaths", "inovate", ""),
    ("deaths", "inovate", "?where.SALVAGE=1&arms=ino"),
    ("therapies", "inovate", ""),
    ("therapies", "inovate", "?where.SEX=F&population=safety"),
    ("therapies", "inovate", "?arms=soc"),
    ("after_transplant", "inovate", ""),
    ("after_transplant", "inovate", "?where.SALVAGE=1&aftermonth=6&population=safety"),
    ("after_transplant", "inovate", "?where.AGE=>=55&aftermonth=60"),
    ("laboratory", "inovate", ""),
    ("laboratory", "inovate", "?where.SALVAGE=1&landmark=9&hsctarm=soc&population=safety"),
    ("laboratory", "inovate", "?where.CYTO=NORMAL&arms=ino"),
    ("laboratory", "inovate", "?where.CYTO=HYPERDIPLOID"),
    ("hepatic", "inovate", ""),
    ("hepatic", "inovate", "?where.HSCTFL=Y"),
    ("hepatic", "inovate", "?where.SEX=M&arms=ino"),
    ("profile", "inovate", ""),
    ("profile", "inovate", "?where.AGE=<55&population=safety"),
    ("profile", "inovate", "?where.PATH.RESPFL=Y~N&arms=soc"),
)


@pytest.fixture(scope="module")
def printed(built_in: dict[str, Trial], tmp_path_factory: pytest.TempPathFactory) -> dict[Any, tuple[str, str]]:
    """What the script of each case prints."""
    scripts = [(written(built_in[trial], view, query)[0], built_in[trial].folder) for view, trial, query in CASES]
    return dict(zip(CASES, run(scripts, tmp_path_factory.mktemp("scripts")), strict=True))


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_the_script_prints_the_numbers_of_the_view(
    built_in: dict[str, Trial], printed: dict[Any, tuple[str, str]], case: tuple[str, str, str]
):
    view, trial, query = case
    _, rows = written(built_in[trial], view, query)
    key = dict(read_pairs(query)[0]).get("by", "arm")
    assert compare(table(printed[case]), rows, key) >= 20


def test_the_script_finds_the_best_response_where_the_page_did(tmp_path: Path):
    """In ADRS, for a trial whose ADSL has none."""
    folder = tmp_path / "trial"
    folder.mkdir()
    subjects = [f"T-{i}" for i in range(40)]
    arms = ["Drug", "Placebo"] * 20
    sexes = ["F", "F", "M", "M"] * 10
    responses = ["CR", "SD", "PD", "PR", "PR", "NE", "SD", "SD"] * 5
    adsl = {"USUBJID": subjects, "TRT01P": arms, "TRT01A": arms, "ITTFL": "Y", "SEX": sexes}
    pd.DataFrame(adsl).to_csv(folder / "adsl.csv", index=False)
    pd.DataFrame({"USUBJID": subjects, "PARAMCD": "BOR", "AVALC": responses}).to_csv(folder / "adrs.csv", index=False)
    trial = load(folder, "trial", "trial")
    views = [("subgroups", "?measure=difference"), ("response", ""), ("attrition", "")]
    both = [written(trial, view, query) for view, query in views]
    assert both[0][1][0]["events_arm"] == 10
    assert both[0][1][0]["events_reference"] == 5
    answers = run([(script, folder) for script, _ in both], tmp_path)
    for (_, rows), answer in zip(both, answers, strict=True):
        assert compare(table(answer), rows, "arm") >= 10


def test_every_view_with_a_script_is_run():
    assert {view for view, _, _ in CASES} == {name for name, view in VIEWS.items() if view.script}


def test_a_script_names_no_folder_of_the_server(built_in: dict[str, Trial]):
    script, _ = written(built_in["inovate"], "survival", "")
    assert str(built_in["inovate"].folder) not in script
    assert str(Path.home()) not in script


def test_a_filter_is_said_and_called_exploratory(built_in: dict[str, Trial]):
    script, _ = written(built_in["inovate"], "survival", "?where.SALVAGE=1")
    stated = next(
        ast.literal_eval(node.value)
        for node in ast.parse(script).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "SOURCE"  # type: ignore[attr-defined]
    )
    assert "exploratory cohort Salvage: First" in stated
    assert "Synthetic patients" in stated


HOSTILE = 'A"""\n\'); import os; os.system("touch owned"); ("\\'


def test_labels_from_data_stay_text(trials: Path, tmp_path: Path):
    trial = load(trials / "small", "small", "small")
    first, *others = trial.design.arms
    arms = (Arm(id=first.id, value=first.value, label=HOSTILE, short="x"), *others)
    trial = replace(trial, design=replace(trial.design, arms=arms, name=HOSTILE, citation=HOSTILE))
    selection, options = whole_trial(trial.design), SurvivalOptions()
    result = VIEWS["survival"].analyse(trial, selection, options)
    script = VIEWS["survival"].script(trial, selection, options, result)
    [printed] = [table(one) for one in run([(script, trial.folder)], tmp_path)]
    assert not (tmp_path / "owned").exists()
    # what the reader of a CSV makes of the line end is no matter here
    assert HOSTILE.split("\n", maxsplit=1)[0] in {label.split("\n")[0] for label in printed["arm"]}
    calls = {node.func.attr for node in ast.walk(ast.parse(script)) if _called(node)}
    assert "system" not in calls


def _called(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def test_only_plain_values_become_literals():
    text = assemble.literal({"a": [HOSTILE, "\u202e", 1.5, None, True]})
    assert ast.literal_eval(text) == {"a": [HOSTILE, "\u202e", 1.5, None, True]}
    assert "\u202e" not in text
    with pytest.raises(TypeError):
        assemble.literal({"a": object()})


SHARED = Path(__file__).resolve().parents[3] / "shared" / "adam"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data are not here")
def test_scripts_read_sas_transport_files_of_three_arms(tmp_path: Path):
    trial = load(SHARED / "cdiscpilot01" / "xpt_tdf_2018", "pilot", "pilot")
    views = [name for name, view in VIEWS.items() if view.script and view.missing(trial) is None]
    both = [written(trial, view, "") for view in views]
    answers = run([(script, trial.folder) for script, _ in both], tmp_path)
    few = {"deaths": 15}  # this trial tells no causes: an arm has a count, its base, and a share with its interval
    for view, (_, rows), answer in zip(views, both, answers, strict=True):
        assert compare(table(answer), rows) >= few.get(view, 20)


#: View, trial, link: real patients of other trials, of one arm and of three, some transplanted at the start.
OTHERS = (
    ("after_transplant", "bmt137", ""),
    ("after_transplant", "bmt137", "?aftermonth=12&where.SEX=M"),
    ("laboratory", "bmt137", "?landmark=2"),
    ("laboratory", "bmt137", "?where.AGEGR1=<30"),
    ("laboratory", "ebmt3", ""),
    ("laboratory", "ebmt3", "?landmark=3&where.AGEGR1=>40"),
)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data are not here")
def test_scripts_of_other_trials(tmp_path: Path):
    trials = {entry.id: entry for entry in Catalog([SHARED.parent / "trials"]).entries if isinstance(entry, Trial)}
    both = [written(trials[trial], view, query) for view, trial, query in OTHERS]
    folders = [trials[trial].folder for _, trial, _ in OTHERS]
    scripts = [(script, folder) for (script, _), folder in zip(both, folders, strict=True)]
    answers = run(scripts, tmp_path)
    for (_, rows), answer in zip(both, answers, strict=True):
        assert compare(table(answer), rows) >= 20


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data are not here")
@pytest.mark.parametrize(
    ("folder", "value", "least"),
    [("tern_ex", "D.2.1.5.3/A.1.1.1.1 aesi", 20), ("cdiscpilot01", "DERMATOLOGIC EVENTS", 15)],
)
def test_the_script_of_the_liver_counts_any_group_of_events(tmp_path: Path, folder: str, value: str, least: int):
    """Of graded events and of events by severity, of which no grade is counted; without a word of VOD/SOS."""
    trial = load(SHARED / folder / "csv", folder.replace("_", "-"), folder)
    trial = replace(trial, design=replace(trial.design, hepatic=Hepatic(group="CQ01NAM", value=value)))
    script, rows = written(trial, "hepatic", "")
    assert compare(table(run([(script, trial.folder)], tmp_path)[0]), rows) >= least
