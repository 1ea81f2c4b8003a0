"""An encoder that remembers: vectors computed before, by model and text, so that a rebuild embeds only what changed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from advisor.index.encoder import Encoder, Vectors

__all__ = ["CACHE_FILE", "CachedEncoder"]

CACHE_FILE = "vectors.sqlite"
"""Its name in the folder of an index."""

BATCH = 512


class CachedEncoder(Encoder):
    """An encoder with an SQLite file of its vectors; the file is safe to lose, and safe to kill while writing.

    Args:
        encoder: What computes vectors that are not in the file.
        path: The file; made if missing.
    """

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self.fingerprint, self.dimension = encoder.fingerprint, encoder.dimension
        self._encoder = encoder
        self._used: set[bytes] = set()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute("DROP TABLE IF EXISTS vectors")  # of an earlier layout, ten times as slow to read
        self._database.execute("CREATE TABLE IF NOT EXISTS embeddings (key BLOB PRIMARY KEY, vector BLOB)")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self.encode(texts, question=False)

    def questions(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self.encode(texts, question=True)

    def missing(self, texts: Iterable[str], question: bool) -> int:
        """How many of `texts` have no vector yet."""
        return len(set(self._keys(texts, question)) - self._stored.keys())

    def encode(
        self, texts: Sequence[str], question: bool, report: Callable[[int, int], None] = lambda done, total: None
    ) -> Vectors:
        """The vectors of `texts`, computing and keeping those that are missing.

        Args:
            texts: What to embed, in the order wanted.
            question: Whether they are questions (asks, titles) or passages.
            report: Called with (done, to do) as vectors are computed.

        Returns:
            Shape (len(texts), dimension).
        """
        keys = self._keys(texts, question)
        self._used.update(keys)
        stored = self._stored
        todo = list({key: text for key, text in zip(keys, texts, strict=True) if key not in stored}.items())
        todo.sort(key=lambda item: len(item[1]))  # alike lengths side by side waste no padding
        report(0, len(todo))
        embed = self._encoder.questions if question else self._encoder.passages
        for start in range(0, len(todo), BATCH):
            batch = todo[start : start + BATCH]
            vectors = embed([text for _, text in batch])
            rows = [(key, vector.tobytes()) for (key, _), vector in zip(batch, vectors, strict=True)]
            with self._database:
                self._database.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?)", rows)
            stored.update(rows)
            report(start + len(batch), len(todo))
        together = b"".join([stored[key] for key in keys])
        return np.frombuffer(together, dtype=np.float32).reshape(len(keys), self.dimension)

    def clear(self) -> None:
        """Forget everything, for a full rebuild."""
        with self._database:
            self._database.execute("DELETE FROM embeddings")
        self._stored.clear()

    def prune(self) -> None:
        """Forget the vectors that nobody asked for since the file was opened."""
        unused = [(key,) for key in self._stored.keys() - self._used]
        with self._database:
            self._database.executemany("DELETE FROM embeddings WHERE key = ?", unused)
        for (key,) in unused:
            del self._stored[key]

    @cached_property
    def _stored(self) -> dict[bytes, bytes]:
        """Everything in the file, read once: a build asks a dozen times."""
        return dict(self._database.execute("SELECT key, vector FROM embeddings"))

    def _keys(self, texts: Iterable[str], question: bool) -> list[bytes]:
        start = f"{self.fingerprint}|{'q' if question else 'p'}|"
        return [hashlib.sha256((start + text).encode()).digest() for text in texts]
