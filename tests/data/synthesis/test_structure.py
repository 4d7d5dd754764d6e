"""What the search keeps besides the published numbers: a term is zero where its rule holds, or counts what is over."""

from pathlib import Path

import numpy as np
import pytest

from analysis.estimators import risk_sets, two_arm
from data.published import load_facts
from data.synthesis import structure

FOLDER = Path(__file__).parents[3] / "data" / "trials" / "inovate"


def draft(days, arm=1, dead="Y"):
    days = np.asarray(days, dtype=float)
    return {"ARM": np.full(len(days), arm), "OSDY": days, "DTHFL": np.full(len(days), dead)}


def test_a_quarter_without_deaths_is_a_jump():
    even = structure.jumps_of_the_hazard("ino").distance(draft(np.arange(4, 1000, 4)))
    hollow = structure.jumps_of_the_hazard("ino").distance(draft([d for d in range(4, 1000, 4) if not 640 <= d < 731]))
    assert even == 0
    assert hollow > 1


def test_a_gap_counts_in_months_beyond_its_days_and_only_to_two_years():
    gaps = structure.gaps_between_deaths("ino")
    assert gaps.distance(draft([10, 90, 170, 250, 730, 1500])) == pytest.approx((480 - structure.GAP) / 30.4375)
    assert gaps.distance(draft([10, 90, 170, 1500])) == 0
    assert gaps.distance({**draft([10, 600, 700], arm=0), "ARM": np.array([1, 0, 1])}) > 0


def test_somebody_of_the_arm_dies_where_each_median_is_printed():
    facts = [fact for fact in load_facts(FOLDER) if fact.id in ("os_median_ino", "os_median_soc", "pfs_median_ino")]
    at = structure.deaths_at_medians(facts, "ino")  # 7.7 months: from day 232.8 to 235.9
    assert at.distance(draft([100, 234, 400])) == 0
    assert at.distance(draft([100, 239, 400])) == pytest.approx((239 - 7.75 * 30.4375) / 3, abs=1e-5)
    assert at.distance({**draft([234, 300, 400]), "DTHFL": np.array(["N", "Y", "Y"])}) > 0


def test_the_order_of_death_has_the_printed_ratio_and_interval():
    places = structure.ORDER_OF_DEATH
    arm = np.isin(np.arange(14) + 1, places).astype(np.int64)
    order = {
        "ARM": arm,
        "OSDY": np.arange(14.0) + 1,
        "DTHFL": np.array(["Y"] * 13 + ["N"]),
        "CYTO": np.repeat("T(4;11)", 14),
    }
    assert structure.order_of_death().distance(order) == 0
    sets = risk_sets.tally(risk_sets.order(order["OSDY"], order["DTHFL"] == "Y", np.zeros(14, dtype=np.int64)), arm, 2)
    coefficient, standard_error = two_arm.effect(sets)
    half = 2.241403 * standard_error
    assert [f"{np.exp(coefficient + d):.2f}" for d in (0, -half, half)] == ["1.42", "0.36", "5.62"]
    assert structure.order_of_death().distance({**order, "ARM": arm[::-1].copy()}) > 0


def test_salvage_is_with_the_dying_when_few_deaths_are_left_to_count():
    n = structure.DEATHS_BEFORE_SALVAGE["soc"]
    everyone = {**draft(np.arange(n + 3) + 100, arm=0), "SALVDY": np.full(n + 3, np.inf)}
    salvage = structure.salvage_of_the_dying("soc")
    assert salvage.distance(everyone) == 3
    everyone["SALVDY"][:3] = 50
    assert salvage.distance(everyone) == 0


def test_strata_differ_from_the_form_in_few():
    n = structure.MOST_DIFFER + 4
    form = {
        "STRAT1R": np.repeat("<12 months", 40),
        "DFRMO": np.r_[np.repeat(20.0, n), np.repeat(3.0, 40 - n)],
        "STRAT2R": np.repeat("Salvage 2", 40),
        "SALVAGE": np.repeat("2", 40),
    }
    assert structure.strata_as_on_the_form().distance(form) == 4
    assert structure.strata_as_on_the_form().distance({**form, "DFRMO": np.repeat(3.0, 40)}) == 0


def test_platelets_and_haemoglobin_are_low_together():
    low = {"ARM": np.repeat([0, 1], 100), "PLT": np.tile([50.0, 200.0], 100), "HGB": np.tile([8.0, 12.0], 100)}
    assert structure.low_together().distance(low) == 0
    # 25 of each four: no correlation in one arm
    low["HGB"][:100] = np.tile([8.0, 8.0, 12.0, 12.0], 25)
    assert structure.low_together().distance(low) == pytest.approx(20 * structure.LOW_TOGETHER)
