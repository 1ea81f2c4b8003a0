"""Checks of the corpus: everything that a schema alone cannot see. Each problem names its file and line."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from advisor.corpus.corpus import document_paths, load_record, record_paths
from advisor.corpus.glossary import load_glossary
from advisor.corpus.models import Document, Kind, Source, Status
from advisor.corpus.parser import parse_document
from advisor.corpus.records import Cited, Record
from advisor.corpus.topics import load_topics
from advisor.errors import CorpusError

__all__ = ["REVIEW_DAYS", "SECTION_WORDS", "Problem", "check_corpus", "fold"]

SECTION_WORDS = 250
"""A section longer than this answers more than one question."""

REVIEW_DAYS: dict[Kind, int] = {
    Kind.STATUTE: 730,
    Kind.REGULATION: 365,
    Kind.GUIDANCE: 365,
    Kind.PROGRAM: 365,
    Kind.DATA: 365,
    Kind.SECONDARY: 365,
}
"""How many days after its document was reviewed a source of each kind must be read again."""

_LINK = re.compile(r"\]\((?!https?://)([^)]+)\)")


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in the corpus: file, line, one line of what and how to mend it."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def fold(text: str) -> str:
    """Bring a question to the form in which two that a reader would call the same are equal."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", plain))


def check_corpus(root: Path, today: date, only: Iterable[Path] = ()) -> list[Problem]:
    """Check every file below `root`.

    Args:
        root: The corpus folder.
        today: The day against which review periods and dates are held.
        only: Report problems of these files alone (all files are read all the same); empty for all.

    Returns:
        The problems, by file and line; empty when all is well.
    """
    problems: list[Problem] = []
    documents: list[Document] = []
    records: list[Record] = []

    def keep(path: Path, read: Callable[[], None]) -> None:
        try:
            read()
        except CorpusError as error:
            problems.append(Problem(path, error.line or 1, error.message))
        except UnicodeDecodeError as error:
            problems.append(Problem(path, 1, f"not UTF-8 text: {error.reason}"))

    for path in document_paths(root):
        keep(path, lambda p=path: documents.append(parse_document(p.read_text(encoding="utf-8"), p)))  # type: ignore[misc]
    for record_type, path in record_paths(root):
        keep(path, lambda t=record_type, p=path: records.append(load_record(t, p)))  # type: ignore[misc]
    keep(root / "glossary.yaml", lambda: problems.extend(_glossary(root / "glossary.yaml")))
    topics = load_topics(root / "topics.yaml").titles

    problems += _same_ids(documents, records)
    problems += _same_asks(documents)
    problems += _links(documents)
    for document in documents:
        problems += _document(document, topics.keys(), today)
    for record in records:
        problems += _record(record, today)
    wanted = {path.resolve() for path in only}
    return sorted(p for p in problems if not wanted or p.path.resolve() in wanted)


def _glossary(path: Path) -> Iterator[Problem]:
    glossary = load_glossary(path)
    used = {key for term in glossary.terms.values() for key in term.sources}
    for key in used - glossary.sources.keys():
        yield Problem(path, _find(path, key), f"unknown source key '{key}'")
    for key in glossary.sources.keys() - used:
        yield Problem(path, _find(path, f"{key}:"), f"source '{key}' is declared but not used")


def _find(path: Path, words: str) -> int:
    """The first line, from 1, of the file that holds `words`; 1 if none does."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if words in line), 1)


def _same_ids(documents: Iterable[Document], records: Iterable[Record]) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    items: list[Document | Record] = [*documents, *records]
    for item in items:
        if item.id in seen:
            yield Problem(item.path, _find(item.path, "id:"), f"the id '{item.id}' also stands in {seen[item.id]}")
        seen.setdefault(item.id, item.path)
        if item.path.stem != item.id:
            yield Problem(item.path, _find(item.path, "id:"), f"the id '{item.id}' is not the file's name")


def _same_asks(documents: Iterable[Document]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for document in documents:
        for section in document.sections:
            here = f"{document.id}#{section.slug}"
            for ask in section.asks:
                key = fold(ask)
                if key in seen:
                    line = _find(document.path, ask)
                    yield Problem(document.path, line, f"the ask '{ask}' also stands in {seen[key]}")
                seen.setdefault(key, here)


def _links(documents: list[Document]) -> Iterator[Problem]:
    targets = {document.id for document in documents}
    targets |= {f"{document.id}#{section.slug}" for document in documents for section in document.sections}
    for document in documents:
        for section in document.sections:
            for statement in section.statements:
                for target in _LINK.findall(statement.text):
                    full = document.id + target if target.startswith("#") else target
                    if full not in targets:
                        yield Problem(document.path, statement.line, f"the link '{target}' leads nowhere")


def _document(document: Document, topics: Iterable[str], today: date) -> Iterator[Problem]:
    path, known = document.path, set(topics)
    for topic in document.topics:
        if topic not in known:
            yield Problem(path, _find(path, "topics:"), f"unknown topic '{topic}'; topics.yaml lists them")
    if document.reviewed > today:
        yield Problem(path, _find(path, "reviewed:"), "reviewed on a day that is still to come")
    slugs: set[str] = set()
    used: dict[str, int] = {}
    for section in document.sections:
        if section.slug in slugs:
            yield Problem(path, section.line, f"the slug '{section.slug}' stands twice")
        slugs.add(section.slug)
        if not 4 <= len(section.asks) <= 12:
            yield Problem(path, section.line, f"{len(section.asks)} asks; give 4 to 12")
        words = sum(len(statement.text.split()) for statement in section.statements)
        if words > SECTION_WORDS:
            yield Problem(path, section.line, f"{words} words in one section; {SECTION_WORDS} are the most")
        if (section.status or document.status) is Status.VACATED and not (section.effective or document.effective):
            yield Problem(path, section.line, "vacated, but 'effective' does not say since when")
        for statement in section.statements:
            for key in statement.sources:
                used.setdefault(key, statement.line)
                if key not in document.sources:
                    yield Problem(path, statement.line, f"unknown source key '{key}'")
    yield from _sources(path, document.sources, used.keys(), document.reviewed, today)


def _record(record: Record, today: date) -> Iterator[Problem]:
    used: dict[str, None] = {}
    for _, value in record:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Cited) or hasattr(item, "sources"):
                used |= dict.fromkeys(item.sources)
    for key in used:
        if key not in record.sources:
            yield Problem(record.path, _find(record.path, key), f"unknown source key '{key}'")
    yield from _sources(record.path, record.sources, used.keys(), record.reviewed, today)


def _sources(
    path: Path, sources: dict[str, Source], used: Iterable[str], reviewed: date, today: date
) -> Iterator[Problem]:
    by_text: dict[tuple[str, str, str | None, str], str] = defaultdict(str)
    for key, source in sources.items():
        line = _find(path, f"{key}:")
        if key not in set(used):
            yield Problem(path, line, f"source '{key}' is declared but not used")
        same = (source.citation, source.url, source.as_of, source.checked)
        if same in by_text:
            yield Problem(path, line, f"source '{key}' is the same as '{by_text[same]}'")
        by_text[same] = key
        if reviewed + timedelta(days=REVIEW_DAYS[source.kind]) < today:
            yield Problem(path, line, f"source '{key}' was last reviewed {reviewed}: read it again")
        if source.as_of and source.as_of[:4] > str(today.year):
            yield Problem(path, line, f"source '{key}' speaks of {source.as_of}, which is still to come")
