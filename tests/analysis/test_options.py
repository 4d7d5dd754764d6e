import pytest

from analysis.options import option_names, read_options, write_options
from analysis.survival import SurvivalOptions


def test_a_link_is_read_by_the_types_of_the_options():
    options, notices = read_options(SurvivalOptions, [("milestone", "24"), ("band", "off"), ("scale", "incidence")])
    assert options == SurvivalOptions(milestone=24.0, band=False, scale="incidence")
    assert notices == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("milestone", "nan"), ("milestone", "-3"), ("milestone", "1e99"), ("band", "perhaps"), ("interval", "exact")],
)
def test_a_value_that_does_not_fit_is_ignored_with_a_sentence(name, value):
    options, notices = read_options(SurvivalOptions, [(name, value), ("medians", "off")])
    assert options == SurvivalOptions(medians=False)
    assert notices == (f"“{name}={value}” is not a value this view knows and was ignored.",)


def test_options_come_back_from_their_link():
    options = SurvivalOptions(unit="months", milestone=12.5, interval="plain", band=False)
    pairs = write_options(options)
    assert dict(pairs) == {"unit": "months", "milestone": "12.5", "interval": "plain", "band": "off"}
    assert read_options(SurvivalOptions, pairs)[0] == options


def test_names_are_those_of_the_fields():
    assert {"unit", "milestone", "interval", "scale", "rows"} <= option_names(SurvivalOptions)
