"""The library of a running bot: opened when the first rule is asked for, and again when the archive has changed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from advisor.official.archive import Archive
from advisor.official.lookup import Library, Rule
from advisor.official.wanted import load_wanted

__all__ = ["Shelf"]


class Shelf:
    """Looks rules up; may be used from several threads.

    Opening reads every archived text, which takes seconds: call it off the event loop.

    Args:
        folder: The archive.
        wanted: The list of texts, `corpus/official.toml`.
        bases: Other base addresses of publishers.
    """

    def __init__(self, folder: Path, wanted: Path, bases: Mapping[str, str] | None = None) -> None:
        self._folder, self._wanted, self._bases = folder, wanted, dict(bases or {})
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._state: list[tuple[str, int]] = []

    def show(self, asked: str) -> list[Rule]:
        """Return what each citation in a text says; see `Library.show`.

        Raises:
            InputError: if it is no citation.
            OfficialError: if the text that holds it has not been fetched.
        """
        return self._open().show(asked)

    def _open(self) -> Library:
        state = sorted((str(path), path.stat().st_mtime_ns) for path in self._folder.glob("*/versions.json"))
        with self._lock:
            if self._library is None or state != self._state:
                self._library = Library.open(Archive(self._folder), load_wanted(self._wanted, self._bases))
                self._state = state
            return self._library
