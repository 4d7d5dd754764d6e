from pathlib import Path

import pytest

from data.published import condition, conditions, has_facts, load_contradictions, load_facts, model, printed_number

FOLDER = Path(__file__).parents[2] / "data" / "trials" / "inovate"


def test_every_published_number_is_there():
    facts = load_facts(FOLDER)
    tiers = [fact.tier for fact in facts]
    assert {tier: tiers.count(tier) for tier in ("exact", "rounding", "conditional")} == {
        "exact": 392,
        "rounding": 71,
        "conditional": 42,
    }
    assert len({fact.id for fact in facts}) == len(facts)


def test_contradictions_name_facts_that_exist():
    ids = {fact.id for fact in load_facts(FOLDER)}
    contradictions = load_contradictions(FOLDER)
    assert len(contradictions) == 22
    assert all(name in ids for c in contradictions for name in c.facts)


@pytest.mark.parametrize(
    ("text", "value", "decimals", "window"),
    [
        ("0.75", 0.75, 2, (0.745, 0.755)),
        ("<.0001", 0.0001, 4, (0.0, 0.0001)),
        ("42660", 42660.0, 0, (42659.5, 42660.5)),
    ],
)
def test_a_printed_number_keeps_its_digits(text, value, decimals, window):
    number = printed_number(text)
    assert (number.value, number.decimals) == (value, decimals)
    assert number.window == pytest.approx(window)


def test_numbers_are_found_in_the_printed_text():
    facts = {fact.id: fact for fact in load_facts(FOLDER)}
    assert [n.value for n in facts["t1_age_ino"].numbers] == [46.5, 18, 78]
    assert [n.value for n in facts["os_hr_ci"].numbers] == [0.57, 0.99]
    assert [n.value for n in facts["t1_male_ino"].numbers] == [91, 164, 55.5]


def test_conditions_and_models():
    assert [str(c) for c in conditions("AGE<55 & RACE=BLACK OR AFRICAN AMERICAN & CD22!=")] == [
        "AGE<55", "RACE=BLACK OR AFRICAN AMERICAN", "CD22!=",
    ]  # fmt: skip
    assert conditions("") == ()
    assert model("OS ~ AGE<55 + DFRMO").covariates == ("AGE<55", "DFRMO")
    with pytest.raises(ValueError, match="is not a condition"):
        condition("AGE")


def test_a_folder_without_facts_has_none(tmp_path):
    assert load_facts(tmp_path) == ()
    assert load_contradictions(tmp_path) == ()


def test_whether_there_are_facts_is_told_from_the_first_line(tmp_path):
    assert has_facts(FOLDER)
    assert not has_facts(tmp_path)
    (tmp_path / "published.csv").write_text("id,section\n", encoding="utf-8")
    assert not has_facts(tmp_path)
    assert load_facts(tmp_path) == ()
