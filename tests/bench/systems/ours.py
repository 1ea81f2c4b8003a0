"""Ours: the index that `advisor index build` makes, with everything the corpus says of a passage.

As in life, it is built by one process and searched by another.
"""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from advisor.index import Input, build_index, load_encoder, open_index
from advisor.search import Hit, Together, search
from advisor.settings import load_settings
from tests.bench.memory import memory_mb
from tests.bench.model import KnownPassages
from tests.bench.systems import Ranking


class System:
    """See `Retrieval`.

    Attributes:
        build_peak_mb: Of the process that built the index, which is gone.
    """

    build_peak_mb = 0.0

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        folder = Path(tempfile.mkdtemp(prefix="index-", dir=encoder.cache.parent))  # goes with the folder it is in
        shutil.copy(encoder.cache, folder / "vectors.sqlite")
        with multiprocessing.get_context("spawn").Pool(1) as other:
            self.build_peak_mb = other.apply(_build, (source, folder))
        self.index = open_index(folder, encoder)
        self._together = Together(self._search)

    def search(self, question: str, count: int) -> Ranking:
        [hits] = self._together([(question, count)])
        return [(self.index.ids[hit.number], hit.score) for hit in hits]

    def _search(self, asked: Sequence[tuple[str, int]]) -> list[list[Hit]]:
        found = search(self.index, [question for question, _ in asked], max(count for _, count in asked))
        return [hits[:count] for hits, (_, count) in zip(found, asked, strict=True)]


def _build(source: Input, folder: Path) -> float:
    settings = load_settings()
    build_index(source, load_encoder(settings.model, settings.threads, settings.models_dir), folder)
    return memory_mb()[1]
