"""Reading a document: what is read, and that everything wrong is one line with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.corpus import Kind, Status
from advisor.corpus.parser import load_yaml, parse_document
from advisor.errors import CorpusError
from tests.corpus.conftest import DOCUMENT

PATH = Path("us-visitor.md")


def line_of(words: str, text: str = DOCUMENT) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_front_matter_is_read() -> None:
    document = parse_document(DOCUMENT, PATH)
    assert (document.id, document.jurisdiction, document.topics) == ("us-visitor", "us", ("visa.b1",))
    assert document.reviewed == date(2026, 11, 22)
    assert document.status is Status.IN_FORCE
    assert document.sources["rule"].kind is Kind.REGULATION
    assert document.sources["rule"].as_of == "2026-01-29"
    assert document.sources["page"].as_of is None
    assert document.path == PATH


def test_sections_are_read() -> None:
    observe, work = parse_document(DOCUMENT, PATH).sections
    assert (observe.slug, observe.heading) == ("observe", "May a visitor observe?")
    assert observe.asks[:2] == ("can i observe on b1", "observership tourist visa")
    assert observe.status is None
    assert (work.status, work.effective) == (Status.PROPOSED, "2027-01")
    assert observe.line == line_of("{#observe}")


def test_statements_are_read_with_sources_and_lines() -> None:
    first, second = parse_document(DOCUMENT, PATH).sections[0].statements
    assert (first.text, first.sources, first.bullet) == ("Yes, a visitor may watch.", ("rule",), False)
    assert (second.sources, second.bullet) == (("page", "rule"), True)
    assert (first.line, second.line) == (line_of("Yes, a visitor"), line_of("The host decides"))


def test_a_numbered_list_is_steps() -> None:
    text = DOCUMENT.replace("- The host decides", "1. The host decides")
    first, second = parse_document(text, PATH).sections[0].statements
    assert (first.step, second.step, second.bullet) == (None, 1, True)


def test_a_paragraph_is_cut_at_its_citations() -> None:
    text = DOCUMENT.replace(
        "Yes, a visitor may watch. [@rule]", "Yes. A visitor\nmay watch. [@rule] Some hospitals\nsay no. [@page]"
    )
    first, second, _ = parse_document(text, PATH).sections[0].statements
    assert (first.text, first.sources) == ("Yes. A visitor may watch.", ("rule",))
    assert (second.text, second.sources) == ("Some hospitals say no.", ("page",))
    assert second.line == line_of("Some hospitals", text)


def test_a_source_cited_twice_counts_once() -> None:
    text = DOCUMENT.replace("[@page; @rule]", "[@page; @rule; @page]")
    assert parse_document(text, PATH).sections[0].statements[1].sources == ("page", "rule")


WRONG = {
    "no front matter": ("---\nid:", "id:", "front matter", 1),
    "not YAML": ("title: Visiting a hospital", "title: Visiting: a hospital", "not valid YAML", "title:"),
    "a key twice": ("title: Visiting", "id: again\ntitle: Visiting", "the key 'id' stands twice", "id: again"),
    "an unknown key": ("title: Visiting", "titel: x\ntitle: Visiting", "unknown key 'titel'", "titel:"),
    "a key is missing": ("    publisher: Some hospital\n", "", "sources.page.publisher: Field required", "  page:"),
    "an id with capitals": ("id: us-visitor", "id: US-visitor", "id: ", "id: US"),
    "a jurisdiction that is none": ("jurisdiction: us", "jurisdiction: usa", "jurisdiction: ", "jurisdiction:"),
    "an audience that is none": ("[graduate]", "[everybody]", "audience.0: ", "audience:"),
    "a kind that is none": ("kind: program", "kind: blog", "sources.page.kind: ", "kind: blog"),
    "a check that is none": ("checked: secondary", "checked: maybe", "sources.page.checked: ", "checked: maybe"),
    "a day that is none": ("as_of: 2026-01-29", "as_of: 2026-02-31", "not valid YAML", 2),
    "a month that is none": ("as_of: 2026-01-29", "as_of: 2026-13", "sources.rule.as_of", "as_of:"),
    "a date in words": ("as_of: 2026-01-29", "as_of: January", "'January' is not a date", "as_of:"),
    "an address that is none": ("https://hospital.example", "ftp://hospital.example", "sources.page.url", "ftp:"),
    "text before a section": (
        "## May a visitor observe?",
        "Hello.\n\n## May a visitor observe?",
        "before the",
        "Hello",
    ),
    "a heading of another level": ("## May a visitor work?", "### May a visitor work?", "only '##'", "### May"),
    "a heading without a slug": (" {#observe}", "", "lacks its '{#slug}'", "observe?"),
    "a slug with capitals": ("{#observe}", "{#Observe}", "slug: ", "{#Observe}"),
    "an unknown attribute": ("status=proposed", "state=proposed", "unknown heading attribute 'state'", "{#work"),
    "an attribute twice": ("status=proposed", "status=proposed status=closed", "'status' stands twice", "{#work"),
    "a status that is none": ("status=proposed", "status=soon", "status: ", "{#work"),
    "a statement without a source": ("watch. [@rule]", "watch.", "a statement without a source", "may watch."),
    "text behind the last source": ("watch. [@rule]", "watch. [@rule] So.", "without a source: 'So.'", "So."),
    "a source without a statement": (
        "Yes, a visitor may watch. [@rule]",
        "[@rule]",
        "no statement before it",
        "[@rule]",
    ),
    "a quotation": ("Yes, a visitor may", "> Yes, a visitor may", "only paragraphs and lists", "> Yes"),
    "a list within a list": ("- The host", "- The list [@rule]\n  - The host", "a list within a list", "  - The host"),
    "asks that are no list": ("- job on b1", "> job on b1", "an asks block holds a plain list only", "> job"),
}


@pytest.mark.parametrize(("old", "new", "message", "where"), WRONG.values(), ids=WRONG)
def test_everything_wrong_is_told_with_file_and_line(old: str, new: str, message: str, where: str | int) -> None:
    text = DOCUMENT.replace(old, new)
    assert text != DOCUMENT
    with pytest.raises(CorpusError) as caught:
        parse_document(text, PATH)
    assert message in caught.value.message
    assert "\n" not in str(caught.value)
    line = where if isinstance(where, int) else line_of(where, text)
    assert str(caught.value).startswith(f"us-visitor.md:{line}: ")


def test_a_section_must_say_something() -> None:
    text = DOCUMENT[: DOCUMENT.index("No, a visitor")]
    with pytest.raises(CorpusError, match="the section 'work' says nothing") as caught:
        parse_document(text, PATH)
    assert caught.value.line == line_of("{#work")


def test_a_document_must_have_a_section() -> None:
    text = DOCUMENT[: DOCUMENT.index("## May a visitor observe?")]
    with pytest.raises(CorpusError, match="no '## Heading"):
        parse_document(text, PATH)


@pytest.mark.parametrize("text", ["[1, 2]", "only words", "", "? [a]\n: b", "a: \x00", "a: !!python/name:os.system"])
def test_yaml_that_is_no_plain_mapping_is_refused(text: str) -> None:
    with pytest.raises(CorpusError) as caught:
        load_yaml(text, PATH, offset=4)
    assert caught.value.line is not None
    assert caught.value.line > 4


def refusal(text: str) -> str | None:
    """Why a text is no document; None if it is one. Anything but a `CorpusError` is let through."""
    try:
        parse_document(text, PATH)
    except CorpusError as error:
        return error.message
    return None


def either_reads_or_says_why(text: str) -> None:
    why = refusal(text)
    assert why is None or (why and "\n" not in why)


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    either_reads_or_says_why(text)


HEAD = DOCUMENT[: DOCUMENT.index("## May a visitor observe?")]
PIECES = [
    "---", "## ", "### ", "{#a}", "{#a status=proposed}", "::: asks", ":::", "- ", "  - ", "1. ", "> ", "```", "***",
    "[@rule]", "[@rule; @page]", "[@", "[x](#a)", "<b>", "id: x", "sources:", "&a [*a]", "{", "}", "Yes.", "a", "\n",
    "\n\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=20).map("".join), st.booleans())
def test_no_mixture_of_our_own_signs_raises_anything_else(text: str, headed: bool) -> None:
    either_reads_or_says_why(HEAD + text if headed else f"---\n{text}\n---\n{text}")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_no_front_matter_raises_anything_else(text: str) -> None:
    assert refusal(f"---\n{text}\n---\n\n## A question {{#a}}\n\nYes. [@a]\n") is not None


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60))
def test_whatever_a_statement_says_it_keeps_its_source(text: str) -> None:
    document = DOCUMENT.replace("Yes, a visitor may watch.", f"Yes, {text} watch.")
    either_reads_or_says_why(document)
    if refusal(document) is None:
        first = parse_document(document, PATH).sections[0].statements[0]
        assert first.sources
