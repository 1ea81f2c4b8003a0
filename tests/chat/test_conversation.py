"""Conversations and the topic tree, on the index of the small corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.answer import Advisor, AnswerStatus, Block, Line
from advisor.chat import Conversation, Memory, TopicBrowser
from advisor.corpus.topics import load_topics

STAY = "how long can a J-1 short-term scholar stay"
HANDS_ON = "can i examine patients during an observership on a B-1 visa"


@pytest.fixture
def conversation(advisor: Advisor) -> Conversation:
    return Conversation(advisor)


@pytest.fixture
def browser(advisor: Advisor, small_corpus: Path) -> TopicBrowser:
    return TopicBrowser(load_topics(small_corpus / "topics.yaml"), advisor)


def test_a_first_question_is_answered_by_itself(conversation: Conversation) -> None:
    answer = conversation.reply(STAY, None)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.passages[0].id == "exchange-visitor#short-term"


def test_a_follow_up_is_answered_in_the_light_of_the_question_before(conversation: Conversation) -> None:
    previous = Memory.of(conversation.reply(STAY, None))
    assert conversation.reply("and the maximum?", None).status is not AnswerStatus.ANSWERED
    answer = conversation.reply("and the maximum?", previous)
    assert answer.passages[0].id == "exchange-visitor#short-term"
    assert answer.question.startswith(STAY)


def test_a_new_question_does_not_lean_on_the_one_before(conversation: Conversation) -> None:
    previous = Memory.of(conversation.reply(STAY, None))
    answer = conversation.reply(HANDS_ON, previous)
    assert answer.question == HANDS_ON
    assert answer.passages[0].id == "visitor-visa#hands-on"


def test_a_short_question_that_is_clear_by_itself_is_not_joined(conversation: Conversation) -> None:
    previous = Memory.of(conversation.reply(HANDS_ON, None))
    answer = conversation.reply("is HIPAA training required for observers, and is it there", previous)
    assert answer.passages[0].id == "observer-conduct#hipaa"


def test_the_language_of_the_app_counts_where_the_text_does_not_tell(conversation: Conversation) -> None:
    assert conversation.reply("😀", None, "es").language == "es"


def test_what_is_remembered_survives_being_stored(conversation: Conversation) -> None:
    memory = Memory.of(conversation.reply(STAY, None))
    assert memory.sources
    assert Memory.model_validate(memory.model_dump(mode="json")) == memory


def blocks(*lengths: int) -> tuple[Block, ...]:
    """Blocks of so many characters."""
    return tuple(Block(title=None, lines=(Line(text="x" * length),)) for length in lengths)


@pytest.mark.parametrize(
    ("lengths", "shown", "taken"),
    [
        ((100, 100, 100), 0, 2),
        ((100, 100, 100), 2, 1),
        ((100, 100, 100), 3, 0),
        ((900, 100), 0, 1),
        ((), 0, 0),
    ],
)
def test_more_gives_as_many_blocks_as_the_budget_holds_but_at_least_one(
    lengths: tuple[int, ...], shown: int, taken: int
) -> None:
    memory = Memory(question="?", language="en", rest=blocks(*lengths))
    given, now_shown = Conversation.more(memory, shown, 250)
    assert given == memory.rest[shown : shown + taken]
    assert now_shown == shown + taken


def test_the_tree_shows_branches_that_have_questions(browser: TopicBrowser) -> None:
    assert [key for key, _ in browser.branches()] == ["visa", "observership"]


def test_the_leaves_of_a_branch(browser: TopicBrowser) -> None:
    assert browser.leaves("observership") == [
        ("observership.conduct", "What an observer may do"),
        ("observership.applying", "Finding and applying"),
    ]
    assert browser.leaves("world") == []
    assert browser.leaves("nowhere") == []


def test_the_questions_of_a_topic_lead_to_their_passages(browser: TopicBrowser, advisor: Advisor) -> None:
    questions = browser.questions("observership.applying")
    assert len(questions) == 9
    assert questions[0] == ("observer-conduct#ecfmg", "Does an observer need an ECFMG certificate?")
    for identity, title in questions:
        shown = advisor.show(identity)
        assert shown is not None
        assert shown.question == title
    assert browser.questions("world.gb") == []
