"""The second process of a rebuild. It can be begun before anything else is imported, and reads while the first starts."""

from __future__ import annotations

import gc
import os
import signal
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.corpus import Document

__all__ = ["SecondProcess"]


class SecondProcess:
    """A process beside this one; it ends with the `with` block.

    Args:
        corpus: The folder of the corpus whose documents it reads first; None for a rebuild from something else.

    Attributes:
        executor: Takes other work.
        documents: Those of the corpus, when they are read.
    """

    def __init__(self, corpus: Path | None) -> None:
        self.executor: Executor = ProcessPoolExecutor(1, get_context("spawn"), _prepare)
        self.documents: Future[tuple[Document, ...]] | None = None
        if corpus:
            self.documents = self.executor.submit(_read_documents, corpus)
        self.executor.submit(import_module, "scipy.optimize")  # which learning needs

    def __enter__(self) -> SecondProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.executor.shutdown()


def _prepare() -> None:
    """Begin: on one core, without collecting garbage, and the first process alone answers Ctrl-C."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when numpy is imported, which is later
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()


def _read_documents(root: Path) -> tuple[Document, ...]:
    from advisor.corpus import document_paths, load_documents

    return load_documents(document_paths(root))
