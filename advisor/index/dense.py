"""The dense side: FAISS, exact while that is fast, a graph above a measured size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from advisor.index.encoder import Vectors

__all__ = ["EXACT_UP_TO", "DenseIndex", "build_dense"]

EXACT_UP_TO = 150_000
"""Above this many vectors an HNSW graph is built; `docs/benchmarks.md` has the cost of both by size."""

_LINKS, _BUILD_EFFORT, _SEARCH_EFFORT = 32, 200, 192
_SAMPLE = 200


class DenseIndex:
    """Vectors to search by inner product.

    Attributes:
        size: How many vectors it holds.
        exact: Whether every vector is compared.
        recall: Of the ten best by exact search, the share that the graph finds, on a sample; 1.0 when exact.
    """

    def __init__(self, index: Any, recall: float = 1.0) -> None:
        self._index = index
        self.size = int(index.ntotal)
        self.exact = not hasattr(index, "hnsw")
        self.recall = recall
        if not self.exact:
            index.hnsw.efSearch = _SEARCH_EFFORT

    def search(self, questions: Vectors, k: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """The `k` nearest entries of each question.

        Args:
            questions: Shape (q, dimension).
            k: How many; fewer come back from a smaller index.

        Returns:
            Scores and entry numbers, each of shape (q, min(k, size)), best first.
        """
        scores, numbers = self._index.search(questions, min(k, self.size))
        return scores, numbers

    def vectors(self, numbers: npt.NDArray[np.int64]) -> Vectors:
        """The vectors of some entries: shape (len(numbers), dimension)."""
        vectors: Vectors = self._index.reconstruct_batch(numbers)
        return vectors

    def save(self, path: Path) -> None:
        """Write the index to `path`."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read an index that `save` wrote."""
        return cls(faiss.read_index(str(path)))


def build_dense(vectors: Vectors) -> DenseIndex:
    """Index `vectors`, shape (n, dimension), rows of length one; measure the recall if not exact."""
    count, dimension = vectors.shape
    if count <= EXACT_UP_TO:
        flat = faiss.IndexFlatIP(dimension)
        flat.add(vectors)
        return DenseIndex(flat)
    graph = faiss.IndexHNSWFlat(dimension, _LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = _BUILD_EFFORT
    graph.add(vectors)
    index = DenseIndex(graph)
    sample = vectors[:: max(1, count // _SAMPLE)][:_SAMPLE]
    _, found = index.search(sample, 10)
    best = faiss.knn(sample, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)[1]
    hits = sum(len(set(a) & set(b)) for a, b in zip(found.tolist(), best.tolist(), strict=True))
    index.recall = hits / (10 * len(sample))
    return index
