"""The scope model: is a question ours, and if not, why not.

A linear classifier on question vectors, trained at each build: the corpus' own asks against the examples of
`corpus/refusals.yaml`. It is small, quick, and knows every language that the embedding model knows.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from advisor.corpus.refusals import Reason
from advisor.index.encoder import Vectors

__all__ = ["OURS", "ScopeModel", "train_scope"]

OURS = "ours"
_SHARPNESS = 20.0
_STRENGTH = 3.0


class ScopeModel:
    """Probabilities that a question is ours or is to be declined for a reason.

    Args:
        labels: `ours` and the reasons, in the order of the rows.
        weights: Shape (labels, dimension + 1), the last column the intercepts.
    """

    def __init__(self, labels: tuple[str, ...], weights: Vectors) -> None:
        self.labels = labels
        self._weights = weights

    def probabilities(self, question: Vectors) -> dict[str, float]:
        """The probability of each label for one question vector of shape (dimension,)."""
        logits = self._weights[:, :-1] @ (question * _SHARPNESS) + self._weights[:, -1]
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        return dict(zip(self.labels, shares.tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Write the weights to `path` (.npy) and the labels beside it (.txt)."""
        np.save(path, self._weights)
        path.with_suffix(".txt").write_text("\n".join(self.labels) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> ScopeModel:
        """Read a model that `save` wrote."""
        return cls(tuple(path.with_suffix(".txt").read_text(encoding="utf-8").split()), np.load(path))


def train_scope(ours: Vectors, refused: dict[Reason, Vectors]) -> ScopeModel:
    """Fit the model.

    Args:
        ours: Vectors of questions that are ours, shape (n, dimension).
        refused: Vectors of examples by reason; without any, everything is ours.

    Returns:
        The model; training is deterministic.
    """
    reasons = [reason for reason, vectors in refused.items() if len(vectors)]
    if not reasons or not len(ours):
        return ScopeModel((OURS,), np.zeros((1, ours.shape[1] + 1), dtype=np.float32))
    from sklearn.linear_model import LogisticRegression

    labels = (OURS, *(reason.value for reason in reasons))
    groups = [ours, *(refused[reason] for reason in reasons)]
    features = np.concatenate(groups).astype(np.float64) * _SHARPNESS
    targets = np.concatenate([np.full(len(group), number) for number, group in enumerate(groups)])
    # Every label weighs as the square root of its size: the asks outnumber some reasons a hundred to one.
    weights = {number: len(group) ** -0.5 for number, group in enumerate(groups)}
    scale = len(targets) / sum(weights[number] * len(group) for number, group in enumerate(groups))
    model = LogisticRegression(
        C=_STRENGTH / 100,
        max_iter=300,
        tol=1e-3,
        class_weight={number: weight * scale for number, weight in weights.items()},
    )
    model.fit(features, targets)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(labels) == 2:  # a binary model keeps one row only
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    rows = np.concatenate([coefficients, intercepts[:, None]], axis=1)
    return ScopeModel(labels, np.round(rows, 5).astype(np.float32))
