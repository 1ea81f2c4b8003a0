"""`advisor official`: fetch, status, diff, show, parse, watch. Thin: it prints what the room does."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from advisor.errors import InputError
from advisor.official.archive import Archive
from advisor.official.diff import Change, compare_latest, word_changes
from advisor.official.fetch import Fetcher, Outcome
from advisor.official.lookup import Library
from advisor.official.readers.detect import read_file
from advisor.official.transport import Limits, Transport, user_agent
from advisor.official.wanted import Wanted, load_wanted
from advisor.official.watch import Watcher, summary
from advisor.settings import Settings, load_settings

__all__ = ["app"]

app = typer.Typer(help="Fetch, read, compare and watch the official texts.", no_args_is_help=True)

BaseOption = Annotated[
    list[str] | None,
    typer.Option("--base", help="Another base address: PUBLISHER=URL. May be given several times."),
]


@app.command("fetch")
def fetch(
    keys: Annotated[list[str] | None, typer.Argument(help="Texts to fetch; all of them by default.")] = None,
    base: BaseOption = None,
    again: Annotated[bool, typer.Option("--again", help="Ask even for texts confirmed a short while ago.")] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Take a text that has become far shorter.")] = False,
) -> None:
    """Fetch the wanted texts; exit with 1 if one of them could not be had."""
    settings = load_settings()
    wanted = _wanted(settings, base)
    failures = news = 0
    with _transport(settings) as transport:
        recent = dt.timedelta(0) if again else dt.timedelta(hours=1)
        fetcher = Fetcher(wanted, Archive(settings.official_dir), transport, recent=recent, accept=accept)
        texts = fetcher.plan(keys or ())
        for outcome in _with_progress(fetcher.run(texts), len(texts)):
            failures += outcome.failed
            news += outcome.state in ("new", "changed", "withdrawn")
    if news:
        typer.echo(f"{news} text(s) are new, changed or gone; `advisor index build` brings that into the answers")
    raise typer.Exit(1 if failures else 0)


@app.command("status")
def status() -> None:
    """List the wanted texts and what is held of them."""
    settings = load_settings()
    archive = Archive(settings.official_dir)
    table = Table("text", "as of", "confirmed", "characters", "versions", "note", box=None, pad_edge=False)
    for text in _wanted(settings, None).texts:
        record = archive.record(text.key)
        note = record.withdrawn or (record.failure.message if record.failure else "")
        if not record.versions:
            table.add_row(text.key, "-", "-", "-", "0", note or "never fetched")
            continue
        held = record.versions[0]
        day, size = f"{held.confirmed:%Y-%m-%d %H:%M}", f"{held.characters:,}"
        table.add_row(text.key, str(held.as_of or "-"), day, size, str(len(record.versions)), note)
    _console().print(table)


@app.command("diff")
def diff(
    keys: Annotated[list[str] | None, typer.Argument(help="Texts to compare; all by default.")] = None,
) -> None:
    """Show the newest version of a text beside the one before it, place by place."""
    settings = load_settings()
    archive, console = Archive(settings.official_dir), _console()
    for key in keys or archive.keys():
        changes, before, after = compare_latest(archive, key)
        console.print(f"{key}: {len(changes)} change(s)" + (f" from {before} to {after}" if before else ""))
        for change in changes:
            console.print(_side_by_side(change, before, after))


@app.command("show")
def show(
    citation: Annotated[list[str], typer.Argument(help='For example "22 CFR 62.27(c)" or "INA 212(e)".')],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a paragraph.")] = False,
) -> None:
    """Print what a citation says, with its date and link."""
    settings = load_settings()
    library = Library.open(Archive(settings.official_dir), _wanted(settings, None))
    for rule in library.show(" ".join(citation)):
        if as_json:
            for paragraph in rule.paragraphs:
                typer.echo(paragraph.model_dump_json())
            continue
        heading = rule.paragraphs[0].heading
        nearest = "" if rule.exact else f" (there is no {rule.asked}; this is the nearest place)"
        typer.echo(f"{rule.citation}{nearest}\n{heading}\n\n{rule.text()}\n")
        typer.echo(f"{rule.publisher}, as of {rule.as_of or 'a date it does not give'}: {rule.url}\n")


@app.command("parse")
def parse(
    file: Annotated[Path, typer.Argument(help="A file of any kind that is read here.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a paragraph.")] = False,
) -> None:
    """Read a file and print its paragraphs."""
    document = read_file(file)
    for paragraph in document.paragraphs:
        if as_json:
            typer.echo(json.dumps(paragraph.model_dump(mode="json"), ensure_ascii=False))
        else:
            typer.echo(f"{paragraph.citation}\t{paragraph.text}")


@app.command("watch")
def watch(base: BaseOption = None) -> None:
    """Ask the publishers what moved or is coming, and sum it up; exit with 1 if one could not be asked."""
    settings = load_settings()
    with _transport(settings) as transport:
        signals = Watcher(_wanted(settings, base), Archive(settings.official_dir), transport).poll()
    typer.echo(summary(signals))
    raise typer.Exit(1 if any(signal.state == "failed" for signal in signals) else 0)


def _wanted(settings: Settings, base: list[str] | None) -> Wanted:
    bases: dict[str, str] = dict(settings.official_bases)
    for pair in base or ():
        publisher, sign, url = pair.partition("=")
        if not sign:
            raise InputError(f"--base {pair}: write it as PUBLISHER=URL")
        bases[publisher] = url
    return load_wanted(settings.corpus_dir / "official.toml", bases)


@contextmanager
def _transport(settings: Settings) -> Iterator[Transport]:
    limits = Limits()
    with httpx.Client(timeout=limits.idle_seconds, follow_redirects=False) as client:
        yield Transport(client, user_agent(settings.official_contact), limits)


def _console() -> Console:
    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False)


def _with_progress(outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """Show a bar on a terminal and a line for each text; lines alone elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = _console()
    with Progress(*columns, console=console, disable=not sys.stdout.isatty()) as progress:
        task = progress.add_task("official texts", total=total)
        for outcome in outcomes:
            console.print(Text(f"{outcome.key}: {outcome.state}: {outcome.message}"))
            progress.advance(task)
            yield outcome


def _side_by_side(change: Change, before: dt.date | None, after: dt.date | None) -> Table:
    """Return old and new beside each other, differing words marked."""
    place = f"{change.citation} ({change.kind}{f', was {change.before}' if change.before else ''})"
    table = Table(f"{before or 'before'}", f"{after or 'now'}", title=place, title_justify="left", expand=True)
    old, new = Text(), Text()
    for kind, words in word_changes(change):
        if kind in ("same", "old"):
            old.append(words, style="strike red" if kind == "old" else "")
        if kind in ("same", "new"):
            new.append(words, style="bold green" if kind == "new" else "")
    table.add_row(old, new)
    return table
