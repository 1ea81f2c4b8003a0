"""Trouble at the platform: nothing is lost, nothing is said twice, and one chat's trouble is its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from advisor.store import Outgoing, Store
from tests.e2e.emulator import AdminClient
from tests.e2e.person import PATIENCE, Json, Person, answered_message
from tests.e2e.process import BotProcess

HANDS_ON = "can i examine patients during an observership on a B-1 visa"
STAY = "how long can a J-1 short-term scholar stay"


async def once_each(person: Person, questions: list[Json]) -> None:
    """Wait until the bot replied to every question; it must have done so once, in order."""
    asked = [question["message_id"] for question in questions]
    sent = await person.platform.wait_messages(person.id, len(asked), within=PATIENCE)
    assert [answered_message(reply) for reply in sent] == asked


async def test_429_silences_the_whole_bot_for_as_long_as_it_says(platform: AdminClient, person: Person) -> None:
    other = await Person.arrive(platform)
    await platform.add_fault("too_many_requests", method="sendMessage", chat_id=person.id, retry_after=2)
    before = (await platform.overview())["last_call"]
    first = await platform.say(person.id, HANDS_ON)
    refused = await _refused(platform, before)
    second = await platform.say(other.id, STAY)
    await once_each(person, [first])
    await once_each(other, [second])
    later = await platform.calls("sendMessage,sendChatAction", after=refused["seq"])
    assert later
    assert all(call["started"] > refused["finished"] + 1.95 for call in later)


async def _refused(platform: AdminClient, after: int) -> Json:
    """The call that was met with an ordered fault, once it is over."""
    seen = 0
    while True:
        calls = await platform.wait_calls("sendMessage", seen + 1, after=after, within=PATIENCE)
        hit = [call for call in calls if call["fault"] and call["finished"]]
        if hit:
            return hit[0]
        seen = len(calls) - 1
        await asyncio.sleep(0)


async def test_limits_that_many_questions_run_into_lose_none(platform: AdminClient) -> None:
    people = [await Person.arrive(platform) for _ in range(4)]
    await platform.set_limits(overall_per_second=3)
    asked = {person: [await platform.say(person.id, STAY) for _ in range(2)] for person in people}
    for person, questions in asked.items():
        await once_each(person, questions)
    await platform.set_limits()


async def test_a_failed_sending_is_tried_again(platform: AdminClient) -> None:
    faults: tuple[dict[str, Any], ...] = (
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 502},
        {"kind": "drop"},
        {"kind": "broken_json"},
    )
    people = [await Person.arrive(platform) for _ in faults]
    for person, fault in zip(people, faults, strict=True):
        await platform.add_fault(**fault, method="sendMessage", chat_id=person.id, count=2)
    asked = [[await platform.say(person.id, ask) for ask in (STAY, HANDS_ON)] for person in people]
    for person, questions in zip(people, asked, strict=True):
        await once_each(person, questions)
    assert await platform.waiting_faults() == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop"},
        {"kind": "drop", "after": True},
        {"kind": "broken_json", "after": True},
        {"kind": "status", "status": 502},
        {"kind": "too_many_requests", "retry_after": 1},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
async def test_a_torn_long_poll_loses_no_question(platform: AdminClient, person: Person, fault: dict[str, Any]) -> None:
    await platform.add_fault(**fault, method="getUpdates")
    first = await platform.say(person.id, STAY)  # ends the long poll that is open; the next one is torn
    second = await platform.say(person.id, HANDS_ON)
    await once_each(person, [first, second])
    assert await platform.waiting_faults() == []


async def test_a_lost_typing_signal_holds_nothing_up(platform: AdminClient, person: Person) -> None:
    await platform.add_fault("status", method="sendChatAction", chat_id=person.id, status=500, count=5)
    await once_each(person, [await platform.say(person.id, STAY)])


async def test_somebody_who_blocked_the_bot_is_given_up(platform: AdminClient, person: Person) -> None:
    await platform.add_fault("status", method="sendMessage", chat_id=person.id, status=500, count=1000)
    await platform.say(person.id, STAY)
    await platform.wait_calls("sendMessage", within=PATIENCE)
    await platform.set_bot_status(person.id, person.id, "kicked")
    await platform.clear_faults()
    other = await Person.arrive(platform)
    assert "six months" in (await other.ask(STAY))["text"]
    await platform.set_bot_status(person.id, person.id, "member")
    again = await platform.say(person.id, HANDS_ON)
    replies = await platform.wait_messages(person.id, within=PATIENCE)
    assert [answered_message(reply) for reply in replies] == [again["message_id"]]


async def test_one_chat_is_served_in_order_while_another_waits_for_nobody(
    platform: AdminClient, person: Person
) -> None:
    await platform.add_fault("status", method="sendMessage", chat_id=person.id, status=500, count=1000)
    held_up = [await platform.say(person.id, STAY), await platform.say(person.id, HANDS_ON)]
    other = await Person.arrive(platform)
    assert "six months" in (await other.ask(STAY))["text"]
    assert await person.replies() == []
    await platform.clear_faults()
    await once_each(person, held_up)


async def test_update_ids_may_start_anew(platform: AdminClient, person: Person) -> None:
    first = await platform.say(person.id, STAY)
    await once_each(person, [first])
    await platform.renumber_updates(5_000)
    second = await platform.say(person.id, HANDS_ON)
    await platform.renumber_updates(900_000_000)
    third = await platform.say(person.id, STAY)
    await once_each(person, [first, second, third])


async def test_an_update_that_comes_twice_is_answered_once(platform: AdminClient, person: Person) -> None:
    posted = await platform.post(person.id, STAY)
    first = posted["message"]
    await once_each(person, [first])
    await platform.wait_confirmed(within=PATIENCE)
    await platform.renumber_updates(posted["update_id"])
    await platform.inject("message", first)
    await once_each(person, [first, await platform.say(person.id, HANDS_ON)])


async def test_an_update_that_cannot_be_read_stops_nobody(platform: AdminClient, person: Person) -> None:
    await platform.inject("message", {"message_id": 1})
    await platform.inject("message", {"message_id": "x", "chat": {"id": person.id, "type": "private"}, "date": "never"})
    await platform.inject("message", {"chat": "nowhere"})
    await platform.inject("spaceship", {"chat": {"id": person.id}, "landed": True})
    await once_each(person, [await platform.say(person.id, STAY)])


async def test_what_the_platform_refuses_is_mended_or_given_up(
    telegram: AdminClient, bot: Callable[..., BotProcess]
) -> None:
    broken, endless = await Person.arrive(telegram), await Person.arrive(telegram)
    process = bot()
    store = await Store.open(process.database_url)
    for update_id, chat, text in (
        (1, broken.id, "<b>Six <i>months</b></i> &amp; no &lt;more&gt;"),
        (2, endless.id, "x" * 5000),
    ):
        await store.receive([(update_id, chat, {"update_id": update_id})])
        payload = {"chat_id": chat, "text": text, "parse_mode": "HTML"}
        await store.finish(update_id, chat, [Outgoing("sendMessage", payload)])
    await store.close()
    question = await telegram.say(endless.id, STAY)
    process.start()
    [plain] = await telegram.wait_messages(broken.id, within=PATIENCE)
    assert plain["text"] == "Six months & no <more>"
    await once_each(endless, [question])
    assert process.stop() == 0
    store = await Store.open(process.database_url)
    assert await store.counts() == {"updates": 0, "messages": 0}
    await store.close()
    events = [json.loads(line)["event"] for line in process.log.splitlines()]
    assert events.count("call_refused") == 2
    assert not any(word in process.log for word in ("months", "xxxx", "Traceback"))
