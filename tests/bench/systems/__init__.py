"""The systems side by side: each a module with a class `System`, imported only in the process that measures it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

from advisor.index import Input
from tests.bench.model import KnownPassages

__all__ = ["TITLES", "Ranking", "Retrieval", "load_system"]

Ranking = list[tuple[str, float]]
"""Passage ids with scores, best first."""

TITLES = {
    "ours": "advisor (asks, statements, facets)",
    "ours_plain": "advisor, plain passages",
    "ours_answers": "advisor, whole answers",
    "bm25": "BM25 (bm25s, stems)",
    "flat": "sentence-transformers + FAISS",
    "langchain": "LangChain + FAISS",
    "llamaindex": "LlamaIndex",
    "txtai": "txtai (hybrid)",
    "haystack": "Haystack (hybrid, RRF)",
}
"""Module of each system → its name in the tables."""


class Retrieval(Protocol):
    """What a system must do."""

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        """Index the passages, (id, text); `source` is what our own index is built from."""

    def search(self, question: str, count: int) -> Ranking:
        """The best `count` passages for one question; called from several threads at once."""


def load_system(name: str) -> Retrieval:
    """The system of that name, its library imported."""
    system: Retrieval = import_module(f"{__name__}.{name}").System()
    return system
