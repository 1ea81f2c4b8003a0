"""Text of the Foreign Affairs Manual: numbered subsections, each with its own change stamp.

A stamp reads "(CT:VISA-1963; 04-01-2024)", with varying spaces; its date is the date of the subsection.
Paragraphs are "a.", "(1)", "(a)"; the marking "(U)" for unclassified stays in the text and is no designator.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Final

from advisor.official.citation import Citation, parse_citation
from advisor.official.models import OfficialText, Paragraph
from advisor.official.outline import Scheme, Token
from advisor.official.section import Block, Place, build_section, place_of
from advisor.official.wording import Wording, fold

__all__ = ["read_fam"]

_FAM: Final = Scheme(("a.", "1", "a", "i"))
_HEADING: Final = re.compile(r"(9\s+FAM\s+\d{3}\.\d+(?:-\d+)?(?:\([A-Za-z0-9]+\))*)\s*(?:\(U\)\s*(.*))?$")
_DESIGNATOR: Final = re.compile(r"(?:([a-z]{1,2})\.|\((\d{1,2}|[a-z]{1,4})\))\s")
_STAMP: Final = re.compile(r"\(CT:\s*[A-Z]+-\d+;\s*(\d{2})-(\d{2})-(\d{4})\)")


def read_fam(data: bytes) -> OfficialText:
    """Read a section of volume 9, whole or in part."""
    lines = [fold(part) for part in re.split(r"\n\s*\n|\n(?=\()", data.decode("utf-8", errors="replace"))]
    lines = [line for line in lines if line]
    first = next((m for line in lines if (m := _HEADING.match(line))), None)
    section = parse_citation(first[1]) if first else Citation("FAM", "9", "")
    made: list[Paragraph] = []
    place = _place(section, (), "", None)
    blocks: list[Block] = []
    stamps: list[dt.date] = []
    for i, line in enumerate(lines):
        if heading := _HEADING.match(line):
            made += build_section(blocks, place, _FAM, italics=False, run_in=False)
            chapter = section.section
            below = parse_citation(heading[1])
            place = _place(below, (f"9 FAM {chapter}",), fold(heading[2] or ""), _next_stamp(lines[i + 1 : i + 4]))
            blocks = [Block(Wording(line), "heading")]
        elif stamp := _STAMP.match(line):
            stamps.append(dt.date(int(stamp[3]), int(stamp[1]), int(stamp[2])))
            blocks.append(Block(Wording(line), "history"))
        elif line.startswith(("(Office", "UNCLASSIFIED")):
            blocks.append(Block(Wording(line), "history"))
        elif line.startswith("(U)") and len(blocks) == 1 and not place.headings:
            place = _place(section, (), line.removeprefix("(U)").strip(), None)
            blocks.append(Block(Wording(line), "heading"))
        else:
            blocks.append(Block(Wording(line), token=_token(line), whole=True))
    made += build_section(blocks, place, _FAM, italics=False, run_in=False)
    title = next((p.text for p in made if p.kind == "heading" and p.text.startswith("(U)")), str(section))
    return OfficialText(
        source="fam",
        title=f"{section} {title.removeprefix('(U)').strip()}",
        kind="guidance",
        publisher="U.S. Department of State",
        as_of=stamps[0] if stamps else None,
        url=place_of(section, (), ()).link(()),
        paragraphs=tuple(made),
    )


def _token(line: str) -> Token | None:
    match = _DESIGNATOR.match(line)
    if match is None:
        return None
    return Token(match[1], stop=True) if match[1] else Token(match[2])


def _next_stamp(lines: list[str]) -> dt.date | None:
    for line in lines:
        if _HEADING.match(line):
            return None
        if stamp := _STAMP.search(line):
            return dt.date(int(stamp[3]), int(stamp[1]), int(stamp[2]))
    return None


def _place(section: Citation, above: tuple[str, ...], heading: str, stamp: dt.date | None) -> Place:
    """Return the place of a subsection; its letters are part of its number, its paragraphs come below."""
    base = section.labels
    made = place_of(section, (*above, str(section)), (heading,))
    outer = made.cite, made.link
    return replace(
        made,
        cite=lambda labels: outer[0]((*base, *labels)),
        link=lambda labels: outer[1]((*base, *labels)),
        within=None,
        as_of=stamp,
    )
