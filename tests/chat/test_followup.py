"""Which messages lean on the one before."""

from __future__ import annotations

import pytest

from advisor.chat.followup import is_follow_up, with_context


@pytest.mark.parametrize(
    "text",
    [
        "and for six months?",
        "what about my wife",
        "How much does it cost?",
        "is that also true for Canada?",
        "y cuánto cuesta?",
        "et pour un an ?",
        "а для студентов?",
        "وهذا أيضا؟ هذا",
        "那医学生呢?",
        "why?",
        "for students",
    ],
)
def test_short_messages_that_open_or_point_back_are_follow_ups(text: str) -> None:
    assert is_follow_up(text)


@pytest.mark.parametrize(
    "text",
    [
        "how long can a J-1 short-term scholar stay",
        "do i need an ecfmg certificate for an observership",
        "and if I come on a B-1 visa to observe surgery in New York for three months, what then?",
        "which vaccines do observers need",
        "andrology observership programs in Texas",
        "yellow fever vaccine for observers needed",
    ],
)
def test_messages_that_stand_by_themselves_are_not(text: str) -> None:
    assert not is_follow_up(text)


@pytest.mark.parametrize(
    ("text", "previous", "whole"),
    [
        ("and for students?", "How long may I stay?", "How long may I stay: for students?"),
        ("what about Canada", "Is HIPAA training needed ", "Is HIPAA training needed: Canada"),
        ("why?", "هل أحتاج تأشيرة؟", "هل أحتاج تأشيرة: why?"),
        ("and?", "How long may I stay?", "How long may I stay: ?"),
    ],
)
def test_a_follow_up_is_joined_to_its_question(text: str, previous: str, whole: str) -> None:
    assert with_context(text, previous) == whole
