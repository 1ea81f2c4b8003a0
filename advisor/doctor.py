"""`advisor doctor`: what is wrong with an installation, and how to mend it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass

from advisor.errors import AdvisorError
from advisor.settings import Settings, load_settings

__all__ = ["Finding", "examine"]

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, and what was seen or must be done."""

    well: bool
    what: str
    told: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.well else 'BAD '} {self.what}: {self.told}"


def examine() -> list[Finding]:
    """Look at settings, folders, model, index and token; each gives one finding, whatever the others say."""
    try:
        settings = load_settings()
    except AdvisorError as error:
        return [Finding(False, "settings", str(error))]
    findings = [Finding(True, "settings", "all known")]
    for what, look in (
        ("data folder", _data),
        ("corpus", _corpus),
        ("model", _model),
        ("index", _index),
        ("token", _token),
    ):
        findings.append(_finding(what, look, settings))
    return findings


def _finding(what: str, look: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(True, what, look(settings))
    except (AdvisorError, OSError) as error:
        return Finding(False, what, str(error))


def _data(settings: Settings) -> str:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if not os.access(settings.data_dir, os.W_OK):
        raise AdvisorError(f"{settings.data_dir} cannot be written; change its owner or ADVISOR_DATA_DIR")
    return str(settings.data_dir)


def _corpus(settings: Settings) -> str:
    from advisor.corpus import load_corpus

    corpus = load_corpus(settings.corpus_dir)
    return f"{len(corpus.documents)} documents, {len(corpus.records)} records"


def _model(settings: Settings) -> str:
    from advisor.index import load_encoder

    return load_encoder(settings.model, settings.threads, settings.models_dir).fingerprint


def _index(settings: Settings) -> str:
    from advisor.index import builds_dir, load_encoder, open_build, read_builds
    from advisor.rebuild import read_input

    encoder = load_encoder(settings.model, settings.threads, settings.models_dir)
    serving = read_builds(settings.index_dir).current
    index = open_build(builds_dir(settings.index_dir) / serving, encoder)
    if read_input(settings).build_id(encoder.fingerprint) != serving:
        raise AdvisorError(f"build {serving} is older than the corpus; run 'advisor index build'")
    return f"build {serving}, {len(index.passages)} passages, up to date"


def _token(settings: Settings) -> str:
    if settings.telegram_token is None:
        raise AdvisorError("ADVISOR_TELEGRAM_TOKEN is not set; the bot needs it, 'advisor ask' does not")
    if not _TOKEN.fullmatch(settings.telegram_token.get_secret_value()):
        raise AdvisorError("ADVISOR_TELEGRAM_TOKEN has not the shape of a token; get one from @BotFather")
    return "set, of the right shape"
