"""Fixtures of the whole suite: a small corpus of its own, and an index of it that is built once for each run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from advisor.answer import Advisor
from advisor.corpus.refusals import load_referrals
from advisor.index import Encoder, Input, SearchIndex, build_index, load_encoder, open_index
from advisor.rebuild import read_input
from advisor.settings import Settings

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 11, 22)
"""The day on which the small corpus is read: none of it is overdue for review."""


@pytest.fixture(scope="session")
def small_corpus() -> Path:
    """A folder with three documents, a topic tree, refusals and referrals, written for the tests; do not change it."""
    return DATA / "corpus"


@pytest.fixture(scope="session")
def small_input(small_corpus: Path) -> Input:
    """What an index of the small corpus is built from."""
    return read_input(Settings(corpus_dir=small_corpus))


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the converted embedding model is kept, so that it is converted once for each run."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def encoder(models_dir: Path) -> Encoder:
    """The embedding model that ships; one thread, since the machine that runs tests is rarely idle."""
    return load_encoder("e5", threads=1, models_dir=models_dir)


@pytest.fixture(scope="session")
def small_index_dir(small_input: Input, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one build of the small corpus that serves; copy it before changing anything in it."""
    folder = tmp_path_factory.mktemp("index")
    build_index(small_input, encoder, folder)
    return folder


@pytest.fixture(scope="session")
def small_index(small_index_dir: Path, encoder: Encoder) -> SearchIndex:
    """That build, open."""
    return open_index(small_index_dir, encoder)


@pytest.fixture(scope="session")
def advisor(small_index: SearchIndex, small_corpus: Path) -> Advisor:
    """An advisor on that build."""
    return Advisor(small_index, load_referrals(small_corpus / "referrals.yaml"), today=TODAY)
