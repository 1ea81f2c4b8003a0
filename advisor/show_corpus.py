"""The corpus in a terminal: its report, and what must be read again."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from advisor.corpus import Stale, Table

__all__ = ["print_stale", "print_tables"]


def print_tables(tables: Iterable[Table]) -> None:
    """Print tables: with colours and borders on a terminal, as tab-separated lines into a file or a pipe."""
    if not sys.stdout.isatty():
        for table in tables:
            print(f"# {table.title}", *("\t".join(row) for row in (table.columns, *table.rows)), "", sep="\n")
        return
    console = Console()
    for table in tables:
        shown = RichTable(title=table.title, caption=table.note, title_justify="left", caption_justify="left")
        for number, column in enumerate(table.columns):
            shown.add_column(column, justify="right" if number in table.numeric else "left")
        for row in table.rows:
            shown.add_row(*map(escape, row))
        console.print(shown)


def print_stale(found: Iterable[Stale]) -> None:
    """Print what must be read again, one line each: how often asked, since when, the passage, its old sources."""
    rows = tuple((str(s.asked), s.since.isoformat(), s.passage, "; ".join(s.citations)) for s in found)
    note = f"{len(rows)} to read again, the most asked first, then the oldest."
    print_tables([Table("To read again", note, ("Asked", "Since", "Passage", "Sources"), rows)])
