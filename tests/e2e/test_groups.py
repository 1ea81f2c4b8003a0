"""Groups: silent unless addressed."""

from __future__ import annotations

import pytest_asyncio

from tests.e2e.emulator import AdminClient
from tests.e2e.person import PATIENCE, Json, Person, answered_message

HANDS_ON = "can i examine patients during an observership on a B-1 visa"
STAY = "how long can a J-1 short-term scholar stay"


@pytest_asyncio.fixture
async def name(platform: AdminClient) -> str:
    """What the bot is called."""
    return f"@{(await platform.overview())['user']['username']}"


@pytest_asyncio.fixture
async def group(platform: AdminClient, person: Person) -> int:
    """A group in which the bot reads everything, so that silence is its own choice."""
    chat = await platform.add_chat(type="supergroup", bot_status="administrator", members={person.id: "member"})
    return int(chat["id"])


async def ask(platform: AdminClient, group: int, person: Person, text: str, **fields: object) -> Json:
    """Write into the group; give the first message that the bot sends after that."""
    after = await platform.last_event()
    await platform.say(group, text, user_id=person.id, **fields)
    return (await platform.wait_messages(group, after=after, within=PATIENCE))[0]


async def test_talk_among_people_is_not_answered(platform: AdminClient, group: int, person: Person, name: str) -> None:
    await platform.say(group, HANDS_ON, user_id=person.id)
    await platform.say(group, content={"photo": [], "caption": STAY}, user_id=person.id)
    await platform.say(group, "/dance", user_id=person.id)
    await platform.say(group, f"{name}s {HANDS_ON}", user_id=person.id)
    addressed = await platform.say(group, f"{name} {STAY}", user_id=person.id)
    [reply] = await platform.wait_messages(group, within=PATIENCE)
    assert answered_message(reply) == addressed["message_id"]
    assert "six months" in reply["text"]


async def test_a_mention_in_other_letters_is_answered(
    platform: AdminClient, group: int, person: Person, name: str
) -> None:
    reply = await ask(platform, group, person, f"{STAY} {name.upper()}")
    assert "six months" in reply["text"]


async def test_a_mention_alone_is_asked_for_words(platform: AdminClient, group: int, person: Person, name: str) -> None:
    reply = await ask(platform, group, person, name)
    assert "Please write your question in words" in reply["text"]


async def test_a_reply_to_the_bot_is_answered(platform: AdminClient, group: int, person: Person, name: str) -> None:
    first = await ask(platform, group, person, f"{name} {HANDS_ON}")
    second = await ask(platform, group, person, STAY, reply_to=first["message_id"])
    assert "six months" in second["text"]


async def test_a_mention_below_a_picture_is_answered(
    platform: AdminClient, group: int, person: Person, name: str
) -> None:
    photo = [{"file_id": "p1", "file_unique_id": "u1", "width": 90, "height": 60}]
    after = await platform.last_event()
    await platform.say(group, content={"photo": photo, "caption": f"{name} {STAY}"}, user_id=person.id)
    [reply] = await platform.wait_messages(group, after=after, within=PATIENCE)
    assert "six months" in reply["text"]


async def test_a_command_for_another_bot_is_not_answered(
    platform: AdminClient, group: int, person: Person, name: str
) -> None:
    await platform.say(group, "/help@another_bot", user_id=person.id)
    reply = await ask(platform, group, person, f"/privacy{name}")
    assert "I keep your questions" in reply["text"]
    assert len(await platform.messages(group, by_bot=True)) == 1


async def test_conversations_of_two_people_in_a_group_are_kept_apart(
    platform: AdminClient, group: int, person: Person, name: str
) -> None:
    other = await Person.arrive(platform)
    await ask(platform, group, person, f"{name} {STAY}")
    assert "There is no answer with sources yet" in (await ask(platform, group, other, f"/sources{name}"))["text"]
    assert "22 CFR 62.21" in (await ask(platform, group, person, f"/sources{name}"))["text"]


async def test_the_reply_stays_in_its_forum_topic(platform: AdminClient, person: Person, name: str) -> None:
    forum = await platform.add_chat(type="supergroup", is_forum=True, members={person.id: "member"})
    thread = await platform.add_topic(forum["id"], person.id, "Visas")
    reply = await ask(platform, forum["id"], person, f"{name} {STAY}", thread_id=thread)
    assert reply["message_thread_id"] == thread
    assert "six months" in reply["text"]
