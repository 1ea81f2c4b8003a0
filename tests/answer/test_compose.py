"""Answers say only what the corpus says, and say what must be said beside it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answer.compose import MARKS, Found, compose, select
from advisor.corpus import Checked, Kind, Passage, Source, Statement, Status

TODAY = date(2026, 11, 22)


def _source(checked: Checked = Checked.SEEN, citation: str = "22 CFR 62.21") -> Source:
    return Source(
        citation=citation,
        url="https://www.ecfr.gov/",
        publisher="State",
        kind=Kind.REGULATION,
        as_of="2026-01",
        checked=checked,
    )


def _passage(texts: list[str], title: str = "Title", **changes: object) -> Passage:
    said = tuple(Statement(text=text, sources=("key",)) for text in texts)
    passage = Passage(
        id=f"doc#{title}", title=title, statements=said, sources={"key": _source()}, reviewed=date(2026, 11, 1)
    )
    return passage.model_copy(update=changes)


def _found(texts: list[str], score: float = 0.9, **changes: object) -> Found:
    return Found(_passage(texts, **changes), [0.5] * len(texts), score)  # type: ignore[arg-type]


def test_the_direct_answer_leads_whatever_it_costs() -> None:
    made = compose([_found(["Six months." * 20, "A detail."])], 10, "en", TODAY)
    assert made.blocks[0].lines[0].text.startswith("Six months.")
    assert made.rest[0].lines[0].text == "A detail."


def test_sources_are_numbered_once() -> None:
    made = compose([_found(["One.", "Two."]), _found(["Three."], 0.8, title="Other")], 1000, "en", TODAY)
    assert [source.n for source in made.sources] == [1]
    assert str(made.blocks[0].lines[0]) == "One. [1]"
    assert made.blocks[1].title == "Other"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.POSTPONED, "postponed, not in force, 2026-09-14"),
        (Status.VACATED, "struck down by a court, 2026-09-14"),
        (Status.PROPOSED, "proposed, not in force, 2026-09-14"),
    ],
)
def test_what_is_not_in_force_says_so(status: Status, words: str) -> None:
    made = compose([_found(["A rule."], status=status, effective="2026-09-14")], 1000, "en", TODAY)
    assert made.blocks[0].lines[0].notes == (words,)


def test_what_nobody_checked_says_so() -> None:
    made = compose([_found(["A rule."], sources={"key": _source(Checked.UNVERIFIED)})], 1000, "en", TODAY)
    assert made.blocks[0].lines[0].notes == ("not verified",)


def test_what_was_not_read_again_in_time_says_so() -> None:
    made = compose([_found(["A rule."], reviewed=date(2025, 1, 1))], 1000, "en", TODAY)
    assert made.blocks[0].lines[0].notes == ("last reviewed 2025-01-01",)


def _steps(count: int, score: float, title: str) -> Found:
    lead = Statement(text=f"{title} takes {count} steps.", sources=("key",))
    steps = [
        Statement(text=f"{title} {n} " + "x" * 30, sources=("key",), bullet=True, step=n) for n in range(1, count + 1)
    ]
    passage = _passage([], title=title, statements=(lead, *steps))
    return Found(passage, [0.5, *(0.9 - 0.1 * n for n in range(count))], score)


def test_steps_are_shown_in_order_and_only_of_the_best_passage() -> None:
    made = compose([_steps(4, 0.9, "Applying"), _steps(3, 0.8, "Paying")], 1000, "en", TODAY)
    assert [line.step for line in made.blocks[0].lines] == [None, 1, 2, 3, 4]
    assert str(made.blocks[0].lines[2]).startswith("2. Applying 2")
    assert [line.step for line in made.blocks[1].lines] == [None]


def test_steps_break_off_where_the_room_ends() -> None:
    assert select([_steps(4, 0.9, "Applying"), _found(["Short."], 0.8)], 170) == [[0, 1, 2], [0]]


@given(
    st.lists(
        st.tuples(st.lists(st.integers(2, 300), min_size=1, max_size=8), st.floats(0.01, 1)), min_size=1, max_size=6
    ),
    st.integers(100, 2000),
)
def test_the_budget_is_kept_but_for_the_direct_answer(shapes: list[tuple[list[int], float]], budget: int) -> None:
    found = [_found(["x" * length for length in lengths], score) for lengths, score in shapes]
    chosen = select(found, budget)
    assert chosen[0][0] == 0
    cost = sum(
        len(item.passage.statements[number].text) + MARKS
        for item, numbers in zip(found, chosen, strict=True)
        for number in numbers
    )
    assert cost <= max(budget, shapes[0][0][0] + MARKS)
    assert all(numbers == sorted(set(numbers)) for numbers in chosen)


@pytest.mark.parametrize(
    ("opening", "titled"), [("No: she may not.", True), ("Yes, always.", True), ("Northern rules apply.", False)]
)
def test_a_yes_or_no_stands_under_the_question_that_it_answers(opening: str, titled: bool) -> None:
    made = compose([_found([opening, "A condition."])], 500, "en", TODAY)
    assert (made.blocks[0].title == "Title") is titled
