"""Later therapies against their table; the numbers of the report are held in the tests of the table of patients."""

from dataclasses import replace

import pandas as pd

from analysis.selection import whole_trial
from analysis.therapies import TherapiesOptions, analyse
from data.catalog import Catalog
from data.contract import FactorLevel


def test_terms_with_one_label_are_one_therapy():
    trial = next(entry for entry in Catalog([]).entries if entry.id == "inovate")
    both = ("BLINATUMOMAB", "INOTUZUMAB")
    declared = replace(trial.design.therapies, labels=tuple(FactorLevel(term, "Antibody") for term in both))
    trial = replace(trial, design=replace(trial.design, therapies=declared))
    result = analyse(trial, whole_trial(trial.design), TherapiesOptions())
    rows = {row.label: [cell.n for cell in row.cells] for row in result.summary.blocks[0].rows}
    table = pd.read_csv(trial.folder / "adcm.csv")
    given = trial.patients.index.isin(table.loc[table["CMDECOD"].isin(both), "USUBJID"])
    assert rows["Antibody"] == [int((given & (trial.planned == arm)).sum()) for arm in (0, 1)]
    assert list(rows) == ["Any later therapy", "Antibody", "CAR-T", "CHEMOTHERAPY", "TKI"]
