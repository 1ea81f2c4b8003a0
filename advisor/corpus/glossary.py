"""The glossary: terms, their abbreviations and synonyms, and the words other languages have for them.

Search widens a question by it (`IMG` is also a "foreign medical graduate"), and the bot explains terms from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from advisor.corpus.models import Slug, Source, Strict
from advisor.corpus.parser import load_table

__all__ = ["Glossary", "Term", "load_glossary"]

Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-latn)?$")]


class Term(Strict):
    """One notion.

    Attributes:
        term: The name we use.
        synonyms: Abbreviations and other names in English.
        languages: Words that users of other languages type for it, by ISO 639-1 code (`ur-latn`: Roman letters).
        meaning: What it is, in one sentence.
        sources: Keys of the glossary's sources.
    """

    term: str
    synonyms: tuple[str, ...] = ()
    languages: dict[Language, tuple[str, ...]] = Field(default_factory=dict)
    meaning: str
    sources: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Glossary(Strict):
    """All terms, id → term, with their sources."""

    sources: dict[Slug, Source] = Field(default_factory=dict)
    terms: dict[Slug, Term] = Field(default_factory=dict)

    def surfaces(self) -> Iterable[tuple[str, str]]:
        """Every way of writing a term, with the name we use: pairs of (surface, term)."""
        for term in self.terms.values():
            for surface in (term.term, *term.synonyms):
                yield surface, term.term
            for words in term.languages.values():
                for surface in words:
                    yield surface, term.term


def load_glossary(path: Path) -> Glossary:
    """Read `glossary.yaml`; a corpus without one has an empty glossary.

    Raises:
        CorpusError: It does not fit the schema.
    """
    return load_table(Glossary, path)
