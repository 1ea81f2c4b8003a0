"""What a citation says: exact places, the nearest one, other spellings, and what is not there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from advisor.errors import InputError, OfficialError
from advisor.official.citation import parse_citation
from advisor.official.lookup import Library
from advisor.official.readers import read_file

DAY = dt.date(2026, 1, 29)


@pytest.fixture
def library(data: Path) -> Library:
    names = ("ecfr_title.xml", "ecfr_part.xml", "uslm.xml", "govuk.json", "99.01.02.xml")
    texts = [read_file(data / name).model_copy(update={"source": name, "as_of": DAY}) for name in names]
    return Library(texts)


def _cited(library: Library, asked: str) -> list[str]:
    return [p.citation for p in library.show(asked)[0].paragraphs]


def test_a_place_comes_with_everything_inside_it(library: Library) -> None:
    rule = library.show("22 cfr 62.27 (b)(1)(ii)")[0]
    assert rule.exact
    assert rule.citation == "22 CFR 62.27(b)(1)(ii)"
    assert rule.as_of == DAY
    assert rule.text().splitlines()[0] == "(ii) A sponsor must keep:"
    assert len(rule.paragraphs) == 5


def test_pieces_of_one_printed_paragraph_are_joined_again(library: Library) -> None:
    assert library.show("22 CFR 62.27(b)(1)")[0].text().startswith("(1) General—(i) Time. A program")


def test_the_act_and_the_code_are_one(library: Library) -> None:
    assert _cited(library, "INA 212(e)") == _cited(library, "8 USC 1182(e)") == ["8 USC 1182(e)"]


def test_ranges(library: Library) -> None:
    assert _cited(library, "62.27(h)-(j)") == [
        *("22 CFR 62.27(h)", "22 CFR 62.27(h)(1)", "22 CFR 62.27(h)(2)", "22 CFR 62.27(i)", "22 CFR 62.27(j)"),
        *("22 CFR 62.27(j)", "22 CFR 62.27(j)"),
    ]


def test_several_citations_give_several_rules(library: Library) -> None:
    rules = library.show("22 CFR 62.27(a); 8 CFR 248.1(b)")
    assert [rule.citation for rule in rules] == ["22 CFR 62.27(a)", "8 CFR 248.1(b)"]


def test_a_place_that_is_not_there_gives_the_nearest(library: Library) -> None:
    rule = library.show("22 CFR 62.27(a)(9)")[0]
    assert not rule.exact
    assert (rule.asked, rule.citation) == ("22 CFR 62.27(a)(9)", "22 CFR 62.27(a)")
    assert library.show("22 CFR 62.4")[0].paragraphs[0].text == "§§ 62.3-62.5 [Reserved]"


def test_capitals_do_not_matter_where_nothing_else_fits(library: Library) -> None:
    assert _cited(library, "22 CFR 62.27(A)") == ["22 CFR 62.27(a)"]


def test_terms_parts_and_appendices(library: Library) -> None:
    assert len(library.show('22 CFR 62.2 "Sample visitor"')[0].paragraphs) == 3
    assert len(library.show("22 CFR 62")[0].paragraphs) > 30
    assert _cited(library, "22 CFR part 62 Appendix A")[-1] == "22 CFR part 62 Appendix A"


def test_names_that_are_no_federal_citations(library: Library) -> None:
    assert library.show("Immigration Rules X 1.1(b)(i)")[0].text() == "(i) small; or"
    assert library.show("comar 99.01.02.02a(1)(a)")[0].text() == "(a) It has seven members."


def test_what_is_not_held_says_where_to_read_it(library: Library) -> None:
    with pytest.raises(OfficialError, match=r"not among the texts that were fetched; see https://www\.ecfr\.gov"):
        library.show("8 CFR 999.1(a)")
    with pytest.raises(InputError):
        library.show("what is this")


def test_of_two_copies_the_newer_one_is_shown(data: Path) -> None:
    old = read_file(data / "ecfr_part.xml").model_copy(update={"source": "old", "as_of": dt.date(2020, 1, 1)})
    new = old.model_copy(update={"source": "new", "as_of": DAY})
    rule = Library([old, new]).show("8 CFR 248.1(a)")[0]
    assert rule.source == "new"
    assert len(rule.paragraphs) == 1


def test_sections_that_are_held(library: Library) -> None:
    assert library.has_section(parse_citation("22 CFR 62.27(z)"))
    assert library.has_section(parse_citation("22 CFR 62"))
    assert not library.has_section(parse_citation("22 CFR 41"))
    assert not library.has_section(parse_citation("INA 214"))
