"""Cutting a message into its questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answer.split import MOST_ASIDES, MOST_PARTS, asides, list_items, split_questions


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Which visa do I need for an observership?", 1),
        ("Which visa do I need for an observership? How long may I stay on it?", 2),
        ("1. Which visa do I need here?\n2. How much does it cost me?\n3. Who pays for the insurance?", 3),
        ("- Do you give a certificate\n- Do you help with housing there\n", 2),
        ("我需要什么签证呢？我可以停留多长时间？", 2),
        (
            "I finished medical school in 2019 and worked three years in a clinic at home. Now I want to observe. Can I?",
            1,
        ),
        ("Really? Why?", 1),
        ("", 1),
    ],
)
def test_questions_are_counted(text: str, count: int) -> None:
    assert len(split_questions(text)) == count


@given(st.text(max_size=400))
def test_any_text_is_split_into_pieces_of_itself(text: str) -> None:
    parts = split_questions(text)
    assert 1 <= len(parts) <= MOST_PARTS
    assert all(part in text for part in parts)


STORY = (
    "Hello everybody. I am a surgeon from a small town and my cousin is a nurse in Texas. She says that I can help in her "
    "clinic. I do not believe it. May I do that on a tourist visa? My parents think that it is a bad plan anyway, and "
    "the tickets are not cheap."
)


def test_beside_a_story_stand_the_sentences_that_ask_with_what_they_speak_of() -> None:
    assert split_questions(STORY) == [STORY]
    assert asides(STORY, [STORY]) == ["I do not believe it. May I do that on a tourist visa?"]


def test_a_story_without_a_question_mark_is_looked_at_throughout() -> None:
    told = STORY.replace("?", ".")
    found = asides(told, [told])
    assert "I do not believe it. May I do that on a tourist visa." in found
    assert 4 <= len(found) <= MOST_ASIDES


def test_beside_parts_stands_the_whole_and_beside_a_short_message_nothing() -> None:
    assert asides("One? Two?", ["One?", "Two?"]) == ["One? Two?"]
    assert asides("May I do that on a tourist visa?", ["May I do that on a tourist visa?"]) == []


def test_a_list_is_told_from_questions_in_a_row() -> None:
    assert list_items("1. Which visa do I need here?\n2. How much does it cost me?") == [
        "Which visa do I need here?",
        "How much does it cost me?",
    ]
    assert list_items("Which visa do I need here? How much does it cost me?") == []
    assert list_items("- yes\n- no") == []
