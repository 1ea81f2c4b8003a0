"""Learning the projection from asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from advisor.corpus import Passage, Statement
from advisor.errors import EvaluationError
from advisor.evaluate import project
from advisor.evaluate.project import learn_projection
from advisor.index import Input
from advisor.index.encoder import Vectors

SUBJECTS, ASKS, USEFUL, DIMENSION = 40, 6, 8, 32


class _Noisy:
    """An encoder whose vectors tell the subject in a few directions, and in all others something else each time."""

    fingerprint, dimension = "noisy", DIMENSION

    def questions(self, texts: list[str]) -> Vectors:
        rows = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            subject, number = map(int, text.split("/"))
            row[:USEFUL] = np.random.default_rng(subject).normal(size=USEFUL)
            row[USEFUL:] = 2 * np.random.default_rng([subject, number]).normal(size=DIMENSION - USEFUL)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def passages(self, texts: list[str]) -> Vectors:
        return self.questions([text.split(" ")[-1] for text in texts])


def _passages() -> list[Passage]:
    return [
        Passage(
            id=f"d#{subject}",
            title=f"{subject}/1000",
            asks=tuple(f"{subject}/{number}" for number in range(ASKS)),
            statements=tuple(Statement(text=f"{subject}/{n}", sources=("a",)) for n in (2000, 2001)),
        )
        for subject in range(SUBJECTS)
    ]


def test_what_tells_subjects_apart_counts_more_than_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "LEAST_ASKS", 10)
    encoder = _Noisy()
    told: list[str] = []
    learned = learn_projection(_passages(), encoder, tmp_path / "v.sqlite", told.append)
    assert learned.model == "noisy"
    assert told[-1].startswith("step 100 of 100")
    kept = np.linalg.norm(learned.matrix, axis=1)
    assert kept[:USEFUL].mean() > 2 * kept[USEFUL:].mean()


def test_too_few_asks_are_told(small_input: Input, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="fewer than 1000 asks"):
        learn_projection(small_input.passages, _Noisy(), tmp_path / "v.sqlite")
