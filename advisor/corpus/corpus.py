"""The whole corpus, read from its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.corpus.glossary import Glossary, load_glossary
from advisor.corpus.models import Document
from advisor.corpus.parser import load_yaml, parse_document, validate
from advisor.corpus.records import Award, Program, Record, State
from advisor.corpus.topics import Topics, load_topics

__all__ = ["RECORD_TYPES", "Corpus", "document_paths", "load_corpus", "load_documents", "load_record", "record_paths"]

RECORD_TYPES: tuple[type[Record], ...] = (State, Program, Award)


@dataclass(frozen=True)
class Corpus:
    """Everything in one corpus folder; documents and records in the order of their paths."""

    root: Path
    topics: Topics
    glossary: Glossary
    documents: tuple[Document, ...]
    records: tuple[Record, ...]


def document_paths(root: Path) -> list[Path]:
    """The Markdown documents below `root`; a README is about the corpus, not of it."""
    return sorted(path for path in root.rglob("*.md") if path.stem.upper() != "README")


def record_paths(root: Path) -> Iterator[tuple[type[Record], Path]]:
    """The records below `root`, each with its type, which its folder tells."""
    for record_type in RECORD_TYPES:
        for path in sorted((root / record_type.folder).glob("*.yaml")):
            yield record_type, path


def load_record(record_type: type[Record], path: Path) -> Record:
    """Read one record.

    Raises:
        CorpusError: It does not fit its schema.
    """
    text = path.read_text(encoding="utf-8")
    return validate(record_type, load_yaml(text, path) | {"path": path}, text, path)


def load_documents(paths: Sequence[Path]) -> tuple[Document, ...]:
    """Read documents.

    Raises:
        CorpusError: A file cannot be read.
    """
    return tuple(parse_document(path.read_text(encoding="utf-8"), path) for path in paths)


def load_corpus(root: Path, documents: Callable[[], tuple[Document, ...]] | None = None) -> Corpus:
    """Read the corpus below `root`.

    Args:
        root: Its folder.
        documents: Reads its documents, for a caller who can do so faster.

    Raises:
        CorpusError: There is no corpus there, or a file of it cannot be read.
    """
    return Corpus(
        root=root,
        topics=load_topics(root / "topics.yaml"),
        glossary=load_glossary(root / "glossary.yaml"),
        records=tuple(load_record(record_type, path) for record_type, path in record_paths(root)),
        documents=documents() if documents else load_documents(document_paths(root)),
    )
