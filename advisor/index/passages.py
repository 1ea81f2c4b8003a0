"""Passages on disk: one JSON object a line, read one by one when they are needed."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from advisor.corpus import Passage

__all__ = ["PassageStore", "write_passages"]


def write_passages(path: Path, passages: Iterable[Passage]) -> None:
    """Write `passages` to `path`, and where each line begins to the same name with `.npy`."""
    starts = [0]
    with path.open("wb") as file:
        for passage in passages:
            file.write(passage.model_dump_json(exclude_defaults=True).encode() + b"\n")
            starts.append(file.tell())
    np.save(path.with_suffix(".npy"), np.array(starts, dtype=np.int64))


class PassageStore(Sequence[Passage]):
    """The passages of a build, in order; each is parsed when first asked for."""

    def __init__(self, path: Path) -> None:
        self._starts = np.load(path.with_suffix(".npy"))
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self._starts[-1] else b""
        self._read = lru_cache(maxsize=4096)(self._parse)

    def _parse(self, number: int) -> Passage:
        start, end = self._starts[number], self._starts[number + 1]
        return Passage.model_validate_json(self._bytes[start:end])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> Passage:  # type: ignore[override]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        return self._read(number % len(self))

    def __iter__(self) -> Iterator[Passage]:
        return (self[number] for number in range(len(self)))
