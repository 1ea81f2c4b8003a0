"""Who works when: one chat in order, chats side by side, and a slow one holds nobody up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

__all__ = ["Dispatcher"]

log = structlog.get_logger(__name__)

_PAUSE = 5.0


class Dispatcher:
    """Runs the updates of each chat one after another, and several chats at once.

    Args:
        work: Deals with one update of a chat; called with (chat id, update id, update as received).
        flush: Sends what waits for a chat.
        workers: How many chats may be worked on at once; sending does not count.
    """

    def __init__(
        self,
        work: Callable[[int, int, dict[str, Any]], Awaitable[None]],
        flush: Callable[[int], Awaitable[None]],
        workers: int,
    ) -> None:
        self._work = work
        self._flush = flush
        self._places = asyncio.Semaphore(workers)
        self._waiting: dict[int, deque[tuple[int, dict[str, Any]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, chat_id: int, update_id: int, raw: dict[str, Any]) -> None:
        """Queue an update behind the others of its chat."""
        self.wake(chat_id).append((update_id, raw))

    def wake(self, chat_id: int) -> deque[tuple[int, dict[str, Any]]]:
        """Make sure that somebody looks after a chat; give its queue."""
        if chat_id not in self._waiting:
            self._waiting[chat_id] = deque()
            task = asyncio.create_task(self._look_after(chat_id), name=f"chat {chat_id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return self._waiting[chat_id]

    async def _look_after(self, chat_id: int) -> None:
        queue = self._waiting[chat_id]
        flushed = False
        while queue or not flushed:
            try:
                if flushed:
                    update_id, raw = queue[0]
                    async with self._places:
                        await self._work(chat_id, update_id, raw)
                    queue.popleft()
                    flushed = False
                await self._flush(chat_id)
                flushed = True
            except Exception as error:  # the database is away, say: nothing is lost, the same update is tried again
                log.error("chat_held_up", kind=type(error).__name__, waiting=len(queue))
                await asyncio.sleep(_PAUSE)
        del self._waiting[chat_id]

    async def drain(self, seconds: float) -> None:
        """Let everybody finish; whoever has not after `seconds` is stopped, and the next start takes the work up."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(list(self._tasks), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
