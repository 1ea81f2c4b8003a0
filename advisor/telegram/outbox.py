"""Sending: what the outbox holds goes out in order, is retried until it can go, and is marked when it went."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import stamina
import structlog
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from advisor.store import Store, StoredMessage

__all__ = ["Halt", "Sender", "seconds_of"]

log = structlog.get_logger(__name__)

_LONGEST_WAIT = 30.0
_TAG = re.compile(r"<[^<>]*>")


class Halt:
    """A pause of the whole bot: after a 429 the platform refuses every call, whatever the chat, until it is over."""

    def __init__(self) -> None:
        self._until = 0.0

    def extend(self, seconds: float) -> None:
        """Let nobody send for `seconds` from now."""
        self._until = max(self._until, asyncio.get_running_loop().time() + seconds)

    async def over(self) -> None:
        """Wait until sending is allowed; a pause that grows meanwhile is waited out too."""
        while True:
            left = self._until - asyncio.get_running_loop().time()
            if left <= 0:
                return
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
        except (BadRequest, ChatMigrated) as error:
            await self._refused(message, error)
        else:
            await self._sent(message, result)

    async def _refused(self, message: StoredMessage, error: BadRequest | ChatMigrated) -> None:
        """A call the platform will not take as it is: mended if we know how, otherwise never sent."""
        # Only the beginning is logged: behind the colon the platform may quote the message.
        log.warning("call_refused", method=message.method, why=error.message.partition(":")[0])
        mended = _mended(message.payload, error)
        if mended is None:
            await self._store.gave_up(message.id, error.message)
            return
        try:
            result = await self._retried(message.method, mended)
        except (BadRequest, Forbidden, ChatMigrated) as again:
            await self._store.gave_up(message.id, again.message)
        else:
            await self._sent(message, result)

    async def _sent(self, message: StoredMessage, result: Any) -> None:
        await self._store.sent(message.id, result.get("message_id") if isinstance(result, dict) else None)

    async def signal(self, method: str, payload: dict[str, Any]) -> None:
        """A call that may be lost, such as the typing signal: tried once, and not while the bot is halted."""
        try:
            await self._halt.over()
            await self._bot.do_api_request(method, api_kwargs=_encoded(payload))
        except RetryAfter as error:
            self._halt.extend(seconds_of(error))
        except TelegramError as error:
            log.debug("signal_lost", method=method, kind=type(error).__name__)

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
            self._halt.extend(seconds_of(error))
            log.info("halted", seconds=seconds_of(error))
            return timedelta(0)  # the halt itself is waited out by everybody
        if isinstance(error, BadRequest | Forbidden | ChatMigrated) or not isinstance(error, TelegramError):
            return False
        log.warning("call_failed", kind=type(error).__name__)
        return True


def _mended(payload: dict[str, Any], error: BadRequest | ChatMigrated) -> dict[str, Any] | None:
    """The arguments of a refused call without what was wrong with them; None if we cannot mend it."""
    if isinstance(error, ChatMigrated):  # a group became a supergroup, which has another id
        return payload | {"chat_id": error.new_chat_id}
    if "parse entities" in error.message and "parse_mode" in payload:
        plain = {key: value for key, value in payload.items() if key != "parse_mode"}
        return plain | {"text": unescape(_TAG.sub("", str(payload["text"])))}
    return None


def seconds_of(error: RetryAfter) -> float:
    """How long the platform wants us to be silent."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _encoded(payload: dict[str, Any]) -> dict[str, Any]:
    """Nested arguments as JSON text, as the platform wants them."""
    return {key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in payload.items()}
