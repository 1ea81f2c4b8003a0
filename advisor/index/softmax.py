"""Multinomial logistic regression: the linear models of the scope, fitted at each build.

The same loss and the same optimizer as scikit-learn's `LogisticRegression`, and the same result; but a build that
changes one document has five seconds, of which importing scikit-learn takes one, and its row-wise layout another
(`docs/benchmarks.md`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["fit_softmax"]

_GRADIENT, _ROUNDS = 1e-3, 500
"""It ends when no component of the gradient of the mean loss is larger, or after so many rounds."""


def fit_softmax(
    rows: Any, labels: npt.NDArray[np.intp], weight: npt.NDArray[np.float64], strength: float
) -> npt.NDArray[np.float32]:
    """Fit log odds of classes that are linear in the features; the intercepts are not penalised.

    Args:
        rows: Shape (n, features), float32: an array, or a sparse matrix of SciPy.
        labels: Shape (n,): the class of each row, from 0 without gaps.
        weight: Shape (n,): how much each row counts; the mean is 1.
        strength: The inverse of the penalty on the squared weights, as scikit-learn's `C`.

    Returns:
        Shape (classes, features + 1): weights of each class, the intercepts last.
    """
    from scipy.optimize import minimize  # takes a third of a second to import, and only a build needs it

    count, features = rows.shape
    classes = int(labels.max()) + 1
    share = (weight / weight.sum()).astype(np.float32)
    right = (labels, np.arange(count))
    penalty = 1.0 / (strength * weight.sum())

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(classes, -1).astype(np.float32)
        inner, intercepts = weights[:, :-1], weights[:, -1:]
        logits = np.ascontiguousarray((rows @ inner.T).T)  # classes × n: every sum runs along what lies together
        logits += intercepts
        logits -= logits.max(axis=0)
        chances = np.exp(logits)
        total = chances.sum(axis=0)
        value = float(share @ (np.log(total) - logits[right])) + 0.5 * penalty * float((inner**2).sum())
        chances *= share / total
        chances[right] -= share
        gradient = np.empty((classes, features + 1))
        gradient[:, :-1] = (rows.T @ chances.T).T + penalty * inner
        gradient[:, -1] = chances.sum(axis=1)
        return value, gradient.ravel()

    start = np.zeros(classes * (features + 1))
    ends = {"gtol": _GRADIENT, "maxiter": _ROUNDS, "ftol": 64 * np.finfo(float).eps}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=ends)
    fitted: npt.NDArray[np.float32] = found.x.reshape(classes, -1).astype(np.float32)
    return fitted
