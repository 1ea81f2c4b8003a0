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
)  # fmt: skip
"""The columns, in order. Similarities are cosines."""

_NEAREST = 300
_CANDIDATES = 60


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
    words = index.lexical.scores(query.words)
    top = min(count, len(words) - 1)
    lexical = np.argpartition(words, -top)[-top:] if top > 0 else np.arange(len(words))
    numbers = np.union1d(dense, lexical[words[lexical] > 0]).astype(np.int64)
    return _with_features(index, query, numbers, words)


def _first_of_each(passages: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.int32]:
    """The first `count` different passages, in order."""
    _, first = np.unique(passages, return_index=True)
    return passages[np.sort(first)[:count]]


def _with_features(index: SearchIndex, query: Query, numbers: npt.NDArray[np.int64], words: Floats) -> Candidates:
    starts, ends = index.passage_start[numbers], index.passage_start[numbers + 1]
    rows = np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)])
    likeness = index.dense.vectors(rows) @ query.vector
    kinds = index.entry_kind[rows]
    features = np.zeros((len(numbers), len(FEATURES)), dtype=np.float32)
    offset = 0
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        part = slice(offset, offset + int(end - start))
        offset = part.stop
        saying = kinds[part] >= EntryKind.STATEMENT
        said, asked = likeness[part][saying], likeness[part][~saying]
        if len(said):
            features[row, 1] = said.max()
            features[row, 2] = np.sort(said)[-3:].mean()
        features[row, 0] = asked.max() if len(asked) else features[row, 1]
        features[row, 9] = np.sort(asked)[-3:].mean() if len(asked) else features[row, 1]
    highest = float(words.max(initial=0.0))
    features[:, 3] = words[numbers] / highest if highest else 0.0
    features[:, 4] = features[:, 0] - features[:, 0].max()
    features[:, 5] = features[:, 1] - features[:, 1].max()
    for row, number in enumerate(numbers.tolist()):
        features[row, 6:8] = place_fit(query.places, index.places[number])
        features[row, 8] = is_record(index.ids[number])
    return Candidates(numbers, features)
