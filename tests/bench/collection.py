"""What is searched in the benchmark: passages, questions, judgements; from our corpus or from three files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from advisor.corpus import Passage
from advisor.corpus.passages import read_passages
from advisor.evaluate.retrieval import read_qrels
from advisor.evaluate.run import load_questions
from advisor.index import Input, plain
from advisor.rebuild import read_input
from advisor.settings import Settings


@dataclass(frozen=True)
class Collection:
    """A collection on disk, as every system gets it.

    Attributes:
        folder: Holds `passages.jsonl` ({"id", "title", "text"}), `queries.jsonl` ({"id", "text"}) and `qrels.txt`.
        ours: Whether it is our corpus, which our own index can build with its asks and statements.
    """

    folder: Path
    ours: bool

    def passages(self) -> list[tuple[str, str]]:
        """(id, text) of every passage, the text as a retrieval library is given it: title, then body."""
        rows = map(json.loads, (self.folder / "passages.jsonl").read_text(encoding="utf-8").splitlines())
        return [(row["id"], f"{row['title']}\n{row['text']}".strip()) for row in rows]

    def queries(self) -> dict[str, str]:
        """Question id → text."""
        rows = map(json.loads, (self.folder / "queries.jsonl").read_text(encoding="utf-8").splitlines())
        return {row["id"]: row["text"] for row in rows}

    def qrels(self) -> dict[str, dict[str, int]]:
        """The judgements."""
        return read_qrels(self.folder / "qrels.txt")


def _write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / name).write_text(text, encoding="utf-8")


def _body(passage: Passage, asks: bool) -> str:
    return "\n".join((*(passage.asks if asks else ()), plain(passage.text)))


def export_ours(settings: Settings, folder: Path, split: str, asks: bool) -> tuple[Collection, Input]:
    """Write our corpus and the questions that can be answered into `folder`.

    Args:
        settings: Where the corpus is.
        folder: An empty folder.
        split: `dev`, `test` or `all`.
        asks: Whether the text that others index begins with the asks of the passage, which ours always uses.
    """
    source = read_input(settings)
    rows = [{"id": p.id, "title": p.title, "text": _body(p, asks)} for p in source.passages]
    _write(folder, "passages.jsonl", rows)
    known = {passage.id for passage in source.passages}
    questions = [q for q in load_questions(split=split) if known & q.relevant.keys()]
    _write(folder, "queries.jsonl", [{"id": q.id, "text": q.text} for q in questions])
    lines = [f"{q.id} 0 {passage} {grade}\n" for q in questions for passage, grade in q.relevant.items()]
    (folder / "qrels.txt").write_text("".join(lines), encoding="utf-8")
    return Collection(folder, ours=True), source


def import_files(passages: Path, queries: Path, qrels: Path, folder: Path) -> tuple[Collection, Input]:
    """Take any collection over into `folder`: JSON lines of passages and questions, judgements in TREC format."""
    found = read_passages(passages)
    _write(folder, "passages.jsonl", [{"id": p.id, "title": p.title, "text": plain(p.text)} for p in found])
    rows = [json.loads(line) for line in queries.read_text(encoding="utf-8").splitlines() if line.strip()]
    judged = read_qrels(qrels)
    asked = [{"id": str(row["id"]), "text": str(row["text"])} for row in rows if str(row["id"]) in judged]
    _write(folder, "queries.jsonl", asked)
    (folder / "qrels.txt").write_text(qrels.read_text(encoding="utf-8"), encoding="utf-8")
    return Collection(folder, ours=False), Input(found)
