from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analysis.provenance import describe
from analysis.selection import Filter, in_words, whole_trial
from data.catalog import Catalog
from data.contract import Trial
from data.version import VERSION

DAY = date(2026, 11, 26)


def test_whole_trial_is_said_with_its_population_and_no_cohort(trial: Trial) -> None:
    found = describe(trial, whole_trial(trial.design), "A method.")
    assert (found.n, found.of, found.exploratory, found.cohort) == (8, 8, False, "")
    assert found.line() == (
        "Eight. The trial does not say where its patients come from. Intention-to-treat population, 8 patients. "
        f"A method. trialboard {VERSION}, data eight."
    )
    assert found.file_name("survival", "pptx", DAY) == "eight-survival-itt-2026-11-26.pptx"


def test_a_filter_that_drops_patients_makes_it_exploratory(trial: Trial) -> None:
    chosen = replace(whole_trial(trial.design), filters=(Filter("SEX", ("F",)),), arms=("new",))
    found = describe(trial, chosen, "")
    assert (
        found.who
        == "Intention-to-treat population, 4 patients; exploratory cohort Sex: Female: 2 of 4 patients; New drug only"
    )
    assert found.file_name("survival", "csv", DAY) == "eight-survival-sex-female-new-2026-11-26.csv"


def test_a_view_that_counts_another_population_says_which(trial: Trial) -> None:
    chosen = whole_trial(trial.design)
    words = in_words(replace(chosen, population="safety"), trial)
    found = describe(trial, chosen, "", words)
    assert found.population == "Safety population, 7 patients"
    assert found.file_name("safety", "pptx", DAY) == "eight-safety-safety-2026-11-26.pptx"


def test_the_builtin_trial_says_that_its_patients_are_synthetic() -> None:
    trial = next(t for t in Catalog(()).entries if t.id == "inovate")
    assert isinstance(trial, Trial)
    found = describe(trial, whole_trial(trial.design), "")
    assert found.synthetic
    assert "INO-VATE (Cancer 2019;125:2474-2487). Synthetic patients, fitted to the published results." in found.line()
    assert found.data == trial.digest[:8]


@pytest.mark.parametrize(
    ("citation", "source"),
    [
        ("Freireich EJ, et al. The effect. Blood 1963;21(6):699-716.", "Blood 1963;21(6):699-716"),
        ("Who? A title. J Clin Oncol 1994;12(10):2086-2093.", "J Clin Oncol 1994;12(10):2086-2093"),
        ("A report of the sponsor", "A report of the sponsor"),
        ("", ""),
    ],
)
def test_a_citation_is_shortened_to_where_it_is_found(trial: Trial, citation: str, source: str) -> None:
    cited = replace(trial, design=replace(trial.design, citation=citation))
    assert describe(cited, whole_trial(cited.design), "").source == source


def test_file_names_are_safe_whatever_the_labels_say(trial: Trial) -> None:
    found = describe(trial, whole_trial(trial.design), "")
    named = replace(found, stem=("eight", 'Age <55 ../\\:*?"Größe≥2'))
    assert named.file_name("a/b", "pptx", DAY) == "eight-a-b-age-under-55-große-from-2-2026-11-26.pptx".replace("ß", "")


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION
