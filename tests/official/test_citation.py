"""Citations: how people write them, what they contain, and that writing and reading agree."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import InputError
from advisor.official.citation import Citation, parse_citation, parse_citations, read_citation
from advisor.official.crossrefs import find_citations, references
from advisor.official.ina import INA_TO_USC, USC_TO_INA
from advisor.official.links import link_for


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("22 CFR 62.27(c)(1)(ii)", "22 CFR 62.27(c)(1)(ii)"),
        ("22 C.F.R. § 62.27 (c)", "22 CFR 62.27(c)"),
        ("8 cfr 214.2(j)(1)(iv)", "8 CFR 214.2(j)(1)(iv)"),
        ("8cfr214.2 ( j ) (1)", "8 CFR 214.2(j)(1)"),
        ("8 CFR section 274A.12(c)", "8 CFR 274a.12(c)"),
        ("INA 212(e)", "INA 212(e)"),
        ("ina§212 (e)", "INA 212(e)"),
        ("I.N.A. sec. 274a(b)", "INA 274A(b)"),
        ("section 212(e) of the Act", "INA 212(e)"),
        ("8 USC 1182(e)", "8 USC 1182(e)"),
        ("8 U.S.C. § 1101(a)(15)(B)", "8 USC 1101(a)(15)(B)"),
        ("8 USC 1229a(b)", "8 USC 1229a(b)"),
        ("42 USC 2000e-5", "42 USC 2000e-5"),
        ("62.27(a)-(c)", "22 CFR 62.27(a)-(c)"),
        ("22 CFR 62.27(a) through (c)", "22 CFR 62.27(a)-(c)"),
        ("22 CFR 40.12-40.19", "22 CFR 40.12-40.19"),
        ("22 USC 2451-2464", "22 USC 2451-2464"),
        ("22 USC 2451 ff.", "22 USC 2451 et seq."),
        ("22 CFR 62", "22 CFR part 62"),
        ("22 CFR Part 62, Subpart b", "22 CFR part 62 subpart B"),
        ("22 CFR part 62 Appendix E", "22 CFR part 62 Appendix E"),
        ("22 CFR 62.2 “Exchange visitor”", '22 CFR 62.2 "Exchange visitor"'),
        ('8 CFR 214.2(h)(4)(ii) "United States employer" (1)', '8 CFR 214.2(h)(4)(ii) "United States employer" (1)'),
        ("9 FAM 402.2-5(E)(3)", "9 FAM 402.2-5(E)(3)"),
        ("8 CFR", "8 CFR"),
    ],
)
def test_reads_what_people_write(written: str, canonical: str) -> None:
    assert str(parse_citation(written)) == canonical


def test_reads_several_and_carries_the_title_on() -> None:
    found = parse_citations("22 CFR 62.22(b); 62.27(c), INA §212(a)(5)(B) and 8 U.S.C. § 1184(l)")
    assert [str(c) for c in found] == ["22 CFR 62.22(b)", "22 CFR 62.27(c)", "INA 212(a)(5)(B)", "8 USC 1184(l)"]


def test_short_labels_go_on_from_the_citation_before() -> None:
    found = parse_citations("22 CFR 62.41(d)(1), (2) and (e); 62.10")
    assert [str(c) for c in found] == ["22 CFR 62.41(d)(1)", "22 CFR 62.41(d)(2)", "22 CFR 62.41(e)", "22 CFR 62.10"]


@pytest.mark.parametrize("written", ["", "hello", "22 CFR", "99.27(c)", "INA", "22 CFR 62.27 and then some", "((("])
def test_says_in_one_line_what_it_cannot_read(written: str) -> None:
    if written == "22 CFR":
        assert parse_citation(written).section == ""
        return
    with pytest.raises(InputError) as raised:
        parse_citation(written)
    assert "\n" not in str(raised.value)
    assert read_citation(written) is None


def test_refuses_two_where_one_is_wanted() -> None:
    with pytest.raises(InputError, match="one citation is wanted, 2 were given"):
        parse_citation("22 CFR 62.22; 22 CFR 62.27")


def test_contains() -> None:
    part, section = parse_citation("22 CFR 62"), parse_citation("22 CFR 62.27")
    deep = parse_citation("22 CFR 62.27(c)(1)")
    assert part.contains(section)
    assert part.contains(deep)
    assert section.contains(deep)
    assert deep.contains(deep)
    assert not deep.contains(section)
    assert not parse_citation("22 CFR 62.2").contains(section)
    assert not parse_citation("8 CFR 62.27").contains(section)
    assert parse_citation("22 CFR 62.27(a)-(c)").contains(deep)
    assert not parse_citation("22 CFR 62.27(a)-(b)").contains(deep)
    assert parse_citation("22 CFR 62.27(c)(1)(iv)-(vi)").contains(parse_citation("22 CFR 62.27(c)(1)(v)"))
    assert parse_citation("22 CFR 40.12-40.19").contains(parse_citation("22 CFR 40.15(a)"))
    assert not parse_citation("22 CFR 40.12-40.19").contains(parse_citation("22 CFR 40.2"))
    assert parse_citation("22 USC 2451 et seq.").contains(parse_citation("22 USC 2460"))
    assert parse_citation("INA 212").contains(parse_citation("8 USC 1182(e)"))
    assert parse_citation("8 USC 1182(e)").contains(parse_citation("INA 212(e)"))


def test_parents_come_nearest_first() -> None:
    assert [str(c) for c in parse_citation("22 CFR 62.27(c)(1)").parents()] == [
        "22 CFR 62.27(c)",
        "22 CFR 62.27",
        "22 CFR part 62",
        "22 CFR",
    ]
    assert [str(c) for c in parse_citation("INA 212(e)").parents()] == ["INA 212", "INA"]


def test_act_and_code_are_one() -> None:
    assert len(USC_TO_INA) == len(INA_TO_USC)
    for ina, usc in {"101": "1101", "212": "1182", "214": "1184", "248": "1258", "217": "1187", "291": "1361"}.items():
        assert str(Citation("INA", "", ina).usc()) == f"8 USC {usc}"
        assert str(Citation("USC", "8", usc, ("a",)).ina()) == f"INA {ina}(a)"
    assert Citation("USC", "22", "2451").ina() == Citation("USC", "22", "2451")
    assert Citation("INA", "", "999").usc() == Citation("INA", "", "999")


def test_links_are_deep() -> None:
    assert link_for(parse_citation("22 CFR 62.27(c)(1)")).endswith("title-22/section-62.27#p-62.27(c)(1)")
    assert link_for(parse_citation('22 CFR 62.2 "Act"')).endswith("title-22/section-62.2")
    assert link_for(parse_citation("INA 214(l)(1)")).endswith(
        "title8-section1184&num=0&edition=prelim#substructure-location_l_1"
    )
    assert link_for(parse_citation("9 FAM 402.2-2(B)")).endswith("09FAM040202.html#M402_2_2_B")
    assert link_for(parse_citation("22 CFR 62 subpart B")).endswith("part-62/subpart-B")
    assert "appendix-Appendix%20E" in link_for(parse_citation("22 CFR 62 Appendix E"))


def test_finds_citations_in_running_text() -> None:
    text = (
        "As 8 CFR 214.2(j)(1) and sections 101(a)(15)(J), 212(e) and 248 of the Act say, § 41.31(b) and "
        "paragraphs (c)(1) and (2) of this section apply (see INA 101(a)(26)), but not paragraph (a) of § 40.1."
    )
    place = parse_citation("22 CFR 41.62")
    found = find_citations(text, place)
    assert [str(f.citation) for f in found] == [
        "8 CFR 214.2(j)(1)",
        "INA 101(a)(15)(J)",
        "INA 212(e)",
        "INA 248",
        "22 CFR 41.31(b)",
        "22 CFR 41.62(c)(1)",
        "22 CFR 41.62(c)(2)",
        "INA 101(a)(26)",
        "22 CFR 40.1",
    ]
    for start, end, _ in found:
        assert text[start:end] == text[start:end].strip(" ,")
    assert len(references(text + text, place)) == len(found)


def test_this_title_depends_on_where_it_stands() -> None:
    text = "section 1182(e) of this title and section 552 of title 5"
    assert [str(f.citation) for f in find_citations(text, Citation("USC", "8", "1184"))] == [
        "8 USC 1182(e)",
        "5 USC 552",
    ]
    assert find_citations(text) == []
    exchange = find_citations("section 102 of the Act", Citation("CFR", "22", "62.3"))
    assert exchange == []


_letter = st.sampled_from("abcdefghjkmnpqrstuwyz")
_labels = st.lists(
    st.one_of(_letter, st.integers(1, 99).map(str), st.sampled_from(["i", "ii", "iv", "ix", "A", "B", "AA", "aa"])),
    max_size=5,
).map(tuple)
_cfr = st.builds(
    Citation,
    st.just("CFR"),
    st.integers(1, 50).map(str),
    st.builds("{}{}.{}".format, st.integers(1, 999), st.sampled_from(["", "a"]), st.integers(1, 999)),
    _labels,
)
_usc = st.builds(
    Citation,
    st.just("USC"),
    st.integers(1, 54).map(str),
    st.builds("{}{}".format, st.integers(1, 9999), st.sampled_from(["", "a", "b"])),
    _labels,
)
_ina = st.builds(Citation, st.just("INA"), st.just(""), st.sampled_from(sorted(INA_TO_USC)), _labels)
_any = st.one_of(_cfr, _usc, _ina)


@given(_any)
def test_writing_and_reading_agree(citation: Citation) -> None:
    assert parse_citation(str(citation)) == citation
    assert all(parent.contains(citation) for parent in citation.parents())


@given(_any, st.sampled_from([" ", "  ", ""]), st.booleans())
def test_sloppy_writing_reads_the_same(citation: Citation, gap: str, shout: bool) -> None:
    written = str(citation).replace("(", f"{gap}(").replace(" CFR", " C.F.R. §").replace(" USC", " u.s.c. §§")
    assert parse_citation(f"  {written} ;") == citation
    assert parse_citation(str(citation).replace("CFR", "cfr").replace("USC", "Usc")) == citation
    assert shout in (True, False)


@given(_any)
def test_act_to_code_and_back(citation: Citation) -> None:
    assert citation.usc().ina() == (citation if citation.system == "INA" else citation.ina())


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        found = parse_citations(text)
        assert [parse_citation(str(c)) for c in found] == found
