"""Plain BM25: bm25s with English stop words and stems, as its documentation has it."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import Stemmer

from advisor.index import Input
from tests.bench.model import KnownPassages
from tests.bench.systems import Ranking


class System:
    """See `Retrieval`."""

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        self._ids = [identity for identity, _ in passages]
        self._stemmer = Stemmer.Stemmer("english")
        self._index = bm25s.BM25()
        self._index.index(self._tokens([text for _, text in passages]), show_progress=False)

    def _tokens(self, texts: list[str]) -> object:
        return bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)

    def search(self, question: str, count: int) -> Ranking:
        k = min(count, len(self._ids))
        numbers, scores = self._index.retrieve(self._tokens([question]), k=k, show_progress=False)
        return [(self._ids[n], float(s)) for n, s in zip(numbers[0], scores[0], strict=True)]
