"""What is asked for at the same time is done together."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from advisor.search import Together
from advisor.search.together import MOST_TOGETHER

CALLERS = 24


class _Slow:
    """Doubles numbers; the first batch waits until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.go_on = Event(), Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        self.begun.set()
        assert self.go_on.wait(10)
        if -1 in numbers:
            raise ValueError("no")
        return [2 * number for number in numbers]


def test_those_who_wait_are_served_in_few_batches() -> None:
    work = _Slow()
    together = Together(work, turns=1)
    with ThreadPoolExecutor(CALLERS + 1) as pool:
        first = pool.submit(together, [0])
        assert work.begun.wait(10)
        others = [pool.submit(together, [number]) for number in range(1, CALLERS + 1)]
        while len(together._waiting) < CALLERS:
            pass
        work.go_on.set()
        assert first.result(10) == [0]
        assert [other.result(10) for other in others] == [[2 * number] for number in range(1, CALLERS + 1)]
    assert sorted(number for batch in work.batches for number in batch) == list(range(CALLERS + 1))
    assert [len(batch) for batch in work.batches] == [1] + [MOST_TOGETHER] * (CALLERS // MOST_TOGETHER)


def test_one_caller_gets_all_that_he_asked_for_at_once() -> None:
    work = _Slow()
    work.go_on.set()
    assert Together(work)(list(range(20))) == [2 * number for number in range(20)]
    assert work.batches == [list(range(20))]


def test_what_one_request_breaks_does_not_break_the_others() -> None:
    work = _Slow()
    together = Together(work, turns=1)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(together, [0])
        assert work.begun.wait(10)
        others = [pool.submit(together, [number]) for number in (1, -1, 2)]
        while len(together._waiting) < len(others):
            pass
        work.go_on.set()
        assert first.result(10) == [0]
        assert others[0].result(10) == [2]
        assert others[2].result(10) == [4]
        with pytest.raises(ValueError, match="no"):
            others[1].result(10)


def test_nothing_is_asked() -> None:
    assert Together(lambda numbers: list(numbers))([]) == []


def test_a_caller_of_many_takes_nobody_along() -> None:
    work = _Slow()
    together = Together(work, turns=1)
    with ThreadPoolExecutor(MOST_TOGETHER + 2) as pool:
        first = pool.submit(together, [0])
        assert work.begun.wait(10)
        many = pool.submit(together, list(range(100, 100 + MOST_TOGETHER + 1)))
        others = [pool.submit(together, [number]) for number in range(1, MOST_TOGETHER)]
        while len(together._waiting) < 2 * MOST_TOGETHER:
            pass
        work.go_on.set()
        assert first.result(10) == [0]
        assert len(many.result(10)) == MOST_TOGETHER + 1
        assert [other.result(10) for other in others] == [[2 * number] for number in range(1, MOST_TOGETHER)]
    assert all(len(batch) <= MOST_TOGETHER + 1 for batch in work.batches)
