from pathlib import Path

import numpy as np
import pytest

from data.published import load_facts
from data.synthesis.care import apportion, hospital_totals

FOLDER = Path(__file__).parents[3] / "data" / "trials" / "inovate"


def test_apportioned_days_add_up_within_their_limits():
    low, high = np.array([1.0, 0.0, 2.0, 5.0]), np.array([4.0, 9.0, 30.0, 5.0])
    days = apportion(27, low, high, np.array([1.0, 2.0, 3.0, 4.0]))
    assert days.sum() == 27
    assert (days >= low).all()
    assert (days <= high).all()
    assert (days == np.floor(days)).all()


def test_what_cannot_be_apportioned_is_refused():
    with pytest.raises(ValueError, match="does not lie between"):
        apportion(50, np.zeros(2), np.array([4.0, 9.0]), np.ones(2))


def test_hospital_days_meet_rates_shares_and_ratios_together():
    totals = hospital_totals({fact.id: fact for fact in load_facts(FOLDER)})
    months = {"ino": 13946 / 30.4375, "soc": 6463 / 30.4375}
    assert [round(totals["ino"][i] / months["ino"], 1) for i in range(3)] == [7.6, 5.2, 1.4]
    assert [round(totals["soc"][i] / months["soc"], 1) for i in range(3)] == [18.4, 14.0, 2.8]
