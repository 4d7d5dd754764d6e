"""Rules that the synthetic patients keep: order of events, follow-up, smooth curves, what a haematologist expects."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FOLDER = Path(__file__).parents[2] / "data" / "trials" / "inovate"
MONTH = 30.4375
DATES = ("RANDDT", "TRTSDT", "TRTEDT", "EOSDT", "DCUTDT", "DTHDT", "RESPDT", "HSCTDT", "VODDT")


@pytest.fixture(scope="module")
def adsl():
    return pd.read_csv(FOLDER / "adsl.csv", parse_dates=list(DATES), keep_default_na=False, na_values=[""]).set_index(
        "USUBJID"
    )


@pytest.fixture(scope="module")
def adtte():
    table = pd.read_csv(FOLDER / "adtte.csv", parse_dates=["STARTDT", "ADT"])
    return table.pivot(index="USUBJID", columns="PARAMCD")


@pytest.fixture(scope="module")
def adae():
    return pd.read_csv(FOLDER / "adae.csv", parse_dates=["ASTDT", "AENDT"], keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def days(adtte):
    return adtte["AVAL"]


@pytest.fixture(scope="module")
def event(adtte):
    return adtte["CNSR"] == 0


def on(adsl, table):
    return adsl.reindex(table["USUBJID"]).reset_index()


def test_everybody_is_followed_between_randomization_and_cut_off(adsl):
    assert adsl["RANDDT"].min() == pd.Timestamp("2012-08-27")
    assert adsl["RANDDT"].max() == pd.Timestamp("2015-01-04")
    assert (adsl["EOSDT"] >= adsl["RANDDT"]).all()
    assert (adsl["EOSDT"] <= pd.Timestamp("2017-01-04")).all()


def test_times_are_differences_of_dates(adsl):
    table = pd.read_csv(FOLDER / "adtte.csv", parse_dates=["STARTDT", "ADT"])
    assert ((table["ADT"] - table["STARTDT"]).dt.days + 1 == table["AVAL"]).all()
    overall = table[table["PARAMCD"] == "OS"].set_index("USUBJID")
    assert (overall["ADT"] == adsl["EOSDT"].reindex(overall.index)).all()


def test_those_who_completed_were_followed_for_two_years(adsl):
    completed = adsl[adsl["EOSSTT"] == "COMPLETED"]
    assert len(completed) == 41
    assert ((completed["EOSDT"] - completed["RANDDT"]).dt.days + 1 >= 24 * MONTH).all()
    assert (completed["EOSDT"] >= pd.Timestamp("2016-11-15")).all()


def test_the_dead_died_when_they_left(adsl):
    dead = adsl["DTHFL"] == "Y"
    assert (adsl.loc[dead, "DTHDT"] == adsl.loc[dead, "EOSDT"]).all()
    assert adsl.loc[~dead, "DTHDT"].isna().all()
    assert (adsl.loc[dead, "DTHTERM"].notna()).all()


@pytest.mark.parametrize("column", ["TRTSDT", "TRTEDT", "RESPDT", "HSCTDT", "VODDT"])
def test_nothing_happens_after_death_or_before_randomization(adsl, column):
    known = adsl[adsl[column].notna()]
    assert len(known) > 20
    assert (known[column] <= known["EOSDT"]).all()
    assert (known[column] >= known["RANDDT"]).all()


def test_progression_comes_no_later_than_death(days, event):
    assert (days["PFS"] <= days["OS"]).all()
    assert (days["PFS"] >= 1).all()
    assert (event["PFS"] | (days["PFS"] < days["OS"]) | ~event["OS"]).all()


def test_remission_is_reached_within_treatment_and_before_relapse(adsl, adtte):
    responders = adsl[adsl["RESPFL"] == "Y"]
    assert len(responders) == 171
    assert ((responders["RESPDT"] - responders["TRTEDT"]).dt.days <= 42).all()
    assert ((responders["RESPDT"] - responders["RANDDT"]).dt.days >= 13).all()
    assert (adtte["AVAL"]["DOR"].dropna() >= 1).all()
    assert set(adtte["AVAL"]["DOR"].dropna().index) == set(responders.index)
    assert adsl.loc[adsl["RESPFL"] == "N", "RESPDT"].isna().all()
    relapsed = adsl[adsl["PFSTYPE"] == "RELAPSE"]
    assert len(relapsed) > 50
    assert (relapsed["RESPFL"] == "Y").all()


def test_direct_transplants_of_responders_follow_remission(adsl):
    direct = adsl[(adsl["HSCTPATH"] == "DIRECT") & (adsl["RESPFL"] == "Y")]
    assert len(direct) == 82
    assert ((direct["HSCTDT"] - direct["RESPDT"]).dt.days >= 20).all()
    assert (direct["HSCTDT"] > direct["TRTEDT"]).all()


@pytest.mark.parametrize("column", ["CONDINT", "DUALALK", "BILICOND", "BILIHSCT", "PLTHSCT"])
def test_conditioning_is_known_of_the_transplanted_alone(adsl, column):
    assert (adsl[column].notna() == (adsl["HSCTFL"] == "Y")).all()


def test_later_transplants_follow_other_treatment(adsl):
    later = adsl[adsl["HSCTPATH"] == "LATER"]
    therapies = pd.read_csv(FOLDER / "adcm.csv", parse_dates=["ASTDT"]).groupby("USUBJID")["ASTDT"].min()
    assert len(later) == 27
    assert (therapies.reindex(later.index) < later["HSCTDT"]).all()


def test_later_therapies_belong_to_those_who_had_them(adsl):
    therapies = pd.read_csv(FOLDER / "adcm.csv", parse_dates=["ASTDT"])
    patients = on(adsl, therapies)
    assert set(therapies["USUBJID"]) == set(adsl.index[adsl["SALVFL"] == "Y"])
    assert (therapies["ASTDT"] <= patients["EOSDT"]).all()
    assert (patients.loc[therapies["CMDECOD"] == "TKI", "CYTO"] == "PH+").all()


def test_vod_follows_drug_or_transplant_within_two_years(adsl):
    cases = adsl[adsl["VODFL"] == "Y"]
    after = cases[cases["VODHSCT"] == "Y"]
    alone = cases[cases["VODHSCT"] == "N"]
    assert (len(after), len(alone)) == (21, 5)
    assert (after["VODDT"] > after["HSCTDT"]).all()
    assert ((alone["VODDT"] - alone["TRTEDT"]).dt.days.between(1, 56)).all()
    assert ((cases["VODDT"] - cases["RANDDT"]).dt.days <= 731).all()


def test_adverse_events_fall_between_first_dose_and_death(adsl, adae):
    patients = on(adsl, adae)
    assert (patients["SAFFL"] == "Y").all()
    assert (adae["ASTDT"] >= patients["TRTSDT"]).all()
    assert (adae["AENDT"] >= adae["ASTDT"]).all()
    assert (adae["AENDT"] <= patients["EOSDT"]).all()
    late = (adae["ASTDT"] - patients["TRTEDT"]).dt.days > 42
    assert set(adae.loc[late, "AEDECOD"]) <= {
        "Venoocclusive liver disease",
        "Multiple organ dysfunction syndrome",
        "Pneumonia",
    }


def test_grade_5_ends_in_death(adsl, adae):
    fatal = adae["AETOXGR"] == 5
    patients = on(adsl, adae)
    assert fatal.sum() == 42
    assert (adae.loc[fatal, "AENDT"] == patients.loc[fatal, "DTHDT"]).all()
    assert adae.loc[fatal, "USUBJID"].is_unique


def test_cytopenias_begin_early_in_a_cycle(adae):
    cytopenias = adae["AEDECOD"].isin(["Thrombocytopenia", "Neutropenia", "Leukopenia", "Anaemia", "Lymphopenia"])
    assert (((adae.loc[cytopenias, "ASTDY"] - 1) % 24 < 21).mean()) > 0.85


@pytest.mark.parametrize("arm", ["Inotuzumab ozogamicin", "Standard of care"])
def test_deaths_are_spread_over_time(adsl, days, arm):
    """No pile on one day, no empty half year before two years, no jump of the hazard between quarters."""
    dead = adsl[(adsl["TRT01P"] == arm) & (adsl["DTHFL"] == "Y")].index
    times = days["OS"].reindex(dead).to_numpy()
    assert np.unique(times, return_counts=True)[1].max() <= 4
    first = np.sort(times[times < 24 * MONTH])
    assert np.diff(first).max() < 3 * MONTH
    counts, _ = np.histogram(times, bins=np.arange(0, 25, 3) * MONTH)
    at_risk = np.array(
        [(days["OS"].reindex(adsl.index[adsl["TRT01P"] == arm]) >= t).sum() for t in np.arange(0, 24, 3) * MONTH]
    )
    hazard = (counts + 0.5) / at_risk
    assert np.abs(np.diff(np.log(hazard))).max() < 1.2


def test_the_transplanted_are_younger_and_mostly_in_remission(adsl):
    transplanted = adsl["HSCTFL"] == "Y"
    assert adsl.loc[transplanted, "AGE"].mean() < adsl.loc[~transplanted, "AGE"].mean() - 3
    assert (adsl.loc[transplanted, "RESPFL"] == "Y").mean() > 0.8
    assert adsl.loc[transplanted, "AGE"].max() <= 70


def test_negative_mrd_goes_with_longer_remission(adsl, days):
    lasting = days["DOR"].reindex(adsl.index)
    ino = adsl["TRT01P"] == "Inotuzumab ozogamicin"
    assert (
        lasting[ino & (adsl["MRDEOT"] == "NEGATIVE")].median()
        > 1.3 * lasting[ino & (adsl["MRDEOT"] == "POSITIVE")].median()
    )


def test_platelets_and_haemoglobin_are_low_together(adsl):
    for _, arm in adsl.groupby("TRT01P"):
        assert np.corrcoef(arm["PLT"] < 100, arm["HGB"] < 10)[0, 1] > 0.2


def test_baseline_is_coherent(adsl):
    assert ((adsl["STRAT3R"] == "<55") == (adsl["AGE"] < 55)).all()
    assert ((adsl["STRAT1R"] == "<12 months") == (adsl["DFRMO"] < 12)).mean() > 0.9
    assert (adsl["MRDEOT"].isna() == (adsl["RESPFL"] == "N")).all()
    assert (adsl["HSCTDT"].isna() == (adsl["HSCTFL"] == "N")).all()
    assert not ((adsl["MRDEOT"] == "NEGATIVE") & (adsl["MRDBEST"] == "POSITIVE")).any()


def test_hospital_days_fit_the_days_observed(adsl):
    treated = adsl[adsl["SAFFL"] == "Y"]
    assert (treated["HOSPTRTD"] + treated["HOSPTOXD"] <= treated["HOSPD"]).all()
    assert (treated["HOSPC1D"].fillna(0) <= treated["HOSPD"]).all()
    assert (treated["OBSD"] <= (treated["EOSDT"] - treated["TRTSDT"]).dt.days + 1).all()


@pytest.mark.parametrize("name", ["adsl", "adtte", "adae", "adrs", "adcm", "published", "choices"])
def test_files_are_plain_and_sorted(name):
    content = (FOLDER / f"{name}.csv").read_bytes()
    assert b"\r" not in content
    assert content.endswith(b"\n")
    if name.startswith("ad"):
        table = pd.read_csv(FOLDER / f"{name}.csv", dtype=str)
        key = ["PARAMCD"] if name == "adtte" else []
        assert all(
            group["USUBJID"].is_monotonic_increasing for _, group in (table.groupby(key) if key else [(0, table)])
        )
