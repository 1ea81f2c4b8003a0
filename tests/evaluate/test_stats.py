"""Intervals and tests: known cases, and what must hold for any figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.evaluate.stats import bootstrap, compare_paired

figures = st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(figures)
def test_an_interval_holds_its_mean_and_is_the_same_again(values: list[float]) -> None:
    one, two = bootstrap(values, rounds=200), bootstrap(values, rounds=200)
    assert one == two
    assert min(values) - 1e-9 <= one.low <= one.high <= max(values) + 1e-9
    assert one.mean == pytest.approx(sum(values) / len(values))


def test_no_figures_have_no_interval() -> None:
    empty = bootstrap([])
    assert math.isnan(empty.mean)
    assert str(empty) == "–"


def test_the_interval_of_a_coin_is_that_of_the_normal_law() -> None:
    flips = [1.0, 0.0] * 200
    interval = bootstrap(flips)
    assert (interval.low, interval.high) == pytest.approx((0.5 - 0.049, 0.5 + 0.049), abs=0.004)


def test_a_small_sample_has_the_exact_p() -> None:
    # Six questions, all better by the same: of 64 exchanges two are as extreme.
    found = compare_paired([0.0] * 6, [1.0] * 6, rounds=200_000)
    assert found.p == pytest.approx(2 / 64, abs=0.003)
    assert (found.first, found.second, found.difference.mean) == (0.0, 1.0, 1.0)


@settings(max_examples=25, deadline=None)
@given(figures)
def test_a_system_does_not_differ_from_itself_and_the_test_has_two_sides(values: list[float]) -> None:
    assert compare_paired(values, values, rounds=100).p == 1.0
    other = list(reversed(values))
    assert compare_paired(values, other, rounds=500).p == pytest.approx(
        compare_paired(other, values, rounds=500).p, abs=1e-9
    )


def test_noise_is_seldom_significant() -> None:
    generator = np.random.default_rng(1)
    ps = [compare_paired(generator.random(40), generator.random(40), rounds=300).p for _ in range(200)]
    assert np.mean(np.array(ps) < 0.05) < 0.1


def test_pairs_must_be_pairs() -> None:
    with pytest.raises(ValueError, match="paired"):
        compare_paired([1.0], [1.0, 0.0])
