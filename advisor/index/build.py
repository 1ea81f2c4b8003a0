"""Building the index: read, embed what changed, write, check, publish. A failure leaves the old build serving."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from filelock import FileLock, Timeout
from pydantic import BaseModel, ValidationError

from advisor.corpus import Glossary, Passage
from advisor.corpus.refusals import Refusals
from advisor.errors import DamagedBuildError, SearchIndexError
from advisor.index.cache import CACHE_FILE, CachedEncoder
from advisor.index.dense import build_dense
from advisor.index.encoder import Encoder, Vectors
from advisor.index.entries import Entries, make_entries
from advisor.index.glossary import GlossaryIndex
from advisor.index.lexical import build_lexical, lexical_texts
from advisor.index.manifest import FORMAT, Manifest, content_id, read_manifest, seal
from advisor.index.meaning import build_meaning, load_projection
from advisor.index.open import SearchIndex, open_build
from advisor.index.passages import write_passages
from advisor.index.publish import builds_dir, publish, read_builds, sync_tree
from advisor.index.scope import ScopeModel, sample_asks, train_scope
from advisor.index.space import Space, fit_space

__all__ = ["BuildPlan", "Figures", "Gate", "Input", "Progress", "build_index", "plan_build"]

_MEASURED = "gate.json"

SELF_RETRIEVAL, SELF_RETRIEVED = 10, 500
"""A passage must be among this many nearest to a vector of its own; so many passages are tried, evenly chosen."""


class Progress(Protocol):
    """Somebody who watches a build."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` of `stage`; a total of 0 means that there was nothing to do."""


Made = TypeVar("Made")

Figures = dict[str, list[float]]
"""Measure → its figure for each of the same questions."""


class Gate(Protocol):
    """Somebody who measures a new build and compares it with the one that it would replace.

    Attributes:
        key: Of the questions and all that is measured with; figures under two keys cannot be compared.
    """

    key: str

    def measure(self, index: SearchIndex) -> Figures:
        """Measure a build."""

    def refuse(self, index: SearchIndex, after: Figures, before: Figures) -> str | None:
        """Why the build `index` with the figures `after` must not replace one with `before`; None if it may."""


class _Measured(BaseModel):
    """What a build's folder keeps of its gate, so that the next build need not measure it again."""

    key: str
    figures: Figures


@dataclass(frozen=True)
class Input:
    """What a build is made from.

    Attributes:
        passages: What is searched.
        refusals: Examples of what is not ours.
        glossary: Terms with their synonyms.
    """

    passages: Sequence[Passage]
    refusals: Refusals = field(default_factory=Refusals)
    glossary: Glossary = field(default_factory=Glossary)

    def build_id(self, model: str) -> str:
        """The id of the build of this input with the model of that fingerprint."""
        parts = [
            str(FORMAT),
            model,
            load_projection().digest,
            self.refusals.model_dump_json(),
            self.glossary.model_dump_json(),
        ]
        return content_id(parts + [passage.model_dump_json() for passage in self.passages])


@dataclass(frozen=True)
class BuildPlan:
    """What a build would change: ids of passages, vectors to compute, and the build's id."""

    build: str
    added: list[str]
    changed: list[str]
    removed: list[str]
    vectors: int


def _quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


def plan_build(source: Input, encoder: Encoder, index_dir: Path) -> BuildPlan:
    """Say what a build would change, and change nothing."""
    before: dict[str, Passage] = {}
    try:
        serving = open_build(builds_dir(index_dir) / read_builds(index_dir).current, encoder)
        before = {passage.id: passage for passage in serving.passages}
    except SearchIndexError:
        pass
    after = {passage.id: passage for passage in source.passages}
    questions, passages = _texts(make_entries(source.passages), source.refusals)
    missing = len(questions) + len(passages)
    if (index_dir / CACHE_FILE).exists():
        with closing(CachedEncoder(encoder, index_dir / CACHE_FILE)) as cached:
            missing = cached.missing(questions, True) + cached.missing(passages, False)
    return BuildPlan(
        build=source.build_id(encoder.fingerprint),
        added=[name for name in after if name not in before],
        changed=[name for name in after if name in before and after[name] != before[name]],
        removed=[name for name in before if name not in after],
        vectors=missing,
    )


def build_index(
    source: Input,
    encoder: Encoder,
    index_dir: Path,
    *,
    keep: int = 3,
    full: bool = False,
    forced: str | None = None,
    gate: Gate | None = None,
    beside: Executor | None = None,
    progress: Progress = _quiet,
) -> Manifest:
    """Build the index of `source` and let it serve.

    Args:
        source: Passages and refusals.
        encoder: The embedding model.
        index_dir: Where builds, the vector cache and `current` stand.
        keep: How many builds to keep.
        full: Whether to compute every vector again.
        forced: Why to publish even if the gate refuses; kept in the manifest.
        gate: Compares the new build with the serving one.
        beside: Another process that counts words and learns while this one does the rest; None to do one after the other.
        progress: Told of each stage.

    Returns:
        The manifest of the build that serves now.

    Raises:
        SearchIndexError: Another build is running, a check failed, or the disk is full; the old build still serves.
    """
    if not source.passages:
        raise SearchIndexError("there is nothing to index: no passages")
    index_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(index_dir / "build.lock", timeout=0):
            return _build(source, encoder, index_dir, keep, full, forced, gate, beside, progress)
    except Timeout:
        raise SearchIndexError(f"another build is running in {index_dir}; wait for it") from None
    except OSError as error:
        raise SearchIndexError(
            f"cannot write the index: {error.strerror or error}; the last build still serves"
        ) from error


def _build(
    source: Input,
    encoder: Encoder,
    index_dir: Path,
    keep: int,
    full: bool,
    forced: str | None,
    gate: Gate | None,
    beside: Executor | None,
    progress: Progress,
) -> Manifest:
    build = source.build_id(encoder.fingerprint)
    builds = builds_dir(index_dir)
    builds.mkdir(exist_ok=True)
    for leftover in builds.glob(".draft-*"):
        shutil.rmtree(leftover)
    final = builds / build
    if final.is_dir() and not full:
        try:
            manifest = read_manifest(final)
        except DamagedBuildError:
            shutil.rmtree(final)
        else:
            publish(index_dir, build, keep)
            progress("nothing changed", 0, 0)
            return manifest
    draft = builds / f".draft-{build}"
    draft.mkdir()
    try:
        with closing(CachedEncoder(encoder, index_dir / CACHE_FILE)) as cached:
            if full:
                cached.clear()
            manifest = _write(source, cached, draft, build, beside, progress)
            index = open_build(draft, cached)
            progress("checking", 0, 1)
            _check_self_retrieval(index)
            refused = _pass_gate(gate, index, draft, index_dir, cached) if gate else None
            cached.prune()
        if refused and not forced:
            raise SearchIndexError(f"not published: {refused}; --force 'reason' publishes it all the same")
        manifest = seal(draft, manifest.model_copy(update={"forced": f"{forced} ({refused})" if refused else None}))
        progress("checking", 1, 1)
        sync_tree(draft)
        if final.exists():
            shutil.rmtree(final)
        draft.rename(final)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    publish(index_dir, build, keep)
    return manifest


def _pass_gate(gate: Gate, index: SearchIndex, draft: Path, index_dir: Path, encoder: Encoder) -> str | None:
    """Measure a draft, keep its figures in it, and hold them against those of the serving build."""
    after = _Measured(key=gate.key, figures=gate.measure(index))
    (draft / _MEASURED).write_text(after.model_dump_json() + "\n", encoding="utf-8")
    try:
        serving = builds_dir(index_dir) / read_builds(index_dir).current
        before = _read_measured(serving, gate.key) or gate.measure(open_build(serving, encoder))
    except SearchIndexError:
        return None  # nothing to be worse than
    return gate.refuse(index, after.figures, before)


def _read_measured(folder: Path, key: str) -> Figures | None:
    """What a build kept of its gate, if it was the same gate."""
    try:
        measured = _Measured.model_validate_json((folder / _MEASURED).read_bytes())
    except (OSError, ValidationError):
        return None
    return measured.figures if measured.key == key else None


def _texts(entries: Entries, refusals: Refusals) -> tuple[list[str], list[str]]:
    """What is embedded as a question (asks, titles, examples of refusals) and what as a passage."""
    questions = [text for text, asked in zip(entries.texts, entries.asked, strict=True) if asked]
    questions += [example for examples in refusals.examples.values() for example in examples]
    passages = [text for text, asked in zip(entries.texts, entries.asked, strict=True) if not asked]
    return [*questions, *refusals.answerable], passages


def _write(
    source: Input, encoder: CachedEncoder, draft: Path, build: str, beside: Executor | None, progress: Progress
) -> Manifest:
    counted = _start(beside, partial(build_lexical, lexical_texts(source.passages)))
    entries = make_entries(source.passages)
    asked = entries.asked
    texts = np.array(entries.texts, dtype=object)
    vectors = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    vectors[asked] = _embed(encoder, "embedding questions", texts[asked].tolist(), True, progress)
    vectors[~asked] = _embed(encoder, "embedding statements", texts[~asked].tolist(), False, progress)

    space = fit_space(vectors, entries.passage, asked)
    space.save(draft / "space.npy")
    lesson = _scope_lesson(source.refusals, (texts[asked].tolist(), vectors[asked]), space, encoder, progress)
    learned = _start(beside, lesson)
    progress("indexing", 0, 3)
    meaning = build_meaning(vectors, entries, encoder.fingerprint)
    if meaning:
        meaning.save(draft / "meaning.npz")
    vectors[asked] = space.questions(vectors[asked])
    vectors[~asked] = space.statements(vectors[~asked])
    dense = build_dense(vectors)
    dense.save(draft / "dense.faiss")
    progress("indexing", 1, 3)
    GlossaryIndex(source.glossary.surfaces()).save(draft / "glossary.json")
    for name, lines in (
        ("ids", [p.id for p in source.passages]),
        ("places", [p.jurisdiction for p in source.passages]),
    ):
        (draft / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    write_passages(draft / "passages.jsonl", source.passages)
    for name in ("passage", "kind", "statement"):
        np.save(draft / f"entry-{name}.npy", getattr(entries, name))
    counted().save(draft / "lexical")
    progress("indexing", 2, 3)
    learned().save(draft / "scope")
    progress("indexing", 3, 3)
    manifest = Manifest(
        build=build,
        model=encoder.fingerprint,
        passages=len(source.passages),
        entries=dense.size,
        dense="whole" if dense.whole else "lists",
        recall=round(dense.recall, 4),
    )
    return seal(draft, manifest)


def _start(beside: Executor | None, work: Callable[[], Made]) -> Callable[[], Made]:
    """Let another process begin `work`, and give what waits for it; without one, what does it."""
    return beside.submit(work).result if beside else work


def _embed(encoder: CachedEncoder, stage: str, texts: Sequence[str], question: bool, progress: Progress) -> Vectors:
    return encoder.encode(texts, question, lambda done, total: progress(stage, done, total))


def _scope_lesson(
    refusals: Refusals, asks: tuple[Sequence[str], Vectors], space: Space, encoder: CachedEncoder, progress: Progress
) -> Callable[[], ScopeModel]:
    """What learns the scope, with all that it learns from, ready for another process."""

    def examples(texts: Sequence[str]) -> tuple[Sequence[str], Vectors]:
        return texts, space.questions(_embed(encoder, "embedding refusals", texts, True, progress))

    ours, vectors = sample_asks(*asks)
    refused = {reason: examples(texts) for reason, texts in refusals.examples.items()}
    return partial(train_scope, (ours, space.questions(vectors)), examples(refusals.answerable), refused)


def _check_self_retrieval(index: SearchIndex) -> None:
    """A passage must be found by one of its own vectors; inverted lists may miss as many as their recall says."""
    _, first = np.unique(index.entry_passage, return_index=True)
    first = first[:: -(-len(first) // SELF_RETRIEVED)]
    lost: list[str] = []
    for start in range(0, len(first), 256):
        rows = first[start : start + 256]
        _, found = index.dense.search(index.dense.vectors(rows), SELF_RETRIEVAL)
        for row, near in zip(rows, found, strict=True):
            number = index.entry_passage[row]
            if number not in index.entry_passage[near[near >= 0]]:
                lost.append(index.passages[int(number)].id)
    allowed = 0 if index.dense.whole else len(first) // 20
    if len(lost) > allowed:
        raise SearchIndexError(f"{len(lost)} passage(s) are not found by their own words, such as {lost[0]}")
