"""LlamaIndex with the vector store that it comes with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode
from pydantic import PrivateAttr

from advisor.index import Input
from tests.bench.model import KnownPassages
from tests.bench.systems import Ranking


class Adapter(BaseEmbedding):
    """Our encoder as LlamaIndex wants it."""

    _encoder: KnownPassages = PrivateAttr()

    def __init__(self, encoder: KnownPassages, **options: Any) -> None:
        super().__init__(model_name="advisor", embed_batch_size=64, **options)
        self._encoder = encoder

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._encoder.questions([query])[0].tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._encoder.passages(texts).tolist()
        return vectors


class System:
    """See `Retrieval`."""

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        nodes = [TextNode(id_=identity, text=text) for identity, text in passages]
        self._model = Adapter(encoder)
        self._index = VectorStoreIndex(nodes=nodes, embed_model=self._model)

    def search(self, question: str, count: int) -> Ranking:
        found = self._index.as_retriever(similarity_top_k=count).retrieve(question)
        return [(hit.node.node_id, float(hit.score or 0.0)) for hit in found]
