"""A question made ready for search: folded, widened by the glossary, its places read, its vector."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.index import SearchIndex, Vectors, stems
from advisor.search.facets import jurisdictions

__all__ = ["Query", "focused", "make_queries"]

LONGEST = 2000
"""Characters of a question that are read; a forum post says what it wants well before that."""

_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good (?:morning|evening|afternoon)|greetings|salam|hola|bonjour)\b[^.!?\n]{0,30}[,.!\n]\s*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Query:
    """One question, ready for search.

    Attributes:
        text: What was asked, white space folded, greeting dropped.
        stems: Of the question itself.
        added: Stems of the terms that it names in other words, by the glossary.
        places: Jurisdictions it names.
        vector: Shape (dimension,), in the space of the index.
        model_vector: Shape (dimension,), as the model gives it.
    """

    text: str
    stems: list[str]
    added: list[str]
    places: frozenset[str]
    vector: Vectors
    model_vector: Vectors


def _tidy(text: str) -> str:
    folded = " ".join(text.split())[:LONGEST]
    return _GREETING.sub("", folded) or folded


def focused(query: Query, beside: Sequence[Query]) -> Query:
    """A question with its vector moved half the way to the mean of what stands beside it in its message."""
    if not beside:
        return query
    moved = query.vector + np.mean([other.vector for other in beside], axis=0)
    return replace(query, vector=moved / np.linalg.norm(moved))


def make_queries(index: SearchIndex, texts: Sequence[str], context: Sequence[str] = ()) -> list[Query]:
    """Make several questions ready at once; their vectors are computed in one batch.

    Args:
        index: The open build, whose encoder and glossary are used.
        texts: The questions.
        context: For each question, words that say where its asker is or wants to go; empty for none.
    """
    tidy = [_tidy(text) for text in texts]
    vectors = index.encoder.questions(tidy)
    places = [jurisdictions(f"{text} {about}") for text, about in zip(tidy, context or [""] * len(tidy), strict=True)]
    own = [stems(text) for text in tidy]
    return [
        Query(text, own_of, index.glossary.expand(text, own_of), places_of, moved, vector)
        for text, own_of, places_of, moved, vector in zip(
            tidy, own, places, index.space.questions(vectors), vectors, strict=True
        )
    ]
