"""What the fitting is given, and where the fitted models go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from advisor.cli import app
from advisor.errors import EvaluationError
from advisor.evaluate.dataset import Question
from advisor.evaluate.run import fit_models
from advisor.index import Encoder, Input


def question(number: int, split: str) -> Question:
    return Question.model_validate(
        {
            "id": f"q{number}",
            "text": f"question {number}",
            "topic": "visa",
            "split": split,
            "kind": "single",
            "expect": "answered",
            "relevant": {"visitor-visa#fee": 3},
        }
    )


def test_the_test_split_is_not_learned_from(small_input: Input, small_index_dir: Path, encoder: Encoder) -> None:
    questions = [question(number, "dev" if number < 3 else "test") for number in range(100)]
    with pytest.raises(EvaluationError, match="only 3 judged questions"):
        fit_models(small_input, encoder, small_index_dir, questions)


def test_the_command_measures_trec_files(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("q1 Q0 a 1 2.0 x\nq1 Q0 b 2 1.0 x\n", encoding="utf-8")
    (tmp_path / "qrels").write_text("q1 0 b 1\n", encoding="utf-8")
    runner = CliRunner()
    found = runner.invoke(app, ["evaluate", "--run", str(tmp_path / "run"), "--qrels", str(tmp_path / "qrels")])
    assert found.exit_code == 0
    assert "| MRR | 0.5000 |" in found.output
    half = runner.invoke(app, ["evaluate", "--run", str(tmp_path / "run")])
    assert half.exit_code == 2
    assert "go together" in half.output
    assert "questions" in runner.invoke(app, ["evaluate"]).output


def test_a_split_can_be_left_unasked(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(question(1, "test").model_dump(mode="json")) + "\n", encoding="utf-8")
    found = CliRunner().invoke(app, ["evaluate", "questions", str(path), "--split", "nothing"])
    assert found.exit_code == 2
