"""Checks our own statements against the rules they cite: does the place exist, and do the numbers stand in
it?
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from advisor.errors import InputError
from advisor.official.citation import Citation, parse_citations
from advisor.official.crossrefs import find_citations
from advisor.official.lookup import Library
from advisor.official.numbers import quantities, states

__all__ = ["Mismatch", "Statement", "cited_places", "verify"]

_ITEM: Final = re.compile(r"^\s*(?:[-*]\s+|\d{1,2}\.\s+)")

Problem = Literal["no such place", "number not in the rule", "not fetched"]


@dataclass(frozen=True)
class Statement:
    """A curated statement and one of its citations.

    Attributes:
        path: File.
        line: Line, counted from 1.
        text: The statement.
        citation: The citation as the source writes it; several may be separated by ";".
    """

    path: str
    line: int
    text: str
    citation: str


@dataclass(frozen=True)
class Mismatch:
    """Something a person should look at.

    Attributes:
        path: File.
        line: Line.
        citation: The citation.
        problem: What kind of problem.
        detail: One line.
    """

    path: str
    line: int
    citation: str
    problem: Problem
    detail: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.citation}: {self.problem}: {self.detail}"


def verify(statements: Iterable[Statement], library: Library) -> list[Mismatch]:
    """Check statements that cite the CFR, the U.S. Code or the INA; other citations are passed over.

    A statement may rest on several citations at once ("22 CFR 62.22; 22 CFR 62.20"): its numbers may then
    stand in any of them. Numbers are looked for in the cited place, in what is inside it, and in the words
    above it.

    Args:
        statements: The statements.
        library: The archived texts.

    Returns:
        What does not agree, in the order of the statements.
    """
    found: list[Mismatch] = []
    for statement in statements:
        places = cited_places(statement.citation)
        if not places:
            continue
        words: list[str] = []
        complete = True
        for place in places:
            problem = _problem(statement, place, library)
            if problem is not None:
                found.append(problem)
                complete = False
                continue
            words += _words(place, library)
        if complete:
            found += _numbers(statement, "\n".join(words))
    return found


def cited_places(citation: str) -> list[Citation]:
    """Return the places in the CFR, the U.S. Code or the INA that a source's citation names, whatever else it says."""
    try:
        cited = parse_citations(citation)
    except InputError:
        cited = [found.citation for found in find_citations(citation)]
    return [place for place in cited if place.system in ("CFR", "USC", "INA") and place.section]


def _problem(statement: Statement, place: Citation, library: Library) -> Mismatch | None:
    if library.find(place):
        return None
    if not library.has_section(place):
        held = "its text is not among those fetched"
        return Mismatch(statement.path, statement.line, str(place), "not fetched", held)
    nearest = next((parent for parent in place.parents() if library.find(parent)), None)
    if nearest is not None and _stands_in_sentence(place, nearest, library):
        return None
    detail = f"the nearest place that exists is {nearest}" if nearest else "nothing near it exists"
    return Mismatch(statement.path, statement.line, str(place), "no such place", detail)


def _stands_in_sentence(place: Citation, nearest: Citation, library: Library) -> bool:
    """Say whether the missing designators stand in order inside the sentence of the nearest place.

    Statutes number clauses inside a sentence: "(H) an alien (i) ...; or (iii) ..." is printed as one paragraph.
    """
    if not nearest.labels:
        return False
    words = " ".join(p.text for p in library.find(nearest))
    position = 0
    for label in place.labels[len(nearest.labels) :]:
        position = words.find(f"({label})", position)
        if position < 0:
            return False
    return True


def _words(place: Citation, library: Library) -> list[str]:
    """Return the words of a place, of everything in it, and of the places above it down to the section."""
    words = [p.text for p in library.find(place) if p.kind not in ("history", "authority")]
    for parent in place.parents():
        if not parent.section or (parent.system == "CFR" and "." not in parent.section):
            break
        name = str(parent.usc())
        words += [p.text for p in library.find(parent) if p.citation == name and p.kind != "history"]
    return words


def _numbers(statement: Statement, rule: str) -> list[Mismatch]:
    found: list[Mismatch] = []
    for quantity in quantities(_without_citations(statement.text)):
        if not states(rule, quantity):
            found.append(
                Mismatch(
                    statement.path,
                    statement.line,
                    statement.citation,
                    "number not in the rule",
                    f"the statement says {quantity.text!r}",
                )
            )
    return found


def _without_citations(text: str) -> str:
    """Blank out citations and the number of a list item: they are no quantities of the rule."""
    text = _ITEM.sub("", text)
    for start, end, _ in reversed(find_citations(text)):
        text = text[:start] + " " * (end - start) + text[end:]
    return text
