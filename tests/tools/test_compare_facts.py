"""The comparison of fact books with the corpus, on a book and a corpus of a few lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.corpus import load_corpus
from tests.corpus.conftest import Small
from tests.tools.compare_facts import (
    LIKELY,
    Comparison,
    Fact,
    Place,
    address,
    judge,
    listed,
    main,
    numbers,
    places,
    read_facts,
    words,
)

BOOK = """\
# Fact book: something

- **seen** = read.

## 0. How to read this file
- A legend.

## 1. Rules (details in the other fact book)
- A visitor may stay 90 days from 30 June 2025. [22 CFR 41.31(a) | https://www.ecfr.gov/x/ | 2026 | seen]
- AB-02. Watching is [mostly] free. [same | p. 3 | n.d. | seen via X]
- AB-03. Hosts differ. [programme pages | section 7 | n.d. | seen]
1. "Visitors may work." They may not (AB-02 to AB-03).

| No | Name | Fee | URL |
|---|---|---|---|
| P01 | Some Hospital | not in copy | https://hospital.example |

## 2. Not verified
- Whether it snows.
"""

STAY = Place(
    "us-stay#how-long",
    "How long may a visitor stay?\nA visitor stays at most 90 days, since 2025-06-30.",
    ("22 CFR 41.31",),
    frozenset({"ecfr.gov/x"}),
)
COST = Place("us-cost#free", "What does watching cost?\nWatching is mostly free.", ("A list",), frozenset())
OTHER = [Place(f"gb-{n}#x", f"Something else about plants, number {n + 100}", (), frozenset()) for n in range(20)]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.md"
    path.write_text(BOOK, encoding="utf-8")
    return path


def test_bullets_numbered_lines_and_rows_are_facts(book: Path) -> None:
    facts = list(read_facts(book))
    assert [(fact.identity, fact.text) for fact in facts] == [
        ("", "A visitor may stay 90 days from 30 June 2025."),
        ("AB-02", "Watching is [mostly] free."),
        ("AB-03", "Hosts differ."),
        ("", '"Visitors may work." They may not (AB-02 to AB-03).'),
        ("P01", "Some Hospital"),
    ]
    assert {fact.section for fact in facts} == {"1. Rules (details in the other fact book)"}
    assert facts[0].line == BOOK.splitlines().index(next(x for x in BOOK.splitlines() if "30 June" in x)) + 1


def test_a_citation_needs_an_address_and_same_is_the_one_before(book: Path) -> None:
    stay, free, differ, _, row = read_facts(book)
    assert (stay.citation, stay.url) == ("22 CFR 41.31(a)", "https://www.ecfr.gov/x/")
    assert (free.citation, free.url) == (stay.citation, stay.url)
    assert (differ.citation, differ.url) == ("", "")
    assert row.url == "https://hospital.example"


def test_numbers_and_dates_have_one_form() -> None:
    assert numbers("30 June 2025, USD 1,000 and four of 62.27(c)") == {
        "2025-06-30", "2025-06", "2025", "1000", "4", "62.27",
    }  # fmt: skip
    assert numbers("since 2025-06-30") <= numbers("since 30 Jun 2025")


def test_words_are_stems_and_addresses_are_plain() -> None:
    assert words("Visitors visiting") == words("visitor visits")
    assert address("HTTP://www.ecfr.gov/x/#p") == "ecfr.gov/x"


def test_a_fact_finds_its_place_and_a_missing_one_finds_none(book: Path) -> None:
    stay, *_ = read_facts(book)
    score, place = Comparison([STAY, COST, *OTHER]).nearest(stay)
    assert place is STAY
    assert score > 0.7
    score, _ = Comparison([COST, *OTHER]).nearest(stay)
    assert score < LIKELY


def test_a_line_that_points_to_others_is_as_near_as_they_are() -> None:
    free = Fact("book", 1, "1", "AB-02", "Watching is mostly free.")
    stay = Fact("book", 2, "1", "AB-03", "A visitor stays at most 90 days.")
    myth = Fact("book", 3, "2", "", '"Hospitals always charge." Wrong (AB-02 to AB-03).')
    comparison = Comparison([STAY, COST, *OTHER])
    alone, _ = comparison.nearest(myth)
    (first, _, _), (second, _, _), (score, _, _) = judge([free, stay, myth], comparison)
    assert alone < LIKELY
    assert score == min(first, second)
    assert score > LIKELY


def test_the_page_lists_beginnings_of_facts() -> None:
    page = "# Page\n\n| Book | Fact | Why |\n|---|---|---|\n| visas, 1 | A visitor may stay … | no source |\n"
    assert listed(page) == {"a visitor may stay"}


def test_sections_records_and_terms_are_places(tmp_path: Path) -> None:
    found = {place.identity: place for place in places(load_corpus(Small(tmp_path / "corpus").root))}
    assert set(found) == {"us-visitor#observe", "us-visitor#work", "us-oh#licence", "us-oh#permits", "glossary:img"}
    assert found["us-visitor#work"].urls == {"ecfr.gov/current/title-22/section-41.31"}
    assert "medical school" in found["glossary:img"].text


def test_only_facts_that_are_neither_found_nor_listed_are_printed(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Small(tmp_path / "corpus").root
    page = tmp_path / "omitted.md"
    page.write_text("| a | A visitor may stay 90 days … | no source |\n", encoding="utf-8")
    command = ["compare_facts", str(book), "--corpus", str(root)]
    monkeypatch.setattr("sys.argv", command)
    main()
    assert "book:9" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", [*command, "--omitted", str(page)])
    main()
    out = capsys.readouterr().out
    assert "book:9" not in out
    assert "AB-03 Hosts differ." in out
