"""The glossary as the index uses it: which terms a question names, in whatever words."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from advisor.index.lexical import stems
from advisor.index.phrases import Phrases

__all__ = ["GlossaryIndex"]


class GlossaryIndex:
    """Surface forms and the terms they stand for.

    Args:
        surfaces: Pairs of (surface, term); a surface may stand for several terms.
    """

    def __init__(self, surfaces: Iterable[tuple[str, str]]) -> None:
        self._table: dict[str, set[str]] = defaultdict(set)
        for surface, term in surfaces:
            self._table[surface.casefold()].add(term)
        self._phrases = Phrases(self._table)
        self._stems = lru_cache(maxsize=None)(stems)

    def expand(self, text: str, present: Iterable[str]) -> list[str]:
        """Stems of the terms that `text` names in other words than ours, without those of `present`, its own stems."""
        added = {word for terms in self._phrases.find(text) for term in terms for word in self._stems(term)}
        return sorted(added.difference(present))

    def save(self, path: Path) -> None:
        """Write the table as JSON."""
        table = {surface: sorted(terms) for surface, terms in sorted(self._table.items())}
        path.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> GlossaryIndex:
        """Read a table that `save` wrote."""
        table: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
        return cls((surface, term) for surface, terms in table.items() for term in terms)
