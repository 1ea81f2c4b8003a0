"""The corpus against the official texts, in a terminal: the check of citations, and the rules that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import typer

from advisor.corpus import Document, load_corpus
from advisor.errors import OfficialError
from advisor.settings import Settings

__all__ = ["check_against_law", "print_changed_rules"]


def check_against_law(settings: Settings, only: Collection[Path] = ()) -> bool:
    """Check every citation of law in the corpus against the archived texts, and print what does not agree.

    Args:
        settings: Where corpus and archive are.
        only: Report on these files alone; empty for all.

    Returns:
        Whether nothing is left for a person to look at.

    Raises:
        OfficialError: Nothing was fetched yet.
    """
    from advisor.official import Archive, Library, check_official, load_explained, load_wanted

    wanted = load_wanted(settings.corpus_dir / "official.toml", settings.official_bases)
    library = Library.open(Archive(settings.official_dir), wanted)
    if not library.texts:
        raise OfficialError("there are no official texts to check against; run 'advisor official fetch' first")
    for problem in library.problems:
        typer.echo(problem, err=True)
    wanted_files = {path.resolve() for path in only}
    documents = load_corpus(settings.corpus_dir).documents
    chosen = [document for document in documents if not wanted_files or document.path.resolve() in wanted_files]
    files = {document.path.resolve() for document in chosen}
    explained = load_explained(settings.corpus_dir)
    mine = [entry for entry in explained if (settings.corpus_dir / entry.file).resolve() in files or not wanted_files]
    found = check_official(chosen, library, mine, settings.corpus_dir)
    for mismatch in found.unexplained:
        typer.echo(str(mismatch))
    for entry in found.unused:
        typer.echo(f"official-explained.toml: {entry.file}#{entry.anchor}: {entry.says!r} explains nothing; delete it")
    if found.not_held:
        places = "; ".join(mismatch.citation for mismatch in found.not_held)
        typer.echo(f"not checked, their texts are not among those fetched: {places}", err=True)
    typer.echo(
        f"{found.statements} statements cite the law, {found.numbers} rest on it alone; "
        f"{len(found.unexplained)} unexplained, {found.explained} explained mismatch(es)",
        err=True,
    )
    return found.well


def print_changed_rules(settings: Settings, documents: Iterable[Document]) -> None:
    """Print the statements whose rule changed after they were last read; nothing where no texts were fetched."""
    if not any(settings.official_dir.glob("*/versions.json")):
        return
    from advisor.official import Archive, changed_rules, load_wanted

    wanted = load_wanted(settings.corpus_dir / "official.toml", settings.official_bases)
    found = changed_rules(documents, Archive(settings.official_dir), wanted)
    if found:
        typer.echo("# Rules that changed\n")
    for rule in found:
        typer.echo(str(rule))
    if found:
        typer.echo("")
