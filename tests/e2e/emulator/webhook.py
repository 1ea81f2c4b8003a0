"""Posting updates to a bot's webhook.

As the real server does it: updates of one chat go one after the other and a failing one holds its chat up,
while other chats go on; an answer outside 2xx is tried again with doubling delays or after its Retry-After.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx

from .errors import ApiError
from .updates import Json, UpdateQueue
from .waiting import Signal

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_DELAY = 60.0
ANSWER_TIMEOUT = 60.0


@dataclass(slots=True)
class _Lane:
    """The state of one chat: is a post under way, does it wait to be repeated, how long did it last time."""

    busy: bool = False
    waiting: bool = False
    delay: float = 0.0


class Webhook:
    """Delivers the updates of one bot until it is stopped.

    Args:
        updates: the bot's queue; accepted updates are forgotten in it.
        signal: tells of new updates.
        on_answer: called with the JSON object in the body of an answer, which may ask for a method call.
        on_error: told why a post or the call that an answer asked for has failed.
        url: where to post.
        secret: value of the secret header, empty for none.
        max_connections: how many posts may be under way at once.
        first_delay: seconds before the first repetition of a failed post.
    """

    def __init__(
        self,
        updates: UpdateQueue,
        signal: Signal,
        on_answer: Callable[[Json], Awaitable[None]],
        on_error: Callable[[str], None],
        *,
        url: str,
        secret: str,
        max_connections: int,
        first_delay: float,
    ) -> None:
        self._updates = updates
        self._signal = signal
        self._on_answer = on_answer
        self._on_error = on_error
        self._url = url
        self._headers = {SECRET_HEADER: secret} if secret else {}
        self._max_connections = max_connections
        self._first_delay = first_delay
        self._lanes: dict[Any, _Lane] = {}
        self._last_error: tuple[int, str] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop delivering; a post that is under way is broken off and its update stays in the queue."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def info(self) -> Json:
        """Return the part of `WebhookInfo` that is about this webhook."""
        info: Json = {
            "url": self._url,
            "max_connections": self._max_connections,
            "ip_address": "127.0.0.1",
        }
        if self._last_error is not None:
            info["last_error_date"], info["last_error_message"] = self._last_error
        return info

    async def _run(self) -> None:
        async with (
            httpx.AsyncClient(timeout=ANSWER_TIMEOUT, trust_env=False) as client,
            asyncio.TaskGroup() as group,
        ):
            while True:
                update = self._next()
                if update is None:
                    await self._signal.wait_until(lambda: self._next() is not None, None)
                    continue
                self._lane(update).busy = True
                group.create_task(self._deliver(client, update))

    def _next(self) -> Json | None:
        if sum(lane.busy for lane in self._lanes.values()) >= self._max_connections:
            return None
        for update in self._updates.pending:
            # The first update of a free lane is always the oldest one of its chat.
            lane = self._lane(update)
            if not lane.busy and not lane.waiting:
                return update
        return None

    def _lane(self, update: Json) -> _Lane:
        return self._lanes.setdefault(_lane_key(update), _Lane())

    async def _deliver(self, client: httpx.AsyncClient, update: Json) -> None:
        lane = self._lane(update)
        try:
            response = await client.post(self._url, json=update, headers=self._headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._failed(lane, f"{type(error).__name__}: {error}", 0.0)
        else:
            if response.is_success:
                # Not busy any more and without a delay: the lane is as good as new.
                del self._lanes[_lane_key(update)]
                self._updates.forget(update["update_id"])
                await self._handle_answer(response)
            else:
                reason = f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
                self._failed(lane, reason, _retry_after(response))
        self._signal.notify()

    def _failed(self, lane: _Lane, reason: str, retry_after: float) -> None:
        self._note(reason)
        lane.delay = min(MAX_DELAY, lane.delay * 2 or self._first_delay)
        lane.busy, lane.waiting = False, True
        asyncio.get_running_loop().call_later(retry_after or lane.delay, self._free, lane)

    def _note(self, reason: str) -> None:
        self._last_error = (int(time.time()), reason)
        self._on_error(reason)

    def _free(self, lane: _Lane) -> None:
        lane.waiting = False
        self._signal.notify()

    async def _handle_answer(self, response: httpx.Response) -> None:
        try:
            answer = response.json()
        except ValueError:
            return  # most bots answer with an empty body
        if isinstance(answer, dict):
            try:
                await self._on_answer(answer)
            except ApiError as error:
                self._note(error.description)


def _lane_key(update: Json) -> Any:
    """Return the chat of an update; updates without one wait for nobody."""
    [content] = [value for name, value in update.items() if name != "update_id"]
    chat = content.get("message", content).get("chat", {})
    return chat.get("id", f"update {update['update_id']}")


def _retry_after(response: httpx.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("retry-after", "0")))
    except ValueError:
        return 0.0
