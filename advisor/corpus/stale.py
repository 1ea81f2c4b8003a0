"""What must be read again: sections and records whose sources are old, the most asked first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from advisor.corpus.corpus import Corpus
from advisor.corpus.models import Passage
from advisor.corpus.passages import corpus_passages

__all__ = ["Stale", "stale"]


@dataclass(frozen=True)
class Stale:
    """A section or a record to read again.

    Attributes:
        passage: Its id, `document-id#slug`.
        since: The oldest day for which one of its sources is known to have said this.
        citations: The sources that are that old or older than asked for, the oldest first.
        asked: How often the bot answered with it; 0 where nobody counted.
    """

    passage: str
    since: date
    citations: tuple[str, ...] = field(default=())
    asked: int = 0


def stale(
    corpus: Corpus, today: date, days: int, asked: Mapping[str, int] | None = None, reviews_only: bool = False
) -> list[Stale]:
    """List what must be read again.

    A source counts from the date it speaks of or the day its file was reviewed, whichever is older; one without a date
    counts from the review. A date without a month or a day counts from its last day.

    Args:
        corpus: The corpus.
        today: The day to count back from.
        days: How old, in days, a source may be.
        asked: How often each passage was used, by passage id.
        reviews_only: Count from the review alone: what nobody looked at, however old its sources are.

    Returns:
        The most asked first, then the oldest first.
    """
    limit, counts = today - timedelta(days=days), asked or {}
    found = []
    for passage in corpus_passages(corpus):
        old = sorted((day, cited) for day, cited in _dates(passage, reviews_only) if day < limit)
        if old:
            citations = tuple(dict.fromkeys(cited for _, cited in old))
            found.append(Stale(passage.id, old[0][0], citations, counts.get(passage.id, 0)))
    return sorted(found, key=lambda item: (-item.asked, item.since, item.passage))


def _dates(passage: Passage, reviews_only: bool) -> Iterator[tuple[date, str]]:
    reviewed = passage.reviewed or date.max
    for source in passage.sources.values():
        speaks = reviewed if reviews_only or source.as_of is None else _last_day(source.as_of)
        yield min(reviewed, speaks), source.citation


def _last_day(partial: str) -> date:
    """The last day of YYYY, YYYY-MM or YYYY-MM-DD."""
    match [int(part) for part in partial.split("-")]:
        case [year, month, day]:
            return date(year, month, day)
        case [year, 12] | [year]:
            return date(year, 12, 31)
        case [year, month]:
            return date(year, month + 1, 1) - timedelta(days=1)
    raise ValueError(f"'{partial}' is not a date")
