"""Cutting a message into its questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answer.split import MOST_PARTS, split_questions


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
