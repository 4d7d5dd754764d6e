"""The tables of the response and patients pages say what the INO-VATE report prints, in its own digits."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from analysis.estimate import Estimate
from analysis.selection import Filter, whole_trial
from analysis.summary import Counted, Spread, Summary
from analysis.therapies import TherapiesResult
from analysis.views import VIEWS
from components.format import fixed, ratio, share
from components.summary import cell_text
from data.catalog import BUILT_IN, Catalog


@pytest.fixture(scope="module")
def trial():
    return next(entry for entry in Catalog(()).entries if entry.id == "inovate")


@pytest.fixture(scope="module")
def printed():
    with (BUILT_IN / "inovate" / "published.csv").open(encoding="utf-8") as file:
        return {row["id"]: row["printed"] for row in csv.DictReader(file)}


def shown(trial, view, **chosen):
    chosen = replace(whole_trial(trial.design), **chosen)
    return VIEWS[view].analyse(trial, chosen, VIEWS[view].options())


def cells(result: Summary, block: str, row: str, kind: str = ""):
    found = next(b for b in result.blocks if b.label == block)
    line = next(r for r in found.rows if r.label == row and (not kind or r.kind == kind))
    return dict(zip([a.arm.id for a in result.arms], zip(line.cells, [line.kind] * 2, strict=True), strict=True))


#: Fact of the report without its arm -> the view, block and row that print it.
COUNTS = {
    "t1_age_lt55": ("baseline", "Age", "<55 y"),
    "t1_age_ge55": ("baseline", "Age", "≥55 y"),
    "t1_male": ("baseline", "Sex", "Men"),
    "t1_race_white": ("baseline", "Race", "White"),
    "t1_race_black": ("baseline", "Race", "Black"),
    "t1_race_asian": ("baseline", "Race", "Asian"),
    "t1_race_missing": ("baseline", "Race", "Not recorded"),
    "t1_ecog0": ("baseline", "ECOG performance status", "0"),
    "t1_ecog2": ("baseline", "ECOG performance status", "2"),
    "t1_ecog_missing": ("baseline", "ECOG performance status", "Not recorded"),
    "t1_salvage1": ("baseline", "Salvage", "First"),
    "t1_salvage2": ("baseline", "Salvage", "Second"),
    "t1_salvage_missing": ("baseline", "Salvage", "Not recorded"),
    "t1_dfr_lt12": ("baseline", "First remission", "<12 mo"),
    "t1_prev_cr": ("baseline", "Response to the previous induction", "Complete"),
    "t1_prev_pr": ("baseline", "Response to the previous induction", "Partial"),
    "t1_prior_hsct": ("baseline", "Transplant before the trial", "Yes"),
    "t1_no_circ_blasts": ("baseline", "Circulating blasts", "None"),
    "t1_bm_lt50": ("baseline", "Marrow blasts", "<50%"),
    "t1_bm_missing": ("baseline", "Marrow blasts", "Not recorded"),
    "t1_cd22_ge90": ("baseline", "CD22", "≥90%"),
    "t1_cd22_70_90": ("baseline", "CD22", "70 to <90%"),
    "t1_cd22_missing": ("baseline", "CD22", "Not recorded"),
    "t1_cyto_normal": ("baseline", "Cytogenetics", "Normal"),
    "t1_cyto_ph": ("baseline", "Cytogenetics", "Ph-positive"),
    "t1_cyto_complex": ("baseline", "Cytogenetics", "Complex"),
    "t1_cyto_unknown": ("baseline", "Cytogenetics", "Unknown"),
    "deaths_soc_safety": ("deaths", "Safety, as treated", "Died"),
    "death_all": ("deaths", "Safety, as treated", "Leukemia"),
    "death_tox": ("deaths", "Safety, as treated", "Toxicity of study treatment"),
    "death_infection": ("deaths", "Safety, as treated", "Infection"),
    "hsct_deaths": ("deaths", "After transplant, intention to treat", "Died"),
    "hsct_death_disease": ("deaths", "After transplant, intention to treat", "Leukemia"),
    "hsct_death_tox": ("deaths", "After transplant, intention to treat", "Toxicity of study treatment"),
    "hsct_death_other": ("deaths", "After transplant, intention to treat", "Other causes"),
    "salv_any": ("therapies", "Intention to treat", "Any later therapy"),
    "salv_blina": ("therapies", "Intention to treat", "Blinatumomab"),
    "salv_tki": ("therapies", "Intention to treat", "Tyrosine kinase inhibitor"),
    "salv_cart": ("therapies", "Intention to treat", "CAR-T cells"),
    "salv_ino": ("therapies", "Intention to treat", "Inotuzumab"),
    "salv_resp": ("therapies", "With CR/CRi", "Any later therapy"),
    "salv_nonresp": ("therapies", "Without CR/CRi", "Any later therapy"),
    "hosp_c1": ("exposure", "In hospital during cycle 1", "Patients"),
    "completed": ("profile", "Follow-up", "Completed"),
    "os_lost": ("profile", "Follow-up", "Lost to follow-up"),
}
SPREADS = {
    "t1_age": ("baseline", "Age", "Age, years: median (range)"),
    "t1_wbc": ("baseline", "White cells, ×10⁹/L", "Median (range)"),
    "t1_pblast": ("baseline", "Circulating blasts", "Circulating blasts, per µL: median (range)"),
    "trt_duration_weeks": ("exposure", "Duration of treatment, weeks", "Median (range)"),
    "transf_plt_days": ("exposure", "Platelet transfusion", "Median (range), days"),
    "transf_rbc_days": ("exposure", "Red cell transfusion", "Median (range), days"),
    "hosp_c1_los": ("exposure", "In hospital during cycle 1", "Median (range), days"),
}


def facts(names, printed):
    """(fact id, arm, place) of every fact of those names in the file."""
    return [
        (fact, arm, place)
        for name, place in names.items()
        for arm in ("ino", "soc")
        for fact in (f"{name}_{arm}", name)
        if fact in printed and (fact != name or f"_{arm}" in name)
    ]


def test_the_counts_are_those_of_the_report(trial, printed):
    found = facts(COUNTS, printed)
    assert len(found) > 80
    for fact, arm, (view, block, row) in found:
        result = shown(trial, view)
        cell, kind = cells(result.summary if isinstance(result, TherapiesResult) else result, block, row)[arm]
        assert isinstance(cell, Counted)
        assert cell_text(cell, kind) == printed[fact].replace("/", " of "), fact


def test_the_medians_and_ranges_are_those_of_the_report(trial, printed):
    found = facts(SPREADS, printed)
    assert len(found) == 14
    for fact, arm, (view, block, row) in found:
        cell, kind = cells(shown(trial, view), block, row)[arm]
        assert isinstance(cell, Spread)
        # the report rounds halves its own way: to within half a unit of the digit it prints
        assert [float(x) for x in numbers(cell_text(cell, kind))] == pytest.approx(
            [float(x) for x in numbers(printed[fact])], abs=0.1001
        ), fact


def numbers(text):
    return text.replace("(", "").replace(")", "").replace("–", " ").split()


def test_transfusions_hospital_days_and_their_ratio_are_those_of_the_report(trial, printed):
    result = shown(trial, "exposure")
    for name, block in (("transf_plt", "Platelet transfusion"), ("transf_rbc", "Red cell transfusion")):
        for arm, (cell, _) in cells(result, block, "Patients").items():
            assert f"{share(cell.share.value)}%" == printed[f"{name}_{arm}"]
    for name, block in (("all", "Hospital days"), ("trt", "Hospital days to give treatment")):
        for arm, (cell, _) in cells(result, block, "Per patient-month").items():
            assert isinstance(cell, Estimate)
            assert fixed(cell.value, 1) == printed[f"x_hosp_days_{name}_{arm}"]
        found = next(b for b in result.blocks if b.label == block)
        assert fixed(found.compared[0].value, 2) == fixed(float(printed[f"x_hosp_irr_{name}"]), 2)


def test_survival_censored_at_later_therapies_is_that_of_the_report(trial, printed):
    found = shown(trial, "therapies").censored
    assert found is not None
    effect = found.comparisons[0].hazard_ratio
    assert ratio(effect.value) == printed["os_censsalv_hr"]
    assert f"{ratio(effect.low)}–{ratio(effect.high)}" == printed["os_censsalv_hr_ci"]
    for group in found.groups:
        assert fixed(group.median.value, 1) == printed[f"os_censsalv_median_{group.group.id}"]


def test_a_cohort_has_its_own_table_and_an_empty_one_a_sentence(trial):
    women = (Filter("SEX", ("F",)),)
    result = shown(trial, "baseline", filters=women)
    assert result.exploratory
    assert [cell.n for cell, _ in cells(result, "Sex", "Men").values()] == [0, 0]
    assert result.n == sum(cell.n for cell, _ in cells(result, "Sex", "Women").values()) == 133
    nobody = (Filter("CYTO", ("DEL(9P)",)), Filter("RACE", ("BLACK OR AFRICAN AMERICAN",)), Filter("SEX", ("F",)))
    for view in ("response", "attrition", "baseline", "deaths", "therapies", "exposure", "profile"):
        assert "remove a filter" in shown(trial, view, filters=nobody).reason


def test_the_numbers_of_every_table_hold_its_cells(trial):
    for view in ("baseline", "deaths", "exposure", "profile", "attrition"):
        result = shown(trial, view)
        rows = VIEWS[view].tidy(result)
        counted = [(r["block"], r["row"], r["arm"], r["n"], r["of"]) for r in rows if "of" in r]
        for block in result.blocks:
            for row in block.rows:
                for size, cell in zip(result.arms, row.cells, strict=True):
                    if isinstance(cell, Counted):
                        assert (block.label, row.label, size.arm.label, cell.n, cell.of) in counted
