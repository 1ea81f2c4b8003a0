"""What must be read again: by the age of sources and reviews, the most asked first."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.corpus import load_corpus, stale
from tests.corpus.conftest import TODAY, Small


def found(small: Small, days: int, **options: object) -> list[tuple[str, str]]:
    items = stale(load_corpus(small.root), TODAY, days, **options)  # type: ignore[arg-type]
    return [(item.passage, item.since.isoformat()) for item in items]


def test_a_source_counts_from_the_date_it_speaks_of(small: Small) -> None:
    assert found(small, 365) == []
    assert found(small, 300) == [("us-oh#licence", "2025-12-31"), ("us-oh#permits", "2025-12-31")]
    assert found(small, 200)[2:] == [("us-visitor#observe", "2026-01-29"), ("us-visitor#work", "2026-01-29")]


def test_a_source_without_a_date_counts_from_the_review(small: Small) -> None:
    small.change("us/visas/us-visitor.md", "    as_of: 2026-01-29\n", "")
    assert found(small, 30) == found(small, 300)
    assert [name for name, _ in found(small, -1)][2:] == ["us-visitor#observe", "us-visitor#work"]


def test_an_old_review_makes_a_young_source_old(small: Small) -> None:
    small.change("us/visas/us-visitor.md", "reviewed: 2026-11-22", "reviewed: 2025-01-02")
    assert found(small, 365) == [("us-visitor#observe", "2025-01-02"), ("us-visitor#work", "2025-01-02")]


def test_reviews_alone_can_count(small: Small) -> None:
    assert found(small, 0, reviews_only=True) == []
    small.change("us/states/us-oh.yaml", "reviewed: 2026-11-22", "reviewed: 2026-10-01")
    assert [name for name, _ in found(small, 30, reviews_only=True)] == ["us-oh#licence", "us-oh#permits"]


def test_the_most_asked_come_first(small: Small) -> None:
    names = [name for name, _ in found(small, 200, asked={"us-visitor#work": 7, "us-oh#permits": 2, "gone#x": 9})]
    assert names == ["us-visitor#work", "us-oh#permits", "us-oh#licence", "us-visitor#observe"]


def test_only_what_is_old_is_cited(small: Small) -> None:
    first, *_ = stale(load_corpus(small.root), TODAY, 200, asked={"us-visitor#observe": 1})
    assert (first.passage, first.citations, first.asked) == ("us-visitor#observe", ("22 CFR 41.31",), 1)


@pytest.mark.parametrize(
    ("partial", "last"),
    [
        ("2026", date(2026, 12, 31)),
        ("2026-12", date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2026-04-05", date(2026, 4, 5)),
    ],
)
def test_a_date_without_a_day_counts_from_its_last(small: Small, partial: str, last: date) -> None:
    small.change("us/states/us-oh.yaml", "as_of: 2025", f"as_of: {partial}")
    first, *_ = stale(load_corpus(small.root), date(2027, 6, 1), 1, asked={"us-oh#licence": 1})
    assert first.since == min(last, TODAY)
