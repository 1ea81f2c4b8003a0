"""How sure a figure is: bootstrap intervals, and the paired randomisation test between two systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Comparison", "Interval", "bootstrap", "compare_paired"]

Floats = npt.NDArray[np.float64]

_ROUNDS = 10_000
_CELLS = 4_000_000
"""How many random numbers are drawn at once."""


@dataclass(frozen=True)
class Interval:
    """A mean with its confidence interval.

    Attributes:
        mean: Of the values; NaN without any.
        low: Lower end.
        high: Upper end.
        count: How many values.
    """

    mean: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]" if self.count else "–"


@dataclass(frozen=True)
class Comparison:
    """Two systems on the same questions.

    Attributes:
        first: Mean of the first.
        second: Mean of the second.
        difference: Second less first, with its interval.
        p: How often chance alone would give a difference at least as large, either way.
    """

    first: float
    second: float
    difference: Interval
    p: float


def bootstrap(values: Sequence[float] | Floats, level: float = 0.95, rounds: int = _ROUNDS, seed: int = 0) -> Interval:
    """The mean of `values` with its percentile bootstrap interval (Efron 1979); the same seed gives the same one."""
    data = np.asarray(values, dtype=np.float64)
    if not len(data):
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    generator = np.random.default_rng(seed)
    means = np.empty(rounds)
    step = max(1, _CELLS // len(data))
    for start in range(0, rounds, step):
        size = min(step, rounds - start)
        means[start : start + size] = data[generator.integers(0, len(data), (size, len(data)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(data.mean()), float(low), float(high), len(data))


def compare_paired(
    first: Sequence[float] | Floats, second: Sequence[float] | Floats, rounds: int = _ROUNDS, seed: int = 0
) -> Comparison:
    """Compare two systems by their figures on the same questions.

    The test is Fisher's paired randomisation test, two-sided: under the null hypothesis the two labels of each
    question can be exchanged (Smucker, Allan, Carterette, CIKM 2007).

    Args:
        first: One figure for each question.
        second: The same of the other system, in the same order.
        rounds: How many random exchanges are drawn.
        seed: Of the random numbers.

    Raises:
        ValueError: The two have different lengths, or are empty.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != two.shape or not len(one):
        raise ValueError("paired figures need one of each system for every question")
    change = two - one
    generator = np.random.default_rng(seed)
    observed = abs(float(change.sum())) - 1e-9
    as_large = 0
    step = max(1, _CELLS // len(change))
    for start in range(0, rounds, step):
        size = min(step, rounds - start)
        signs = generator.integers(0, 2, (size, len(change)), dtype=np.int8) * 2.0 - 1.0
        as_large += int((np.abs(signs @ change) >= observed).sum())
    return Comparison(
        first=float(one.mean()),
        second=float(two.mean()),
        difference=bootstrap(change, rounds=rounds, seed=seed),
        p=(as_large + 1) / (rounds + 1),
    )
