"""Checks of the corpus: everything that a schema alone cannot see. Each problem names its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from advisor.corpus.corpus import document_paths, load_record, record_paths
from advisor.corpus.glossary import load_glossary
from advisor.corpus.models import Document, Kind, Source, Status
from advisor.corpus.new import PLACEHOLDER
from advisor.corpus.parser import parse_document
from advisor.corpus.problem import Problem, find_line, fold
from advisor.corpus.records import Cited, Record
from advisor.corpus.refusals import load_referrals, load_refusals
from advisor.corpus.table_checks import check_glossary, check_referrals, check_refusals, check_topics
from advisor.corpus.topics import load_topics
from advisor.errors import CorpusError

__all__ = ["REVIEW_DAYS", "SECTION_WORDS", "check_corpus"]

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

    for path in document_paths(root):
        with _noting(problems, path):
            text = path.read_text(encoding="utf-8")
            problems += _unfinished(path, text)
            documents.append(parse_document(text, path))
    for record_type, path in record_paths(root):
        with _noting(problems, path):
            problems += _unfinished(path, path.read_text(encoding="utf-8"))
            records.append(load_record(record_type, path))
    asks, doubled = _asks(documents, records)
    with _noting(problems, path := root / "glossary.yaml"):
        problems += check_glossary(load_glossary(path), path)
    with _noting(problems, path := root / "refusals.yaml"):
        problems += check_refusals(load_refusals(path), asks, path)
    with _noting(problems, path := root / "referrals.yaml"):
        problems += check_referrals(load_referrals(path), path)
    topics = load_topics(root / "topics.yaml")
    problems += check_topics(topics, root / "topics.yaml")
    problems += _same_ids(documents, records)
    problems += doubled
    problems += _links(documents)
    for document in documents:
        problems += _document(document, topics.titles, today)
    for record in records:
        problems += _record(record, today)
    wanted = {path.resolve() for path in only}
    return sorted(p for p in problems if not wanted or p.path.resolve() in wanted)


@contextmanager
def _noting(problems: list[Problem], path: Path) -> Iterator[None]:
    """Note a file that cannot be read as a problem, and go on with the next."""
    try:
        yield
    except CorpusError as error:
        problems.append(Problem(path, error.line or 1, error.message))
    except UnicodeDecodeError as error:
        problems.append(Problem(path, 1, f"not UTF-8 text: {error.reason}"))


def _unfinished(path: Path, text: str) -> Iterator[Problem]:
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.search(rf"\b{PLACEHOLDER}\b", line)]
    if lines:
        yield Problem(path, lines[0], f"'{PLACEHOLDER}' is left on {len(lines)} line(s); write what belongs there")


def _same_ids(documents: Iterable[Document], records: Iterable[Record]) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    items: list[Document | Record] = [*documents, *records]
    for item in items:
        if item.id in seen:
            yield Problem(item.path, find_line(item.path, "id:"), f"the id '{item.id}' also stands in {seen[item.id]}")
        seen.setdefault(item.id, item.path)
        if item.path.stem != item.id:
            yield Problem(item.path, find_line(item.path, "id:"), f"the id '{item.id}' is not the file's name")


def _asks(documents: Iterable[Document], records: Iterable[Record]) -> tuple[dict[str, str], list[Problem]]:
    """Every ask, folded, and where it stands; and the asks that stand twice."""
    seen: dict[str, str] = {}
    doubled: list[Problem] = []
    stands = [(d.path, f"{d.id}#{section.slug}", section.asks) for d in documents for section in d.sections]
    stands += [(record.path, record.id, record.asks) for record in records]
    for path, here, asks in stands:
        for ask in asks:
            key = fold(ask)
            if key in seen:
                message = f"the ask '{ask}' also stands in {seen[key]}"
                doubled.append(Problem(path, find_line(path, ask), message))
            seen.setdefault(key, here)
    return seen, doubled


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
            yield Problem(path, find_line(path, "topics:"), f"unknown topic '{topic}'; topics.yaml lists them")
    if document.reviewed > today:
        yield Problem(path, find_line(path, "reviewed:"), "reviewed on a day that is still to come")
    slugs: set[str] = set()
    used: dict[str, int] = {}
    for section in document.sections:
        if section.slug in slugs:
            yield Problem(path, section.line, f"the slug '{section.slug}' stands twice")
        slugs.add(section.slug)
        if not 4 <= len(section.asks) <= 25:
            yield Problem(path, section.line, f"{len(section.asks)} asks; give 4 to 25")
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
            yield Problem(record.path, find_line(record.path, key), f"unknown source key '{key}'")
    yield from _sources(record.path, record.sources, used.keys(), record.reviewed, today)


def _sources(
    path: Path, sources: dict[str, Source], used: Iterable[str], reviewed: date, today: date
) -> Iterator[Problem]:
    by_text: dict[tuple[str, str, str | None, str], str] = {}
    cited = set(used)
    for key, source in sources.items():
        wrong: list[str] = []
        if key not in cited:
            wrong.append("is declared but not used")
        same = (source.citation, source.url, source.as_of, source.checked)
        if same in by_text:
            wrong.append(f"is the same as '{by_text[same]}'")
        by_text[same] = key
        if reviewed + timedelta(days=REVIEW_DAYS[source.kind]) < today:
            wrong.append(f"was last reviewed {reviewed}: read it again")
        if source.as_of and source.as_of[:4] > str(today.year):
            wrong.append(f"speaks of {source.as_of}, which is still to come")
        yield from (Problem(path, find_line(path, f"{key}:"), f"source '{key}' {what}") for what in wrong)
