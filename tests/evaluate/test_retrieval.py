"""Measures agree with ir-measures on any run, and TREC files come back as they were written."""

from __future__ import annotations

from pathlib import Path

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import InputError
from advisor.evaluate.retrieval import MEASURES, measure, read_qrels, read_run, search_run, write_trec
from advisor.evaluate.run import evaluate_trec
from advisor.index import SearchIndex

names = st.sampled_from([f"p{number}" for number in range(12)])
questions = st.sampled_from(["q1", "q2", "q3", "q4"])
runs = st.dictionaries(questions, st.dictionaries(names, st.integers(0, 50).map(float), max_size=12))
judged = st.dictionaries(questions, st.dictionaries(names, st.integers(0, 3), min_size=1), min_size=1)


@settings(max_examples=60, deadline=None)
@given(runs, judged)
def test_figures_agree_with_ir_measures(run: dict[str, dict[str, float]], qrels: dict[str, dict[str, int]]) -> None:
    metrics = {name: ir_measures.parse_measure(theirs) for name, theirs in MEASURES.items()}
    lines = [ir_measures.ScoredDoc(q, p, score) for q, scores in run.items() for p, score in scores.items()]
    grades = [ir_measures.Qrel(q, p, grade) for q, row in qrels.items() for p, grade in row.items()]
    ours = measure(run, qrels)
    for name, metric in metrics.items():
        assert list(ours[name]) == list(qrels)
        theirs = ir_measures.calc_aggregate([metric], grades, lines)[metric] if lines else 0.0
        assert sum(ours[name].values()) / len(qrels) == pytest.approx(theirs)


def test_trec_files_are_read_as_written(tmp_path: Path) -> None:
    run = {"q1": {"a#x": 0.9, "b#y": 0.5}, "q2": {"b#y": 0.25}}
    qrels = {"q1": {"b#y": 3}, "q2": {"b#y": 1, "c#z": 0}}
    write_trec(run, qrels, tmp_path)
    assert read_run(tmp_path / "run.trec") == run
    assert read_qrels(tmp_path / "qrels.txt") == qrels
    report = evaluate_trec(tmp_path / "run.trec", tmp_path / "qrels.txt")
    assert "| Success@1 | 0.5000 |" in report
    assert "| MRR | 0.7500 |" in report


@pytest.mark.parametrize("line", ["q1 Q0 p1 1 high tag", "q1 Q0 p1 1 0.5", ""])
def test_a_faulty_run_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "run.trec"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match="question Q0 passage rank score tag"):
        read_run(path)


def test_a_search_gives_a_run(small_index: SearchIndex) -> None:
    run = search_run(small_index, {"q1": "may i touch patients on a tourist visa", "q2": "which vaccines"}, 5)
    assert max(run["q1"], key=run["q1"].__getitem__) == "visitor-visa#hands-on"
    assert max(run["q2"], key=run["q2"].__getitem__) == "observer-conduct#vaccines"
    assert all(len(found) == 5 for found in run.values())
