"""Who works when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from advisor.telegram import dispatch
from advisor.telegram.dispatch import Dispatcher

Step = Callable[[str], Awaitable[None]]


class Desk:
    """Keeps a diary of what is done, and lets a test interfere.

    Attributes:
        diary: `work <chat> <update>` and `flush <chat>`, in the order in which they ended.
        hook: Called with each entry before it is noted; may wait or fail.
    """

    def __init__(self) -> None:
        self.diary: list[str] = []
        self.hook: Step = self._nothing

    async def _nothing(self, entry: str) -> None:
        pass

    async def work(self, chat_id: int, update_id: int, raw: dict[str, Any]) -> None:
        """Deal with an update."""
        await self._note(f"work {chat_id} {update_id}")

    async def flush(self, chat_id: int) -> None:
        """Send what waits for a chat."""
        await self._note(f"flush {chat_id}")

    async def _note(self, entry: str) -> None:
        await self.hook(entry)
        self.diary.append(entry)


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_chat_is_dealt_with_in_order_and_each_reply_is_sent_before_the_next_update(desk: Desk) -> None:
    dispatcher = Dispatcher(desk.work, desk.flush, workers=4)
    for update in (1, 2, 3):
        dispatcher.add(7, update, {})
    await dispatcher.drain(10)
    assert desk.diary == ["flush 7", "work 7 1", "flush 7", "work 7 2", "flush 7", "work 7 3", "flush 7"]


async def test_a_slow_chat_holds_no_other_up(desk: Desk) -> None:
    released = asyncio.Event()

    async def slow(entry: str) -> None:
        if entry == "work 1 10":
            await released.wait()
        if entry == "work 2 21":
            released.set()

    desk.hook = slow
    dispatcher = Dispatcher(desk.work, desk.flush, workers=2)
    for chat, update in ((1, 10), (1, 11), (2, 20), (2, 21)):
        dispatcher.add(chat, update, {})
    await dispatcher.drain(10)
    assert desk.diary.index("work 2 20") < desk.diary.index("work 1 10") < desk.diary.index("work 1 11")


async def test_no_more_chats_are_worked_on_at_once_than_there_are_workers(desk: Desk) -> None:
    busy = most = 0

    async def count(entry: str) -> None:
        nonlocal busy, most
        if entry.startswith("work"):
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0)
            busy -= 1

    desk.hook = count
    dispatcher = Dispatcher(desk.work, desk.flush, workers=3)
    for chat in range(10):
        dispatcher.add(chat, chat, {})
    await dispatcher.drain(10)
    assert most == 3
    assert sum(entry.startswith("work") for entry in desk.diary) == 10


async def test_a_sending_that_waits_takes_no_worker(desk: Desk) -> None:
    released = asyncio.Event()

    async def held(entry: str) -> None:
        if entry == "flush 1":
            await released.wait()
        if entry == "work 2 20":
            released.set()

    desk.hook = held
    dispatcher = Dispatcher(desk.work, desk.flush, workers=1)
    dispatcher.add(1, 10, {})
    dispatcher.add(2, 20, {})
    await dispatcher.drain(10)
    assert desk.diary.index("work 2 20") < desk.diary.index("flush 1")


@pytest.mark.parametrize("failing", ["work 7 1", "flush 7"])
async def test_what_failed_is_tried_again_before_anything_else_of_its_chat(
    desk: Desk, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_PAUSE", 0)
    failures = iter([False, True] if failing == "flush 7" else [True])

    async def fail(entry: str) -> None:
        if entry == failing and next(failures, False):
            raise OSError("the disk is full")

    desk.hook = fail
    dispatcher = Dispatcher(desk.work, desk.flush, workers=1)
    dispatcher.add(7, 1, {})
    dispatcher.add(7, 2, {})
    await dispatcher.drain(10)
    assert desk.diary == ["flush 7", "work 7 1", "flush 7", "work 7 2", "flush 7"]


async def test_the_last_reply_of_a_chat_is_sent_though_sending_failed_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_PAUSE", 0)
    failures = iter([False, True, True])

    async def fail(entry: str) -> None:
        if entry == "flush 7" and next(failures, False):
            raise OSError("the disk is full")

    desk.hook = fail
    dispatcher = Dispatcher(desk.work, desk.flush, workers=1)
    dispatcher.add(7, 1, {})
    await dispatcher.drain(10)
    assert desk.diary == ["flush 7", "work 7 1", "flush 7"]


async def test_waking_a_chat_sends_what_waits_for_it(desk: Desk) -> None:
    dispatcher = Dispatcher(desk.work, desk.flush, workers=1)
    dispatcher.wake(7)
    dispatcher.wake(7)
    await dispatcher.drain(10)
    assert desk.diary == ["flush 7"]


async def test_a_chat_can_come_back(desk: Desk) -> None:
    dispatcher = Dispatcher(desk.work, desk.flush, workers=1)
    dispatcher.add(7, 1, {})
    await dispatcher.drain(10)
    dispatcher.add(7, 2, {})
    await dispatcher.drain(10)
    assert [entry for entry in desk.diary if entry.startswith("work")] == ["work 7 1", "work 7 2"]


async def test_whoever_does_not_finish_in_time_is_stopped(desk: Desk) -> None:
    stopped: list[str] = []

    async def never(entry: str) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append(entry)
            raise

    desk.hook = never
    dispatcher = Dispatcher(desk.work, desk.flush, workers=1)
    dispatcher.add(7, 1, {})
    await dispatcher.drain(0.01)
    assert stopped == ["flush 7"]
    assert desk.diary == []
    await dispatcher.drain(0.01)
