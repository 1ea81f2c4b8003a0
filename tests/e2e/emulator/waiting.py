"""Waiting for a change of the emulator's state without busy loops."""

import asyncio
from collections.abc import Callable


class Signal:
    """Wakes the coroutines that wait for something to become true.

    The state lives in one event loop, so a plain set of events is enough: whoever changes the state calls
    `notify`, every waiter looks again.
    """

    def __init__(self) -> None:
        self._events: set[asyncio.Event] = set()

    def notify(self) -> None:
        """Let every waiter look at its condition again."""
        for event in self._events:
            event.set()

    async def wait_until(self, ready: Callable[[], bool], within: float | None) -> bool:
        """Wait until `ready()` holds.

        Args:
            ready: cheap test of the state, called after every change.
            within: seconds to wait at most; None waits for ever.

        Returns:
            True when the condition held, False when the time was up.
        """
        event = asyncio.Event()
        self._events.add(event)
        try:
            async with asyncio.timeout(within):
                while not ready():
                    event.clear()
                    await event.wait()
        except TimeoutError:
            return False
        finally:
            self._events.discard(event)
        return True
