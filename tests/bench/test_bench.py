"""The benchmark's own parts, with the systems that need no library beyond ours."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from advisor.corpus import Passage
from advisor.index import Encoder, Input, plain
from advisor.index.dense import build_dense
from tests.bench import scale, tables
from tests.bench.collection import import_files
from tests.bench.model import KnownPassages, embed_all
from tests.bench.systems import TITLES, load_system

QUESTION = "which vaccinations does a hospital want from observers"
BEST = "observer-conduct#vaccines"


def text_of(passage: Passage) -> str:
    return f"{passage.title}\n{plain(passage.text)}"


@pytest.fixture(scope="module")
def known(small_input: Input, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> KnownPassages:
    folder = tmp_path_factory.mktemp("vectors")
    texts = [text_of(passage) for passage in small_input.passages]
    first = embed_all(encoder, folder, texts, small_input)
    assert embed_all(encoder, folder, texts, small_input) == first  # a second run reports the first one's seconds
    return KnownPassages(encoder, folder, texts)


@pytest.mark.parametrize("name", ["ours", "ours_plain", "ours_answers", "bm25"])
def test_a_system_finds_the_passage(name: str, small_input: Input, known: KnownPassages) -> None:
    system = load_system(name)
    system.build([(passage.id, text_of(passage)) for passage in small_input.passages], small_input, known)
    ranking = system.search(QUESTION, 5)
    assert ranking[0][0] == BEST
    assert [score for _, score in ranking] == sorted((score for _, score in ranking), reverse=True)
    assert len(ranking) <= 5


def test_known_passages_are_not_computed_again(small_input: Input, known: KnownPassages) -> None:
    before = known.computed
    vectors = known.passages([text_of(small_input.passages[0])])
    assert (vectors.shape, known.computed) == ((1, 384), before)
    known.passages(["a text that nobody indexed"])
    assert known.computed == before + 1


def test_any_collection_is_taken_over(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "p").write_text('{"id": "a", "title": "T", "text": "one\\ntwo"}\n', encoding="utf-8")
    asked = [{"id": "q1", "text": "one?"}, {"id": "q2", "text": "nobody judged this"}]
    (tmp_path / "q").write_text("".join(json.dumps(row) + "\n" for row in asked), encoding="utf-8")
    (tmp_path / "r").write_text("q1 0 a 1\n", encoding="utf-8")
    collection, source = import_files(tmp_path / "p", tmp_path / "q", tmp_path / "r", out)
    assert collection.passages() == [("a", "T\none two")]
    assert collection.queries() == {"q1": "one?"}
    assert collection.qrels() == {"q1": {"a": 1}}
    assert (len(source.passages), collection.ours) == (1, False)


def test_an_index_of_everything_finds_nearly_all(tmp_path: Path) -> None:
    centres = scale.make_centres(500)
    vectors, questions = scale.clustered(500, 1, centres), scale.clustered(20, 2, centres)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(500), abs=1e-5)
    build_dense(vectors).save(tmp_path / "dense")
    best = scale.exact(vectors, questions, 10)
    figures = scale.search(tmp_path / "dense", questions)
    assert scale.recall(np.asarray(figures["found"]), best) > 0.95
    assert scale.recall(best[:, ::-1], best) == 1.0
    assert scale.recall(best + 500, best) == 0.0


def test_tables_compare_with_ours() -> None:
    qrels = {f"q{number}": {"a": 1} for number in range(12)}
    figures = {
        "index_s": 1.0, "median_ms": 8.0, "p95_ms": 9.0, "encode_median_ms": 4.0, "per_second_alone": 100.0,
        "per_second_together": 200.0, "serving_mb": 50.0, "peak_mb": 60.0,
    }  # fmt: skip
    good, bad = ({question: {passage: 1.0} for question in qrels} for passage in "ab")
    results = {"ours": figures | {"run": good}, "bm25": figures | {"run": bad}}
    quality = tables.quality(results, qrels)
    assert f"| {TITLES['ours']} | 1.000 | 1.000 | 1.000 | 1.000 |" in quality
    assert f"| {TITLES['bm25']} | 0.000 (p < 0.001) |" in quality
    cost = tables.cost(results, {"passages_s": 1.0, "entries_s": 7.0})
    assert f"| {TITLES['ours']} | 7 | 1.0 | 8.0 | 9.0 | 2.00 | 100 | 200 | 50 | 60 |" in cost


def test_the_page_has_a_place_for_every_table() -> None:
    page = tables.PAGE.read_text(encoding="utf-8")
    assert all(
        f"<!-- {part} -->\n" in page and f"<!-- /{part} -->" in page
        for part in ("peers", "peers-asks", "scale", "official")
    )
