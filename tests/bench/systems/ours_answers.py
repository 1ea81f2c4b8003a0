"""Ours from question to answer: search, the decision whether to answer, and composing. Its ranking is what is shown."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.answer import Advisor
from advisor.corpus.refusals import Referrals
from advisor.index import Input
from tests.bench.model import KnownPassages
from tests.bench.systems import Ranking, ours


class System(ours.System):
    """See `Retrieval`."""

    def build(self, passages: Sequence[tuple[str, str]], source: Input, encoder: KnownPassages) -> None:
        super().build(passages, source, encoder)
        self._advisor = Advisor(self.index, Referrals())

    def search(self, question: str, count: int) -> Ranking:
        return [(passage.id, passage.score) for passage in self._advisor.ask(question).passages[:count]]
