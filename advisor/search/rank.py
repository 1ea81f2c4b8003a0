"""Question → passages, best first, each with the probability that it answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from pydantic import BaseModel, ConfigDict

from advisor.index import SearchIndex, Vectors
from advisor.search.features import FEATURES, find_candidates
from advisor.search.query import Query, make_queries

__all__ = ["Hit", "Weights", "load_weights", "rank", "search"]


class Weights(BaseModel):
    """The learned fusion: a logistic model over `FEATURES`; `docs/adr/0006-learned-fusion.md` tells how it is fitted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float

    def probabilities(self, features: Vectors) -> Vectors:
        """The probability for each row of `features`, shape (n, len(FEATURES)) → (n,)."""
        logits = features @ np.array(self.weights, dtype=np.float32) + self.bias
        chances: Vectors = 1.0 / (1.0 + np.exp(-logits))
        return chances


@dataclass(frozen=True)
class Hit:
    """A passage found.

    Attributes:
        number: Which passage of the index.
        score: The probability that it answers, by itself.
        asked: How alike its nearest title or ask is, a cosine.
        said: How alike its nearest statement is, a cosine.
        words: Its BM25 score against the best of this question, 0 to 1.
        statement: Its statement most alike to the question, or -1.
    """

    number: int
    score: float
    asked: float
    said: float
    words: float
    statement: int


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The weights that ship with the package."""
    text = resources.files("advisor.search").joinpath("weights.json").read_text(encoding="utf-8")
    weights = Weights.model_validate(json.loads(text))
    if weights.features != FEATURES:
        raise ValueError("weights.json does not fit the features; run 'advisor evaluate fit'")
    return weights


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
            words=float(found.features[row, 3]),
            statement=int(found.best_statements[row]),
        )
        for row in order
    ]


def search(index: SearchIndex, texts: Sequence[str], count: int = 10) -> list[list[Hit]]:
    """The best `count` passages for each of several questions, whose vectors are computed in one batch."""
    return [rank(index, query, count) for query in make_queries(index, texts)]
