"""Messages: nothing of an answer is lost, and the platform takes every one of them as it is."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.answer import Answer, AnswerStatus, Block, CitedSource, Line
from advisor.corpus import Status
from advisor.telegram.render import LIMIT, Unit, pack, render_answer, render_blocks, text_unit
from tests.e2e.emulator.entities import Entity, utf16_length
from tests.e2e.emulator.formatting import MAX_ENTITIES, MAX_SOURCE_BYTES
from tests.e2e.emulator.markup import parse_html

words = st.text(st.one_of(st.characters(codec="utf-8", exclude_categories=["Cc"]), st.sampled_from("<>&\"'/ b😀ا")))
texts = words.map(lambda text: f"x{text}")
lengthy = st.builds(lambda text, times: (text * times)[:1500], texts, st.sampled_from([1, 5, 60]))
urls = st.text(st.characters(codec="ascii", exclude_categories=["Cc", "Zs"]), max_size=300).map(
    lambda path: f"https://example.org/{path}"
)


def source(number: int, citation: str, url: str) -> CitedSource:
    """A source as an answer lists it."""
    return CitedSource(
        n=number,
        citation=citation,
        title="",
        publisher="Publisher <&>",
        url=url,
        kind="guidance",
        as_of="2026-01",
        checked="secondary",
        status=Status.IN_FORCE,
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Answers to one question or several, with anything in their texts."""
    count = draw(st.integers(0, 12))
    sources = tuple(source(n, draw(texts.map(lambda t: t[:150])), draw(urls)) for n in range(1, count + 1))
    cited = st.lists(st.integers(1, count + 2), max_size=4).map(tuple)
    lines = st.builds(
        Line, text=lengthy, sources=cited, bullet=st.booleans(), notes=st.lists(texts, max_size=1).map(tuple)
    )
    blocks = st.lists(
        st.builds(Block, title=st.none() | texts, lines=st.lists(lines, min_size=1, max_size=8).map(tuple)), max_size=4
    ).map(tuple)
    parts = [
        Answer(question=draw(texts), status=AnswerStatus.ANSWERED, blocks=draw(blocks), sources=sources)
        for _ in range(draw(st.sampled_from([1, 1, 2, 5])))
    ]
    if len(parts) == 1:
        return parts[0]
    return Answer(question="", status=AnswerStatus.ANSWERED, parts=tuple(parts), sources=sources)


def letters(text: str) -> str:
    """What can be compared of a text: blanks move where messages are cut."""
    return "".join(character for character in text if character.isalnum())


def parsed(pages: Iterable[str]) -> list[tuple[str, list[Entity]]]:
    """The pages as the platform reads them, each held against its limits."""
    read = []
    for page in pages:
        text, entities = parse_html(page)
        assert utf16_length(text) <= LIMIT
        assert len(entities) <= MAX_ENTITIES
        assert len(page.encode()) <= MAX_SOURCE_BYTES
        read.append((text, entities))
    return read


@settings(max_examples=40, deadline=None)
@given(answers(), st.none() | texts)
def test_an_answer_fits_the_platform_and_keeps_its_words(answer: Answer, notice: str | None) -> None:
    pages = parsed(render_answer(answer, notice=notice))
    shown = letters("".join(text for text, _ in pages))
    for part in answer.parts or (answer,):
        for block in part.blocks:
            assert letters(block.title or "") in shown
            assert all(letters(line.text) in shown for line in block.lines)
    assert all(letters(cited.citation) in shown for cited in answer.sources)
    assert letters(notice or "") in shown
    linked = {entity.extra["url"] for _, entities in pages for entity in entities if entity.type == "text_link"}
    assert linked <= {cited.url for cited in answer.sources}


units = st.builds(
    Unit,
    html=st.just("w"),
    length=st.integers(1, 4000),
    entities=st.integers(0, 20),
    quoted=st.booleans(),
    gap=st.booleans(),
).map(lambda unit: Unit("<b>w</b>" * unit.entities + "w" * unit.length, unit.length + unit.entities, *_rest(unit)))


def _rest(unit: Unit) -> tuple[int, bool, bool]:
    return unit.entities, unit.quoted, unit.gap


@settings(max_examples=60, deadline=None)
@given(st.lists(units, max_size=60))
def test_units_are_packed_whole_and_in_order(pieces: list[Unit]) -> None:
    pages = parsed(pack(pieces))
    assert sum(len(letters(text)) for text, _ in pages) == sum(unit.length for unit in pieces)
    lines = [line for text, _ in pages for line in text.split("\n") if line]
    assert [len(line) for line in lines] == [unit.length for unit in pieces]


@given(st.text(st.sampled_from("a😀<&é"), min_size=1, max_size=9), st.integers(1, 1500), st.booleans())
def test_a_text_too_long_for_one_message_is_shortened(piece: str, times: int, bold: bool) -> None:
    text = piece * times
    [(shown, _)] = parsed(pack([text_unit(text, bold=bold)]))
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


def test_no_message_is_made_of_nothing() -> None:
    assert pack([]) == []


def test_an_answer_in_full() -> None:
    cited = source(1, "9 FAM 402", "https://fam.state.gov/?a=1&b=2")
    lines = (
        Line(text="No <examination>.", sources=(1,)),
        Line(text="You may watch.", sources=(1, 2), bullet=True, notes=("not verified",)),
    )
    answer = Answer(
        question="?", status=AnswerStatus.ANSWERED, blocks=(Block(title="Title", lines=lines),), sources=(cited,)
    )
    assert render_answer(answer, notice="General information.") == [
        "<b>Title</b>\n"
        'No &lt;examination&gt;. <a href="https://fam.state.gov/?a=1&amp;b=2">[1]</a>\n'
        '• You may watch.<i> (not verified)</i> <a href="https://fam.state.gov/?a=1&amp;b=2">[1]</a> [2]\n'
        "<blockquote expandable>"
        '1. <a href="https://fam.state.gov/?a=1&amp;b=2">9 FAM 402</a>'
        " — Publisher &lt;&amp;&gt;, as of 2026-01, read second-hand"
        "</blockquote>\n"
        "General information."
    ]


def test_only_the_sources_that_are_cited_are_listed_with_some_blocks() -> None:
    sources = (source(1, "First", "https://example.org/1"), source(2, "Second", "https://example.org/2"))
    [page] = render_blocks([Block(title=None, lines=(Line(text="Words.", sources=(2,)),))], sources, "en")
    assert "Second" in page
    assert "First" not in page


@pytest.mark.parametrize("number", [1, 5])
def test_the_question_above_a_part_is_shortened(number: int) -> None:
    block = Block(title=None, lines=(Line(text="Yes."),))
    part = Answer(question="word " * 200, status=AnswerStatus.ANSWERED, blocks=(block,))
    whole = Answer(question="", status=AnswerStatus.ANSWERED, parts=(part,) * number)
    [page] = render_answer(whole)
    assert page.count("word …</b>") == number
