"""Ours, given no more than the others: an id and a text."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.corpus import Passage, Statement
from advisor.index import Input
from tests.bench.model import KnownPassages
from tests.bench.systems import ours


class System(ours.System):
    """See `Retrieval`."""

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        plain = [
            Passage(id=identity, title="", statements=(Statement(text=text, sources=("collection",)),))
            for identity, text in passages
        ]
        super().build(passages, Input(plain), encoder)
