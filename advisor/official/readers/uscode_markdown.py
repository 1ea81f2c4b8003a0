"""Sections of the United States Code as Markdown, one file a section, editors' notes included.

Headings of paragraphs are Markdown headings ("#### (a) Regulations"); the first heading without a designator
begins the notes. The source credit in brackets stands between the two.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from advisor.errors import OfficialError
from advisor.official.citation import Citation
from advisor.official.links import link_for
from advisor.official.models import OfficialText, Paragraph, ParagraphKind
from advisor.official.outline import USC
from advisor.official.readers.markdown import MarkdownBlock, markdown_blocks
from advisor.official.section import Block, build_section, paragraph, place_of

__all__ = ["read_uscode_markdown"]

_SECTION: Final = re.compile(r"§+\s?(\d+[a-z]{0,2}(?:-\d+)?)\.?\s*(.*)", re.DOTALL)
_NAME: Final = re.compile(r"(\d{1,2})-usc-", re.IGNORECASE)
_DESIGNATOR: Final = re.compile(r"\([A-Za-z0-9]{1,5}\)")
_CREDIT: Final = re.compile(r"\((?:[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|Pub\. L\.|Added|R\.S\.|Act )")


def read_uscode_markdown(data: bytes, name: str = "") -> OfficialText:
    """Read one section.

    Args:
        data: Raw bytes.
        name: File name; "8-usc-1184.md" tells the title, which the text itself does not.

    Raises:
        OfficialError: if the first heading is no section heading.
    """
    blocks = markdown_blocks(data.decode("utf-8", errors="replace"))
    first = _SECTION.match(blocks[0].wording.text) if blocks else None
    if first is None:
        raise OfficialError("this Markdown does not begin with a section heading such as '§1184. Admission'")
    title = named[1] if (named := _NAME.search(name)) else _guess_title(first[1])
    section = Citation("USC", title, first[1])
    place = place_of(section, (f"Title {title}", f"§ {first[1]}"), (blocks[0].wording.text,))
    law, notes = _split(blocks)
    made = build_section([_block(b) for b in law], place, USC)
    made += _notes(notes, section)
    return OfficialText(
        source="uscode-markdown",
        title=f"{section} {first[2]}".strip(),
        kind="statute",
        publisher="Office of the Law Revision Counsel, U.S. House of Representatives",
        as_of=None,
        url=link_for(section),
        paragraphs=tuple(made),
    )


def _guess_title(section: str) -> str:
    """Tell the title from a section number: the immigration chapter of title 8 runs from 1101 to 1537."""
    number = int(re.match(r"\d+", section)[0])  # type: ignore[index]
    return "8" if 1101 <= number <= 1537 else "22" if 2151 <= number <= 2799 else "0"


def _split(blocks: list[MarkdownBlock]) -> tuple[list[MarkdownBlock], list[MarkdownBlock]]:
    for i, block in enumerate(blocks[1:], 1):
        if block.heading and not _DESIGNATOR.match(block.wording.text):
            return blocks[:i], blocks[i:]
    return blocks, []


def _block(block: MarkdownBlock) -> Block:
    text = block.wording.text
    if _SECTION.match(text) and block.heading:
        return Block(block.wording, "heading")
    if _CREDIT.match(text) and "Stat." in text:
        return Block(block.wording, "history")
    if _is_footnote(block):
        return Block(block.wording, "footnote")
    if block.cell:
        return Block(block.wording, "table")
    return Block(block.wording, "paragraph", label_only=block.heading > 0)


def _is_footnote(block: MarkdownBlock) -> bool:
    return bool(block.links) and bool(re.match(r"\[?\d{1,2} ", block.wording.text)) and "target" not in block.links[0]


def _notes(blocks: list[MarkdownBlock], section: Citation) -> list[Paragraph]:
    """Read the editors' notes: cited as notes, so that nobody takes them for the section itself."""
    made: list[Paragraph] = []
    heading = ""
    title = section.title
    for block in blocks:
        text = block.wording.text
        if block.heading:
            heading = text
        kind: ParagraphKind = "footnote" if _is_footnote(block) else "table" if block.cell else "note"
        place = place_of(section, (f"Title {title}", f"§ {section.section}", "notes"), (heading,))
        place = replace(place, cite=lambda _: f"{section} note")
        made.append(paragraph(block.wording, place, kind=kind))
    return made
