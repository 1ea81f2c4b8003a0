"""txtai with a hybrid index: its vectors and its BM25, weighed half and half, as it does by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from txtai import Embeddings

from advisor.index import Input, Vectors
from tests.bench.model import KnownPassages
from tests.bench.systems import Ranking

QUERY, PASSAGE = "query: ", "passage: "


class System:
    """See `Retrieval`."""

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        def transform(texts: list[str]) -> Vectors:
            if texts and texts[0].startswith(QUERY):
                return np.array(encoder.questions([text.removeprefix(QUERY) for text in texts]))
            return np.array(encoder.passages([text.removeprefix(PASSAGE) for text in texts]))

        self._index = Embeddings(
            method="external",
            transform=transform,
            instructions={"query": QUERY, "data": PASSAGE},
            hybrid=True,
            content=False,
        )
        self._index.index(passages)

    def search(self, question: str, count: int) -> Ranking:
        return [(str(identity), float(score)) for identity, score in self._index.search(question, count)]
