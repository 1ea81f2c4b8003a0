"""Vectors that were computed before, by model and text, so that a rebuild embeds only what changed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from advisor.index.encoder import Encoder, Vectors

__all__ = ["VectorCache"]

BATCH = 512


class VectorCache:
    """An SQLite file of vectors; safe to lose, safe to kill while writing.

    Args:
        path: The file; made if missing.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def missing(self, encoder: Encoder, texts: Sequence[str], question: bool) -> int:
        """How many of `texts` have no vector yet."""
        return len(set(self._keys(encoder, texts, question)) - self._stored.keys())

    def encode(
        self, encoder: Encoder, texts: Sequence[str], question: bool, report: Callable[[int, int], None]
    ) -> Vectors:
        """The vectors of `texts`, computing and keeping those that are missing.

        Args:
            encoder: The model.
            texts: What to embed, in the order wanted.
            question: Whether they are questions (asks, titles) or passages.
            report: Called with (done, to do) as vectors are computed.

        Returns:
            Shape (len(texts), dimension).
        """
        keys = self._keys(encoder, texts, question)
        stored = self._stored
        todo = list({key: text for key, text in zip(keys, texts, strict=True) if key not in stored}.items())
        todo.sort(key=lambda item: len(item[1]))  # alike lengths side by side waste no padding
        report(0, len(todo))
        embed = encoder.questions if question else encoder.passages
        for start in range(0, len(todo), BATCH):
            batch = todo[start : start + BATCH]
            vectors = embed([text for _, text in batch])
            rows = [(key, vector.tobytes()) for (key, _), vector in zip(batch, vectors, strict=True)]
            with self._database:
                self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            stored.update(rows)
            report(start + len(batch), len(todo))
        if not texts:
            return np.zeros((0, encoder.dimension), dtype=np.float32)
        return np.stack([np.frombuffer(stored[key], dtype=np.float32) for key in keys])

    def clear(self) -> None:
        """Forget everything, for a full rebuild."""
        with self._database:
            self._database.execute("DELETE FROM vectors")
        self._stored.clear()

    def prune(self, encoder: Encoder, questions: Iterable[str], passages: Iterable[str]) -> None:
        """Forget the vectors of texts that are no longer in use."""
        used = set(self._keys(encoder, questions, True)) | set(self._keys(encoder, passages, False))
        unused = [(key,) for key in self._stored if key not in used]
        with self._database:
            self._database.executemany("DELETE FROM vectors WHERE key = ?", unused)
        for (key,) in unused:
            del self._stored[key]

    @cached_property
    def _stored(self) -> dict[bytes, bytes]:
        """Everything in the file, read once: a build asks a dozen times."""
        return dict(self._database.execute("SELECT key, vector FROM vectors"))

    @staticmethod
    def _keys(encoder: Encoder, texts: Iterable[str], question: bool) -> list[bytes]:
        start = f"{encoder.fingerprint}|{'q' if question else 'p'}|"
        return [hashlib.sha256((start + text).encode()).digest() for text in texts]
