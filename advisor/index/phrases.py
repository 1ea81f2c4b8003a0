"""Finding many phrases in a text at once: by its words, and character by character in scripts without spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

__all__ = ["Phrases"]

Value = TypeVar("Value")

_TOKEN = re.compile(r"[^\W\u3000-\u9fff\uf900-\ufaff]+|[\u3000-\u9fff\uf900-\ufaff]")


def _tokens(text: str) -> tuple[str, ...]:
    """Words; in scripts written without spaces, characters."""
    return tuple(_TOKEN.findall(text.casefold()))


class Phrases(Generic[Value]):
    """Phrases and what each stands for; case and punctuation do not count.

    Args:
        table: Phrase → value.
    """

    def __init__(self, table: Mapping[str, Value]) -> None:
        self._values = {_tokens(phrase): value for phrase, value in table.items()}
        self._values.pop((), None)
        self._longest = max(map(len, self._values), default=0)

    def find(self, text: str) -> Iterator[Value]:
        """The value of every phrase in `text`, in order; of two that overlap, the longer one that comes first."""
        tokens = _tokens(text)
        at = 0
        while at < len(tokens):
            for length in range(min(self._longest, len(tokens) - at), 0, -1):
                value = self._values.get(tokens[at : at + length])
                if value is not None:
                    yield value
                    at += length
                    break
            else:
                at += 1
