"""The gate of a rebuild: a build that finds significantly less than the one it replaces is not published.

`corpus/gate.jsonl` holds the questions, drawn from the development split and packaged with the corpus, so that the
gate stands wherever the corpus is built. It judges search alone: the calibration of answers does not change with a
build.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from advisor.evaluate.dataset import Question, read_questions
from advisor.evaluate.retrieval import judgements, measure, search_run
from advisor.evaluate.stats import compare_paired
from advisor.index import SearchIndex
from advisor.search import question_vectors

__all__ = ["GATE_FILE", "gate", "load_gate"]

GATE_FILE = "gate.jsonl"
"""Its name in the folder of the corpus."""

_JUDGED_BY = ("Success@1", "nDCG@10")
_SIGNIFICANT = 0.05


def load_gate(corpus_dir: Path) -> Callable[[SearchIndex, SearchIndex], str | None] | None:
    """The gate of a corpus, as `advisor.index.build_index` takes it; None for a corpus without questions.

    Raises:
        InputError: Its questions cannot be read.
    """
    path = corpus_dir / GATE_FILE
    if not path.exists():
        return None
    questions = read_questions([path])
    return lambda new, old: gate(new, old, questions)


def gate(new: SearchIndex, old: SearchIndex, questions: Sequence[Question]) -> str | None:
    """Compare a new build with the one it would replace.

    Args:
        new: The new build.
        old: The serving build.
        questions: Questions with judged passages.

    Returns:
        Why the new build must not be published, or None.
    """
    texts = {question.id: question.text for question in questions}
    qrels = judgements(questions)
    vectors = question_vectors(new.encoder, list(texts.values()))
    before, after = (measure(search_run(index, texts, 10, vectors), qrels) for index in (old, new))
    worse = []
    for name in _JUDGED_BY:
        found = compare_paired(list(before[name].values()), list(after[name].values()))
        if found.second < found.first and found.p < _SIGNIFICANT:
            worse.append(f"{name} falls from {found.first:.3f} to {found.second:.3f} (p = {found.p:.4f})")
    if not worse:
        return None
    missing = sorted({passage for grades in qrels.values() for passage in grades} - set(new.ids))
    gone = f"; {len(missing)} judged passages are gone, such as {missing[0]}" if missing else ""
    return f"on {len(qrels)} questions {' and '.join(worse)}{gone}"
