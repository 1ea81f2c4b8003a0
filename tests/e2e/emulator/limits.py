"""Telegram's rate limits, switched on by tests that need them.

The published figures are about 30 messages a second overall, one a second to one chat and 20 a minute to one
group (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this); the real ones move.
"""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, Field

# Methods that cost nothing, although they begin like those that put a message into a chat.
FREE = frozenset({"sendchataction", "sendmessagedraft"})
COSTLY = ("send", "edit", "copy", "forward")


class Limits(BaseModel):
    """How many messages may be sent in a window; 0 means no limit."""

    model_config = ConfigDict(extra="forbid")

    overall_per_second: int = Field(default=0, ge=0)
    chat_per_second: int = Field(default=0, ge=0)
    group_per_minute: int = Field(default=0, ge=0)


class RateLimiter:
    """Sliding windows over the messages of one bot.

    A bot that runs into a limit is silenced altogether until the announced time is over, as Telegram does it.

    Args:
        clock: seconds, rising.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: defaultdict[str, deque[float]] = defaultdict(deque)
        self._silent_until = 0.0
        self.limits = Limits()

    def check(self, method: str, chat_id: str) -> int:
        """Count a call.

        Args:
            method: method name in lower case.
            chat_id: the parameter as text; groups and channels begin with a minus sign.

        Returns:
            Seconds that the bot must wait, 0 when the call may go on.
        """
        if method in FREE or not method.startswith(COSTLY):
            return 0
        now = self._clock()
        if now < self._silent_until:
            return math.ceil(self._silent_until - now)
        windows = [
            ("all", self.limits.overall_per_second, 1.0),
            (f"second {chat_id}", self.limits.chat_per_second, 1.0),
        ]
        if chat_id.startswith("-"):
            windows.append((f"minute {chat_id}", self.limits.group_per_minute, 60.0))
        wait = max(self._wait(name, limit, length, now) for name, limit, length in windows)
        if wait:
            self._silent_until = now + wait
            return wait
        for name, _, _ in windows:
            self._windows[name].append(now)
        return 0

    def _wait(self, name: str, limit: int, length: float, now: float) -> int:
        sent = self._windows[name]
        while sent and sent[0] <= now - length:
            sent.popleft()
        if not limit or len(sent) < limit:
            return 0
        return math.ceil(sent[-limit] + length - now)
