"""Receiving: committed first, confirmed after."""

from __future__ import annotations

import json
from typing import Any

import pytest
from telegram import Bot

from advisor.errors import ChannelError
from advisor.store import Store
from advisor.telegram.inbox import ALLOWED_UPDATES, chat_of, poll
from tests.telegram.transport import Call, Transport, connected, result

pytestmark = [pytest.mark.usefixtures("no_waiting"), pytest.mark.filterwarnings("ignore:Please use 'Bot")]

Answer = tuple[int, dict[str, Any]]
WITHDRAWN: Answer = (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
ME = result({"id": 1, "is_bot": True, "first_name": "Test", "username": "test_bot"})


def update(update_id: int, chat_id: int = 5) -> dict[str, Any]:
    """An update as the platform hands it out."""
    return {"update_id": update_id, "message": {"message_id": update_id, "chat": {"id": chat_id}, "text": "?"}}


def script(*answers: Answer) -> Transport:
    """A connection that answers so, one call after another, and then refuses the token."""
    left = iter(answers)
    return Transport(lambda call: ME if call.method == "getMe" else next(left, WITHDRAWN))


async def run(polling: Transport, store: Store) -> list[tuple[int, int]]:
    """Poll until the token is refused; give (chat, update) of what arrived."""
    arrived: list[tuple[int, int]] = []
    bot: Bot = connected(Transport(lambda call: ME), polling)
    async with bot:
        with pytest.raises(ChannelError, match="refuses the token"):
            await poll(bot, store, 25, lambda chat, number, raw: arrived.append((chat, number)))
    return arrived


async def test_polls_go_through_their_own_pool_and_outlast_the_long_poll(store: Store) -> None:
    polling = script(result([]))
    await run(polling, store)
    assert [call.method for call in polling.calls] == ["getUpdates", "getUpdates"]
    assert {call.read_timeout for call in polling.calls} == {35}
    assert polling.calls[0].arguments == {"timeout": 25, "limit": 100, "allowed_updates": ALLOWED_UPDATES}


async def test_the_offset_rises_only_after_the_commit(store: Store) -> None:
    committed: list[list[int]] = []
    reads = iter([result([update(7), update(8, chat_id=6)]), result([update(9)])])

    class Watched(Store):
        async def receive(self, raw: Any) -> list[int]:
            new = await super().receive(raw)
            committed.append(new)
            return new

    offsets: list[object] = []

    def answer(call: Call) -> Answer:
        offsets.append((call.arguments.get("offset"), [number for batch in committed for number in batch]))
        return next(reads, WITHDRAWN)

    watched = Watched(store._engine)
    assert await run(Transport(answer), watched) == [(5, 7), (6, 8), (5, 9)]
    assert offsets == [(None, []), (9, [7, 8]), (10, [7, 8, 9])]


async def test_what_cannot_be_kept_is_not_confirmed(store: Store) -> None:
    class Failing(Store):
        failures = 2

        async def receive(self, raw: Any) -> list[int]:
            if self.failures:
                self.failures -= 1
                raise OSError("the disk is full")
            return await super().receive(raw)

    polling = script(result([update(7)]))
    assert await run(polling, Failing(store._engine)) == [(5, 7)]
    assert [call.arguments.get("offset") for call in polling.calls] == [None, 8]
    assert [row["update_id"] for row in await store.undone()] == [7]


async def test_an_update_delivered_twice_arrives_once(store: Store) -> None:
    assert await run(script(result([update(7)]), result([update(7), update(8)])), store) == [(5, 7), (5, 8)]


async def test_ids_may_start_anew(store: Store) -> None:
    polling = script(result([update(900)]), result([update(3)]))
    assert await run(polling, store) == [(5, 900), (5, 3)]
    assert [call.arguments.get("offset") for call in polling.calls] == [None, 901, 4]


@pytest.mark.parametrize("code", [400, 409, 500, 502])
async def test_a_failed_poll_is_tried_again(store: Store, code: int) -> None:
    failed = (code, {"ok": False, "error_code": code, "description": "trouble"})
    assert await run(script(failed, failed, result([update(7)])), store) == [(5, 7)]


@pytest.mark.parametrize(
    ("raw", "chat"),
    [
        (update(1, chat_id=-100), -100),
        ({"update_id": 1, "callback_query": {"message": {"chat": {"id": 4}}}}, 4),
        ({"update_id": 1, "callback_query": {"inline_message_id": "x"}}, 0),
        ({"update_id": 1, "poll": {"id": "1"}}, 0),
        ({"update_id": 1, "message": {"chat": "nowhere"}}, 0),
        ({"update_id": 1, "message": {"chat": {}}}, 0),
        ({"update_id": 1}, 0),
    ],
    ids=json.dumps,
)
def test_the_chat_of_an_update(raw: dict[str, Any], chat: int) -> None:
    assert chat_of(raw) == chat
