"""Measuring search and answers, and fitting what is learned."""

from advisor.evaluate.dataset import Nugget, Question, read_questions
from advisor.evaluate.gate import load_gate
from advisor.evaluate.retrieval import MEASURES, measure, read_qrels, read_run
from advisor.evaluate.run import (
    compare_builds,
    evaluate_questions,
    evaluate_trec,
    fit_models,
    load_questions,
    save_models,
)
from advisor.evaluate.stats import Comparison, Interval, bootstrap, compare_paired

__all__ = [
    "MEASURES",
    "Comparison",
    "Interval",
    "Nugget",
    "Question",
    "bootstrap",
    "compare_builds",
    "compare_paired",
    "evaluate_questions",
    "evaluate_trec",
    "fit_models",
    "load_gate",
    "load_questions",
    "measure",
    "read_qrels",
    "read_questions",
    "read_run",
    "save_models",
]
