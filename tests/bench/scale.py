"""The dense side against its size: made-up clustered vectors, from a thousand to a million.

Vectors of texts lie in clusters, and a graph finds its way among those less easily than among vectors without any
order; so the made-up ones are drawn around centres, and questions are drawn from the same clusters.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from advisor.index import Vectors
from advisor.index.dense import DenseIndex, build_dense
from tests.bench import tables
from tests.bench.memory import memory_mb

SIZES = (1_000, 10_000, 100_000, 1_000_000)
DIMENSION = 384
QUESTIONS = 500
_SPREAD = 0.8
"""Length of what sets a vector apart from its centre, whose length is 1: the cosine of two of a cluster is about 0.6."""


def clustered(count: int, seed: int, centres: Vectors) -> Vectors:
    """Unit vectors around the centres: shape (count, DIMENSION)."""
    generator = np.random.default_rng(seed)
    vectors = generator.standard_normal((count, DIMENSION), dtype=np.float32)
    vectors *= _SPREAD / np.sqrt(DIMENSION)
    vectors += centres[generator.integers(0, len(centres), count)]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def make_centres(count: int) -> Vectors:
    """One centre for about a hundred of `count` vectors: shape (n, DIMENSION), rows of length one."""
    centres = np.random.default_rng(0).standard_normal((max(10, count // 100), DIMENSION), dtype=np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return centres


def exact(vectors: Vectors, questions: Vectors, k: int) -> np.ndarray:
    """The numbers of the `k` nearest, by comparing all: shape (len(questions), k)."""
    import faiss

    numbers: np.ndarray = faiss.knn(questions, vectors, k, metric=faiss.METRIC_INNER_PRODUCT)[1]
    return numbers


def recall(found: np.ndarray, best: np.ndarray) -> float:
    """The share of the best that was found, row by row."""
    hits = sum(len(set(a) & set(b)) for a, b in zip(found.tolist(), best.tolist(), strict=True))
    return hits / best.size


def measure(size: int) -> dict[str, object]:
    """Build an index of that size, save it, and search the loaded one in a process of its own."""
    centres = make_centres(size)
    vectors, questions = clustered(size, 1, centres), clustered(QUESTIONS, 2, centres)
    best = exact(vectors, questions, 10)
    start = time.perf_counter()
    index = build_dense(vectors)
    built = time.perf_counter() - start
    kind = "whole" if index.whole else "lists"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dense.faiss"
        index.save(path)
        del index, vectors
        with multiprocessing.get_context("spawn").Pool(1) as other:
            searched = other.apply(search, (path, questions))
    figures = {name: value for name, value in searched.items() if name != "found"}
    return {"size": size, "kind": kind, "build_s": built, "recall": recall(searched["found"], best), **figures}


def search(path: Path, questions: Vectors) -> dict[str, np.ndarray | float]:
    """Open an index and ask it one question after another; memory is that of the process, less what it had before."""
    before, _ = memory_mb()
    index = DenseIndex.load(path)
    times, found = [], []
    for question in questions:
        start = time.perf_counter()
        _, numbers = index.search(question[None, :], 10)
        times.append((time.perf_counter() - start) * 1000)
        found.append(numbers[0])
    return {
        "found": np.stack(found),
        "median_ms": float(np.median(times)),
        "p95_ms": float(np.quantile(times, 0.95)),
        "memory_mb": memory_mb()[1] - before,
    }


def report(sizes: Sequence[int]) -> str:
    """Measure every size; Markdown."""
    rows = []
    for size in sizes:
        print(f"measuring {size:,} vectors", file=sys.stderr, flush=True)
        rows.append(measure(size))
    head = f"{tables.circumstances()} {QUESTIONS} questions, {DIMENSION} dimensions, the ten nearest of each."
    return f"{head}\n\n{tables.scale_table(rows)}"
