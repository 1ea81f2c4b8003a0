"""Rebuilding the index from the settings: what `advisor index build` and `index/rebuild.py` run."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from advisor.beside import SecondProcess
from advisor.corpus import Document, load_corpus
from advisor.corpus.passages import corpus_passages, read_passages
from advisor.corpus.refusals import load_refusals
from advisor.errors import SearchIndexError
from advisor.evaluate.gate import load_gate
from advisor.index import Input, Manifest, build_index, load_encoder, plan_build
from advisor.rebuild_official import rebuild_official
from advisor.settings import Settings

__all__ = ["plan", "read_input", "rebuild"]


class _Bars:
    """Progress bars on a terminal, one plain line for each stage elsewhere; both on standard error."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        columns = (
            TextColumn("{task.description:22}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=self._console) if self._console.is_terminal else None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> _Bars:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """See `advisor.index.Progress`."""
        if self._progress:
            if stage not in self._tasks:
                self._tasks[stage] = self._progress.add_task(stage, total=max(total, 1))
            if total == 0:
                self._progress.update(self._tasks[stage], completed=1)
            else:
                self._progress.update(self._tasks[stage], completed=done, total=total)
        elif done == total:
            print(f"{stage}: {total}" if total else stage, file=sys.stderr, flush=True)


def read_input(
    settings: Settings, passages: Path | None = None, documents: Future[tuple[Document, ...]] | None = None
) -> Input:
    """What the index is built from: the corpus of the settings, or any file of passages.

    Args:
        settings: Where the corpus is.
        passages: Another collection instead of the corpus.
        documents: Those of the corpus, if they are being read elsewhere.

    Raises:
        CorpusError: It cannot be read.
    """
    if passages is not None:
        return Input(read_passages(passages))
    corpus = load_corpus(settings.corpus_dir, documents.result if documents else None)
    refusals = load_refusals(settings.corpus_dir / "refusals.yaml")
    return Input(corpus_passages(corpus), refusals, corpus.glossary)


def rebuild(
    settings: Settings,
    passages: Path | None = None,
    full: bool = False,
    force: str | None = None,
    second: SecondProcess | None = None,
) -> Manifest:
    """Build the index and let it serve.

    An edit of one document shall be searched in seconds: a second process reads the documents, counts words and
    learns the scope, while this one does the rest.

    Args:
        settings: Where the corpus is, where the index goes, which model.
        passages: Another collection instead of the corpus.
        full: Whether to compute every vector again.
        force: Why to publish even if the gate refuses.
        second: The second process, if it was begun before; it is ended here.

    Raises:
        AdvisorError: It failed; the last build still serves.
    """
    try:
        with (
            _no_collecting(),
            threadpool_limits(1, user_api="blas"),  # the second process has the other core
            second or SecondProcess(None if passages else settings.corpus_dir) as second,
            _Bars() as bars,
        ):
            encoder = load_encoder(settings.model, settings.threads, settings.models_dir)
            manifest = build_index(
                read_input(settings, passages, second.documents),
                encoder,
                settings.index_dir,
                keep=settings.keep_builds,
                full=full,
                forced=force,
                gate=None if passages else load_gate(settings.corpus_dir),
                beside=second.executor,
                progress=bars,
            )
            if passages is None:
                rebuild_official(settings, encoder, full, bars)
            return manifest
    except BrokenExecutor as error:
        raise SearchIndexError(
            "the second process of the rebuild was ended; is there memory enough? The last build still serves"
        ) from error


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Hold the garbage collector: what is read stays, and looking through it again and again takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def plan(settings: Settings, passages: Path | None = None) -> str:
    """Say in one paragraph what a rebuild would change."""
    encoder = load_encoder(settings.model, settings.threads, settings.models_dir)
    found = plan_build(read_input(settings, passages), encoder, settings.index_dir)
    lines = [f"build {found.build}: {found.vectors} vectors to compute"]
    for what, ids in (("added", found.added), ("changed", found.changed), ("removed", found.removed)):
        lines.append(f"{what}: {len(ids)}" + (f" ({', '.join(ids[:5])}{', …' if len(ids) > 5 else ''})" if ids else ""))
    return "\n".join(lines)
