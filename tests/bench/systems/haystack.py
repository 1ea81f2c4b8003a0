"""Haystack with a hybrid pipeline: BM25 and vectors of its store in memory, joined by reciprocal rank fusion."""

from __future__ import annotations

from collections.abc import Sequence

from haystack import Document, Pipeline, component
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from advisor.index import Input
from tests.bench.model import KnownPassages
from tests.bench.systems import Ranking


@component
class QuestionEmbedder:
    """Our encoder as a component."""

    def __init__(self, encoder: KnownPassages) -> None:
        self._encoder = encoder

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, list[float]]:
        """Embed one question."""
        return {"embedding": self._encoder.questions([text])[0].tolist()}


class System:
    """See `Retrieval`."""

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
        vectors = encoder.passages([text for _, text in passages]).tolist()
        store.write_documents(
            [Document(id=i, content=text, embedding=v) for (i, text), v in zip(passages, vectors, strict=True)]
        )
        self._pipeline = Pipeline()
        self._pipeline.add_component("embedder", QuestionEmbedder(encoder))
        self._pipeline.add_component("dense", InMemoryEmbeddingRetriever(store))
        self._pipeline.add_component("words", InMemoryBM25Retriever(store))
        self._pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        self._pipeline.connect("embedder.embedding", "dense.query_embedding")
        self._pipeline.connect("dense", "joiner")
        self._pipeline.connect("words", "joiner")

    def search(self, question: str, count: int) -> Ranking:
        found = self._pipeline.run(
            {
                "embedder": {"text": question},
                "dense": {"top_k": count},
                "words": {"query": question, "top_k": count},
                "joiner": {"top_k": count},
            }
        )
        return [(document.id, float(document.score)) for document in found["joiner"]["documents"]]
