"""Answers and passages in a terminal and in files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import TextIO

from rich.console import Console
from rich.markup import escape

from advisor.answer import Advisor, Answer, Request
from advisor.chat import Conversation, Memory
from advisor.errors import InputError
from advisor.index import SearchIndex
from advisor.search import search

__all__ = ["answer_batch", "converse", "print_answer", "print_hits", "write_run"]

_TOGETHER = 16
_CHECKED = {"secondary": ", read second-hand", "unverified": ", not verified"}


def _console() -> Console:
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def print_answer(answer: Answer) -> None:
    """Print an answer and its numbered sources."""
    console = _console()
    console.print(escape(answer.answer))
    for quote in answer.quotes:
        date = f", as of {quote.as_of}" if quote.as_of else ""
        console.print(escape(f"\n    {quote.citation} — {quote.publisher}{date}"), style="dim")
        console.print(escape(fill(quote.text, 96, initial_indent="    ", subsequent_indent="    ")), style="dim")
        console.print(escape(f"    {quote.url}"), style="dim")
    if answer.sources:
        console.print()
    for source in answer.sources:
        date = f", as of {source.as_of}" if source.as_of else ""
        words = f"[{source.n}] {source.citation} — {source.publisher}{date}{_CHECKED.get(source.checked, '')}"
        console.print(escape(words), style="dim")
        console.print(escape(f"    {source.url}"), style="dim")


def _rows(file: TextIO, name: str) -> Iterator[tuple[str, str]]:
    """(id, text) of each line of a batch."""
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield str(row["id"]), str(row["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError('expected {"id", "text"} as JSON', name, number) from error


def answer_batch(advisor: Advisor, path: str, out: TextIO) -> None:
    """Answer a file of questions, one JSON object a line, in order.

    Args:
        advisor: Who answers.
        path: The file, or `-` for standard input.
        out: Where the answers go.

    Raises:
        InputError: The file is missing, or a line is not a question.
    """
    if path == "-":
        _answer_rows(advisor, list(_rows(sys.stdin, "standard input")), out)
        return
    try:
        with Path(path).open(encoding="utf-8") as file:
            rows = list(_rows(file, path))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path) from error
    _answer_rows(advisor, rows, out)


def _answer_rows(advisor: Advisor, rows: list[tuple[str, str]], out: TextIO) -> None:
    for start in range(0, len(rows), _TOGETHER):
        requests = [Request(text, id=identity) for identity, text in rows[start : start + _TOGETHER]]
        for answer in advisor.ask_many(requests):
            out.write(answer.model_dump_json() + "\n")
        out.flush()


def converse(advisor: Advisor) -> None:
    """Talk in a terminal until the input ends; `/more` shows what the last answer left out."""
    console = _console()
    conversation = Conversation(advisor)
    memory: Memory | None = None
    shown = 0
    console.print("Ask a question; /more for more on the last answer, /quit to stop.", style="dim")
    while True:
        try:
            text = console.input("[bold]> [/bold]").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if text == "/quit":
            return
        if text == "/more":
            blocks, shown = conversation.more(memory, shown, 2500) if memory else ((), 0)
            console.print(escape("\n\n".join(map(str, blocks)) or "There is nothing more."))
        elif text:
            answer = conversation.reply(text, memory)
            memory, shown = Memory.of(answer), 0
            print_answer(answer)


def print_hits(index: SearchIndex, query: str, count: int) -> None:
    """Print the passages found for one query, best first."""
    console = _console()
    for hit in search(index, [query], count)[0]:
        passage = index.passages[hit.number]
        console.print(f"{hit.score:.3f}  {escape(passage.id)}  {escape(passage.title)}")


def write_run(index: SearchIndex, queries: Path, run: Path, count: int) -> None:
    """Search a file of queries and write a TREC run.

    Args:
        index: The open build.
        queries: `{"id","text"}` a line.
        run: The file to write: `query Q0 passage rank score tag` a line.
        count: Passages for each query.

    Raises:
        InputError: The file of queries cannot be read.
    """
    with queries.open(encoding="utf-8") as file:
        rows = list(_rows(file, str(queries)))
    with run.open("w", encoding="utf-8") as out:
        for start in range(0, len(rows), _TOGETHER):
            batch = rows[start : start + _TOGETHER]
            for (identity, _), hits in zip(batch, search(index, [text for _, text in batch], count), strict=True):
                for rank, hit in enumerate(hits, 1):
                    out.write(f"{identity} Q0 {index.ids[hit.number]} {rank} {hit.score:.6f} advisor\n")
