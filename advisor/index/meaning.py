"""What each passage is about, as one vector: the mean of its title, asks and statements, in a learned space.

The space of an index (`advisor.index.space`) tells how alike two texts are. Which section answers a question is asked
less well there: a question in life shares little with any one ask. The projection here was learned so that every ask of
the corpus lies nearer to the mean of its own section, itself left out, than to that of any other (a prototypical
network with one linear layer; Snell, Swersky, Zemel, NeurIPS 2017). It ships with the package, like the other fitted
models, and `advisor evaluate project` learns it again; means are taken at each build. `docs/benchmarks.md` has what it
brings.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from io import BytesIO
from pathlib import Path

import numpy as np

from advisor.index.encoder import Vectors
from advisor.index.entries import Entries, EntryKind

__all__ = ["SHARES", "Meaning", "Projection", "build_meaning", "load_projection", "save_projection"]

SHARES = {EntryKind.TITLE: 1.5, EntryKind.ASK: 1.0, EntryKind.STATEMENT: 0.5, EntryKind.TEXT: 1.0}
"""How much an entry of each kind counts in the mean of its passage."""

_FILE = "projection.npz"


@dataclass(frozen=True)
class Projection:
    """A learned linear map.

    Attributes:
        model: Fingerprint of the embedding model whose vectors it takes.
        matrix: Shape (dimension, dimension).
    """

    model: str
    matrix: Vectors

    @cached_property
    def digest(self) -> str:
        """Tells one projection from another: a build made with another is another build."""
        return hashlib.sha256(self.model.encode() + self.matrix.tobytes()).hexdigest()


class Meaning:
    """The mean of each passage, to be compared with questions.

    Args:
        matrix: Shape (dimension, dimension): the projection.
        asked: Shape (dimension,): the mean of questions, taken off each before it is projected.
        means: Shape (passages, dimension), rows of length one.
    """

    def __init__(self, matrix: Vectors, asked: Vectors, means: Vectors) -> None:
        self._matrix, self._asked, self._means = matrix, asked, means

    def likeness(self, question: Vectors) -> Vectors:
        """How near a question, as the model embeds it, shape (dimension,), lies to each passage: cosines, (passages,)."""
        projected = (question - self._asked) @ self._matrix
        length = np.float32(max(float(np.linalg.norm(projected)), 1e-9))
        return np.asarray(self._means @ (projected / length), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write it to `path` (.npz)."""
        np.savez(path, matrix=self._matrix, asked=self._asked, means=self._means)

    @classmethod
    def load(cls, path: Path) -> Meaning | None:
        """Read what `save` wrote; None if the build has none."""
        if not path.exists():
            return None
        with np.load(path) as arrays:
            return cls(*(arrays[name].astype(np.float32) for name in ("matrix", "asked", "means")))


def build_meaning(vectors: Vectors, entries: Entries, model: str) -> Meaning | None:
    """The means of the passages of an index.

    Args:
        vectors: Shape (n, dimension): of all entries, as the model gives them.
        entries: What they are of.
        model: Fingerprint of the model.

    Returns:
        None for a collection without asks, and for a model that no projection was learned for.
    """
    projection = load_projection()
    asked = entries.asked
    if projection.model != model or not (entries.kind == EntryKind.ASK).any():
        return None
    kinds = np.stack([~asked, asked]).astype(np.float32)
    centres = (kinds @ vectors) / np.maximum(kinds.sum(axis=1, keepdims=True), 1)
    rows = vectors @ projection.matrix
    rows -= kinds.T @ (centres @ projection.matrix)  # as if the centre were taken off before
    shares = np.array([SHARES[EntryKind(kind)] for kind in range(len(SHARES))], dtype=np.float32)[entries.kind]
    rows *= (shares / np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), 1e-9))[:, None]
    means = np.add.reduceat(rows, np.searchsorted(entries.passage, np.arange(entries.passage[-1] + 1)))
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    return Meaning(projection.matrix, centres[1], means.astype(np.float16))


@lru_cache(maxsize=1)
def load_projection() -> Projection:
    """The projection that ships with the package."""
    with np.load(BytesIO(resources.files("advisor.index").joinpath(_FILE).read_bytes())) as arrays:
        return Projection(str(arrays["model"]), arrays["matrix"].astype(np.float32))


def save_projection(projection: Projection, folder: Path) -> Path:
    """Write a projection where `load_projection` finds it; `folder` is that of this package."""
    path = folder / _FILE
    np.savez_compressed(path, model=projection.model, matrix=projection.matrix.astype(np.float16))
    return path
