"""Ours: the index that `advisor index build` makes, with everything the corpus says of a passage."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from advisor.index import Input, build_index, open_index
from advisor.search import search
from tests.bench.model import KnownPassages
from tests.bench.systems import Ranking


class System:
    """See `Retrieval`."""

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        folder = Path(tempfile.mkdtemp(prefix="index-", dir=encoder.cache.parent))  # goes with the folder it is in
        shutil.copy(encoder.cache, folder / "vectors.sqlite")
        build_index(source, encoder, folder)
        self.index = open_index(folder, encoder)

    def search(self, question: str, count: int) -> Ranking:
        return [(self.index.ids[hit.number], hit.score) for hit in search(self.index, [question], count)[0]]
