"""Answers as Telegram messages: HTML with every foreign string escaped, cut between statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

from advisor.answer import Answer, Block, CitedSource, Line
from advisor.corpus.models import Quote
from advisor.messages import translate
from advisor.official import Rule

__all__ = ["LIMIT", "Unit", "pack", "render_answer", "render_blocks", "render_rule", "text_unit"]

LIMIT = 4096
"""UTF-16 units of one message after its entities are parsed; the platform's own limit."""

ENTITIES = 90
"""Entities of one message; the platform silently drops those beyond a hundred."""

BYTES = 30_000
"""Bytes of one message as it is sent, with its marks and addresses; the platform refuses 32 KiB."""

_LONGEST_UNIT = 3900

RULE_BUDGET = 3400
"""Characters of one official text; what is longer ends in a link."""

_QUOTE_OPEN, _QUOTE_CLOSE = "<blockquote expandable>", "</blockquote>"
_CHECKED = {"secondary": "read second-hand", "unverified": "not verified"}


@dataclass(frozen=True)
class Unit:
    """A piece of a message that is never cut.

    Attributes:
        html: The piece as HTML.
        length: UTF-16 units of what a reader sees.
        entities: Links and marks in it.
        quoted: Whether it belongs into an expandable quote.
        gap: Whether an empty line goes before it.
    """

    html: str
    length: int
    entities: int = 0
    quoted: bool = False
    gap: bool = False


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def text_unit(text: str, *, bold: bool = False, gap: bool = False) -> Unit:
    """A unit of plain words, which are escaped; words too long for one message are shortened."""
    text = _shortened(text)
    html = f"<b>{escape(text)}</b>" if bold else escape(text)
    return Unit(html, _length(text), int(bold), gap=gap)


def _shortened(text: str) -> str:
    if _length(text) <= _LONGEST_UNIT:
        return text
    return text.encode("utf-16-le")[: 2 * _LONGEST_UNIT].decode("utf-16-le", "ignore") + "…"


def render_answer(answer: Answer, title: str | None = None, notice: str | None = None) -> list[str]:
    """The messages of an answer, each within the platform's limits.

    Args:
        answer: To one question or to several.
        title: What stands above it.
        notice: What must be said below it.
    """
    units = [text_unit(title, bold=True)] if title else []
    if answer.parts:
        for number, part in enumerate(answer.parts, 1):
            units.append(text_unit(f"{number}. {_short(part.question)}", bold=True, gap=number > 1))
            units += _block_units(part.blocks, part.sources, first_gap=False)
    else:
        units += _block_units(answer.blocks, answer.sources, first_gap=False)
    units += _quote_units(answer.quotes, answer.language)
    units += _source_units(answer.sources, answer.language)
    if notice:
        units.append(text_unit(notice, gap=True))
    return pack(units)


def render_blocks(blocks: Sequence[Block], sources: Sequence[CitedSource], language: str) -> list[str]:
    """The messages of some blocks and of the sources that they cite."""
    cited = {number for block in blocks for line in block.lines for number in line.sources}
    used = [source for source in sources if source.n in cited]
    return pack([*_block_units(blocks, used, first_gap=False), *_source_units(used, language)])


def _short(question: str, most: int = 200) -> str:
    return question if len(question) <= most else question[:most].rsplit(" ", 1)[0] + " …"


def _block_units(blocks: Iterable[Block], sources: Iterable[CitedSource], *, first_gap: bool) -> list[Unit]:
    by_number = {source.n: source for source in sources}
    units: list[Unit] = []
    gap = first_gap
    for block in blocks:
        if block.title:
            units.append(text_unit(block.title, bold=True, gap=gap))
            gap = False
        for line in block.lines:
            unit = _line_unit(line, by_number, gap=gap)
            units.append(replace(unit, quoted=True) if block.quote else unit)
            gap = False
        gap = True
    return units


def _quote_units(quotes: Sequence[Quote], language: str) -> list[Unit]:
    """The rules under statements, each in a quote of its own."""
    units: list[Unit] = []
    for quote in quotes:
        about = quote.publisher
        if quote.as_of:
            about += ", " + translate(language, "as of {date}", date=quote.as_of)
        html = f'<a href="{escape(quote.url)}">{escape(quote.citation)}</a> — {escape(about)}'
        words = _shortened(quote.text)
        length = _length(f"{quote.citation} — {about}\n{words}")
        units.append(Unit(f"{html}\n{escape(words)}", length, 1, quoted=True, gap=True))
    return units


def render_rule(rule: Rule, language: str) -> list[str]:
    """The messages of an official text: where it stands, its words in an expandable quote, its date and its link.

    Args:
        rule: What was found.
        language: Of the words around it.
    """
    units = [text_unit(rule.citation, bold=True)]
    if not rule.exact:
        words = "There is no {asked}; this is the nearest place."
        units.append(text_unit(translate(language, words, asked=rule.asked)))
    room = RULE_BUDGET
    for number, line in enumerate(rule.text().replace("\t", " | ").split("\n")):
        if number and len(line) > room:
            units.append(replace(text_unit("…"), quoted=True))
            break
        room -= len(line)
        units.append(replace(text_unit(line), quoted=True))
    about = rule.publisher
    if rule.as_of:
        about += ", " + translate(language, "as of {date}", date=rule.as_of)
    html = f'{escape(about)}: <a href="{escape(rule.url)}">{escape(rule.citation)}</a>'
    return pack([*units, Unit(html, _length(f"{about}: {rule.citation}"), 1)])


def _line_unit(line: Line, sources: dict[int, CitedSource], *, gap: bool) -> Unit:
    words = _shortened(line.marked)
    notes = f" ({'; '.join(line.notes)})" if line.notes else ""
    html = escape(words) + (f"<i>{escape(notes)}</i>" if notes else "")
    length = _length(words + notes)
    for number in line.sources:
        mark = f"[{number}]"
        html += f' <a href="{escape(sources[number].url)}">{mark}</a>' if number in sources else f" {mark}"
        length += len(mark) + 1
    return Unit(html, length, len(line.sources) + bool(notes), gap=gap)


def _source_units(sources: Sequence[CitedSource], language: str) -> list[Unit]:
    units: list[Unit] = []
    for source in sources:
        about = [source.publisher]
        if source.as_of:
            about.append(translate(language, "as of {date}", date=source.as_of))
        if source.checked in _CHECKED:
            about.append(translate(language, _CHECKED[source.checked]))
        rest = " — " + ", ".join(about)
        html = f'{source.n}. <a href="{escape(source.url)}">{escape(source.citation)}</a>{escape(rest)}'
        gap = not units  # a quote of their own, apart from the quoted rules
        units.append(Unit(html, _length(f"{source.n}. {source.citation}{rest}"), 1, quoted=True, gap=gap))
    return units


def pack(units: Iterable[Unit], limit: int = LIMIT) -> list[str]:
    """Join units into as few messages as the limits allow, cutting only between units.

    Args:
        units: The pieces, in order.
        limit: UTF-16 units of one message.
    """
    messages: list[str] = []
    current: list[Unit] = []
    length = entities = size = 0
    for unit in units:
        cost, marks = unit.length + 2, unit.entities + int(unit.quoted)
        weight = len(unit.html.encode()) + len(_QUOTE_OPEN + _QUOTE_CLOSE) + 2
        if current and (length + cost > limit or entities + marks > ENTITIES or size + weight > BYTES):
            messages.append(_join(current))
            current, length, entities, size = [], 0, 0, 0
        current.append(unit)
        length += cost
        entities += marks
        size += weight
    if current:
        messages.append(_join(current))
    return messages


def _join(units: Sequence[Unit]) -> str:
    pieces: list[str] = []
    quoted = False
    for position, unit in enumerate(units):
        separator = "" if position == 0 else "\n\n" if unit.gap else "\n"
        if unit.quoted and quoted and unit.gap:
            separator = f"{_QUOTE_CLOSE}\n{_QUOTE_OPEN}"
        elif unit.quoted and not quoted:
            separator = "\n" * bool(position) + _QUOTE_OPEN
        elif quoted and not unit.quoted:
            separator = _QUOTE_CLOSE + "\n"
        pieces.append(separator + unit.html)
        quoted = unit.quoted
    return "".join(pieces) + (_QUOTE_CLOSE if quoted else "")
