"""Every reader on a small file of its own with invented text; the real files are in test_samples.py."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from advisor.errors import OfficialError
from advisor.official.models import OfficialText, Paragraph
from advisor.official.readers import READERS, detect, read_bytes, read_file
from advisor.official.readers.govuk import WithdrawnError

FILES = {
    "ecfr_title.xml": "ecfr",
    "ecfr_part.xml": "ecfr",
    "ecfr_bulk.xml": "ecfr",
    "uslm.xml": "uslm",
    "8-usc-1184.md": "usc-markdown",
    "federal_register.json": "federal-register",
    "govuk.json": "govuk-json",
    "govuk_page.md": "govuk-markdown",
    "clml.xml": "clml",
    "99.01.02.xml": "comar",
    "unicourt.html": "unicourt",
    "state.json": "state-json",
    "fam.txt": "fam",
    "title8_parsed.json": "cfr-json",
    "title-22_lossy.md": "cfr-markdown",
    "titles.json": "ecfr-json",
}


def _by_citation(text: OfficialText, citation: str) -> list[Paragraph]:
    return [p for p in text.paragraphs if p.citation == citation]


def _citations(text: OfficialText) -> list[str]:
    return [p.citation for p in text.paragraphs if p.kind == "paragraph"]


@pytest.mark.parametrize(("name", "kind"), FILES.items())
def test_the_format_is_known_by_its_content(data: Path, name: str, kind: str) -> None:
    assert detect((data / name).read_bytes()) == kind
    assert kind in READERS
    text = read_file(data / name)
    assert text.format == kind
    assert len(text.digest) == 64
    assert text.paragraphs
    assert all(p.text == p.text.strip("\n ") and p.text for p in text.paragraphs)


def test_ecfr_nesting(data: Path) -> None:
    text = read_file(data / "ecfr_title.xml")
    assert text.as_of == dt.date(2026, 3, 4)
    below = [c.removeprefix("22 CFR 62.27") for c in _citations(text) if c.startswith("22 CFR 62.27")]
    assert below == [
        *("(a)", "(b)", "(b)(1)", "(b)(1)(i)", "(b)(1)(ii)", "(b)(1)(ii)(A)", "(b)(1)(ii)(B)", "(b)(1)(ii)(C)"),
        *("(b)(1)(ii)(C)(1)", "(b)(2)", "(c)", "(d)", "(g)", "(h)", "(h)(1)", "(h)(2)", "(i)", "(j)"),
    ]
    deep = _by_citation(text, "22 CFR 62.27(b)(1)(i)")[0]
    assert deep.text == "(i) Time. A program lasts no more than thirty (30) days."
    assert deep.path[-4:] == ("§ 62.27", "(b)", "(1)", "(i)")
    assert deep.heading.endswith("§ 62.27 Example physicians. > Programs > General > Time")
    assert deep.url == "https://www.ecfr.gov/current/title-22/section-62.27#p-62.27(b)(1)(i)"
    assert [deep.text[a:b] for a, b in deep.emphasis] == ["Time."]


def test_ecfr_keeps_tables_notes_extracts_and_dates(data: Path) -> None:
    text = read_file(data / "ecfr_title.xml")
    table = next(p for p in text.paragraphs if p.kind == "table")
    assert table.citation == "22 CFR 62.27(g)"
    assert table.text.splitlines() == ["Fees", "Item\tFee", "Sample\t$35", "Second sample\tNO FEE"]
    extracts = [p for p in text.paragraphs if p.kind == "extract"]
    assert {p.citation for p in extracts} == {"22 CFR 62.27(b)(2)"}
    effective = next(p for p in text.paragraphs if p.kind == "effective")
    assert effective.citation == "22 CFR 62.27"
    assert "Jan. 1, 2031" in effective.text
    assert [p.text for p in text.paragraphs if p.kind == "note"] == ["Note:", "See 45 CFR part 50."]
    assert _by_citation(text, "22 CFR 62.3-62.5")[0].text.endswith("[Reserved]")
    assert _by_citation(text, "22 CFR part 62 Appendix A")[-1].text == "Counting."


def test_ecfr_definitions_are_addressable(data: Path) -> None:
    text = read_file(data / "ecfr_title.xml")
    assert [c for c in _citations(text) if c.startswith("22 CFR 62.2 ")] == [
        '22 CFR 62.2 "Sample visitor"',
        '22 CFR 62.2 "Sample visitor" (1)',
        '22 CFR 62.2 "Sample visitor" (2)',
        '22 CFR 62.2 "Sponsor (legal entity)"',
    ]
    assert _by_citation(text, '22 CFR 62.2 "Sample visitor"')[0].terms == ("Sample visitor",)


def test_ecfr_cross_references_become_links(data: Path) -> None:
    text = read_file(data / "ecfr_title.xml")
    purpose = _by_citation(text, "22 CFR 62.27(a)")[0]
    assert [r.citation for r in purpose.references] == ["22 CFR 62.2", "INA 212(e)"]
    assert purpose.references[1].url.endswith("section1182&num=0&edition=prelim#substructure-location_e")
    part = read_file(data / "ecfr_part.xml")
    assert [r.citation for r in _by_citation(part, "8 CFR 248.1(b)")[0].references] == [
        "8 CFR 248.1(a)(1)",
        "8 CFR 248.1(a)(2)",
    ]
    assert [r.citation for r in _by_citation(part, "8 CFR 248.1(a)")[0].references] == ["INA 248"]


def test_bulk_sections_with_sign(data: Path) -> None:
    assert _citations(read_file(data / "ecfr_bulk.xml")) == [
        "45 CFR 50.3(a)",
        "45 CFR 50.3(a)(1)",
        "45 CFR 50.3(a)(2)",
        "45 CFR 50.3(b)",
    ]


def test_uslm_takes_places_from_identifiers(data: Path) -> None:
    text = read_file(data / "uslm.xml")
    assert _citations(text)[:3] == ["8 USC 1101(a)", "8 USC 1101(a)(15)", "8 USC 1101(a)"]
    assert _by_citation(text, "8 USC 1101(a)(15)")[0].terms == ("visiting example",)
    assert [p.kind for p in _by_citation(text, "8 USC 1101 note")] == ["note", "note"]
    assert _by_citation(text, "8 USC 1182(e)")[0].references[0].citation == "8 USC 1101(a)(15)"


def test_code_in_markdown_parts_law_from_notes(data: Path) -> None:
    text = read_file(data / "8-usc-1184.md")
    assert _citations(text)[:6] == [
        *("8 USC 1184(a)", "8 USC 1184(a)(1)", "8 USC 1184(a)(2)"),
        *("8 USC 1184(a)(2)(A)", "8 USC 1184(a)(2)(B)", "8 USC 1184(b)"),
    ]
    assert _by_citation(text, "8 USC 1184(a)(1)")[0].heading.endswith("> Regulations")
    assert "".join(_by_citation(text, "8 USC 1184(b)")[1].text.partition("presumed")[1]) == "presumed"
    assert {p.citation for p in text.paragraphs if p.kind in ("note", "footnote")} == {"8 USC 1184 note"}


@pytest.mark.parametrize("name", ["govuk.json", "govuk_page.md"])
def test_govuk_numbers_and_letters(data: Path, name: str) -> None:
    text = read_file(data / name)
    assert text.as_of == dt.date(2026, 2, 3)
    assert text.kind == "regulation"
    rules = [c.removeprefix("Immigration Rules ") for c in _citations(text) if "X 1" in c]
    assert rules == ["X 1.1", "X 1.1(a)", "X 1.1(b)", "X 1.1(b)(i)", "X 1.1(b)(ii)", "X 1.2"]
    assert _by_citation(text, "Immigration Rules X 1.1(a)")[0].url.endswith("#entry-for-examples")
    kept = " ".join(p.text for p in text.paragraphs if p.kind != "furniture")
    assert "Cookies" not in kept
    assert "useful" not in kept


def test_govuk_withdrawn_pages_are_refused(data: Path) -> None:
    page = json.loads((data / "govuk.json").read_text())
    page["withdrawn_notice"] = {"explanation": "Old.", "withdrawn_at": "2026-05-06T00:00:00Z"}
    with pytest.raises(WithdrawnError, match="2026-05-06"):
        read_bytes(json.dumps(page).encode())


def test_clml_marks_what_is_not_in_force(data: Path) -> None:
    text = read_file(data / "clml.xml")
    assert text.as_of == dt.date(2024, 5, 6)
    assert _by_citation(text, "Examples Act 1901 s. 3(1)")[0].in_force
    dead = _by_citation(text, "Examples Act 1901 s. 3(2)")[0]
    assert not dead.in_force
    assert dead.url == "https://www.legislation.gov.uk/ukpga/1901/7/section/3/2"


def test_states(data: Path) -> None:
    maryland = read_file(data / "99.01.02.xml")
    assert _citations(maryland)[-1] == "COMAR 99.01.02.02A(1)(a)"
    assert maryland.as_of == dt.date(2025, 7, 7)
    vermont = read_file(data / "unicourt.html")
    assert _citations(vermont)[1:] == [
        "26 V.S.A. § 1401(a)",
        "26 V.S.A. § 1401(a)(1)",
        "26 V.S.A. § 1401(a)(2)",
        "26 V.S.A. § 1401(b)",
    ]
    missouri = read_file(data / "state.json")
    assert [c.partition("§ ")[2] for c in _citations(missouri)][1:7] == [
        *("334.900(1)", "334.900(1)(1)", "334.900(1)(2)", "334.900(1)(2)(a)", "334.900(1)(2)(b)", "334.900(2)"),
    ]
    assert "revisor.mo.gov" in missouri.url


def test_fam_stamps_date_their_own_subsection(data: Path) -> None:
    text = read_file(data / "fam.txt")
    assert text.as_of == dt.date(2026, 2, 3)
    deep = _by_citation(text, "9 FAM 499.1-2(a)(1)(b)")[0]
    assert deep.as_of == dt.date(2025, 1, 2)
    assert deep.references[0].citation == "INA 214(b)"
    assert _by_citation(text, "9 FAM 499.1-2(A)")[0].heading == "Samples"


def test_copies_without_italics(data: Path) -> None:
    assert _citations(read_file(data / "title8_parsed.json")) == [
        *("8 CFR 248.1(a)", "8 CFR 248.1(a)(1)", "8 CFR 248.1(a)(1)(i)", "8 CFR 248.1(a)(1)(ii)"),
        *("8 CFR 248.1(a)(2)", "8 CFR 248.1(a)(2)(i)", "8 CFR 248.1(b)"),
    ]
    assert _citations(read_file(data / "title-22_lossy.md")) == [
        "22 CFR 62.27(a)",
        "22 CFR 62.27(b)",
        "22 CFR 62.27(b)(1)",
    ]


BAD = {
    b"": "nothing in it",
    b"   \n": "nothing in it",
    b"<ECFR><P>unclosed": "not well-formed",
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><ECFR><P>&a;</P></ECFR>': "declarations of its own",
    b"<other/>": "no kind",
    b"{not json": "not JSON",
    b'{"a": 1}': "no kind",
    b"\xff\xfe\x00\x01": "neither",
}


@pytest.mark.parametrize(("content", "reason"), BAD.items())
def test_bad_input_is_refused_in_one_line(content: bytes, reason: str) -> None:
    with pytest.raises(OfficialError, match=reason) as raised:
        read_bytes(content)
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OfficialError, match=r"nowhere\.xml: cannot be opened"):
        read_file(tmp_path / "nowhere.xml")


def test_entities_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + "<ECFR><P>&b;</P></ECFR>"
    outside = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]><ECFR><P>&a;</P></ECFR>'
    for content in (bomb, outside):
        with pytest.raises(OfficialError) as raised:
            read_bytes(content.encode())
        assert "SECRET" not in str(raised.value)
