"""Sending: what the outbox holds goes out in order, is retried until it can go, and is marked when it went."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import stamina
import structlog
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from advisor.store import Store, StoredMessage

__all__ = ["Halt", "Sender"]

log = structlog.get_logger(__name__)

_LONGEST_WAIT = 30.0


class Halt:
    """A pause of the whole bot: after a 429 the platform refuses every call, whatever the chat, until it is over."""

    def __init__(self) -> None:
        self._until = 0.0

    def extend(self, seconds: float) -> None:
        """Let nobody send for `seconds` from now."""
        self._until = max(self._until, asyncio.get_running_loop().time() + seconds)

    async def over(self) -> None:
        """Wait until sending is allowed; a pause that grows meanwhile is waited out too."""
        while (left := self._until - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(left)


class Sender:
    """Sends what the outbox holds.

    Args:
        bot: The connection.
        store: The outbox.
    """

    def __init__(self, bot: Bot, store: Store) -> None:
        self._bot = bot
        self._store = store
        self._halt = Halt()

    async def flush(self, chat_id: int) -> None:
        """Send what waits for one chat, in order; each is marked before the next is tried."""
        for message in await self._store.unsent(chat_id):
            await self._deliver(message)

    async def _deliver(self, message: StoredMessage) -> None:
        try:
            result = await self._retried(message.method, message.payload)
        except Forbidden:
            await self._store.gave_up(message.id, "blocked by the user")
        except BadRequest as error:
            await self._refused(message, error)
        else:
            await self._store.sent(message.id, result.get("message_id") if isinstance(result, dict) else None)

    async def _refused(self, message: StoredMessage, error: BadRequest) -> None:
        """A call the platform will not take as it is: without marks if those are at fault, otherwise never."""
        log.warning("call_refused", method=message.method, why=error.message)
        if "parse entities" in error.message and "parse_mode" in message.payload:
            plain = {key: value for key, value in message.payload.items() if key != "parse_mode"}
            try:
                result = await self._retried(message.method, plain)
            except TelegramError as again:
                await self._store.gave_up(message.id, again.message)
            else:
                await self._store.sent(message.id, result.get("message_id") if isinstance(result, dict) else None)
        else:
            await self._store.gave_up(message.id, error.message)

    async def signal(self, method: str, payload: dict[str, Any]) -> None:
        """A call that may be lost, such as the typing signal: tried once, and not while the bot is halted."""
        try:
            await self._halt.over()
            await self._bot.do_api_request(method, api_kwargs=_encoded(payload))
        except RetryAfter as error:
            self._halt.extend(_seconds(error))
        except TelegramError as error:
            log.debug("signal_lost", method=method, why=error.message)

    async def _retried(self, method: str, payload: dict[str, Any]) -> Any:
        """Call until the platform takes it or refuses it for good."""
        async for attempt in stamina.retry_context(
            on=self._wait_for, attempts=None, timeout=None, wait_initial=0.5, wait_max=_LONGEST_WAIT
        ):
            with attempt:
                await self._halt.over()
                return await self._bot.do_api_request(method, api_kwargs=_encoded(payload))
        raise AssertionError("unreachable")

    def _wait_for(self, error: Exception) -> bool | timedelta:
        """Whether and how long to wait before another try."""
        if isinstance(error, RetryAfter):
            self._halt.extend(_seconds(error))
            log.info("halted", seconds=_seconds(error))
            return timedelta(0)  # the halt itself is waited out by everybody
        return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _encoded(payload: dict[str, Any]) -> dict[str, Any]:
    """Nested arguments as JSON text, as the platform wants them."""
    return {key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in payload.items()}
