"""Search: facets, language, ranking."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.index import SearchIndex
from advisor.search import Hit, blend, detect_language, focused, make_queries, search
from advisor.search.facets import jurisdictions, place_fit
from advisor.search.features import FEATURES, find_candidates
from advisor.search.query import LONGEST
from advisor.search.rank import load_weights


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a clinical attachment in the UK", {"gb"}),
        ("residencia en Estados Unidos", {"us"}),
        ("licence in New York or Ohio", {"us-ny", "us-oh"}),
        ("العمل في السعودية", {"sa"}),
        ("what or who is in me", set()),
        ("Nueva York", {"us-ny"}),
        ("我想在美国做观察员", {"us"}),
    ],
)
def test_places_are_read_in_many_languages(text: str, expected: set[str]) -> None:
    assert jurisdictions(text) == expected


def test_place_fit() -> None:
    assert place_fit(frozenset({"gb"}), "gb") == (1.0, 0.0)
    assert place_fit(frozenset({"gb"}), "us-ny") == (0.0, 1.0)
    assert place_fit(frozenset(), "us") == (0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("can i touch patients", "en"),
        ("Quiero hacer una rotación como observador", "es"),
        ("сколько стоит экзамен", "ru"),
        ("我需要什么签证", "zh"),
        ("کیا مجھے ویزا چاہیے", "ur"),
        ("Gözlemcilik için hangi vize gerekli", "tr"),
        ("J-1", "en"),
        ("", "en"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_a_short_text_takes_the_language_of_the_app() -> None:
    assert detect_language("USMLE", default="pt") == "pt"


@given(st.text(max_size=200))
def test_any_text_has_a_language(text: str) -> None:
    assert len(detect_language(text)) == 2


def test_the_right_passage_comes_first(small_index: SearchIndex) -> None:
    hits = search(small_index, ["how many months can a J-1 short-term scholar stay", "vacunas para el observador"], 3)
    assert small_index.ids[hits[0][0].number] == "exchange-visitor#short-term"
    assert small_index.ids[hits[1][0].number] == "observer-conduct#vaccines"
    assert [hit.score for hit in hits[0]] == sorted((hit.score for hit in hits[0]), reverse=True)


def test_a_question_is_the_same_alone_and_in_a_batch(small_index: SearchIndex) -> None:
    texts = ["visa fee", "HIPAA training", "which insurance for J-1"]
    together = search(small_index, texts, 5)
    for text, hits in zip(texts, together, strict=True):
        alone = search(small_index, [text], 5)[0]
        assert [hit.number for hit in alone] == [hit.number for hit in hits]
        assert [hit.score for hit in alone] == pytest.approx([hit.score for hit in hits], abs=1e-4)


def test_long_questions_are_cut_and_greetings_dropped(small_index: SearchIndex) -> None:
    query = make_queries(small_index, ["Hello dear doctor,\n which visa " + "please " * 1000])[0]
    assert query.text.startswith("which visa")
    assert len(query.text) <= LONGEST


def test_candidates_have_all_features(small_index: SearchIndex) -> None:
    query = make_queries(small_index, ["visa fee"])[0]
    found = find_candidates(small_index, query)
    assert found.features.shape == (len(found.numbers), len(FEATURES))
    assert np.isfinite(found.features).all()


def test_the_weights_that_ship_fit_the_features() -> None:
    weights = load_weights()
    assert len(weights.weights) == len(FEATURES)
    assert json.loads(weights.model_dump_json())["features"] == list(FEATURES)


def test_a_passage_that_sentences_agree_on_rises() -> None:
    whole = [Hit(1, 0.5, 0.9, 0.8), Hit(2, 0.4, 0.7, 0.6)]
    sentences = [[Hit(2, 0.6, 0.5, 0.5), Hit(3, 0.5, 0.4, 0.4)], [Hit(2, 0.3, 0.2, 0.2)]]
    blended = blend(whole, sentences)
    assert [hit.number for hit in blended] == [2, 1]
    assert blended[0].score == pytest.approx((0.4 + 0.7 * (0.6 + 0.3)) / 2.4)
    assert (blended[0].asked, blended[0].said) == (0.7, 0.6)
    assert blend(whole, []) == whole


def test_a_long_message_is_moved_towards_its_sentences(small_index: SearchIndex) -> None:
    long, first, second = make_queries(small_index, ["a long story", "the visa fee", "vaccines of observers"])
    assert focused(long, []) is long
    moved = focused(long, [first, second])
    assert np.linalg.norm(moved.vector) == pytest.approx(1.0, abs=1e-5)
    assert moved.vector @ first.vector > long.vector @ first.vector
    assert (moved.text, moved.stems) == (long.text, long.stems)
