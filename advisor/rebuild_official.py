"""Rebuilding what stands beside the index: the passages of the official texts, and the rules under our statements."""

from __future__ import annotations

import shutil

from advisor.answer.official import FOLDER
from advisor.answer.rulebook import Change, RuleBook, statement_key
from advisor.corpus import load_corpus
from advisor.index import Encoder, Input, Manifest, Progress, build_index
from advisor.settings import Settings

__all__ = ["rebuild_official"]


def rebuild_official(settings: Settings, encoder: Encoder, full: bool, progress: Progress) -> Manifest | None:
    """Build the index of the official texts and the book of rules; without texts, take away what is there.

    Args:
        settings: Where corpus, archive and index are.
        encoder: The embedding model.
        full: Whether to compute every vector again.
        progress: Told of each stage.

    Returns:
        The manifest of the index of official texts; None if there are none.

    Raises:
        AdvisorError: It failed; what was there before still serves.
    """
    folder = settings.index_dir / FOLDER
    if not any(settings.official_dir.glob("*/versions.json")):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    from advisor.official import Archive, Library, changed_rules, load_wanted, official_passages, quote, ties

    wanted = load_wanted(settings.corpus_dir / "official.toml", settings.official_bases)
    archive = Archive(settings.official_dir)
    progress("official texts", 0, 1)
    library = Library.open(archive, wanted)
    passages = official_passages(library, wanted)
    documents = load_corpus(settings.corpus_dir).documents
    quotes = {statement_key(tie.statement): found for tie in ties(documents) if (found := quote(tie, library))}
    changed = {
        statement_key(rule.tie.statement): Change(rule.day, rule.tie.reviewed)
        for rule in changed_rules(documents, archive, wanted)
    }
    progress("official texts", 1, 1)
    manifest = None
    if passages:
        manifest = build_index(Input(passages), encoder, folder, keep=1, full=full, progress=progress)
    RuleBook.of(quotes, changed).save(folder)
    return manifest
