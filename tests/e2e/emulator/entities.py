"""Message entities: how Telegram counts, orders, cuts and cleans them.

Offsets and lengths are in UTF-16 code units. The rules follow what the Bot API server does with any text
before it sends it (td/telegram/MessageEntity.cpp in tdlib/td): styles such as bold are cut at the borders of
other entities, links and code never overlap, and spaces at both ends of the text go.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from .errors import bad_request

STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
CODE = ("pre", "code")

# Entities at the same place and of the same length are listed in this order; links and detected ones lie
# between.
_RANKS = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 10,
    "code": 20,
    "date_time": 30,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_DETECTED_RANK = 50

# Telegram removes these: carriage returns, direction and line separators, and three combining strokes.
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_TRIMMED = " \n"


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text with a meaning.

    Args:
        type: Bot API name of the kind.
        offset: where it begins, in UTF-16 code units.
        length: how long it is, in UTF-16 code units.
        extra: further fields, such as `url` or `language`.
    """

    type: str
    offset: int
    length: int
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The first code unit after the entity."""
        return self.offset + self.length

    def wire(self) -> dict[str, Any]:
        """Return the Bot API `MessageEntity` object."""
        return {"offset": self.offset, "length": self.length, "type": self.type, **self.extra}


def utf16_length(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return a part of a text given in UTF-16 code units."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """Return entities sorted as the Bot API lists them: by place, longer ones first, then by kind."""
    return sorted(entities, key=lambda e: (e.offset, -e.length, _RANKS.get(e.type, _DETECTED_RANK)))


def normalise(entities: Iterable[Entity]) -> list[Entity]:
    """Return entities that nest as Telegram wants it.

    Of overlapping links, code and quotes the first stays; styles are joined where they touch and cut at the
    borders of everything else, and inside code there are none.
    """
    ordered = in_order(entity for entity in entities if entity.length > 0)
    quotes = _first_come(entity for entity in ordered if entity.type in QUOTES)
    solid = _first_come(entity for entity in ordered if entity.type not in QUOTES + STYLES)
    solid = [e for e in solid if all(disjoint(e, q) or _inside(e, q) for q in quotes)]
    fixed = in_order([*quotes, *solid])
    return in_order([*fixed, *_cut_styles([e for e in ordered if e.type in STYLES], fixed)])


def disjoint(one: Entity, other: Entity) -> bool:
    """Whether two entities have no character in common."""
    return one.end <= other.offset or other.end <= one.offset


def clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop what Telegram drops from a text and move the entities along.

    Returns:
        The trimmed text and its normalised entities.

    Raises:
        ApiError: 400 when an entity begins or ends outside the text or within a character, or nothing is
        left.
    """
    places = _places_after_removal(text)
    moved = [_move(entity, places) for entity in normalise(entities)]
    cleaned = _CONTROL.sub(" ", _REMOVED.sub("", text))
    stripped = cleaned.rstrip(_TRIMMED)
    if not stripped.strip():
        raise bad_request("text must be non-empty")
    end = utf16_length(stripped)
    moved = [replace(e, length=min(e.end, end) - e.offset) for e in moved if e.offset < end]
    # Leading spaces go too, but only as far as the first entity.
    first = min((entity.offset for entity in moved), default=end)
    start = min(len(stripped) - len(stripped.lstrip(_TRIMMED)), first)
    return stripped[start:], normalise(replace(entity, offset=entity.offset - start) for entity in moved)


def _first_come(ordered: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in ordered:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _inside(inner: Entity, outer: Entity) -> bool:
    return outer.offset <= inner.offset and inner.end <= outer.end


def _cut_styles(styles: list[Entity], fixed: list[Entity]) -> list[Entity]:
    joined = [run for style in STYLES for run in _join([e for e in styles if e.type == style])]
    borders = {e.offset for e in joined} | {e.offset for e in fixed} | {e.end for e in fixed}
    code = [entity for entity in fixed if entity.type in CODE]
    pieces = []
    for run in joined:
        stops = [run.offset, *sorted(b for b in borders if run.offset < b < run.end), run.end]
        pieces += [replace(run, offset=start, length=stop - start) for start, stop in pairwise(stops)]
    return [piece for piece in pieces if not any(_inside(piece, block) for block in code)]


def _join(runs: list[Entity]) -> list[Entity]:
    joined: list[Entity] = []
    for run in runs:
        if joined and run.offset <= joined[-1].end:
            joined[-1] = replace(joined[-1], length=max(joined[-1].end, run.end) - joined[-1].offset)
        else:
            joined.append(run)
    return joined


def _places_after_removal(text: str) -> list[int | None]:
    """Map every UTF-16 offset of a text to the offset after cleaning; None within a surrogate pair."""
    places: list[int | None] = []
    place = 0
    for character in text:
        places.append(place)
        if ord(character) > 0xFFFF:
            places.append(None)
            place += 2
        elif not _REMOVED.match(character):
            place += 1
    return [*places, place]


def _move(entity: Entity, places: list[int | None]) -> Entity:
    if entity.offset >= len(places) - 1:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {entity.offset}")
    if entity.end > len(places) - 1:
        raise bad_request(
            f"entity beginning at UTF-16 offset {entity.offset} "
            f"ends after the end of the text at UTF-16 offset {entity.end}"
        )
    start, end = places[entity.offset], places[entity.end]
    if start is None:
        raise bad_request("entity begins in a middle of a UTF-16 symbol")
    if end is None:
        raise bad_request(f"entity beginning at UTF-16 offset {entity.offset} ends in a middle of a UTF-16 symbol")
    return replace(entity, offset=start, length=end - start)
