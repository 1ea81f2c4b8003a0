"""The glossary as the index uses it: which terms a question names, in whatever words."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from advisor.index.lexical import stems

__all__ = ["GlossaryIndex"]

_TOKEN = re.compile(r"[^\W\u3000-\u9fff\uf900-\ufaff]+|[\u3000-\u9fff\uf900-\ufaff]")
"""A word; in scripts written without spaces, a character."""


class GlossaryIndex:
    """Surface forms and the terms they stand for.

    Args:
        surfaces: Pairs of (surface, term); a surface may stand for several terms.
    """

    def __init__(self, surfaces: Iterable[tuple[str, str]]) -> None:
        self._table: dict[str, set[str]] = defaultdict(set)
        for surface, term in surfaces:
            self._table[surface.casefold()].add(term)
        self._terms = {_tokens(surface): terms for surface, terms in self._table.items()}
        self._longest = max(map(len, self._terms), default=0)
        self._stems = lru_cache(maxsize=None)(stems)

    def expand(self, text: str) -> list[str]:
        """Stems of the terms that `text` names in other words than ours; those it has already are left out."""
        present = set(stems(text))
        added = {word for term in self._named(text) for word in self._stems(term)}
        return sorted(added - present)

    def _named(self, text: str) -> Iterator[str]:
        """The terms of every surface in `text`; of two that overlap, of the longer one that comes first."""
        tokens = _tokens(text.casefold())
        at = 0
        while at < len(tokens):
            for length in range(min(self._longest, len(tokens) - at), 0, -1):
                terms = self._terms.get(tokens[at : at + length])
                if terms:
                    yield from terms
                    at += length
                    break
            else:
                at += 1

    def save(self, path: Path) -> None:
        """Write the table as JSON."""
        table = {surface: sorted(terms) for surface, terms in sorted(self._table.items())}
        path.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> GlossaryIndex:
        """Read a table that `save` wrote."""
        table: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
        return cls((surface, term) for surface, terms in table.items() for term in terms)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text))
