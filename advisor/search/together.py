"""Work that is asked for at the same time in many threads is done together, a few at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from threading import BoundedSemaphore, Lock
from typing import Generic, TypeVar

__all__ = ["MOST_TOGETHER", "Together"]

MOST_TOGETHER = 8
"""Requests in one batch; in larger ones the first waits long for the last, and nothing is gained."""

Request = TypeVar("Request")
Result = TypeVar("Result")


class Together(Generic[Request, Result]):
    """A function of requests that does more of them at once when several threads call it.

    Whoever finds a turn free does his own requests and some that wait. There are as many turns as cores: while one
    batch computes vectors, which needs no interpreter, another can be searched for, which needs little else. More
    threads at work than that would only take the interpreter from each other (`docs/benchmarks.md` has the figures).

    Args:
        work: Gives the result of each request, in order.
        turns: How many batches are worked on at once; as many as there are cores if None.
    """

    def __init__(self, work: Callable[[Sequence[Request]], Sequence[Result]], turns: int | None = None) -> None:
        self._work = work
        self._turns = BoundedSemaphore(turns or os.cpu_count() or 1)
        self._lock = Lock()
        self._waiting: dict[Future[Result], Request] = {}

    def __call__(self, requests: Sequence[Request]) -> list[Result]:
        """The result of each request.

        Raises:
            Exception: Whatever `work` raises for one of them.
        """
        mine: dict[Future[Result], Request] = {Future(): request for request in requests}
        with self._lock:
            self._waiting |= mine
        with self._turns:
            self._do(self._take(mine))
        return [future.result() for future in mine]

    def _take(self, mine: Iterable[Future[Result]]) -> dict[Future[Result], Request]:
        """Those of `mine` that nobody has taken, and with them others that wait; nothing if there are none of mine."""
        with self._lock:
            left = [future for future in mine if future in self._waiting]
            others = [future for future in self._waiting if future not in left] if left else []
            return {
                future: self._waiting.pop(future) for future in [*left, *others[: max(0, MOST_TOGETHER - len(left))]]
            }

    def _do(self, batch: Mapping[Future[Result], Request]) -> None:
        try:
            results = self._work(list(batch.values())) if batch else ()
        except Exception as error:
            if len(batch) == 1:
                next(iter(batch)).set_exception(error)
            else:
                for future, request in batch.items():  # what one request breaks is not to break the others
                    self._do({future: request})
            return
        for future, result in zip(batch, results, strict=True):
            future.set_result(result)
