"""Ranked passages → blocks of statements with numbered sources. Nothing is said here that the corpus does not say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from advisor.answer.models import Block, CitedSource, Line, source_identity
from advisor.corpus import Checked, Passage, Source, Statement, Status
from advisor.corpus.checks import REVIEW_DAYS
from advisor.index import plain
from advisor.messages import translate

__all__ = ["Composed", "Found", "compose"]


PASSAGE_POWER = 0.7
"""How fast a passage loses worth as its probability falls below the best one's."""

OPENING_BONUS = 1.0
"""What it is worth to open a passage: its first statement is the direct answer to its title."""

STEP_WORTH = 10.0
"""More than any other statement can be worth: who asks how to do something wants the steps."""

_YES_OR_NO = re.compile(r"(?:yes|no|partly|not)\b", re.IGNORECASE)

MARKS = 10
"""About how many characters the bullet, the marks and the line end of a statement take."""


@dataclass(frozen=True)
class Found:
    """A passage to answer from, with the likeness of its statements to the question.

    Attributes:
        passage: The passage.
        likeness: For each statement, its cosine with the question.
        score: The probability that the passage answers.
    """

    passage: Passage
    likeness: Sequence[float]
    score: float


@dataclass(frozen=True)
class Composed:
    """What is shown now, what is kept for "more", and the sources of both."""

    blocks: tuple[Block, ...]
    rest: tuple[Block, ...]
    sources: tuple[CitedSource, ...]


@dataclass
class _Numbers:
    """Numbers sources in the order in which they are first cited."""

    listed: dict[tuple[str, str, str | None], CitedSource] = field(default_factory=dict)

    def of(self, source: Source, status: Status) -> int:
        key = source_identity(source)
        if key not in self.listed:
            self.listed[key] = CitedSource.of(len(self.listed) + 1, source, status)
        return self.listed[key].n


def compose(found: Sequence[Found], budget: int, language: str, today: date) -> Composed:
    """Make the reply.

    The best passage leads with its first statement, which is the direct answer; what else is shown, of it and of the
    others, is what is worth most for its length. Passages after the first stand under their titles, and so does the
    first if it opens with a yes or a no: the question may have been put the other way round.

    Args:
        found: Passages, best first; at least one.
        budget: About how many characters may be shown.
        language: Of the notes beside statements.
        today: The day against which review periods are held.
    """
    numbers = _Numbers()
    selected = list(zip(found, select(found, budget), strict=True))
    blocks: list[Block] = []
    rest: list[Block] = []
    for place, (item, chosen) in enumerate(selected):
        if chosen:
            lines = tuple(_lines(item.passage, chosen, numbers, language, today))
            blocks.append(Block(title=item.passage.title if place or _yes_or_no(item.passage) else None, lines=lines))
    for item, chosen in selected:  # only now, so that the numbers of what is shown have no gaps
        left = [n for n in range(len(item.passage.statements)) if n not in chosen]
        if left:
            lines = tuple(_lines(item.passage, left, numbers, language, today))
            rest.append(Block(title=item.passage.title, lines=lines))
    return Composed(tuple(blocks), tuple(rest), tuple(numbers.listed.values()))


def select(found: Sequence[Found], budget: int) -> list[list[int]]:
    """Choose which statements of each passage to show.

    A statement is worth its likeness to the question, and more if it opens its passage, times what its passage is
    worth beside the best one; the most worth for its length goes first, as long as there is room. Steps are shown of
    the best passage alone, the first ones first: a choice of steps would lead astray.

    Args:
        found: Passages, best first.
        budget: Characters, titles and marks included.

    Returns:
        For each passage the numbers of its statements, in their order.
    """
    worth: list[tuple[float, int, int]] = []
    for place, item in enumerate(found):
        share = (item.score / found[0].score) ** PASSAGE_POWER if found[0].score else 0.0
        highest = max(item.likeness, default=0.0) or 1.0
        for number, likeness in enumerate(item.likeness):
            opening = OPENING_BONUS if number == 0 else 0.0
            value = share * (max(likeness, 0.0) / highest + opening)
            if item.passage.statements[number].step is None:
                worth.append((value, place, number))
            elif place == 0:
                worth.append((STEP_WORTH, place, number))
    chosen: list[list[int]] = [[] for _ in found]
    room = budget
    if found[0].passage.statements:
        worth.append((float("inf"), 0, 0))  # the direct answer, whatever it costs
    broken = False  # a step had no room: those after it are kept for "more"
    for value, place, number in sorted(worth, key=lambda entry: (-entry[0], entry[1], entry[2])):
        step = found[place].passage.statements[number].step is not None
        if number in chosen[place] or (step and broken):
            continue
        passage = found[place].passage
        title = len(passage.title) + 2 if not chosen[place] and (place or _yes_or_no(passage)) else 0
        cost = len(found[place].passage.statements[number].text) + MARKS + title
        if cost <= room or value == float("inf"):
            chosen[place].append(number)
            room -= cost
        else:
            broken = broken or step
    return [sorted(numbers) for numbers in chosen]


def _yes_or_no(passage: Passage) -> bool:
    return bool(passage.statements) and _YES_OR_NO.match(passage.statements[0].text) is not None


def _lines(passage: Passage, chosen: Iterable[int], numbers: _Numbers, language: str, today: date) -> Iterable[Line]:
    for number in chosen:
        statement = passage.statements[number]
        sources = [passage.sources[key] for key in statement.sources if key in passage.sources]
        yield Line(
            text=plain(statement.text),
            sources=tuple(numbers.of(source, passage.status) for source in sources),
            bullet=statement.bullet,
            step=statement.step,
            notes=tuple(_notes(passage, statement, sources, language, today)),
        )


def _notes(
    passage: Passage, statement: Statement, sources: Sequence[Source], language: str, today: date
) -> Iterable[str]:
    """What a reader must know beside a statement: not in force, not verified, not read again in time."""
    if passage.status is not Status.IN_FORCE:
        label = {
            Status.PROPOSED: "proposed, not in force",
            Status.POSTPONED: "postponed, not in force",
            Status.VACATED: "struck down by a court",
            Status.SUPERSEDED: "no longer in force",
            Status.CLOSED: "closed",
        }[passage.status]
        since = f", {passage.effective}" if passage.effective else ""
        yield translate(language, label) + since
    if sources and all(source.checked is Checked.UNVERIFIED for source in sources):
        yield translate(language, "not verified")
    if passage.reviewed and sources:
        days = min(REVIEW_DAYS[source.kind] for source in sources)
        if passage.reviewed + timedelta(days=days) < today:
            yield translate(language, "last reviewed {date}", date=passage.reviewed)
