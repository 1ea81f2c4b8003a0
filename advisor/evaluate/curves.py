"""What confidence is worth: the risk-coverage curve, and whether a confidence of 0.8 is right 8 times in 10."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Calibrated", "RiskCoverage", "calibration", "risk_coverage"]

Floats = npt.NDArray[np.float64]

_BINS = 10


@dataclass(frozen=True)
class RiskCoverage:
    """Risk against coverage (El-Yaniv, Wiener, JMLR 2010).

    Attributes:
        coverage: Shape (n,): the share of questions answered if the most confident k are, for k from 1 to n.
        risk: Shape (n,): the share of those that is wrong.
        area: AURC, the mean risk over all coverages; lower is better.
        best: AURC if every right answer were more confident than every wrong one.
    """

    coverage: Floats
    risk: Floats
    area: float
    best: float


@dataclass(frozen=True)
class Calibrated:
    """Confidence against being right, in bins of as many questions each.

    Attributes:
        confidence: Shape (bins,): mean confidence of each bin.
        right: Shape (bins,): share that is right.
        count: Shape (bins,): how many questions.
        error: Expected calibration error: the mean distance between the two.
        brier: Mean squared distance of confidence from what came true.
    """

    confidence: Floats
    right: Floats
    count: npt.NDArray[np.int64]
    error: float
    brier: float


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> RiskCoverage:
    """The curve of questions with these confidences; questions of equal confidence count alike, in no order.

    Raises:
        ValueError: There are none.
    """
    sure, wrong = np.asarray(confidence, dtype=np.float64), 1.0 - np.asarray(right, dtype=np.float64)
    if not len(sure):
        raise ValueError("no questions")
    _, tied = np.unique(-sure, return_inverse=True)
    expected = (np.bincount(tied, wrong) / np.bincount(tied))[tied]
    risk = _running(expected[np.argsort(tied, kind="stable")])
    return RiskCoverage(
        coverage=np.arange(1, len(sure) + 1) / len(sure),
        risk=risk,
        area=float(risk.mean()),
        best=float(_running(np.sort(wrong)).mean()),
    )


def _running(wrong: Floats) -> Floats:
    means: Floats = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    return means


def calibration(confidence: Sequence[float], right: Sequence[bool], bins: int = _BINS) -> Calibrated:
    """Hold confidences against what came true.

    Raises:
        ValueError: There are no questions.
    """
    sure, came = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if not len(sure):
        raise ValueError("no questions")
    parts = [part for part in np.array_split(np.argsort(sure, kind="stable"), bins) if len(part)]
    means = np.array([sure[part].mean() for part in parts])
    shares = np.array([came[part].mean() for part in parts])
    counts = np.array([len(part) for part in parts])
    return Calibrated(
        confidence=means,
        right=shares,
        count=counts,
        error=float(np.average(np.abs(means - shares), weights=counts)),
        brier=float(((sure - came) ** 2).mean()),
    )
