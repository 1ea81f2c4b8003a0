"""Finds designators in the text of one paragraph and cuts it where a deeper level opens.

One printed paragraph may open several levels: "(j) *Exchange aliens*—(1) *General*—(i) ...", or hold a run-in
list "... in the form of: (1) a check; (2) a money order; or (3) currency". Each level becomes a piece of its
own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from advisor.official.labels import is_label, readings
from advisor.official.outline import Token
from advisor.official.wording import Wording

__all__ = ["Piece", "cut"]

_LABEL: Final = re.compile(r"\(([A-Za-z]{1,5}(?:-?\d{1,2})?|\d{1,3}(?:-?[A-Za-z])?)\)")
_THROUGH: Final = re.compile(r"\s?(?:-|–|—|and|through|to)\s?\(([A-Za-z0-9]{1,5})\)(?=[\s\]]|$)")
_STOP: Final = re.compile(r"(\d{1,2}|[a-zA-Z]|[ivx]{1,5})\.(?=\s|\()\s?")
_FIRST: Final = frozenset({"a", "1", "i", "A", "I", "aa"})
_PLAIN_HEADING: Final = re.compile(
    r"\s?[^.;:()]{2,160}?(?:—|\.)\s?(?=\((?:1|i|A|a)\) ?\S)"
    r"|\s?[^.;:]{2,200}?—\s?(?=\((?:1|i|A|a)\) ?\S)"
    r"|\s?—\s?(?=\((?:1|i|A|a)\))"
)
_RUN_IN: Final = re.compile(r"(?:[:—]\s?|(?:either|when|where|if|that|who|means) )$")
_MARK: Final = re.compile(r"[.:]?\s?[—–-]?\s?")
_BARE_DASH: Final = re.compile(r"\s?—\s?(?=\()")
_INSIDE: Final = re.compile(r"—\s?(?=\((?:1|i|A)\))")
_UNFINISHED: Final = re.compile(r"(?:;|[;,] (?:and|or|and/or))$")
_RUN_ON: Final = re.compile(r"(?:[;,]|[;,] ?(?:and|or|and/or)) $")


@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph that belongs to one designator, or to none.

    Attributes:
        wording: The text of the piece, its designator included.
        token: The designator, or None for text without one.
        heading: The heading printed after the designator, without its final mark.
        joined: Whether the piece before it, in the same paragraph, touched it.
    """

    wording: Wording
    token: Token | None
    heading: str = ""
    joined: bool = False


def cut(wording: Wording, italics: bool = True, run_in: bool = True, stops: bool = False) -> list[Piece]:
    """Cut one paragraph into pieces at the designators that open it.

    Args:
        wording: The paragraph.
        italics: Whether the source keeps italics, so that headings are known for certain.
        run_in: Whether lists inside the running text are cut too.
        stops: Whether designators may end in a full stop ("1.", "a.") instead of standing in brackets.

    Returns:
        The pieces in order; a paragraph without designators is one piece without token.
    """
    text = wording.text
    marks: list[tuple[int, Token]] = []
    headings: list[str] = []
    position = 0
    if stops and (stop := _STOP.match(text)):
        marks.append((0, Token(stop[1], None, stop=True)))
        headings.append("")
        position = stop.end()
    while match := _LABEL.match(text, position):
        label = match[1]
        if not is_label(label):
            break
        italic = wording.is_italic(match.start(1), match.end(1)) if italics else None
        through = _THROUGH.match(text, match.end())
        ranged = through is not None and _is_range(label, through[1], text[through.end() :])
        marks.append(
            (
                match.start(),
                Token(label, italic, opens=bool(marks), through=through[1] if ranged and through else None),
            )
        )
        end = through.end() if ranged and through else match.end()
        heading, position = _heading(wording, end, italics)
        headings.append(heading)
        while position < len(text) and text[position] == " ":
            position += 1
        if not (_LABEL.match(text, position) and _opens(text, position, marks[-1][1].label)):
            break
    if run_in:
        for start, label in _run_in_list(wording, marks[-1][0] + 3 if marks else 0):
            italic = wording.is_italic(start + 1, start + 1 + len(label)) if italics else None
            before = text[max(0, start - 12) : start] if marks else ":"
            marks.append((start, Token(label, italic, opens=label in _FIRST and bool(marks), before=before)))
            headings.append("")
    return _pieces(wording, marks, headings)


def _pieces(wording: Wording, marks: list[tuple[int, Token]], headings: list[str]) -> list[Piece]:
    if not marks:
        return [Piece(wording, None)]
    pieces: list[Piece] = []
    if marks[0][0] > 0:
        pieces.append(Piece(wording.slice(0, marks[0][0]), None))
    for i, (start, token) in enumerate(marks):
        end = marks[i + 1][0] if i + 1 < len(marks) else None
        touching = start > 0 and not wording.text[start - 1].isspace()
        pieces.append(Piece(wording.slice(start, end), token, headings[i], joined=touching))
    return pieces


def _heading(wording: Wording, start: int, italics: bool) -> tuple[str, int]:
    """Read the heading after a designator; return it and the offset where a next designator may stand."""
    text = wording.text
    if italics:
        run = wording.italic_from(start)
        if run is None or text[start : run[0]].strip(' “"'):
            bare = _BARE_DASH.match(text, start)
            return "", bare.end() if bare else start
        nested = _INSIDE.search(text, run[0], run[1])
        run = (run[0], nested.start()) if nested else run
        mark = _MARK.match(text, run[1])
        end = mark.end() if mark else run[1]
        heading = text[run[0] : run[1]]
        is_heading = heading.rstrip().endswith((".", "?", ":")) or text[run[1] : run[1] + 1] in (
            "—",
            ".",
            ":",
            "–",
        )
        return heading.strip(" .:—") if is_heading else "", end
    plain = _PLAIN_HEADING.match(text, start)
    if plain is None:
        return "", start
    return plain[0].strip(" .—"), plain.end()


def _opens(text: str, position: int, parent: str) -> bool:
    """Say whether the designator at an offset is the first of its order, and so opens a level."""
    match = _LABEL.match(text, position)
    if match is None:
        return False
    return match[1] in _FIRST or any(place == 1 for _, place in readings(match[1])) or match[1] == parent


def _is_range(first: str, last: str, rest: str) -> bool:
    """Say whether two designators are a range of reserved paragraphs and not two levels."""
    orders = dict(readings(first))
    later = any(kind in orders and place > orders[kind] for kind, place in readings(last))
    return later and ("reserved" in rest[:60].lower() or "removed" in rest[:60].lower() or not rest.strip())


def _run_in_list(wording: Wording, start: int) -> list[tuple[int, str]]:
    """Find a list "(1) ...; (2) ...; or (3) ..." inside the text, complete from its first item."""
    text = wording.text
    best: list[tuple[int, str]] = []
    for first in _LABEL.finditer(text, start):
        if first[1] not in _FIRST or not _RUN_IN.search(text[: first.start()]):
            continue
        kinds = [kind for kind, place in readings(first[1]) if place == 1]
        items = _follow(text, first, kinds[-1] if first[1] in ("i", "I") else kinds[0])
        if len(items) > 1 or _UNFINISHED.search(text):
            best = items
            break
    return best


def _follow(text: str, first: re.Match[str], kind: str) -> list[tuple[int, str]]:
    items = [(first.start(), first[1])]
    for match in _LABEL.finditer(text, first.end()):
        order = dict(readings(match[1]))
        if order.get(kind) == len(items) + 1 and _RUN_ON.search(text[: match.start()]):
            items.append((match.start(), match[1]))
    return items
