"""The glossary as the index uses it: which terms a question names, in whatever words."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from advisor.index.lexical import stems

__all__ = ["GlossaryIndex"]


class GlossaryIndex:
    """Surface forms and the terms they stand for.

    Args:
        surfaces: Pairs of (surface, term); a surface may stand for several terms.
    """

    def __init__(self, surfaces: Iterable[tuple[str, str]]) -> None:
        self._terms: dict[str, set[str]] = defaultdict(set)
        for surface, term in surfaces:
            self._terms[surface.casefold()].add(term)
        longest_first = sorted(self._terms, key=len, reverse=True)
        # Languages without spaces between words are found inside a word; others only whole.
        parts = [re.escape(s) if s and s[0] > "\u3000" else rf"(?<!\w){re.escape(s)}(?!\w)" for s in longest_first]
        self._pattern = re.compile("|".join(parts) or r"(?!)")
        self._stems = lru_cache(maxsize=None)(stems)

    def expand(self, text: str) -> list[str]:
        """Stems of the terms that `text` names in other words than ours; those it has already are left out."""
        named: set[str] = set()
        for surface in self._pattern.findall(text.casefold()):
            named |= self._terms[surface]
        present = set(stems(text))
        added = {word for term in sorted(named) for word in self._stems(term)}
        return sorted(added - present)

    def save(self, path: Path) -> None:
        """Write the table as JSON."""
        table = {surface: sorted(terms) for surface, terms in sorted(self._terms.items())}
        path.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> GlossaryIndex:
        """Read a table that `save` wrote."""
        table: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
        return cls((surface, term) for surface, terms in table.items() for term in terms)
