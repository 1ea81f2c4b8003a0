"""Ranked passages → blocks of statements with numbered sources. Nothing is said here that the corpus does not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from advisor.answer.models import Block, CitedSource, Line
from advisor.corpus import Checked, Passage, Source, Statement, Status
from advisor.corpus.checks import REVIEW_DAYS
from advisor.index import plain
from advisor.messages import translate

__all__ = ["Composed", "Found", "compose"]


@dataclass(frozen=True)
class Found:
    """A passage to answer from: its statements by likeness to the question, and whether it leads.

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
        key = (source.citation, source.url, source.as_of)
        if key not in self.listed:
            self.listed[key] = CitedSource.of(len(self.listed) + 1, source, status)
        return self.listed[key].n


def compose(found: Sequence[Found], budget: int, language: str, today: date) -> Composed:
    """Make the reply.

    The best passage is told from its start, since its first statement is the direct answer; from the others come
    the statements nearest to the question, each passage under its title.

    Args:
        found: Passages, best first; at least one.
        budget: About how many characters may be shown.
        language: Of the notes beside statements.
        today: The day against which review periods are held.
    """
    numbers = _Numbers()
    blocks: list[Block] = []
    rest: list[Block] = []
    for place, item in enumerate(found):
        chosen = _choose(item, budget, lead=place == 0)
        title = None if place == 0 else item.passage.title
        if chosen:
            block = Block(title=title, lines=tuple(_lines(item.passage, chosen, numbers, language, today)))
            blocks.append(block)
            budget -= len(str(block)) + 2
        left = [n for n in range(len(item.passage.statements)) if n not in chosen]
        if left:
            rest.append(
                Block(
                    title=item.passage.title,
                    lines=tuple(_lines(item.passage, left, numbers, language, today)),
                )
            )
    return Composed(tuple(blocks), tuple(rest), tuple(numbers.listed.values()))


def _choose(item: Found, budget: int, *, lead: bool) -> list[int]:
    """Which statements of a passage to show, in their order in the passage."""
    statements = item.passage.statements
    room = budget - (0 if lead else len(item.passage.title))
    order = sorted(range(len(statements)), key=lambda n: -item.likeness[n])
    if lead or 0 in order[: max(2, len(order) // 2)]:
        order = [0, *(n for n in order if n != 0)]
    chosen: list[int] = []
    for number in order:
        cost = len(statements[number].text) + 8
        if cost <= room or (lead and not chosen):
            chosen.append(number)
            room -= cost
    return sorted(chosen)


def _lines(passage: Passage, chosen: Iterable[int], numbers: _Numbers, language: str, today: date) -> Iterable[Line]:
    for number in chosen:
        statement = passage.statements[number]
        sources = [passage.sources[key] for key in statement.sources if key in passage.sources]
        yield Line(
            text=plain(statement.text),
            sources=tuple(numbers.of(source, passage.status) for source in sources),
            bullet=statement.bullet,
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
