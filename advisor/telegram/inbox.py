"""Receiving: each update is on our disk before the platform is told that it was received.

python-telegram-bot's own loop confirms an update before its handler runs, so a process that dies loses it; this loop
raises the offset only after the commit. Updates are told apart by id, not by a high-water mark: ids may start anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import stamina
import structlog
from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, Forbidden, InvalidToken, RetryAfter, TelegramError

from advisor.errors import ChannelError
from advisor.store import Store
from advisor.telegram.outbox import seconds_of

__all__ = ["ALLOWED_UPDATES", "chat_of", "poll"]

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
"""The kinds of update that the bot wants."""

_BATCH = 100
_MARGIN = 10
_LONGEST_WAIT = 30.0


def chat_of(raw: dict[str, Any]) -> int:
    """The chat that an update belongs to; 0 if to none."""
    for key, body in raw.items():
        if key == "update_id" or not isinstance(body, dict):
            continue
        chat = body.get("chat") or (body.get("message") or {}).get("chat")
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            return int(chat["id"])
    return 0


async def poll(bot: Bot, store: Store, seconds: int, arrived: Callable[[int, int, dict[str, Any]], None]) -> None:
    """Fetch updates for ever.

    Args:
        bot: The connection.
        store: The inbox.
        seconds: How long one long poll waits.
        arrived: Told of each new update, after all of a batch were committed: chat id, update id, the update.

    Raises:
        ChannelError: The platform refuses the token.
    """
    offset: int | None = None
    while True:
        batch = await _fetch(bot, offset, seconds)
        rows = [(int(raw["update_id"]), chat_of(raw), raw) for raw in batch]
        if rows:
            new = await _keep(store, rows)
            offset = max(update_id for update_id, _, _ in rows) + 1
            for update_id, chat_id, raw in rows:
                if update_id in new:
                    arrived(chat_id, update_id, raw)


async def _fetch(bot: Bot, offset: int | None, seconds: int) -> list[dict[str, Any]]:
    """One long poll, tried again until it succeeds."""
    arguments: dict[str, Any] = {"timeout": seconds, "limit": _BATCH, "allowed_updates": ALLOWED_UPDATES}
    if offset is not None:
        arguments["offset"] = offset
    async for attempt in stamina.retry_context(
        on=_wait_for, attempts=None, timeout=None, wait_initial=0.5, wait_max=_LONGEST_WAIT
    ):
        with attempt:
            try:
                batch: list[dict[str, Any]] = await bot.do_api_request(
                    "getUpdates", api_kwargs=arguments, read_timeout=seconds + _MARGIN
                )
            except (InvalidToken, EndPointNotFound, Forbidden) as error:
                # A token that was withdrawn is met with 401, and the library then reports an unknown method.
                raise ChannelError("Telegram refuses the token; check ADVISOR_TELEGRAM_TOKEN") from error
            return batch
    raise AssertionError("unreachable")


def _wait_for(error: Exception) -> bool | float:
    """Whether and how long to wait before another try."""
    if isinstance(error, RetryAfter):
        return seconds_of(error)
    if isinstance(error, Conflict):
        log.error("conflict", why="another process polls with this token, or a webhook is set")
        return 5.0
    if isinstance(error, TelegramError):
        log.warning("poll_failed", kind=type(error).__name__)
        return True
    return False


async def _keep(store: Store, rows: list[tuple[int, int, dict[str, Any]]]) -> set[int]:
    """Commit a batch, tried again until it succeeds; gives the ids that were new."""
    async for attempt in stamina.retry_context(
        on=_held_up, attempts=None, timeout=None, wait_initial=0.5, wait_max=_LONGEST_WAIT
    ):
        with attempt:
            return set(await store.receive(rows))
    raise AssertionError("unreachable")


def _held_up(error: Exception) -> bool:
    """The database is away or its disk is full: nothing is confirmed, so the platform keeps what we cannot."""
    log.error("inbox_held_up", kind=type(error).__name__)
    return True
