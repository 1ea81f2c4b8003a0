"""Coverage of the corpus: what it holds, how old and how well checked it is, and what is still empty.

The numbers depend on the files alone, never on the day, so that `docs/corpus.md` can be compared with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from advisor.corpus.corpus import RECORD_TYPES, Corpus
from advisor.corpus.models import Checked, Kind, Passage, Source
from advisor.corpus.passages import corpus_passages
from advisor.corpus.templates import is_record

__all__ = ["Table", "as_markdown", "report"]

_SHARED_FIELDS = frozenset({"id", "name", "reviewed", "sources", "path", "asks", "notes"})
"""What every record has, or may well do without."""


@dataclass(frozen=True)
class Table:
    """A table for people: its title, one sentence on how to read it, the heads of its columns, and its rows."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def numeric(self) -> frozenset[int]:
        """The places of the columns that hold numbers, from 0."""
        columns = enumerate(zip(*self.rows, strict=True))
        return frozenset(place for place, cells in columns if all(c[:1].isdigit() or c == "-" for c in cells))


def report(corpus: Corpus) -> list[Table]:
    """Count what the corpus holds.

    Returns:
        Totals; folders; sources by kind, check and age; statements by the weakest of their sources; fields of records
        that are empty; countries; topics.
    """
    passages = corpus_passages(corpus)
    sections = [passage for passage in passages if not is_record(passage.id)]
    sources = [source for document in corpus.documents for source in document.sources.values()]
    sources += [source for record in corpus.records for source in record.sources.values()]
    return [
        _totals(corpus, passages, sections, sources),
        _folders(corpus),
        _kinds(sources),
        _ages(sources),
        _evidence(passages),
        _fields(corpus),
        _countries(corpus, sections),
        _topics(corpus, passages),
    ]


def as_markdown(tables: Iterable[Table]) -> str:
    """The report as a page of the documentation."""
    lines = [
        "# What the corpus holds",
        "",
        "Written by `advisor corpus report --write` from the files of `corpus/`; a test keeps it current.",
        "[What was left out, and why](corpus-omitted.md) has a page of its own.",
    ]
    for table in tables:
        rule = tuple("---:" if number in table.numeric else "---" for number in range(len(table.columns)))
        lines += ["", f"## {table.title}", "", table.note, ""]
        lines += [f"| {' | '.join(row)} |" for row in (table.columns, rule, *table.rows)]
    return "\n".join(lines) + "\n"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _totals(corpus: Corpus, passages: list[Passage], sections: list[Passage], sources: list[Source]) -> Table:
    asks = sum(len(section.asks) for section in sections)
    said = sum(len(section.statements) for section in sections)
    rows = {
        "Documents": len(corpus.documents),
        "Sections": len(sections),
        "Statements in documents": said,
        "Asks of sections": asks,
        "Asks a section, on average": f"{asks / max(len(sections), 1):.1f}",
        "Records": len(corpus.records),
        "Statements made from records": sum(len(passage.statements) for passage in passages) - said,
        "Sources, counted in each file": len(sources),
        "Different addresses of sources": len({source.url for source in sources}),
        "Terms of the glossary": len(corpus.glossary.terms),
        "Ways of writing them": sum(1 for _ in corpus.glossary.surfaces()),
        "Countries": len({passage.jurisdiction[:2] for passage in sections if passage.jurisdiction != "int"}),
        "Topics without a section": sum(1 for _, _, count in _by_topic(corpus, passages) if not count),
    }
    cells = tuple((name, str(number)) for name, number in rows.items())
    return Table("Totals", "The tables below in one view.", ("What", "Number"), cells)


def _folders(corpus: Corpus) -> Table:
    files: Counter[str] = Counter()
    sections: Counter[str] = Counter()
    statements: Counter[str] = Counter()
    for document in corpus.documents:
        folder = document.path.parent.relative_to(corpus.root).as_posix()
        files[folder] += 1
        sections[folder] += len(document.sections)
        statements[folder] += sum(len(section.statements) for section in document.sections)
    files.update(record.path.parent.relative_to(corpus.root).as_posix() for record in corpus.records)
    rows = tuple((name, str(files[name]), str(sections[name]), str(statements[name])) for name in sorted(files))
    columns = ("Folder", "Files", "Sections", "Statements")
    return Table("Folders", "Folders of records have no sections of their own.", columns, rows)


def _kinds(sources: list[Source]) -> Table:
    count = Counter((source.kind, source.checked) for source in sources)
    rows = []
    for kind in Kind:
        numbers = [count[kind, checked] for checked in Checked]
        share = _share(count[kind, Checked.UNVERIFIED], sum(numbers))
        rows.append((kind.value, *map(str, numbers), str(sum(numbers)), share))
    numbers = [sum(count[kind, checked] for kind in Kind) for checked in Checked]
    share = _share(numbers[-1], len(sources))
    rows.append(("all", *map(str, numbers), str(len(sources)), share))
    note = "How the sources of each kind were checked: read itself, read through somebody who reports it, not at all."
    columns = ("Kind", *(checked.value for checked in Checked), "all", "unverified share")
    return Table("Sources by kind and check", note, columns, tuple(rows))


def _ages(sources: list[Source]) -> Table:
    count = Counter(source.as_of[:4] if source.as_of else "undated" for source in sources)
    rows = tuple((year, str(count[year]), _share(count[year], len(sources))) for year in sorted(count, reverse=True))
    return Table("Sources by age", "The year that a source speaks of.", ("Year", "Sources", "Share"), rows)


def _evidence(passages: list[Passage]) -> Table:
    """Count statements by the weakest of their sources, in the order of `Checked`."""
    order = list(Checked)
    rows = []
    for name, wanted in (("documents", False), ("records", True)):
        count: Counter[Checked] = Counter()
        for passage in passages:
            if is_record(passage.id) is wanted:
                for statement in passage.statements:
                    count[max((passage.sources[key].checked for key in statement.sources), key=order.index)] += 1
        unverified = _share(count[Checked.UNVERIFIED], count.total())
        rows.append((name, *(str(count[checked]) for checked in order), str(count.total()), unverified))
    columns = ("Statements of", *(checked.value for checked in order), "all", "unverified share")
    return Table("Statements by evidence", "Each counts as the weakest of its sources.", columns, tuple(rows))


def _fields(corpus: Corpus) -> Table:
    rows = []
    for record_type in RECORD_TYPES:
        records = [record for record in corpus.records if isinstance(record, record_type)]
        for field in record_type.model_fields.keys() - _SHARED_FIELDS:
            empty = sum(1 for record in records if getattr(record, field) in (None, ()))
            name = record_type.__name__.lower()
            rows.append((f"{name}.{field}", str(len(records)), str(empty), _share(empty, len(records))))
    note = "A value that was not found in a source is left empty, and the bot says so; it is never guessed."
    return Table("Records with empty fields", note, ("Field", "Records", "Empty", "Share"), tuple(sorted(rows)))


def _countries(corpus: Corpus, sections: list[Passage]) -> Table:
    documents = Counter(document.jurisdiction[:2] for document in corpus.documents if document.jurisdiction != "int")
    places = [section for section in sections if section.jurisdiction != "int"]
    count = Counter(section.jurisdiction[:2] for section in places)
    said: Counter[str] = Counter()
    for section in places:
        said[section.jurisdiction[:2]] += len(section.statements)
    rows = tuple((code, str(documents[code]), str(count[code]), str(said[code])) for code in sorted(count))
    note = "By ISO 3166-1 code; U.S. states count as `us`, international standards are left out."
    return Table("Countries", note, ("Country", "Documents", "Sections", "Statements"), rows)


def _topics(corpus: Corpus, passages: list[Passage]) -> Table:
    rows = tuple((identity, title, str(count)) for identity, title, count in _by_topic(corpus, passages))
    note = "Sections and records that name the topic; a topic with 0 is a gap."
    return Table("Topics", note, ("Topic", "Title", "Sections"), rows)


def _by_topic(corpus: Corpus, passages: list[Passage]) -> Iterator[tuple[str, str, int]]:
    """Every leaf of the topic tree with its title and how many passages name it or its branch."""
    count = Counter(topic for passage in passages for topic in passage.topics)
    for branch in corpus.topics.branches.values():
        for identity, title in branch.children.items():
            yield identity, title, count[identity]
