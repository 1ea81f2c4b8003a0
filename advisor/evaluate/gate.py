"""The gate of a rebuild: a build that finds significantly less than the one it replaces is not published.

`corpus/gate.jsonl` holds the questions, drawn from the development split and packaged with the corpus, so that the
gate stands wherever the corpus is built. It judges search alone: the calibration of answers does not change with a
build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from advisor.evaluate.dataset import Question, read_questions
from advisor.evaluate.retrieval import judgements, measure, search_run
from advisor.evaluate.stats import compare_paired
from advisor.index import Figures, SearchIndex
from advisor.search import load_weights

__all__ = ["GATE_FILE", "Gate", "load_gate"]

GATE_FILE = "gate.jsonl"
"""Its name in the folder of the corpus."""

_JUDGED_BY = ("Success@1", "nDCG@10")
_SIGNIFICANT = 0.05


class Gate:
    """See `advisor.index.Gate`.

    Args:
        questions: Questions with judged passages.
    """

    def __init__(self, questions: Sequence[Question]) -> None:
        self._texts = {question.id: question.text for question in questions}
        self._qrels = judgements(questions)
        made_of = [load_weights().model_dump_json(), *(question.model_dump_json() for question in questions)]
        self.key = hashlib.sha256("\n".join(made_of).encode()).hexdigest()

    def measure(self, index: SearchIndex) -> Figures:
        """The measures of every question that has judgements."""
        figures = measure(search_run(index, self._texts, 10), self._qrels)
        return {name: list(figures[name].values()) for name in _JUDGED_BY}

    def refuse(self, index: SearchIndex, after: Figures, before: Figures) -> str | None:
        """Why the build must not be published: it is significantly worse by one of the measures."""
        worse = []
        for name in _JUDGED_BY:
            found = compare_paired(before[name], after[name])
            if found.second < found.first and found.p < _SIGNIFICANT:
                worse.append(f"{name} falls from {found.first:.3f} to {found.second:.3f} (p = {found.p:.4f})")
        if not worse:
            return None
        missing = sorted({passage for grades in self._qrels.values() for passage in grades} - set(index.ids))
        gone = f"; {len(missing)} judged passages are gone, such as {missing[0]}" if missing else ""
        return f"on {len(self._qrels)} questions {' and '.join(worse)}{gone}"


def load_gate(corpus_dir: Path) -> Gate | None:
    """The gate of a corpus, as `advisor.index.build_index` takes it; None for a corpus without questions.

    Raises:
        InputError: Its questions cannot be read.
    """
    path = corpus_dir / GATE_FILE
    return Gate(read_questions([path])) if path.exists() else None
