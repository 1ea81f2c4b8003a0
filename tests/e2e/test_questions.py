"""Questions in a private chat: every kind of text gets a fitting reply."""

from __future__ import annotations

import pytest

from tests.e2e.emulator import AdminClient
from tests.e2e.person import PATIENCE, Person, answered_message, links

HANDS_ON = "can i examine patients during an observership on a B-1 visa"
STAY = "how long can a J-1 short-term scholar stay"
STORY = f"{HANDS_ON}? " + "I am a doctor from abroad and I ask for a friend too. " * 190
NOTICE = "not legal advice"
PHOTO = {"photo": [{"file_id": "p1", "file_unique_id": "u1", "width": 90, "height": 60}]}


DETECTED = {"url", "hashtag"}
"""What Telegram marks by itself."""


def raw_message(person: Person, text: str) -> dict[str, object]:
    """A message as no app would send it."""
    chat = {"id": person.id, "type": "private", "first_name": "Test"}
    sender = {"id": person.id, "is_bot": False, "first_name": "Test", "language_code": "en"}
    return {"message_id": 9_999, "date": 1_790_000_000, "chat": chat, "from": sender, "text": text}


async def test_an_answer_replies_to_its_question_and_lists_its_sources(platform: AdminClient, person: Person) -> None:
    question = await platform.say(person.id, HANDS_ON)
    [reply] = await platform.wait_messages(person.id, within=PATIENCE)
    assert answered_message(reply) == question["message_id"]
    title = "May an observer examine patients on a B-1 visa?"
    assert reply["text"].startswith(f"{title}\nNo. A visitor on a B-1 visa may watch")
    assert "1. 9 FAM 402.2-5(E) — U.S. Department of State, as of 2024-09, read second-hand" in reply["text"]
    assert set(links(reply)) >= {"https://fam.state.gov/FAM/09FAM/09FAM040202.html"}
    assert "expandable_blockquote" in {entity["type"] for entity in reply["entities"]}
    assert reply["link_preview_options"] == {"is_disabled": True}


async def test_the_notice_on_legal_advice_is_given_once_in_a_conversation(person: Person) -> None:
    first, second = await person.ask(HANDS_ON), await person.ask(STAY)
    assert NOTICE in first["text"]
    assert NOTICE not in second["text"]


async def test_the_typing_signal_is_shown_while_the_answer_is_made(platform: AdminClient, person: Person) -> None:
    await person.ask(STORY[:4096])  # long enough that the signal is out before the answer is ready
    [typing, *_] = await platform.wait_events("action", chat_id=person.id, within=PATIENCE)
    assert typing["action"] == "typing"


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("my mother has a rash on her arm, what is it", "I cannot advise on health"),
        ("how does a foreign nurse get a licence", "The nursing board of the state"),
        ("write a python script that sorts a list", "I answer only questions on observerships"),
        ("i am thinking of ending my life", "988"),
    ],
)
async def test_what_is_not_ours_is_declined_kindly(person: Person, question: str, reply: str) -> None:
    assert reply in (await person.ask(question))["text"]


async def test_a_follow_up_leans_on_the_question_before(person: Person) -> None:
    await person.ask(STAY)
    assert "six months" in (await person.ask("and the maximum duration?"))["text"]


async def test_several_questions_are_answered_one_by_one(person: Person) -> None:
    text = (await person.ask(f"1. {HANDS_ON}?\n2. {STAY}?"))["text"]
    assert (
        text.index("1. can i examine") < text.index("may watch") < text.index("2. how long") < text.index("six months")
    )


async def test_ten_thousand_characters_are_read(platform: AdminClient, person: Person) -> None:
    assert len(STORY) > 10_000
    await platform.inject("message", raw_message(person, STORY))
    [reply] = await platform.wait_messages(person.id, within=PATIENCE)
    assert "not sure" in reply["text"] or "examine" in reply["text"] or "I answer only" in reply["text"]


@pytest.mark.parametrize("text", ["😀", "🩺🏥👩🏽‍⚕️", "???", "…"])
async def test_a_message_without_words_is_asked_for_words(person: Person, text: str) -> None:
    assert "Please write your question in words" in (await person.ask(text))["text"]


async def test_an_empty_message_is_asked_for_words(platform: AdminClient, person: Person) -> None:
    await platform.inject("message", raw_message(person, ""))
    [reply] = await platform.wait_messages(person.id, within=PATIENCE)
    assert "Please write your question in words" in reply["text"]


async def test_a_question_written_from_right_to_left_is_answered(platform: AdminClient) -> None:
    person = await Person.arrive(platform, language="ar")
    reply = await person.ask("هل يمكنني فحص المرضى بتأشيرة زيارة B-1")
    assert "may watch the work of physicians" in reply["text"]
    assert "https://fam.state.gov/FAM/09FAM/09FAM040202.html" in links(reply)


@pytest.mark.parametrize(
    "marks",
    [
        "<b>bold</b> & <a href='https://example.org'>link</a> </blockquote>",
        "*bold* _italic_ [link](https://example.org) `code` ~~x~~ ||y||",
        "&lt;b&gt; &amp; &#x41; <script>alert(1)</script> <unclosed",
    ],
)
async def test_marks_in_a_question_are_shown_as_written(person: Person, marks: str) -> None:
    reply = await person.ask(f"1. {HANDS_ON} {marks}\n2. {STAY}")
    assert f"1. {HANDS_ON} {marks}" in reply["text"]
    assert {entity["type"] for entity in reply["entities"]} <= {"bold", "text_link", "expandable_blockquote", *DETECTED}


async def test_a_picture_without_words_is_met_with_a_request_for_words(person: Person) -> None:
    assert "I can read text only" in (await person.ask(content=PHOTO))["text"]


async def test_the_caption_of_a_picture_is_a_question(person: Person) -> None:
    assert "six months" in (await person.ask(content=PHOTO | {"caption": STAY}))["text"]


async def test_an_edited_question_is_not_answered_twice(platform: AdminClient, person: Person) -> None:
    question = await platform.say(person.id, HANDS_ON)
    await platform.wait_messages(person.id, within=PATIENCE)
    await platform.edit(person.id, question["message_id"], f"{HANDS_ON}?")
    await person.ask(STAY)  # one chat is dealt with in order, so the edit is done with when this is answered
    answered = [answered_message(reply) for reply in await person.replies()]
    assert answered.count(question["message_id"]) == 1
    assert len(answered) == 2
