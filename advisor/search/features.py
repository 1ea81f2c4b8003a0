"""What search knows of each candidate passage for a question: the numbers that ranking weighs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from advisor.corpus import is_record
from advisor.index import EntryKind, SearchIndex
from advisor.search.facets import place_fit
from advisor.search.query import Query

__all__ = ["FEATURES", "Candidates", "find_candidates"]

Floats = npt.NDArray[np.float32]

FEATURES = (
    "asked",        # the most alike of the title and the asks
    "said",         # the most alike statement
    "said_mean",    # the mean of the three most alike statements
    "words",        # BM25 against the best of this question
    "asked_gap",    # `asked` below the best of this question
    "said_gap",     # `said` below the best of this question
    "place",        # the passage is about a place that the question names
    "foreign",      # the passage is about a place that the question does not name
    "record",       # the passage is made from a record
    "asked_mean",   # the mean of the three most alike of the title and the asks
    "meant",        # the mean of all that the passage holds, in the learned space
    "meant_gap",    # `meant` below the best of this question
)  # fmt: skip
"""The columns, in order. Similarities are cosines."""

_NEAREST = 300
_CANDIDATES = 60
_MEANT = 20
"""Candidates that are added for their meaning alone."""


@dataclass(frozen=True)
class Candidates:
    """Passages worth ranking.

    Attributes:
        numbers: Shape (n,): which passages.
        features: Shape (n, len(FEATURES)).
    """

    numbers: npt.NDArray[np.int64]
    features: Floats


def find_candidates(index: SearchIndex, query: Query, count: int = _CANDIDATES) -> Candidates:
    """The passages that either side finds, each with its features.

    Args:
        index: The open build.
        query: The question.
        count: About how many from each side.
    """
    _, nearest = index.dense.search(query.vector[None, :], max(_NEAREST, 3 * count))
    dense = _first_of_each(index.entry_passage[nearest[0][nearest[0] >= 0]], count)
    words = index.lexical.scores([*query.stems, *query.added])
    top = min(count, len(words) - 1)
    lexical = np.argpartition(words, -top)[-top:] if top > 0 else np.arange(len(words))
    numbers = np.union1d(dense, lexical[words[lexical] > 0])
    meant = index.meaning.likeness(query.model_vector) if index.meaning else None
    if meant is not None:
        numbers = np.union1d(numbers, np.argpartition(-meant, min(_MEANT, len(meant) - 1))[:_MEANT])
    return _with_features(index, query, numbers.astype(np.int64), words, meant)


def _first_of_each(passages: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.int32]:
    """The first `count` different passages, in order."""
    _, first = np.unique(passages, return_index=True)
    return passages[np.sort(first)[:count]]


def _with_features(
    index: SearchIndex, query: Query, numbers: npt.NDArray[np.int64], words: Floats, meant: Floats | None
) -> Candidates:
    starts, ends = index.passage_start[numbers], index.passage_start[numbers + 1]
    counts = ends - starts
    passage = np.repeat(np.arange(len(numbers)), counts)
    place = np.arange(len(passage)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.repeat(starts, counts) + place
    likeness = index.dense.likeness(rows, query.vector)
    saying = index.entry_kind[rows] >= EntryKind.STATEMENT
    grid = np.full((2, len(numbers), counts.max(initial=1)), -np.inf, dtype=np.float32)
    grid[saying.astype(np.intp), passage, place] = likeness
    (asked, asked_mean), (said, said_mean) = map(_best, grid)
    unasked, unsaid = np.isneginf(asked), np.isneginf(said)
    said, said_mean = np.where(unsaid, 0.0, said), np.where(unsaid, 0.0, said_mean)
    asked, asked_mean = np.where(unasked, said, asked), np.where(unasked, said, asked_mean)
    highest = float(words.max(initial=0.0))
    fits = [place_fit(query.places, index.places[number]) for number in numbers.tolist()]
    features = np.zeros((len(numbers), len(FEATURES)), dtype=np.float32)
    features[:, 0], features[:, 1], features[:, 2], features[:, 9] = asked, said, said_mean, asked_mean
    features[:, 3] = words[numbers] / highest if highest else 0.0
    features[:, 4] = asked - asked.max(initial=-1.0)
    features[:, 5] = said - said.max(initial=-1.0)
    features[:, 6:8] = np.array(fits, dtype=np.float32).reshape(-1, 2)
    features[:, 10] = said if meant is None else meant[numbers]
    features[:, 11] = features[:, 10] - (said if meant is None else meant).max(initial=-1.0)
    features[:, 8] = [is_record(index.ids[number]) for number in numbers.tolist()]
    return Candidates(numbers, features)


def _best(grid: Floats) -> tuple[Floats, Floats]:
    """For each row the highest number and the mean of the three highest; minus infinity stands for none."""
    best = np.sort(grid, axis=1)[:, -3:]
    there = np.isfinite(best)
    totals = np.where(there, best, 0.0).sum(axis=1)
    return best[:, -1], np.where(there[:, -1], totals / np.maximum(there.sum(axis=1), 1), -np.inf)
