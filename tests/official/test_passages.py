"""Official texts → passages: whole, in order, of a useful size, with names that can be found and quoted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.index import EntryKind
from advisor.index.entries import make_entries
from advisor.official import Library, OfficialText, Paragraph, WantedText, load_wanted, official_passages, read_file
from advisor.official.passages import MOST_WORDS, text_passages

LIST = """
texts = [
  { key = "rule", publisher = "ecfr", cites = ["22 CFR 62.27(b)", "22 CFR 62.27(g)"] },
  { key = "coming", publisher = "federal-register", path = "x" },
]
[publishers]
ecfr = { name = "eCFR", base = "https://www.ecfr.gov", format = "ecfr", kind = "regulation" }
federal-register = { name = "FR", base = "https://fr.example", format = "federal-register", kind = "regulation" }
"""
RULE = WantedText(key="rule", publisher="ecfr", cites=("22 CFR part 62",))


def _paragraph(labels: tuple[str, ...], words: int, kind: str = "paragraph") -> Paragraph:
    citation = "22 CFR 62.9" + "".join(f"({label})" for label in labels)
    text = "".join(f"({label}) " for label in labels[-1:]) + " ".join(["word"] * words) + "."
    path = ("Part 62", "§ 62.9", *(f"({label})" for label in labels))
    heading = "PART 62—EXAMPLES > § 62.9 Sizes."
    return Paragraph.model_validate(
        {"citation": citation, "path": path, "heading": heading, "text": text, "url": "https://x.example", "kind": kind}
    )


def _text(*paragraphs: Paragraph) -> OfficialText:
    return OfficialText(
        source="rule", title="T", kind="regulation", publisher="P", as_of=None, url="u", paragraphs=paragraphs
    )


def _citations(*paragraphs: Paragraph) -> list[str]:
    return [p.sources["text"].citation for p in text_passages(_text(*paragraphs), RULE, "eCFR")]


def test_small_neighbours_stand_together_and_bear_a_range() -> None:
    assert _citations(*(_paragraph((label,), 55) for label in "abcdef")) == [
        "22 CFR 62.9(a)-(c)",
        "22 CFR 62.9(d)-(f)",
    ]


def test_a_piece_of_one_paragraph_never_goes_with_the_next() -> None:
    long = [_paragraph(("b",), 5), *(_paragraph(("b", str(n)), 90) for n in (1, 2, 3))]
    assert _citations(_paragraph(("a",), 70), *long, _paragraph(("c",), 20)) == [
        "22 CFR 62.9(a)",
        "22 CFR 62.9(b)",
        "22 CFR 62.9(b)(2)",
        "22 CFR 62.9(b)(3)",
        "22 CFR 62.9(c)",
    ]


def test_what_is_wanted_and_nothing_else(data: Path, tmp_path: Path) -> None:
    (tmp_path / "official.toml").write_text(LIST)
    wanted = load_wanted(tmp_path / "official.toml")
    rule = read_file(data / "ecfr_title.xml").model_copy(update={"source": "rule"})
    coming = read_file(data / "federal_register.json").model_copy(update={"source": "coming"})
    passages = official_passages(Library([rule, coming]), wanted)
    assert [p.id for p in passages] == ["official:22-cfr-62.27#b", "official:22-cfr-62.27#g"]
    first, fees = passages
    assert first.official
    assert first.title == "22 CFR 62.27(b) Example physicians: Programs"
    assert first.jurisdiction == "us"
    source = first.sources["text"]
    assert (source.publisher, source.kind, source.checked, source.as_of) == ("eCFR", "regulation", "seen", "2026-03-04")
    assert source.url == "https://www.ecfr.gov/current/title-22/section-62.27#p-62.27(b)"
    assert "(i) Time. A program lasts no more than thirty (30) days." in first.text
    assert "Sample\t$35" in fees.text


def test_definitions_that_a_piece_depends_on(data: Path) -> None:
    text = read_file(data / "ecfr_title.xml")
    visit = _paragraph(("a",), 3).model_copy(update={"text": "(a) A sample visitor stays for a short time."})
    changed = text.model_copy(update={"paragraphs": (*text.paragraphs, visit)})
    (piece,) = [p for p in text_passages(changed, RULE, "eCFR") if "62.9" in p.id]
    assert piece.terms == ('22 CFR 62.2 "Sample visitor"',)


def test_a_piece_begins_with_what_leads_in_to_it() -> None:
    lead = _paragraph(("a",), 6).model_copy(update={"text": "(a) Each sponsor must do the following:"})
    parts = [_paragraph(("a", str(n)), 120) for n in (1, 2)]
    second = text_passages(_text(lead, *parts), RULE, "eCFR")[1]
    assert second.statements[0].text == "(a) Each sponsor must do the following:"


def test_a_passage_has_one_vector() -> None:
    passages = text_passages(_text(_paragraph(("a",), 30), _paragraph(("b",), 30)), RULE, "eCFR")
    entries = make_entries(passages)
    assert entries.kind.tolist() == [EntryKind.TEXT]
    assert entries.texts[0].startswith("22 CFR 62.9(a)-(b) Sizes (a) word")


_labels = st.lists(st.sampled_from(["a", "b", "1", "2", "i", "A"]), min_size=1, max_size=4).map(tuple)


@given(st.lists(st.tuples(_labels, st.integers(1, 500)), min_size=1, max_size=25))
def test_nothing_is_lost_or_too_long(shapes: list[tuple[tuple[str, ...], int]]) -> None:
    paragraphs = [_paragraph(labels, words) for labels, words in shapes]
    passages = text_passages(_text(*paragraphs), RULE, "eCFR")
    said = " ".join(s.text for p in passages for s in p.statements)
    assert said.count("word") == sum(words for _, words in shapes)
    assert len({p.id for p in passages}) == len(passages)
    # a run of words without a full stop cannot be cut: 500 of them, and a heading of at most 40
    assert all(len(p.text.split()) <= max(MOST_WORDS, *(w for _, w in shapes)) + 45 for p in passages)


@pytest.mark.slow
def test_whole_parts_make_pieces_of_a_useful_size(samples: Path) -> None:
    text = read_file(next(samples.glob("ecfr-xml/title-22_*.xml")))
    passages = text_passages(text, RULE, "eCFR")
    sizes = sorted(len(p.text.split()) for p in passages)
    assert len(passages) > 250
    assert sizes[len(sizes) // 20] >= 30
    assert sizes[-1] <= 260
    said = " ".join(p.text for p in passages)
    wanted = [p for p in text.paragraphs if p.kind == "paragraph" and RULE.covers(p)]
    assert all(p.text in said or len(p.text.split()) > MOST_WORDS for p in wanted)
