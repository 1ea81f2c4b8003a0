"""Buttons: short enough for the platform, and each leads somewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.corpus.topics import load_topics
from advisor.settings import CHECKOUT
from advisor.telegram.keyboards import PAGE, Keyboard, choices, more, topic_list


def data(keyboard: Keyboard) -> list[str]:
    """What the buttons carry, row by row."""
    return [button["callback_data"] for row in keyboard["inline_keyboard"] for button in row]


def words(keyboard: Keyboard) -> list[str]:
    """What stands on the buttons, row by row."""
    return [button["text"] for row in keyboard["inline_keyboard"] for button in row]


def entries(count: int) -> list[tuple[str, str]]:
    """A list to show."""
    return [(f"topic:{number}", f"Title {number}") for number in range(count)]


def test_more_names_the_question_and_what_was_shown() -> None:
    assert data(more(812, 3, "en")) == ["more:812:3"]


def test_choices_have_one_button_each() -> None:
    keyboard = choices(812, ["First", "Second"])
    assert data(keyboard) == ["choice:812:0", "choice:812:1"]
    assert all(len(row) == 1 for row in keyboard["inline_keyboard"])


def test_a_long_title_is_cut() -> None:
    [title] = words(choices(1, ["word " * 40]))
    assert len(title) == 60
    assert title.endswith("…")


def test_a_short_list_has_no_buttons_to_turn_pages() -> None:
    assert words(topic_list(entries(PAGE), None, 0, "topics")) == [f"Title {number}" for number in range(PAGE)]


def test_a_list_leads_up_and_to_its_other_pages() -> None:
    first = topic_list(entries(2 * PAGE + 1), "topics:0", 0, "branch:visa")
    middle = topic_list(entries(2 * PAGE + 1), "topics:0", 1, "branch:visa")
    last = topic_list(entries(2 * PAGE + 1), "topics:0", 2, "branch:visa")
    assert data(first)[PAGE:] == ["topics:0", "branch:visa:1"]
    assert data(middle)[PAGE:] == ["branch:visa:0", "topics:0", "branch:visa:2"]
    assert data(last) == ["topic:16", "branch:visa:1", "topics:0"]


@given(st.integers(0, 60), st.integers(0, 9))
def test_every_entry_is_on_exactly_one_page(count: int, beyond: int) -> None:
    pages = [topic_list(entries(count), None, page, "topics") for page in range(count // PAGE + 1 + beyond)]
    assert [code for page in pages for code in data(page) if code.startswith("topic:")] == [
        code for code, _ in entries(count)
    ]


def test_data_that_the_platform_would_refuse_are_an_error() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        topic_list([("show:" + "é" * 30, "Title")], None, 0, "topics")


def test_the_data_for_every_topic_that_ships_are_short_enough() -> None:
    assert CHECKOUT is not None
    topics = load_topics(CHECKOUT / "corpus" / "topics.yaml")
    for topic in topics.titles:
        keyboard = topic_list([(f"show:{topic}:9999", "Title")] * 30, f"branch:{topic}", 1, f"topic:{topic}")
        assert len(data(keyboard)) == PAGE + 3
