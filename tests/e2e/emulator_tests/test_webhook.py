"""Delivery to a webhook: order, secret, repetition, answers that ask for a call."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.e2e.emulator import AdminClient

from .conftest import BotApi, serve_hook

Json = dict[str, Any]


class Receiver:
    """A bot's webhook that notes what it gets and answers as it is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[Any, str, str | None]] = []
        self.answers: dict[str, list[Response]] = {}
        self.arrived = asyncio.Event()
        self.url = ""

    async def receive(self, request: Request) -> Response:
        update = await request.json()
        message = update["message"]
        secret = request.headers.get("x-telegram-bot-api-secret-token")
        self.seen.append((message["chat"]["id"], message["text"], secret))
        self.arrived.set()
        planned = self.answers.get(message["text"], [])
        return planned.pop(0) if planned else Response()

    async def wait(self, number: int) -> list[str]:
        """Wait until `number` posts have come; return their texts."""
        async with asyncio.timeout(10):
            while len(self.seen) < number:
                self.arrived.clear()
                await self.arrived.wait()
        return [text for _, text, _ in self.seen]


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver that serves on loopback."""
    receiver = Receiver()
    async with serve_hook(receiver.receive) as receiver.url:
        yield receiver


async def test_waiting_and_new_updates_are_posted_in_order_with_the_secret(
    telegram: AdminClient, api: BotApi, receiver: Receiver
) -> None:
    chat_id = (await telegram.add_user())["id"]
    await telegram.say(chat_id, "before")

    await api.ok("setWebhook", url=receiver.url, secret_token="s3cret_-")
    for text in ("one", "two", "three"):
        await telegram.say(chat_id, text)
    await telegram.wait_confirmed()

    assert receiver.seen == [(chat_id, text, "s3cret_-") for text in ("before", "one", "two", "three")]
    info = await api.ok("getWebhookInfo")
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == (receiver.url, 0, 40)
    assert "last_error_date" not in info


async def test_a_failing_update_is_repeated_and_holds_up_its_own_chat_only(
    telegram: AdminClient, api: BotApi, receiver: Receiver
) -> None:
    slow, other = (await telegram.add_user())["id"], (await telegram.add_user())["id"]
    receiver.answers["one"] = [Response(status_code=500), Response(status_code=502)]
    await api.ok("setWebhook", url=receiver.url)

    await telegram.say(slow, "one")
    await receiver.wait(1)
    await telegram.say(slow, "two")
    await telegram.say(other, "three")
    await telegram.wait_confirmed()

    assert [text for chat_id, text, _ in receiver.seen if chat_id == slow] == ["one", "one", "one", "two"]
    assert [text for _, text, _ in receiver.seen].index("three") < 4
    info = await api.ok("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 502 Bad Gateway"


async def test_updates_wait_while_nobody_listens(telegram: AdminClient, api: BotApi, receiver: Receiver) -> None:
    chat_id = (await telegram.add_user())["id"]
    await api.ok("setWebhook", url="http://127.0.0.1:1/hook")
    await telegram.say(chat_id, "one")
    await telegram.wait_events("webhook_error")
    assert (await api.ok("getWebhookInfo"))["pending_update_count"] == 1

    await api.ok("setWebhook", url=receiver.url)
    await telegram.wait_confirmed()

    assert await receiver.wait(1) == ["one"]


async def test_retry_after_comes_before_the_usual_delay(telegram: AdminClient, api: BotApi, receiver: Receiver) -> None:
    chat_id = (await telegram.add_user())["id"]
    receiver.answers["one"] = [Response(status_code=429, headers={"retry-after": "0.05"})]
    await telegram.change_bot(webhook_delay=60)
    await api.ok("setWebhook", url=receiver.url)

    await telegram.say(chat_id, "one")

    assert await receiver.wait(2) == ["one", "one"]


async def test_the_answer_may_ask_for_a_call(telegram: AdminClient, api: BotApi, receiver: Receiver) -> None:
    chat_id = (await telegram.add_user())["id"]
    call = {"method": "sendMessage", "chat_id": chat_id, "text": "at once"}
    receiver.answers["one"] = [JSONResponse(call)]
    receiver.answers["two"] = [JSONResponse({"method": "deleteWebhook"})]
    await api.ok("setWebhook", url=receiver.url)

    await telegram.say(chat_id, "one")
    await telegram.say(chat_id, "two")
    await telegram.wait_confirmed()

    [message] = await telegram.wait_messages(chat_id)
    assert message["text"] == "at once"
    assert (await api.ok("getWebhookInfo"))["url"] == receiver.url


async def test_deleting_the_webhook_stops_delivery(telegram: AdminClient, api: BotApi, receiver: Receiver) -> None:
    chat_id = (await telegram.add_user())["id"]
    await api.ok("setWebhook", url=receiver.url)
    await api.ok("setWebhook", url="")
    await telegram.say(chat_id, "one")

    [update] = await api.ok("getUpdates")

    assert update["message"]["text"] == "one"
    assert receiver.seen == []
    await api.ok("deleteWebhook", drop_pending_updates=True)
    assert await api.ok("getUpdates") == []


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"url": "ftp://x.org"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "x" * 257}, "secret token is too long"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "é"}, "secret token contains unallowed characters"),
    ],
)
async def test_webhooks_that_are_refused(api: BotApi, params: Json, error: str) -> None:
    assert await api.refused("setWebhook", **params) == f"400 Bad Request: {error}"
