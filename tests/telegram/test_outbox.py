"""Sending: in order, until it goes, and never what can never go."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from advisor.store import Outgoing, Store
from advisor.telegram.outbox import Halt, Sender
from tests.telegram.transport import Call, Transport, connected, result

pytestmark = [
    pytest.mark.usefixtures("no_waiting"),
    pytest.mark.filterwarnings("ignore:Please use 'Bot", "ignore:.*retry_after"),
]

CHAT = 5
SENT = result({"message_id": 77})


def refused(code: int, description: str, **parameters: int) -> tuple[int, dict[str, Any]]:
    """The answer to a call that the platform does not take."""
    return code, {"ok": False, "error_code": code, "description": description, "parameters": parameters}


async def flushed(store: Store, texts: list[str], *answers: tuple[int, dict[str, Any]]) -> list[Call]:
    """Send texts to a platform that answers so, one call after another; give the calls."""
    await store.receive([(1, CHAT, {})])
    calls = [Outgoing("sendMessage", {"chat_id": CHAT, "text": text, "parse_mode": "HTML"}) for text in texts]
    await store.finish(1, CHAT, calls)
    left = iter(answers)
    transport = Transport(lambda call: next(left))
    await Sender(connected(transport), store).flush(CHAT)
    assert next(left, None) is None
    return transport.calls


async def test_messages_go_out_in_order_and_once(store: Store) -> None:
    calls = await flushed(store, ["first", "second"], SENT, SENT)
    assert [(call.method, call.arguments["text"]) for call in calls] == [
        ("sendMessage", "first"),
        ("sendMessage", "second"),
    ]
    assert await store.unsent() == []


@pytest.mark.parametrize("code", [401, 404, 409, 500, 502])
async def test_trouble_that_passes_is_waited_out(store: Store, code: int) -> None:
    calls = await flushed(store, ["first"], refused(code, "trouble"), refused(code, "trouble"), SENT)
    assert len(calls) == 3
    assert await store.unsent() == []


@pytest.mark.parametrize(
    "answer",
    [
        refused(403, "Forbidden: bot was blocked by the user"),
        refused(400, "Bad Request: chat not found"),
        refused(400, "Bad Request: message is too long"),
    ],
    ids=lambda answer: answer[1]["description"],
)
async def test_what_can_never_go_is_given_up_and_the_next_goes(
    store: Store, answer: tuple[int, dict[str, Any]]
) -> None:
    calls = await flushed(store, ["first", "second"], answer, SENT)
    assert [call.arguments["text"] for call in calls] == ["first", "second"]
    assert await store.unsent() == []


async def test_refused_marks_are_left_out(store: Store) -> None:
    broken = refused(400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0')
    _, plain = await flushed(store, ['<x>a</x> &lt; <a href="https://example.org">[1]</a>'], broken, SENT)
    assert plain.arguments == {"chat_id": CHAT, "text": "a < [1]"}
    assert await store.unsent() == []


async def test_a_group_that_became_a_supergroup_is_followed(store: Store) -> None:
    moved = refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1005)
    _, again = await flushed(store, ["first"], moved, SENT)
    assert again.arguments["chat_id"] == -1005
    assert await store.unsent() == []


async def test_a_signal_is_tried_once(store: Store) -> None:
    transport = Transport(lambda call: refused(500, "trouble"))
    await Sender(connected(transport), store).signal("sendChatAction", {"chat_id": CHAT, "action": "typing"})
    assert len(transport.calls) == 1


async def test_nested_arguments_are_sent_as_json(store: Store) -> None:
    transport = Transport(lambda call: SENT)
    payload = {"chat_id": CHAT, "reply_markup": {"inline_keyboard": [[{"text": "é"}]]}}
    await Sender(connected(transport), store).signal("sendMessage", payload)
    assert transport.calls[0].arguments["reply_markup"] == '{"inline_keyboard": [[{"text": "\\u00e9"}]]}'


async def test_a_halt_that_grows_is_waited_out_to_its_end() -> None:
    halt, clock = Halt(), asyncio.get_running_loop().time
    await halt.over()
    end = clock() + 0.05
    halt.extend(0.05)
    halt.extend(0.01)
    await halt.over()
    assert clock() >= end
