"""Corpus → passages: what the index holds, complete in itself; and any other collection of texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from advisor.corpus.corpus import Corpus
from advisor.corpus.models import Document, Passage, Statement
from advisor.corpus.templates import record_passages
from advisor.errors import CorpusError

__all__ = ["corpus_passages", "read_passages"]


def corpus_passages(corpus: Corpus) -> list[Passage]:
    """Every section and record of `corpus` as a passage, in the order of the files."""
    passages = [passage for document in corpus.documents for passage in _document(document)]
    return passages + [passage for record in corpus.records for passage in record_passages(record)]


def _document(document: Document) -> Iterator[Passage]:
    for section in document.sections:
        used = {key for statement in section.statements for key in statement.sources}
        own = section.status is not None
        yield Passage(
            id=f"{document.id}#{section.slug}",
            title=section.heading,
            document=document.title,
            statements=tuple(s.model_copy(update={"line": 0}) for s in section.statements),
            sources={key: source for key, source in document.sources.items() if key in used},
            asks=section.asks,
            jurisdiction=section.jurisdiction or document.jurisdiction,
            topics=document.topics,
            audience=document.audience,
            status=section.status or document.status,
            effective=section.effective if own else document.effective,
            until=section.until if own else document.until,
            reviewed=document.reviewed,
        )


def read_passages(path: Path) -> list[Passage]:
    """Read any collection, one JSON object `{"id", "title", "text"}` a line.

    Raises:
        CorpusError: A line is not such an object, or an id stands twice.
    """
    passages: dict[str, Passage] = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                identity, text = str(row["id"]), " ".join(str(row["text"]).split())
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError('expected {"id", "title", "text"} as JSON', path, number) from error
            if identity in passages:
                raise CorpusError(f"the id '{identity}' stands twice", path, number)
            statements = (Statement(text=text, sources=("collection",)),) if len(text) > 1 else ()
            passages[identity] = Passage(id=identity, title=str(row.get("title") or ""), statements=statements)
    return list(passages.values())
