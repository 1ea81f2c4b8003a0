"""Measures of retrieval, computed by ir-measures from runs and judgements, ours or anybody's in TREC format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from advisor.errors import EvaluationError, InputError
from advisor.evaluate.dataset import Question
from advisor.index import SearchIndex
from advisor.search import search

__all__ = ["MEASURES", "Qrels", "Run", "judgements", "measure", "read_qrels", "read_run", "search_run", "write_trec"]

Run = Mapping[str, Mapping[str, float]]
"""Question id → passage id → score."""

Qrels = Mapping[str, Mapping[str, int]]
"""Question id → passage id → grade; a grade of 1 or more is relevant."""

MEASURES = {"Success@1": "Success@1", "Recall@5": "R@5", "nDCG@10": "nDCG@10", "MRR": "RR"}
"""What we report → its name in ir-measures."""


def measure(run: Run, qrels: Qrels) -> dict[str, dict[str, float]]:
    """Measure a run.

    Args:
        run: What was found.
        qrels: What is right; a question with judgements that is missing from the run scores 0.

    Returns:
        For each name of `MEASURES`, the figure of every judged question, in the order of `qrels`.

    Raises:
        EvaluationError: ir-measures is not installed.
    """
    try:
        import ir_measures
    except ImportError:
        raise EvaluationError("ir-measures is not installed; run: pip install ir-measures") from None
    names = {ir_measures.parse_measure(measure): name for name, measure in MEASURES.items()}
    figures = {name: dict.fromkeys(qrels, 0.0) for name in MEASURES}
    judged = {question: dict(grades) for question, grades in qrels.items()}
    # An empty ranking is a ranking too, but the evaluator wants at least one line of each run.
    found = {question: dict(scores) for question, scores in run.items() if scores and question in judged}
    for metric in ir_measures.iter_calc(list(names), judged, found) if found else ():
        figures[names[metric.measure]][metric.query_id] = float(metric.value)
    return figures


def judgements(questions: Sequence[Question]) -> dict[str, dict[str, int]]:
    """The judged passages of the questions that have any."""
    return {question.id: dict(question.relevant) for question in questions if question.relevant}


def search_run(index: SearchIndex, questions: Mapping[str, str], count: int = 100) -> dict[str, dict[str, float]]:
    """Search for questions, id → text, and give the run: the best `count` passages of each with their scores.

    Args:
        index: The build.
        questions: What is asked of it.
        count: How many passages of each.
    """
    found = search(index, list(questions.values()), count)
    return {
        question: {index.ids[hit.number]: hit.score for hit in hits}
        for question, hits in zip(questions, found, strict=True)
    }


def read_run(path: Path) -> dict[str, dict[str, float]]:
    """Read a TREC run: `question Q0 passage rank score tag` a line.

    Raises:
        InputError: A line is not of that shape.
    """
    return _read(path, "question Q0 passage rank score tag", lambda parts: (parts[0], parts[2], float(parts[4])))


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read TREC judgements: `question 0 passage grade` a line.

    Raises:
        InputError: A line is not of that shape.
    """
    return _read(path, "question 0 passage grade", lambda parts: (parts[0], parts[2], int(parts[3])))


def _read(path: Path, shape: str, parse: Callable[[list[str]], tuple[str, str, Any]]) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    columns = len(shape.split())
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                parts = line.split()
                if not parts:
                    continue
                try:
                    if len(parts) != columns:
                        raise ValueError
                    question, passage, value = parse(parts)
                except ValueError:
                    raise InputError(f"expected '{shape}'", path, number) from None
                rows.setdefault(question, {})[passage] = value
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path) from error
    if not rows:
        raise InputError(f"is empty; expected '{shape}' a line", path)
    return rows


def write_trec(run: Run, qrels: Qrels, folder: Path, tag: str = "advisor") -> None:
    """Write `run.trec` and `qrels.txt` into `folder`, for any other tool."""
    with (folder / "run.trec").open("w", encoding="utf-8") as out:
        for question, scores in run.items():
            ranked = sorted(scores.items(), key=lambda item: -item[1])
            for rank, (passage, score) in enumerate(ranked, 1):
                out.write(f"{question} Q0 {passage} {rank} {score:.6f} {tag}\n")
    with (folder / "qrels.txt").open("w", encoding="utf-8") as out:
        for question, grades in qrels.items():
            for passage, grade in grades.items():
                out.write(f"{question} 0 {passage} {grade}\n")
