"""Ties between what we say and the rules it stands on: the exact words, and rules that changed since we read them."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from advisor.corpus import Document
from advisor.corpus.models import Quote
from advisor.errors import OfficialError
from advisor.official.archive import Archive
from advisor.official.citation import Citation
from advisor.official.diff import Change, affected, compare
from advisor.official.lookup import Library
from advisor.official.models import OfficialText, Paragraph
from advisor.official.verify import cited_places
from advisor.official.wanted import Wanted

__all__ = ["ChangedRule", "Tie", "changed_rules", "quote", "ties"]

QUOTE_CHARACTERS: Final = 600
_SHORT: Final = 120
"""A paragraph below this many characters is a heading or a lead-in: what follows it is quoted too."""

_WORD: Final = re.compile(r"[a-z]{4,}|\d+")
_SENTENCE_END: Final = re.compile(r"(?<!\b[A-Z]\.)(?<=[.;:])\s")


@dataclass(frozen=True)
class Tie:
    """A statement of ours and the places of law that it cites.

    Attributes:
        path: The document's file.
        line: The statement's line in it.
        passage: The id of the passage that it becomes part of.
        statement: Its words.
        citation: The citations of its sources, joined by "; ".
        places: The same, parsed.
        reviewed: When the document was last read against its sources.
    """

    path: Path
    line: int
    passage: str
    statement: str
    citation: str
    places: tuple[Citation, ...]
    reviewed: dt.date


@dataclass(frozen=True)
class ChangedRule:
    """A statement whose rule changed after it was last read.

    Attributes:
        tie: The statement.
        change: What changed, the latest change if there were several.
        day: The date of the first text that has the change.
    """

    tie: Tie
    change: Change
    day: dt.date

    def __str__(self) -> str:
        where = f"{self.tie.path}:{self.tie.line}"
        return f"{where}: {self.change.citation} changed on {self.day}; this text is from {self.tie.reviewed}"


def ties(documents: Iterable[Document]) -> list[Tie]:
    """Every statement that cites the CFR, the U.S. Code or the INA, in the order of the files."""
    found: list[Tie] = []
    for document in documents:
        for section in document.sections:
            for statement in section.statements:
                citations = [document.sources[key].citation for key in statement.sources if key in document.sources]
                cited = [(citation, cited_places(citation)) for citation in citations]
                places = tuple(dict.fromkeys(place for _, each in cited for place in each))
                if places:
                    found.append(
                        Tie(
                            path=document.path,
                            line=statement.line,
                            passage=f"{document.id}#{section.slug}",
                            statement=statement.text,
                            citation="; ".join(citation for citation, each in cited if each),
                            places=places,
                            reviewed=document.reviewed,
                        )
                    )
    return found


def quote(tie: Tie, library: Library) -> Quote | None:
    """The words of the rule that a statement stands on: of what it cites, the paragraph most like the statement.

    Args:
        tie: The statement.
        library: The archived texts.

    Returns:
        None if the place is not held, is too wide to quote (a whole part), or shares no word with the statement.
    """
    wanted = set(_words(tie.statement))
    best: tuple[float, Citation, list[Paragraph], int] | None = None
    for place in tie.places:
        if place.system == "CFR" and "." not in place.section:
            continue
        paragraphs = [p for p in library.find(place) if p.kind in ("paragraph", "extract")]
        scores = _likeness(wanted, paragraphs)
        if scores and (best is None or max(scores) > best[0]):
            best = (max(scores), place, paragraphs, scores.index(max(scores)))
    if best is None or best[0] <= 0:
        return None
    _, place, paragraphs, start = best
    first = paragraphs[start]
    words = first.text
    for following in paragraphs[start + 1 :]:
        inside = following.path[: len(first.path)] == first.path
        if len(words) >= _SHORT or not inside:
            break
        words += ("" if following.joined else " ") + following.text
    text = library.source_of(place)
    as_of = first.as_of or (text.as_of if text else None)
    return Quote(
        citation=first.citation,
        text=_shortened(words),
        url=first.url,
        publisher=text.publisher if text else "",
        as_of=as_of.isoformat() if as_of else None,
    )


def changed_rules(documents: Iterable[Document], archive: Archive, wanted: Wanted) -> list[ChangedRule]:
    """The statements whose rule changed after their document was last reviewed.

    Args:
        documents: Of the corpus.
        archive: The archived texts, with the versions that were kept.
        wanted: Which texts.

    Returns:
        One entry a statement, the latest changes first.
    """
    held = ties(documents)
    places = {f"{number}|{order}": place for number, tie in enumerate(held) for order, place in enumerate(tie.places)}
    latest: dict[int, ChangedRule] = {}
    for text in wanted.texts:
        for day, changes in _history(archive, text.key):
            for notice in affected(changes, places, day):
                number = int(notice.source.partition("|")[0])
                known = latest.get(number)
                if day > held[number].reviewed and (known is None or known.day < day):
                    latest[number] = ChangedRule(held[number], notice.change, day)
    return sorted(latest.values(), key=lambda rule: (-rule.day.toordinal(), str(rule.tie.path), rule.tie.line))


def _history(archive: Archive, key: str) -> list[tuple[dt.date, list[Change]]]:
    """What each kept version of a text changed, with the version's date; nothing of versions that cannot be read."""
    try:
        record = archive.record(key)
        if len(record.versions) < 2:
            return []
        texts: list[OfficialText] = [archive.text(key, version) for version in record.versions]
    except OfficialError:
        return []
    days = [version.as_of or version.fetched.date() for version in record.versions]
    return [(days[n], compare(texts[n + 1], texts[n])) for n in range(len(texts) - 1)]


def _words(text: str) -> list[str]:
    """Words by their first six letters, which brings "physician" and "physicians" together."""
    return [word[:6] for word in _WORD.findall(text.casefold())]


def _likeness(wanted: set[str], paragraphs: Sequence[Paragraph]) -> list[float]:
    """How much of a statement each paragraph shares, a word counting the more the fewer paragraphs have it."""
    bags = [set(_words(paragraph.text)) for paragraph in paragraphs]
    frequency = Counter(word for bag in bags for word in bag)
    total = len(bags)
    return [
        sum(math.log(1 + total / frequency[word]) for word in bag & wanted) / math.sqrt(20 + len(bag)) for bag in bags
    ]


def _shortened(text: str) -> str:
    """Cut after a sentence, or after a word where the first sentence is already too long."""
    if len(text) <= QUOTE_CHARACTERS:
        return text
    head = text[:QUOTE_CHARACTERS]
    ends = [match.start() for match in _SENTENCE_END.finditer(head)]
    cut = head[: ends[-1]] if ends and ends[-1] > QUOTE_CHARACTERS // 3 else head.rsplit(" ", 1)[0]
    return cut + " …"
