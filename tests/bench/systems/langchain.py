"""LangChain with its FAISS vector store."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_community.vectorstores import FAISS
from langchain_community.vectorstores.utils import DistanceStrategy
from langchain_core.embeddings import Embeddings

from advisor.index import Input
from tests.bench.model import KnownPassages
from tests.bench.systems import Ranking


class Adapter(Embeddings):
    """Our encoder as LangChain wants it."""

    def __init__(self, encoder: KnownPassages) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._encoder.passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._encoder.questions([text])[0].tolist()
        return vector


class System:
    """See `Retrieval`."""

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        self._store = FAISS.from_texts(
            [text for _, text in passages],
            Adapter(encoder),
            metadatas=[{"id": identity} for identity, _ in passages],
            distance_strategy=DistanceStrategy.MAX_INNER_PRODUCT,
        )

    def search(self, question: str, count: int) -> Ranking:
        found = self._store.similarity_search_with_score(question, k=count)
        return [(document.metadata["id"], float(score)) for document, score in found]
