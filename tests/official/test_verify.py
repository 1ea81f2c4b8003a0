"""Statements against rules: places and numbers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from advisor.official.lookup import Library
from advisor.official.numbers import quantities, states
from advisor.official.readers import read_bytes, read_file
from advisor.official.verify import Statement, verify


@pytest.fixture
def library(data: Path) -> Library:
    return Library(read_file(data / name) for name in ("ecfr_title.xml", "uslm.xml"))


def _problems(library: Library, text: str, citation: str) -> list[tuple[str, str]]:
    return [(m.problem, m.detail) for m in verify([Statement("us/x.md", 7, text, citation)], library)]


@pytest.mark.parametrize(
    ("text", "citation"),
    [
        ("A program lasts 30 days at most.", "22 CFR 62.27(b)(1)(i)"),
        ("A program lasts thirty days at most.", "22 CFR 62.27(b)"),
        ("The register has 2 columns.", "22 CFR 62.27(b)(1)(ii)(C)(1)"),
        ("Within 30 days there are two columns.", "22 CFR 62.27(b)(1)(ii)(C)(1); 22 CFR 62.27(b)(1)(i)"),
        ("A sample costs $35.", "22 CFR 62.27(g)"),
        ("Stay away two years (24 months).", "INA 212(e)"),
        ("Stay away 2 years under INA 212(e), Form DS-2019, since 1996.", "8 USC 1182(e)"),
        ("3. A list item says 30 days.", "22 CFR 62.27(b)(1)(i)"),
        ("Whatever, 99 days.", "9 FAM 402.2"),
        ("Whatever, 99 days.", "ECFMG, page 3"),
    ],
)
def test_what_agrees_is_silent(library: Library, text: str, citation: str) -> None:
    assert _problems(library, text, citation) == []


def test_a_number_that_is_not_in_the_rule(library: Library) -> None:
    assert _problems(library, "A program lasts 45 days.", "22 CFR 62.27(b)") == [
        ("number not in the rule", "the statement says '45 days'")
    ]
    assert _problems(library, "A sample costs $36.", "22 CFR 62.27(g)")[0][0] == "number not in the rule"
    assert _problems(library, "Stay away three years.", "INA 212(e)")[0][1] == "the statement says 'three years'"


def test_a_place_that_does_not_exist(library: Library) -> None:
    ((problem, detail),) = _problems(library, "Any.", "22 CFR 62.27(b)(7)")
    assert problem == "no such place"
    assert "22 CFR 62.27(b)" in detail


def test_a_clause_inside_a_sentence_exists(data: Path) -> None:
    rule = (data / "ecfr_part.xml").read_text().replace("Within 60 days", "One who (i) is small or (ii) is round")
    library = Library([read_bytes(rule.encode())])
    assert _problems(library, "Round ones may.", "8 CFR 248.1(b)(ii)") == []
    assert _problems(library, "Round ones may.", "8 CFR 248.1(b)(iv)")[0][0] == "no such place"


def test_a_text_that_is_not_held(library: Library) -> None:
    assert _problems(library, "Any 5.", "8 CFR 214.2(j)")[0][0] == "not fetched"


def test_a_mismatch_names_file_and_line(library: Library) -> None:
    (found,) = verify([Statement("us/x.md", 7, "45 days", "22 CFR 62.27(b)(1)(i)")], library)
    assert str(found) == "us/x.md:7: 22 CFR 62.27(b)(1)(i): number not in the rule: the statement says '45 days'"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("within thirty (30) days", [("30", "day")]),
        ("a two-year rule", [("2", "year")]),
        ("24 months, twenty-one days and 3 weeks", [("24", "month"), ("21", "day"), ("3", "week")]),
        ("$1,250.50 and 3 percent", [("1250.50", "money"), ("3", "percent")]),
        ("J-1, H-1B, Form DS-2019, 8 CFR 214.2, § 62.27, in 2026, 62.40 and 222(g), on January 10, 1977", []),
        ("one of the two letters", [("2", "")]),
        ("one year", [("1", "year")]),
        ("age 18 and 45 calendar days", [("18", ""), ("45", "day")]),
    ],
)
def test_quantities(text: str, found: list[tuple[str, str]]) -> None:
    assert [(str(q.value), q.unit) for q in quantities(text)] == found


def test_units_are_converted() -> None:
    (two_years,) = quantities("two years")
    assert states("for 24 months", two_years)
    assert not states("for 2 months", two_years)
    assert two_years.value == Decimal(2)
    assert states("seven days", quantities("1 week")[0])
    assert not states("$30", quantities("30 days")[0])
    assert states("$50,000", quantities("50,000 US dollars")[0])
