"""Passages → entries: the texts that get vectors of their own and point at one passage each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from advisor.corpus import Passage

__all__ = ["Entries", "EntryKind", "make_entries", "plain"]

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_MARKS = re.compile(r"[*_`]{1,2}(?=\S)|(?<=\S)[*_`]{1,2}")


class EntryKind(IntEnum):
    """What an entry's text is."""

    TITLE = 0
    ASK = 1
    STATEMENT = 2
    TEXT = 3


@dataclass(frozen=True)
class Entries:
    """All entries of an index, column by column.

    Attributes:
        texts: What is embedded.
        passage: Shape (n,): the number of the passage that each points at.
        kind: Shape (n,): its `EntryKind`.
        statement: Shape (n,): the number of the statement within its passage, -1 for other kinds.
    """

    texts: tuple[str, ...]
    passage: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint8]
    statement: npt.NDArray[np.int16]

    @property
    def asked(self) -> npt.NDArray[np.bool_]:
        """Shape (n,): whether each is embedded as a question (title or ask)."""
        return np.isin(self.kind, (EntryKind.TITLE, EntryKind.ASK))


def plain(text: str) -> str:
    """Inline Markdown as plain words: links become their text, marks of emphasis go."""
    return _MARKS.sub("", _LINK.sub(r"\1", text))


def make_entries(passages: Sequence[Passage]) -> Entries:
    """List what of each passage is embedded: title, every ask, and every statement below its title.

    A passage of a plain collection (one statement, no asks) or of an official text is embedded whole, its title before
    its text, as any retrieval library would do.
    """
    texts: list[str] = []
    rows: list[tuple[int, EntryKind, int]] = []

    def add(number: int, kind: EntryKind, text: str, statement: int = -1) -> None:
        texts.append(text)
        rows.append((number, kind, statement))

    for number, passage in enumerate(passages):
        if passage.official or (len(passage.statements) <= 1 and not passage.asks):
            text = passage.text if passage.official else plain(passage.text)
            add(number, EntryKind.TEXT, f"{passage.title} {text}".strip())
            continue
        add(number, EntryKind.TITLE, passage.title)
        for ask in passage.asks:
            add(number, EntryKind.ASK, ask)
        for index, statement in enumerate(passage.statements):
            add(number, EntryKind.STATEMENT, f"{passage.title} {plain(statement.text)}", index)
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Entries(
        texts=tuple(texts),
        passage=columns[:, 0].astype(np.int32),
        kind=columns[:, 1].astype(np.uint8),
        statement=columns[:, 2].astype(np.int16),
    )
