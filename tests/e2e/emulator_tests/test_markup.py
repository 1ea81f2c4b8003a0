"""HTML and entities, without a server."""

import html
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.e2e.emulator.detect import add_detected, find_entities
from tests.e2e.emulator.entities import (
    CODE,
    QUOTES,
    STYLES,
    Entity,
    clean,
    disjoint,
    normalise,
    utf16_length,
    utf16_slice,
)
from tests.e2e.emulator.errors import ApiError
from tests.e2e.emulator.links import checked_link
from tests.e2e.emulator.markup import parse_html

Found = list[tuple[str, int, int]]


def brief(entities: list[Entity]) -> Found:
    return [(entity.type, entity.offset, entity.length) for entity in entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><STRONG>b</STRONG>", "ab", [("bold", 0, 1), ("bold", 1, 1)]),
        (
            "<i>a</i><em>b</em><u>c</u><ins>d</ins>",
            "abcd",
            [("italic", 0, 1), ("italic", 1, 1), ("underline", 2, 1), ("underline", 3, 1)],
        ),
        (
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            [("strikethrough", 0, 1), ("strikethrough", 1, 1), ("strikethrough", 2, 1)],
        ),
        (
            '<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>',
            "ab",
            [("spoiler", 0, 1), ("spoiler", 1, 1)],
        ),
        ("<code>a</code><pre>b</pre>", "ab", [("code", 0, 1), ("pre", 1, 1)]),
        ("<blockquote>a\nb</blockquote>", "a\nb", [("blockquote", 0, 3)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ('<blockquote expandable="">a</blockquote>', "a", [("expandable_blockquote", 0, 1)]),
        ("😀<b>😀</b>", "😀😀", [("bold", 2, 2)]),
        ("a &lt;b&gt; &amp; &quot;c&quot;", 'a <b> & "c"', []),
        ("&#65;&#x42;&#128512;&lt", "AB😀<", []),
        ("<b></b>x", "x", []),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("<b >a</b >", "a", [("bold", 0, 1)]),
    ],
)
def test_tags_and_references_become_text_and_entities(source: str, text: str, entities: Found) -> None:
    parsed, found = parse_html(source)

    assert parsed == text
    assert brief(found) == entities


@pytest.mark.parametrize("source", ["&nbsp;", "&copy;", "& ", "&;", "&#;", "&#x;", "&#0;", "&#99999999;", "Q&A"])
def test_unknown_references_stay_as_they_are(source: str) -> None:
    assert parse_html(source) == (source, [])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é<br/>", 'Unsupported start tag "br/" at byte offset 2'),
        ("a < b > c", 'Unsupported start tag "" at byte offset 2'),
        ("I <3 it", 'Unsupported start tag "3" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>a</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x_y>a</a>", "Unexpected end of name token at byte offset 8"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a "x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("&#xD83D;", "Text contains invalid Unicode characters after decoding HTML entities"),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_bad_markup_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(source)

    assert caught.value.code == 400
    assert caught.value.description.startswith(f"Bad Request: can't parse entities: {reason}")


@pytest.mark.parametrize(
    ("source", "extra"),
    [
        ('<a href="http://example.com">x</a>', {"url": "http://example.com/"}),
        ("<a href='https://example.com/a?b=1&amp;c=2#d'>x</a>", {"url": "https://example.com/a?b=1&c=2#d"}),
        ("<a>example.com</a>", {"url": "http://example.com/"}),
        ('<a href="tg://user?id=42">x</a>', {"user": {"id": 42}}),
        ('<pre><code class="language-python">x</code></pre>', {"language": "python"}),
        ('<code class="language-python"><pre>x</pre></code>', {"language": "python"}),
        ('<code class="language-python">x</code>', {}),
    ],
)
def test_attributes_become_fields(source: str, extra: dict[str, Any]) -> None:
    _, [entity] = parse_html(source)

    assert entity.extra == extra


@pytest.mark.parametrize("url", ["", "nowhere", "javascript:alert(1)", "ftp://example.com", "http://local/", "a b.c"])
def test_what_is_no_link_leaves_plain_text(url: str) -> None:
    assert checked_link(url) is None
    assert parse_html(f'<a href="{html.escape(url)}">words</a>') == ("words", [])


@pytest.mark.parametrize(
    ("source", "entities"),
    [
        # Styles are cut where another style begins or an entity begins or ends, and joined where they touch.
        ("<b>ab<i>cd</i>ef</b>", [("bold", 0, 2), ("bold", 2, 4), ("italic", 2, 2)]),
        (
            '<b>ab<a href="x.org">cd</a>ef</b>',
            [("bold", 0, 2), ("text_link", 2, 2), ("bold", 2, 2), ("bold", 4, 2)],
        ),
        ("<b>ab</b><b>cd</b>", [("bold", 0, 4)]),
        ("<b><b>ab</b></b>", [("bold", 0, 2)]),
        ("<b>ab<code>cd</code>ef</b>", [("bold", 0, 2), ("code", 2, 2), ("bold", 4, 2)]),
        ("<code><b>ab</b></code>", [("code", 0, 2)]),
        ('<a href="x.org"><code>ab</code></a>', [("code", 0, 2)]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", [("blockquote", 0, 2)]),
        ("<blockquote>a<code>b</code></blockquote>", [("blockquote", 0, 2), ("code", 1, 1)]),
    ],
)
def test_entities_nest_as_telegram_wants_it(source: str, entities: Found) -> None:
    _, found = parse_html(source)

    assert brief(normalise(found)) == entities


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("  <b>a</b> ", "a", [("bold", 0, 1)]),
        ("<b>  a  </b>", "  a", [("bold", 0, 3)]),
        ("a\r\n<b>b</b>\tc\n\n", "a\nb c", [("bold", 2, 1)]),
        ("<b>😀\r😀</b>\r", "😀😀", [("bold", 0, 4)]),
        ("a<b> </b>", "a", []),
    ],
)
def test_spaces_and_control_characters_are_cleaned_away(source: str, text: str, entities: Found) -> None:
    cleaned, found = clean(*parse_html(source))

    assert cleaned == text
    assert brief(found) == entities


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        (Entity("bold", 5, 1), "begins after the end"),
        (Entity("bold", 0, 9), "ends after the end"),
        (Entity("bold", 1, 1), "begins in a middle"),
        (Entity("bold", 0, 1), "ends in a middle"),
    ],
)
def test_an_entity_must_lie_on_characters_of_the_text(entity: Entity, reason: str) -> None:
    with pytest.raises(ApiError, match=reason):
        clean("😀ab", [entity])


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start now", [("bot_command", 0, 6)]),
        ("see /help@some_bot.", [("bot_command", 4, 14)]),
        ("either/or and </b>", []),
        ("ask @some_bot or a@example.org", [("mention", 4, 9), ("email", 17, 13)]),
        ("(https://example.org/a_(b)), ok", [("url", 1, 25)]),
        ("#visa #1", [("hashtag", 0, 5)]),
        ("é😀 /a", [("bot_command", 4, 2)]),
    ],
)
def test_plain_text_is_searched_for_commands_and_addresses(text: str, entities: Found) -> None:
    assert brief(find_entities(text)) == entities


def test_nothing_is_detected_inside_links_and_code() -> None:
    text, entities = parse_html('<a href="x.org">/one</a> <code>/two</code> <b>/three</b>')

    found = brief(add_detected(text, entities))

    assert found == [
        ("text_link", 0, 4),
        ("code", 5, 4),
        ("bot_command", 10, 6),
        ("bold", 10, 6),
    ]


# Random text in random formatting: whatever is written between two tags is what the entity covers.

TAGS = [
    "b",
    "i",
    "u",
    "s",
    "tg-spoiler",
    "code",
    "pre",
    "blockquote",
    "blockquote expandable",
    'a href="https://x.org/"',
]
NAMES = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strikethrough",
    "tg-spoiler": "spoiler",
    "blockquote expandable": "expandable_blockquote",
    'a href="https://x.org/"': "text_link",
}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
trees = st.recursive(texts, lambda inner: st.lists(st.tuples(st.sampled_from(TAGS), inner), max_size=4), max_leaves=12)


def write(tree: Any) -> str:
    """Return a random tree as HTML."""
    if isinstance(tree, str):
        return html.escape(tree)
    return "".join(f"<{tag}>{write(inner)}</{tag.partition(' ')[0]}>" for tag, inner in tree)


def read(tree: Any) -> str:
    """Return a random tree as plain text."""
    return tree if isinstance(tree, str) else "".join(read(inner) for _, inner in tree)


def expected(tree: Any, offset: int = 0) -> list[tuple[str, int, str]]:
    """Return what a random tree formats: kind, UTF-16 offset, covered text."""
    found: list[tuple[str, int, str]] = []
    if isinstance(tree, str):
        return found
    for tag, inner in tree:
        covered = read(inner)
        if covered:
            found.append((NAMES.get(tag, tag), offset, covered))
        found += expected(inner, offset)
        offset += utf16_length(covered)
    return found


@given(trees)
def test_every_entity_covers_exactly_what_stands_between_its_tags(tree: Any) -> None:
    # The parser counts NUL as a space inside tags only; in the text it is a character like any other.
    text, entities = parse_html(write(tree))

    assert text == read(tree)
    covered = [(e.type, e.offset, utf16_slice(text, e.offset, e.length)) for e in entities]
    assert sorted(covered) == sorted(expected(tree))


@given(trees)
def test_normalised_entities_never_cross(tree: Any) -> None:
    text, entities = parse_html(write(tree))

    ordered = normalise(entities)

    for index, one in enumerate(ordered):
        assert 0 <= one.offset < one.end <= utf16_length(text)
        for other in ordered[index + 1 :]:
            nested = one.offset <= other.offset and other.end <= one.end
            assert nested or disjoint(one, other)
            if one.type in CODE:
                assert disjoint(one, other)
            if one.type in QUOTES:
                assert other.type not in QUOTES or disjoint(one, other)
    assert normalise(ordered) == ordered


@given(trees)
def test_styles_still_cover_what_they_covered(tree: Any) -> None:
    _, entities = parse_html(write(tree))
    ordered = normalise(entities)
    in_code = {unit for e in ordered if e.type in CODE for unit in range(e.offset, e.end)}

    for style in STYLES:
        before = {unit for e in entities if e.type == style for unit in range(e.offset, e.end)}
        after = {unit for e in ordered if e.type == style for unit in range(e.offset, e.end)}
        assert after == before - in_code


@given(trees)
def test_cleaning_keeps_entities_on_their_words(tree: Any) -> None:
    # Two letters around it: a text of spaces only is refused.
    text, entities = parse_html(f"x{write(tree)}x")

    cleaned, moved = clean(text, entities)

    assert cleaned.rstrip(" \n") == cleaned
    assert {e.type for e in moved} <= {e.type for e in entities}
    for entity in moved:
        part = utf16_slice(cleaned, entity.offset, entity.length)
        assert part
        assert part in cleaned
    assert [replace(e, extra={}) for e in clean(cleaned, moved)[1]] == [replace(e, extra={}) for e in moved]
