"""The plain dense stack: a SentenceTransformer and an exact FAISS index of inner products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import faiss
import torch
from sentence_transformers import SentenceTransformer

from advisor.index import Input
from tests.bench.model import KnownPassages
from tests.bench.systems import Ranking

QUERY, PASSAGE = "query: ", "passage: "


class Wrapped(torch.nn.Module):
    """Our encoder as the one module of a SentenceTransformer; the prompt tells questions from passages."""

    def __init__(self, encoder: KnownPassages) -> None:
        super().__init__()
        self._encoder = encoder

    def tokenize(self, texts: list[str], prompt: str | None = None, **options: Any) -> dict[str, Any]:
        """Keep the texts: our encoder cuts them up itself."""
        return {"texts": [f"{prompt or ''}{text}" for text in texts]}

    preprocess = tokenize

    def forward(self, features: dict[str, Any], **options: Any) -> dict[str, Any]:
        texts: list[str] = features["texts"]
        if texts[0].startswith(QUERY):
            vectors = self._encoder.questions([text.removeprefix(QUERY) for text in texts])
        else:
            vectors = self._encoder.passages([text.removeprefix(PASSAGE) for text in texts])
        features["sentence_embedding"] = torch.from_numpy(vectors)
        return features


class System:
    """See `Retrieval`."""

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        self._ids = [identity for identity, _ in passages]
        prompts = {"query": QUERY, "document": PASSAGE}
        self._model = SentenceTransformer(modules=[Wrapped(encoder)], device="cpu", prompts=prompts)
        vectors = self._model.encode([text for _, text in passages], prompt_name="document", show_progress_bar=False)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def search(self, question: str, count: int) -> Ranking:
        vector = self._model.encode([question], prompt_name="query", show_progress_bar=False)
        scores, numbers = self._index.search(vector, min(count, len(self._ids)))
        return [(self._ids[n], float(s)) for n, s in zip(numbers[0], scores[0], strict=True)]
