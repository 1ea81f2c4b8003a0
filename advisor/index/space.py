"""The space that vectors are compared in: the model's, with the directions evened out in which one question varies.

Embeddings of short texts lie in a narrow cone, and much of what tells two of them apart is wording, not meaning. The
corpus knows which texts mean the same: the title, asks and statements of one passage. Dividing by the covariance
within passages (within-class covariance normalisation; Hatch, Kajarekar, Stolcke, Interspeech 2006) plays wording
down. It is fitted in closed form at each build; `docs/benchmarks.md` has what it brings.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from advisor.index.encoder import Vectors

__all__ = ["Space", "fit_space"]

_SHRINKAGE = 0.5
"""Share of the mean variance that is added to every direction, so that none is blown up by chance; more is added
where there are few vectors for the dimensions."""

_ENOUGH = 4
"""With fewer entries than this a passage on average, there is nothing to learn within passages."""


class Space:
    """A centre for questions, one for statements, and a matrix.

    Attributes:
        asked: Shape (dimension,): the mean of questions.
        said: Shape (dimension,): the mean of statements.
        matrix: Shape (dimension, dimension).
    """

    def __init__(self, asked: Vectors, said: Vectors, matrix: Vectors) -> None:
        self.asked, self.said, self.matrix = asked, said, matrix

    def questions(self, vectors: Vectors) -> Vectors:
        """Bring vectors of questions, shape (n, dimension), into the space; rows of length one."""
        return self._project(vectors - self.asked)

    def statements(self, vectors: Vectors) -> Vectors:
        """Bring vectors of passages or statements, shape (n, dimension), into the space; rows of length one."""
        return self._project(vectors - self.said)

    def _project(self, vectors: Vectors) -> Vectors:
        moved: Vectors = vectors @ self.matrix
        moved /= np.maximum(np.sqrt(np.einsum("ij,ij->i", moved, moved)), 1e-9)[:, None]
        return moved

    def save(self, path: Path) -> None:
        """Write the space to `path` (.npy): the matrix, and the two centres as its last rows."""
        np.save(path, np.concatenate([self.matrix, self.asked[None], self.said[None]]))

    @classmethod
    def load(cls, path: Path) -> Space:
        """Read a space that `save` wrote."""
        rows = np.load(path)
        return cls(rows[-2], rows[-1], rows[:-2])


def fit_space(vectors: Vectors, passage: npt.NDArray[np.int32], asked: npt.NDArray[np.bool_]) -> Space:
    """Fit the space of an index.

    Args:
        vectors: Shape (n, dimension): of all entries, as the model gives them.
        passage: Shape (n,): the passage of each, from 0, in order, without gaps.
        asked: Shape (n,): whether it is a question (title or ask).

    Returns:
        The model's own space if the passages have too few entries to tell wording from meaning.
    """
    dimension = vectors.shape[1]
    nothing = np.zeros(dimension, dtype=np.float32)
    counts = np.bincount(passage)
    if len(vectors) < _ENOUGH * len(counts) or asked.all() or not asked.any():
        return Space(nothing, nothing, np.eye(dimension, dtype=np.float32))
    kinds = np.stack([~asked, asked]).astype(np.float32)
    centres = (kinds @ vectors) / kinds.sum(axis=1, keepdims=True)
    unit = vectors - kinds.T @ centres
    unit /= np.sqrt(np.einsum("ij,ij->i", unit, unit))[:, None]
    # The covariance within passages is that of all less that of the passages' means; what is left of each vector
    # after its passage's mean need not be written down.
    sums = np.add.reduceat(unit, np.searchsorted(passage, np.arange(len(counts))))
    means = sums / np.maximum(counts, 1)[:, None].astype(np.float32)
    variances, directions = np.linalg.eigh((unit.T @ unit - sums.T @ means).astype(np.float64) / len(unit))
    shrinkage = _SHRINKAGE + dimension / len(vectors)
    scale = (np.maximum(variances, 0) + shrinkage * variances.mean()) ** -0.5
    matrix = (directions * scale) @ directions.T
    matrix /= np.abs(matrix).max()
    return Space(centres[1], centres[0], np.round(matrix, 6).astype(np.float32))
