"""The parts of an index, one by one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.corpus import Passage, Statement
from advisor.corpus.refusals import Reason
from advisor.errors import ModelError
from advisor.index import Encoder, EntryKind, SearchIndex, load_encoder, plain, stems
from advisor.index.cache import CachedEncoder
from advisor.index.dense import DenseIndex, build_dense
from advisor.index.entries import make_entries
from advisor.index.glossary import GlossaryIndex
from advisor.index.lexical import build_lexical, lexical_texts
from advisor.index.scope import ScopeModel, train_scope
from advisor.index.space import fit_space


def _units(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, 384)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_vectors_are_unit_and_do_not_depend_on_their_batch(encoder: Encoder) -> None:
    texts = ["which visa", "a much longer question about an observership in a hospital", "签证"]
    together = encoder.questions(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert (np.stack([encoder.questions([text])[0] for text in texts]) == together).all()


def test_an_unknown_model_is_told() -> None:
    with pytest.raises(ModelError, match="set ADVISOR_MODEL"):
        load_encoder("no-such-folder")


def test_the_cache_computes_each_text_once(encoder: Encoder, tmp_path: Path) -> None:
    cached = CachedEncoder(encoder, tmp_path / "v.sqlite")
    seen: list[tuple[int, int]] = []
    first = cached.encode(["a visa", "a visa", "a fee"], True, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (2, 2)
    again = cached.encode(["a fee", "a visa"], True, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (0, 0)
    assert (again == first[[2, 0]]).all()
    assert cached.missing(["a visa"], question=False) == 1  # as a passage it is another text
    cached.close()


def test_the_cache_forgets_what_is_no_longer_asked_for(encoder: Encoder, tmp_path: Path) -> None:
    with closing(CachedEncoder(encoder, tmp_path / "v.sqlite")) as cached:
        cached.questions(["a visa", "a fee"])
    with closing(CachedEncoder(encoder, tmp_path / "v.sqlite")) as cached:
        assert (cached.questions(["a fee"]) == encoder.questions(["a fee"])).all()
        cached.prune()
        assert cached.missing(["a visa", "a fee"], question=True) == 1
    with closing(CachedEncoder(encoder, tmp_path / "v.sqlite")) as cached:
        assert cached.missing(["a visa", "a fee"], question=True) == 1


def test_entries_point_at_their_passages() -> None:
    said = (Statement(text="One thing.", sources=("a",)), Statement(text="Another.", sources=("a",)))
    entries = make_entries([Passage(id="x#y", title="T", statements=said, asks=("q1", "q2"))])
    assert entries.kind.tolist() == [
        EntryKind.TITLE,
        EntryKind.ASK,
        EntryKind.ASK,
        EntryKind.STATEMENT,
        EntryKind.STATEMENT,
    ]
    assert entries.statement.tolist() == [-1, -1, -1, 0, 1]
    whole = make_entries([Passage(id="1", title="T", statements=said[:1])])
    assert whole.texts == ("T One thing.",)
    assert whole.kind.tolist() == [EntryKind.TEXT]


def test_plain_words() -> None:
    assert plain("See [the rule](#rule) and **this** or `that`.") == "See the rule and this or that."


def test_dense_search_compares_all_of_a_small_index(tmp_path: Path) -> None:
    vectors = _units(500)
    build_dense(vectors).save(tmp_path / "d")
    index = DenseIndex.load(tmp_path / "d")
    scores, numbers = index.search(vectors[:20], 5)
    assert numbers[:, 0].tolist() == list(range(20))
    assert np.allclose(scores[0], np.sort(vectors @ vectors[0])[::-1][:5], atol=5e-3)
    assert np.allclose(index.likeness(numbers[0], vectors[0]), scores[0], atol=1e-5)
    assert np.allclose(index.vectors(numbers[0]), vectors[numbers[0]], atol=2e-3)


def test_dense_search_gives_no_more_than_there_is() -> None:
    assert build_dense(_units(3)).search(_units(1), 10)[1].shape == (1, 3)


def test_inverted_lists_above_the_measured_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisor.index.dense.WHOLE_UP_TO", 1000)
    index = build_dense(_units(2000))
    assert not index.whole
    assert index.recall > 0.9


def test_stems_keep_visa_classes_together() -> None:
    assert "j1" in stems("What is a J-1 visa?")
    assert stems("visas") == stems("visa")
    assert stems("What is it?") == []


@given(st.text())
def test_stems_take_any_text(text: str) -> None:
    assert all(isinstance(stem, str) and stem for stem in stems(text))


def test_lexical_scores(tmp_path: Path) -> None:
    said = (Statement(text="Malpractice insurance is asked for.", sources=("a",)),)
    other = (Statement(text="Vaccines are asked for.", sources=("a",)),)
    index = build_lexical(
        lexical_texts(
            [Passage(id="1", title="Insurance", statements=said), Passage(id="2", title="Health", statements=other)]
        )
    )
    scores = index.scores(stems("which insurance"))
    assert scores[0] > 0 == scores[1]
    assert index.scores(["unheard-of"]).tolist() == [0, 0]
    index.save(tmp_path / "l")
    assert (type(index).load(tmp_path / "l", 2).scores(stems("vaccines")) == index.scores(stems("vaccines"))).all()


def test_the_space_brings_texts_of_one_passage_together() -> None:
    rng = np.random.default_rng(3)
    topics = rng.normal(size=(200, 384))
    wording = rng.normal(size=(40, 384)) * 0.7  # a few strong directions that tell nothing of the topic
    passage = np.repeat(np.arange(200), 10).astype(np.int32)
    rows = topics[passage] + rng.normal(size=(2000, 40)) @ wording
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    asked = np.tile([True] * 5 + [False] * 5, 200)
    space = fit_space(rows, passage, asked)

    def found(vectors: np.ndarray) -> float:
        likeness = vectors[::10] @ vectors.T
        likeness[np.arange(200), np.arange(0, 2000, 10)] = -1
        return float((passage[likeness.argmax(axis=1)] == np.arange(200)).mean())

    moved = np.where(asked[:, None], space.questions(rows), space.statements(rows))
    assert found(moved) > found(rows) + 0.1


def test_the_space_is_the_models_own_when_there_is_nothing_to_learn() -> None:
    rows = _units(30)
    space = fit_space(rows, np.arange(30, dtype=np.int32), np.zeros(30, dtype=bool))
    assert np.allclose(space.questions(rows), rows, atol=1e-6)


def test_scope_tells_ours_from_others(small_index: SearchIndex) -> None:
    def evidence(text: str) -> tuple[float, float, Reason]:
        vector = small_index.space.questions(small_index.encoder.questions([text]))[0]
        found = small_index.scope.evidence(vector, stems(text))
        return found.vector, found.words, found.reason

    ours = evidence("can a doctor observe in a hospital with a B-1 visa")
    other = evidence("what dose of paracetamol for a child with fever")
    assert ours[0] > other[0]
    assert other[2] is Reason.MEDICAL_ADVICE


def test_scope_without_examples_takes_everything(tmp_path: Path) -> None:
    model = train_scope((["a"], _units(1)), ([], _units(0)), {})
    model.save(tmp_path / "s")
    assert ScopeModel.load(tmp_path / "s").evidence(_units(1)[0], ["anything"]).vector == 0


def test_the_glossary_widens_a_question(tmp_path: Path) -> None:
    glossary = GlossaryIndex([("WT", "waiver"), ("two year rule", "home residence requirement"), ("签证", "visa")])

    def expand(text: str) -> list[str]:
        return glossary.expand(text, stems(text))

    assert expand("my WT job") == stems("waiver")
    assert expand("the Two Year Rule?") == sorted(stems("home residence requirement"))
    assert expand("我需要什么签证") == ["visa"]
    assert expand("a wtf moment") == []
    assert expand("WT means waiver") == []
    glossary.save(tmp_path / "g.json")
    assert GlossaryIndex.load(tmp_path / "g.json").expand("WT", []) == ["waiver"]
