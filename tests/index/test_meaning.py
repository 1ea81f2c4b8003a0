"""What each passage is about, as one vector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from advisor.corpus import Passage, Statement
from advisor.index import Encoder, EntryKind, Input, SearchIndex, build
from advisor.index.entries import make_entries
from advisor.index.meaning import SHARES, Meaning, Projection, build_meaning, load_projection, save_projection

SAID = (Statement(text="One thing.", sources=("a",)), Statement(text="Another.", sources=("a",)))
PASSAGES = [
    Passage(id="x#y", title="T", statements=SAID, asks=("q1", "q2")),
    Passage(id="x#z", title="U", statements=SAID, asks=("q3",)),
]


def _vectors(count: int) -> np.ndarray:
    rows = np.random.default_rng(1).normal(size=(count, load_projection().matrix.shape[0])).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_projection_is_of_the_model_that_ships(encoder: Encoder) -> None:
    projection = load_projection()
    assert projection.model == encoder.fingerprint
    assert projection.matrix.shape == (encoder.dimension, encoder.dimension)


def test_a_mean_weighs_entries_by_their_kind(encoder: Encoder) -> None:
    entries = make_entries(PASSAGES)
    vectors = _vectors(len(entries.texts))
    meaning = build_meaning(vectors, entries, encoder.fingerprint)
    assert meaning is not None
    asked = np.isin(entries.kind, (EntryKind.TITLE, EntryKind.ASK))
    centred = vectors - np.where(asked[:, None], vectors[asked].mean(axis=0), vectors[~asked].mean(axis=0))
    moved = centred @ load_projection().matrix
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    for number in range(len(PASSAGES)):
        mean = sum(
            SHARES[EntryKind(kind)] * row
            for row, kind in zip(moved[entries.passage == number], entries.kind[entries.passage == number], strict=True)
        )
        question = vectors[0]
        there = (question - vectors[asked].mean(axis=0)) @ load_projection().matrix
        expected = float(mean @ there) / float(np.linalg.norm(mean) * np.linalg.norm(there))
        assert meaning.likeness(question)[number] == pytest.approx(expected, abs=2e-3)


def test_there_is_none_without_asks_or_for_another_model(encoder: Encoder) -> None:
    plain = make_entries([Passage(id="x", title="T", statements=SAID[:1])])
    assert build_meaning(_vectors(len(plain.texts)), plain, encoder.fingerprint) is None
    entries = make_entries(PASSAGES)
    assert build_meaning(_vectors(len(entries.texts)), entries, "another model") is None


def test_it_is_read_as_it_was_written(encoder: Encoder, tmp_path: Path) -> None:
    assert Meaning.load(tmp_path / "none.npz") is None
    entries = make_entries(PASSAGES)
    vectors = _vectors(len(entries.texts))
    meaning = build_meaning(vectors, entries, encoder.fingerprint)
    assert meaning is not None
    meaning.save(tmp_path / "meaning.npz")
    read = Meaning.load(tmp_path / "meaning.npz")
    assert read is not None
    assert read.likeness(vectors[0]) == pytest.approx(meaning.likeness(vectors[0]), abs=1e-6)


def test_a_question_lies_nearest_to_its_section(small_index: SearchIndex) -> None:
    assert small_index.meaning is not None
    [vector] = small_index.encoder.questions(["price of the visitor visa"])
    assert small_index.ids[int(small_index.meaning.likeness(vector).argmax())] == "visitor-visa#fee"


def test_a_projection_is_kept_in_half_precision(tmp_path: Path) -> None:
    matrix = np.random.default_rng(2).normal(size=(8, 8)).astype(np.float32)
    path = save_projection(Projection("model", matrix), tmp_path)
    with np.load(path) as arrays:
        assert str(arrays["model"]) == "model"
        assert arrays["matrix"] == pytest.approx(matrix, abs=2e-3)


def test_another_projection_makes_another_build(small_input: Input, monkeypatch: pytest.MonkeyPatch) -> None:
    before = small_input.build_id("model")
    other = Projection("model", 2 * load_projection().matrix)
    monkeypatch.setattr(build, "load_projection", lambda: other)
    assert small_input.build_id("model") != before
