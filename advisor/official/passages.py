"""Archived official texts → passages: paragraphs put together into pieces complete enough to be found and quoted.

A piece follows the text's own hierarchy: a paragraph with everything inside it while that is short, else its parts,
small neighbours together. It begins with the words that lead in to it ("certifies to the following five points:").
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from textwrap import shorten
from typing import Final

from advisor.corpus import Checked, Kind, Passage, Source, Statement, Status
from advisor.official.citation import Citation, read_citation
from advisor.official.lookup import Library
from advisor.official.models import OfficialText, Paragraph
from advisor.official.wanted import Wanted, WantedText

__all__ = ["LEAST_WORDS", "MOST_WORDS", "official_passages", "text_passages"]

LEAST_WORDS: Final = 60
"""Pieces below this are put together with their neighbours."""

MOST_WORDS: Final = 200
"""Pieces above this are cut."""

_LEAD_IN_WORDS: Final = 60
_INTRODUCTION: Final = 40
"""A heading or introduction below this goes with the first part of what follows, though that was cut."""

_TITLE_STEP: Final = 80
_MOST_TERMS: Final = 4
_SHOWN: Final = ("paragraph", "extract", "table", "note")
_NOT_LAW: Final = "federal-register"
"""Documents of the Federal Register say what is coming; they are watched, and not offered as the text of the law."""
_JURISDICTIONS: Final = {"ecfr": "us", "uscode": "us", "govuk": "gb", "legislation": "gb", "comar": "us-md"}
_SENTENCE_END: Final = re.compile(r"(?<!\b[A-Z]\.)(?<=[.;:])\s+(?=[A-Z(“\"\[])")
_LEVELS: Final = re.compile(r"(?:title|subtitle|chapter|subchapter|part|subpart|immigration rules)\b", re.IGNORECASE)
_SIGN: Final = re.compile(r"^§+\s*[\d.a-zA-Z-]+\s+")


@dataclass(frozen=True)
class _Item:
    """A paragraph, or some sentences of a long one."""

    paragraph: Paragraph
    text: str
    words: int
    place: Citation | None


_Piece = list[_Item]


def official_passages(library: Library, wanted: Wanted) -> list[Passage]:
    """What is wanted of every text that is held, as passages.

    Args:
        library: The texts, opened for the same list.
        wanted: Which texts, and which places of each.
    """
    held = {text.source: text for text in library.texts}
    passages: list[Passage] = []
    for text in wanted.texts:
        if text.key in held and text.publisher != _NOT_LAW:
            passages += text_passages(held[text.key], text, wanted.publisher_of(text).name)
    return list({passage.id: passage for passage in passages}.values())


def text_passages(document: OfficialText, wanted: WantedText, publisher: str) -> list[Passage]:
    """The wanted places of one text as passages, in order.

    Args:
        document: The text as it was read.
        wanted: What is wanted of it.
        publisher: Who publishes it, as a reader should see it.
    """
    kept = [p for p in document.paragraphs if p.kind in _SHOWN and p.in_force and p.text and wanted.covers(p)]
    items = [item for paragraph in kept for item in _items(paragraph)]
    lead_ins = {p.path: p.text for p in reversed(kept) if p.kind == "paragraph"}
    pieces: list[_Piece] = []
    for _, run in groupby(items, key=lambda item: _section(item, wanted)):
        section = list(run)
        pieces += _split(section, _common(item.paragraph.path for item in section))
    terms = _Terms(document.paragraphs)
    made: list[Passage] = []
    used: Counter[str] = Counter()
    for piece in pieces:
        passage = _passage(piece, document, wanted, publisher, lead_ins)
        used[passage.id] += 1
        identity = passage.id if used[passage.id] == 1 else f"{passage.id}.{used[passage.id]}"
        made.append(passage.model_copy(update={"id": identity, "terms": terms.of(piece)}))
    return made


def _items(paragraph: Paragraph) -> Iterator[_Item]:
    place = read_citation(paragraph.citation)
    for text in _cut(paragraph.text, "\n" if paragraph.kind == "table" else " "):
        yield _Item(paragraph, text, len(text.split()), place)


def _cut(text: str, joint: str) -> Iterator[str]:
    """Cut a long paragraph between sentences, a table between rows, into runs of not too many words."""
    if len(text.split()) <= MOST_WORDS:
        yield text
        return
    run: list[str] = []
    size = 0
    for sentence in text.split("\n") if joint == "\n" else _SENTENCE_END.split(text):
        words = len(sentence.split())
        if run and size + words > MOST_WORDS - LEAST_WORDS:
            yield joint.join(run)
            run, size = [], 0
        run.append(sentence)
        size += words
    yield joint.join(run)


def _section(item: _Item, wanted: WantedText) -> tuple[str, ...]:
    """What is never put together with anything else: a section of the law, or what stands under one heading.

    Of a section some places only may be wanted; each of them stands for itself.
    """
    place = item.place
    if place is None:
        return (item.paragraph.heading,)
    by = next((str(citation) for citation in wanted.citations if citation.contains(place)), "")
    return (place.system, place.title, place.section, place.division, by)


def _common(paths: Iterable[tuple[str, ...]]) -> int:
    """How many labels all paths begin with."""
    found = list(paths)
    return next(
        (depth for depth in range(min(map(len, found))) if len({path[depth] for path in found}) > 1),
        min(map(len, found)),
    )


def _words(piece: Sequence[_Item]) -> int:
    return sum(item.words for item in piece)


def _split(items: _Piece, depth: int) -> list[_Piece]:
    """Cut items whose paths agree in their first `depth` labels."""
    if _words(items) <= MOST_WORDS:
        return [items]
    groups = [list(run) for _, run in groupby(items, key=lambda item: item.paragraph.path[: depth + 1])]
    if len(groups) == 1:
        deeper = any(len(item.paragraph.path) > depth + 1 for item in items)
        return _split(items, depth + 1) if deeper else _merge([[[item]] for item in items])
    return _merge([_split(group, depth + 1) for group in groups])


def _merge(groups: list[list[_Piece]]) -> list[_Piece]:
    """Put small neighbours together, whole groups alone: half of (b) never goes with (c).

    Args:
        groups: Neighbours, each in one piece or cut into several.
    """
    merged: list[_Piece] = []
    whole = False
    for pieces in groups:
        if whole and _words(merged[-1]) < _INTRODUCTION:
            merged[-1] += pieces[0]
            merged += pieces[1:]
        elif whole and len(pieces) == 1 and _fit(merged[-1], pieces[0]):
            merged[-1] += pieces[0]
            continue
        else:
            merged += [list(piece) for piece in pieces]
        whole = len(pieces) == 1
    return merged


def _fit(before: _Piece, after: _Piece) -> bool:
    sizes = _words(before), _words(after)
    return sum(sizes) <= MOST_WORDS and min(sizes) < LEAST_WORDS


def _passage(
    piece: _Piece, document: OfficialText, wanted: WantedText, publisher: str, lead_ins: dict[tuple[str, ...], str]
) -> Passage:
    first = piece[0].paragraph
    citation, identity = _name(piece)
    heading = _heading(first, document)
    as_of = first.as_of or document.as_of
    source = Source(
        citation=citation,
        title=heading or None,
        url=first.url,
        publisher=publisher,
        kind=Kind(document.kind),
        as_of=as_of.isoformat() if as_of else None,
        checked=Checked.SEEN,
    )
    words = [item.text for item in piece]
    lead_in = lead_ins.get(first.path[:-1], "")
    if lead_in and lead_in.endswith((":", "—", "-")) and len(lead_in.split()) <= _LEAD_IN_WORDS:
        words.insert(0, lead_in)
    return Passage(
        id=f"official:{identity}",
        title=f"{citation} {heading}".strip(),
        document=wanted.title or document.title,
        statements=tuple(Statement(text=text, sources=("text",)) for text in words if len(text) > 1),
        sources={"text": source},
        jurisdiction=_JURISDICTIONS[wanted.publisher],
        status=Status.IN_FORCE,
        official=True,
    )


def _name(piece: _Piece) -> tuple[str, str]:
    """The citation of a piece, a range where it holds several neighbours, and its id."""
    first, last = piece[0].place, piece[-1].place
    if first is None or last is None:
        name = piece[0].paragraph.citation
        return name, _slug(name)
    identity = _slug(str(replace(first, labels=()))) + "".join(
        f"{'#' if place == 0 else '-'}{_slug(label)}" for place, label in enumerate(first.labels)
    )
    shared = _common([item.place.labels for item in piece if item.place is not None])
    if shared == len(first.labels):
        return str(first), identity
    top = replace(first, labels=first.labels[: shared + 1])
    if len(last.labels) <= shared or last.labels[shared].startswith('"') or top.labels[-1].startswith('"'):
        return str(replace(first, labels=first.labels[:shared]) if shared else replace(first, labels=())), identity
    return str(replace(top, through=last.labels[shared])), identity


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")


def _heading(paragraph: Paragraph, document: OfficialText) -> str:
    """The heading path below part and subpart, without the section's number."""
    steps = [_SIGN.sub("", step).strip(" .") for step in paragraph.heading.split(" > ") if step]
    below = [step for step in steps if not _LEVELS.match(step)] or steps[-1:] or [document.title]
    steps = [shorten(step, _TITLE_STEP, placeholder=" …") for step in dict.fromkeys(below)]
    return ": ".join(steps if len(steps) < 4 else [steps[0], *steps[-2:]])


class _Terms:
    """The defined terms of a text, by the part in which they hold.

    Args:
        paragraphs: The whole text, since definitions may stand outside what is wanted of it.
    """

    def __init__(self, paragraphs: Iterable[Paragraph]) -> None:
        self._citations: dict[str, dict[str, str]] = defaultdict(dict)
        uses: dict[str, list[str]] = defaultdict(list)
        for paragraph in paragraphs:
            part = self._part(paragraph)
            uses[part].append(paragraph.text.casefold())
            for term in paragraph.terms:
                if len(term) > 3:
                    self._citations[part].setdefault(term.casefold(), paragraph.citation)
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._uses: dict[str, Counter[str]] = {}
        for part, terms in self._citations.items():
            longest_first = sorted(terms, key=len, reverse=True)
            pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
            self._patterns[part] = pattern
            self._uses[part] = Counter(term for words in uses[part] for term in set(pattern.findall(words)))

    def of(self, piece: _Piece) -> tuple[str, ...]:
        """Citations of the definitions that a piece depends on, the rarest terms first."""
        part = self._part(piece[0].paragraph)
        if part not in self._patterns:
            return ()
        own = {term.casefold() for item in piece for term in item.paragraph.terms}
        found = {term for item in piece for term in self._patterns[part].findall(item.text.casefold())} - own
        order = sorted(found, key=lambda term: (self._uses[part][term], term))
        return tuple(dict.fromkeys(self._citations[part][term] for term in order))[:_MOST_TERMS]

    @staticmethod
    def _part(paragraph: Paragraph) -> str:
        place = read_citation(paragraph.citation)
        return f"{place.system} {place.title} {place.part}" if place else ""
