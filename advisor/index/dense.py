"""The dense side: FAISS, every vector compared while that is fast, inverted lists above a measured size.

Up to that size a vector is kept in one byte a number, which is a quarter of the memory to read for each question; the
error of a cosine is at most a few thousandths (`docs/adr/0010-exact-search-and-own-vocabulary.md`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from advisor.index.encoder import Vectors

__all__ = ["WHOLE_UP_TO", "DenseIndex", "build_dense"]

WHOLE_UP_TO = 150_000
"""Above this many vectors only the likeliest lists are searched; `docs/benchmarks.md` has the cost by size."""

_RECALL = 0.99
"""As many lists are searched as reach this recall on the sample; a question lies less well than a vector of ours."""

_LEARN, _ROUNDS = 40, 8
"""Vectors for each list that the lists are learned from, and rounds of learning: more of either gains nothing."""

_SAMPLE = 200


class DenseIndex:
    """Vectors to search by inner product.

    Attributes:
        size: How many vectors it holds.
        whole: Whether every vector is compared.
        recall: Of the ten best by exact search, the share that is found, on a sample; 1.0 when every vector is compared,
            and when loaded.
    """

    def __init__(self, index: Any, recall: float = 1.0) -> None:
        self._index = index
        self._codes = _Codes(index) if isinstance(index, faiss.IndexScalarQuantizer) else None
        self.size = int(index.ntotal)
        self.whole = not hasattr(index, "nprobe")
        self.recall = recall

    def search(self, questions: Vectors, k: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """The `k` nearest entries of each question.

        Args:
            questions: Shape (q, dimension).
            k: How many; fewer come back from a smaller index.

        Returns:
            Scores and entry numbers, each of shape (q, min(k, size)), best first.
        """
        _use_cores(1 if len(questions) == 1 else 0)
        scores, numbers = self._index.search(questions, min(k, self.size))
        return scores, numbers

    def likeness(self, numbers: npt.NDArray[np.int64], question: Vectors) -> Vectors:
        """The inner product of some entries with a question.

        Args:
            numbers: Shape (n,): which entries.
            question: Shape (dimension,).
        """
        if self._codes:
            return self._codes.likeness(numbers, question)
        return self.vectors(numbers) @ question

    def vectors(self, numbers: npt.NDArray[np.int64]) -> Vectors:
        """The vectors of some entries: shape (len(numbers), dimension)."""
        _use_cores(1)
        vectors: Vectors = self._index.reconstruct_batch(numbers)
        return vectors

    def save(self, path: Path) -> None:
        """Write the index to `path`."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read an index that `save` wrote."""
        return cls(faiss.read_index(str(path)))


class _Codes:
    """The bytes of a quantized index, read without turning each back into numbers, as the library would.

    A byte c stands for low + (c + 0.5) / 255 × width (FAISS, `ScalarQuantizer`, QT_8bit_uniform).
    """

    def __init__(self, index: Any) -> None:
        self._owner = index  # whose memory `_bytes` is
        low, width = faiss.vector_to_array(index.sq.trained).tolist()
        self._step = width / 255
        self._low = low + self._step / 2
        self._bytes = faiss.rev_swig_ptr(index.codes.data(), index.ntotal * index.d).reshape(index.ntotal, index.d)

    def likeness(self, numbers: npt.NDArray[np.int64], question: Vectors) -> Vectors:
        products: Vectors = self._bytes[numbers].astype(np.float32) @ question
        return products * np.float32(self._step) + np.float32(self._low * question.sum())


def _use_cores(count: int) -> None:
    """Let what the calling thread asks next of FAISS run on so many cores; 0 takes all.

    For one question, waking a second core takes longer than the work.
    """
    faiss.omp_set_num_threads(count or os.cpu_count() or 1)


def build_dense(vectors: Vectors) -> DenseIndex:
    """Index `vectors`, shape (n, dimension), rows of length one; measure the recall if not every one is to be compared."""
    count, dimension = vectors.shape
    if count <= WHOLE_UP_TO:
        whole = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit_uniform, faiss.METRIC_INNER_PRODUCT)
        whole.train(vectors)
        whole.add(vectors)
        return DenseIndex(whole)
    lists = round(2 * count**0.5)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimension), dimension, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.spherical, index.cp.niter = True, _ROUNDS
    index.cp.min_points_per_centroid = 1
    index.train(np.ascontiguousarray(vectors[:: max(1, count // (_LEARN * lists))]))
    index.add(vectors)
    index.make_direct_map()  # gives vectors back by number
    return DenseIndex(index, _choose_lists(index, vectors))


def _choose_lists(index: Any, vectors: Vectors) -> float:
    """Let `index` search as few lists as reach the recall wanted, and give the recall that it has then."""
    numbers = np.arange(0, len(vectors), max(1, len(vectors) // _SAMPLE))[:_SAMPLE]
    sample = vectors[numbers]
    best = faiss.knn(sample, vectors, 11, metric=faiss.METRIC_INNER_PRODUCT)[1]
    index.nprobe = 1
    while True:
        _, found = index.search(sample, 11)
        hits = [min(10, len(set(a) & set(b) - {n})) for a, b, n in zip(found, best, numbers, strict=True)]
        recall = sum(hits) / (10 * len(hits))  # nobody asks for what is in the index already: itself does not count
        if recall >= _RECALL or index.nprobe >= index.nlist:
            return recall
        index.nprobe = min(2 * index.nprobe, index.nlist)
