"""The curves of confidence: known cases and what must hold for any."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.evaluate.curves import calibration, risk_coverage

outcomes = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50)


def test_a_known_curve() -> None:
    curve = risk_coverage([0.9, 0.8, 0.7, 0.6], [True, False, True, False])
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert curve.area == pytest.approx((1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert curve.best == pytest.approx((1 / 3 + 1 / 2) / 4)


def test_equal_confidences_count_alike_in_any_order() -> None:
    one, two = (risk_coverage([0.5] * 4, right) for right in ([True, True, False, False], [False, True, False, True]))
    assert one.risk.tolist() == two.risk.tolist() == [0.5] * 4


@given(outcomes)
def test_no_ranking_is_better_than_the_best(pairs: list[tuple[float, bool]]) -> None:
    sure, right = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    curve = risk_coverage(sure, right)
    assert curve.best - 1e-9 <= curve.area <= 1
    assert curve.risk[-1] == pytest.approx(1 - sum(right) / len(right))


@given(outcomes)
def test_bins_hold_every_question(pairs: list[tuple[float, bool]]) -> None:
    held = calibration([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    assert held.count.sum() == len(pairs)
    assert 0 <= held.error <= 1
    assert 0 <= held.brier <= 1


def test_perfect_and_hopeless_calibration() -> None:
    perfect = calibration([0.0] * 10 + [1.0] * 10, [False] * 10 + [True] * 10)
    assert (perfect.error, perfect.brier) == (0, 0)
    hopeless = calibration([1.0] * 10 + [0.0] * 10, [False] * 10 + [True] * 10)
    assert (hopeless.error, hopeless.brier) == (1, 1)


def test_nothing_has_no_curve() -> None:
    for curve in (risk_coverage, calibration):
        with pytest.raises(ValueError, match="no questions"):
            curve([], [])
