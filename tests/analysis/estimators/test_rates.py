import pytest

from analysis.estimate import NotEstimable
from analysis.estimators.rates import rate, rate_difference, rate_ratio


@pytest.mark.parametrize(
    ("events", "exposure", "low", "high"),
    # R: poisson.test(events, exposure)$conf.int
    [(12, 345.6, 0.017941478902553, 0.060652734514401), (0, 50, 0, 0.073777589082279)],
)
def test_rate(events, exposure, low, high):
    found = rate(events, exposure)
    assert (found.value, found.low, found.high) == pytest.approx((events / exposure, low, high), abs=1e-12)


def test_ratio():
    # R: poisson.test(c(11, 6), c(800, 1083))
    found = rate_ratio(11, 800, 6, 1083)
    assert (found.value, found.low, found.high) == pytest.approx(
        (2.481875, 0.84134346478251, 8.17316047279096), abs=1e-10
    )
    # R: poisson.test(c(0, 6), c(800, 1083))$conf.int
    none = rate_ratio(0, 800, 6, 1083)
    assert (none.value, none.low, none.high) == pytest.approx((0, 0, 1.14975502928), abs=1e-10)


def test_difference():
    # R: 41 / 2.8010 - 15 / 1.9017 + c(0, -1, 1) * qnorm(.975) * sqrt(41 / 2.8010^2 + 15 / 1.9017^2)
    found = rate_difference(41, 2.8010, 15, 1.9017)
    assert (found.value, found.low, found.high) == pytest.approx(
        (6.7499499733576, 0.7492720676658, 12.7506278790494), abs=1e-10
    )


def test_not_estimable():
    assert rate(3, 0) == NotEstimable("No time of exposure.")
    assert rate_difference(0, 10, 0, 10) == NotEstimable("No events.")
    assert rate_difference(1, 10, 0, 0) == NotEstimable("No time of exposure.")
    assert rate_ratio(1, 0, 1, 10) == NotEstimable("No time of exposure.")
    assert rate_ratio(1, 10, 0, 10) == NotEstimable("No events in the reference arm.")
