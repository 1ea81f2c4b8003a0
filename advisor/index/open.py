"""Opening a build: every file held against the manifest, the model against its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import structlog

from advisor.errors import DamagedBuildError, NoBuildError, SearchIndexError
from advisor.index.dense import DenseIndex
from advisor.index.encoder import Encoder
from advisor.index.glossary import GlossaryIndex
from advisor.index.lexical import LexicalIndex
from advisor.index.manifest import Manifest, read_manifest
from advisor.index.meaning import Meaning
from advisor.index.passages import PassageStore
from advisor.index.publish import builds_dir, read_builds
from advisor.index.scope import ScopeModel
from advisor.index.space import Space

__all__ = ["SearchIndex", "open_build", "open_index"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SearchIndex:
    """One open build.

    Attributes:
        manifest: What it is.
        encoder: The model its vectors were made with.
        passages: What can be found.
        ids: The id of each passage.
        places: The jurisdiction of each passage.
        dense: Its vectors.
        lexical: Its words.
        space: What the vectors are compared in.
        meaning: What each passage is about; None if it has no asks.
        glossary: The terms that questions name in other words.
        scope: Which questions are ours.
        entry_passage: Shape (entries,): the passage that each vector points at.
        entry_kind: Shape (entries,): its `EntryKind`.
        entry_statement: Shape (entries,): its statement within the passage, or -1.
        passage_start: Shape (passages + 1,): where the entries of each passage begin.
    """

    manifest: Manifest
    encoder: Encoder
    passages: PassageStore
    ids: list[str]
    places: list[str]
    dense: DenseIndex
    lexical: LexicalIndex
    space: Space
    meaning: Meaning | None
    glossary: GlossaryIndex
    scope: ScopeModel
    entry_passage: npt.NDArray[np.int32]
    entry_kind: npt.NDArray[np.uint8]
    entry_statement: npt.NDArray[np.int16]
    passage_start: npt.NDArray[np.int64]


def open_build(folder: Path, encoder: Encoder) -> SearchIndex:
    """Open the build in `folder`.

    Raises:
        DamagedBuildError: A file is not what the manifest says, or the build was made with another model.
    """
    manifest = read_manifest(folder)
    if manifest.model != encoder.fingerprint:
        raise DamagedBuildError(
            f"build {folder.name} was made with the model {manifest.model}, not {encoder.fingerprint}; "
            "run 'advisor index build'"
        )
    entry_passage = np.load(folder / "entry-passage.npy")
    return SearchIndex(
        manifest=manifest,
        encoder=encoder,
        passages=PassageStore(folder / "passages.jsonl"),
        ids=(folder / "ids.txt").read_text(encoding="utf-8").split("\n")[:-1],
        places=(folder / "places.txt").read_text(encoding="utf-8").split("\n")[:-1],
        dense=DenseIndex.load(folder / "dense.faiss"),
        lexical=LexicalIndex.load(folder / "lexical", manifest.passages),
        space=Space.load(folder / "space.npy"),
        meaning=Meaning.load(folder / "meaning.npz"),
        glossary=GlossaryIndex.load(folder / "glossary.json"),
        scope=ScopeModel.load(folder / "scope"),
        entry_passage=entry_passage,
        entry_kind=np.load(folder / "entry-kind.npy"),
        entry_statement=np.load(folder / "entry-statement.npy"),
        passage_start=np.searchsorted(entry_passage, np.arange(manifest.passages + 1)),
    )


def open_index(index_dir: Path, encoder: Encoder) -> SearchIndex:
    """Open the serving build, or the newest earlier one if that is damaged.

    Raises:
        NoBuildError: Nothing was built yet.
        SearchIndexError: No build can be used; the text says why the newest cannot.
    """
    builds = read_builds(index_dir)
    first: SearchIndexError | None = None
    for name in (builds.current, *builds.previous):
        folder = builds_dir(index_dir) / name
        try:
            index = open_build(folder, encoder)
        except SearchIndexError as error:
            first = first or error
            log.warning("build_refused", reason=str(error))
        else:
            return index
    raise first or NoBuildError(f"no index in {index_dir}; run 'advisor index build'")
