"""Question → passages, best first, each with the probability that it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from advisor.index import SearchIndex, Vectors
from advisor.search.features import FEATURES, find_candidates
from advisor.search.logistic import Logistic, load_logistic
from advisor.search.query import Query, make_queries

__all__ = ["Hit", "Weights", "blend", "load_weights", "rank", "search"]


class Weights(Logistic):
    """The learned fusion: a logistic model over `FEATURES`; `docs/adr/0006-learned-fusion.md` tells how it is fitted."""

    def probabilities(self, features: Vectors) -> Vectors:
        """The probability for each row of `features`, shape (n, len(FEATURES)) → (n,)."""
        logits = features @ np.array(self.weights, dtype=np.float32) + self.bias
        chances: Vectors = 1.0 / (1.0 + np.exp(-logits))
        return chances


_SHARE_BESIDE = 0.7
"""How much what stands beside a question counts; anything from 0.3 to 1.5 does nearly as well."""


@dataclass(frozen=True)
class Hit:
    """A passage found.

    Attributes:
        number: Which passage of the index.
        score: The probability that it answers, by itself.
        asked: How alike its nearest title or ask is, a cosine.
        said: How alike its nearest statement is, a cosine.
    """

    number: int
    score: float
    asked: float
    said: float


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The weights that ship with the package."""
    return load_logistic(Weights, "advisor.search", "weights.json", FEATURES)


def rank(index: SearchIndex, query: Query, count: int, weights: Weights | None = None) -> list[Hit]:
    """The best `count` passages for a question that was made ready; `weights` other than those that ship, if given."""
    found = find_candidates(index, query, max(count, 60))
    scores = (weights or load_weights()).probabilities(found.features)
    order = np.argsort(-scores, kind="stable")[:count]
    return [
        Hit(
            number=int(found.numbers[row]),
            score=float(scores[row]),
            asked=float(found.features[row, 0]),
            said=float(found.features[row, 1]),
        )
        for row in order
    ]


def blend(own: Sequence[Hit], beside: Sequence[Sequence[Hit]]) -> list[Hit]:
    """The passages for a question and for what stands beside it in a message, by their weighed mean score.

    Args:
        own: Ranked for the question.
        beside: Ranked for each sentence of a long message that may matter, or for the whole of which it is a part.
    """
    total = 1.0 + _SHARE_BESIDE * len(beside)
    blended: dict[int, Hit] = {}
    for share, hits in ((1.0, own), *((_SHARE_BESIDE, hits) for hits in beside)):
        for hit in hits:
            before = blended.get(hit.number, replace(hit, score=0.0))
            blended[hit.number] = replace(before, score=before.score + share / total * hit.score)
    return sorted(blended.values(), key=lambda hit: -hit.score)[: len(own)]


def search(index: SearchIndex, texts: Sequence[str], count: int = 10) -> list[list[Hit]]:
    """The best `count` passages for each of several questions, whose vectors are computed in one batch."""
    return [rank(index, query, count) for query in make_queries(index, texts)]
