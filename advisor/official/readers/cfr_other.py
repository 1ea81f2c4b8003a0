"""Second-hand copies of the CFR: paragraphs as JSON lists, and Markdown made from the bulk XML.

Italics are lost in both, so headings of paragraphs are guessed from punctuation, and the Markdown has lost the
very words that were italic. Good for comparing with an older text; not a source of answers.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from advisor.errors import OfficialError
from advisor.official.citation import Citation
from advisor.official.links import link_for
from advisor.official.models import OfficialText, Paragraph
from advisor.official.outline import CFR
from advisor.official.readers.markdown import MarkdownBlock, markdown_blocks
from advisor.official.section import Block, Place, build_section, paragraph, place_of
from advisor.official.wording import Wording, fold

__all__ = ["read_cfr_json", "read_cfr_markdown"]

_SECTION: Final = re.compile(r"§+\s*(\d+[a-z]?\.\d+[a-z]?)(?:\s*[-–]\s*(\d+[a-z]?\.\d+[a-z]?))?")
_PART: Final = re.compile(r"PART (\d+[a-z]?)\b")
_TITLE: Final = re.compile(r"title-?(\d{1,2})", re.IGNORECASE)
_TITLES: Final = {"22": "22", "40": "22", "41": "22", "42": "22", "62": "22"}
_PUBLISHER: Final = "copy of the Electronic Code of Federal Regulations"


def read_cfr_json(data: bytes, name: str = "") -> OfficialText:
    """Read `parts[] {part_heading, sections[] {heading, paragraphs[]}}`.

    Raises:
        OfficialError: if the JSON has another shape.
    """
    try:
        parts: list[dict[str, Any]] = json.loads(data)["parts"]
        made = [p for part in parts for p in _part(part, _title(name, str(part["part_heading"])))]
    except (ValueError, KeyError, TypeError) as error:
        raise OfficialError(f"this JSON holds no parts of the CFR: {error}") from None
    return _text("cfr-json", made)


def read_cfr_markdown(data: bytes, name: str = "") -> OfficialText:
    """Read Markdown with headings such as "#### § § 62.27".

    Raises:
        OfficialError: if there is no section in it.
    """
    blocks = markdown_blocks(data.decode("utf-8", errors="replace"))
    if not any(b.heading and _SECTION.search(b.wording.text) for b in blocks):
        raise OfficialError("this Markdown has no heading with a section of the CFR")
    part, heading, title, number = "", "", "0", ""
    made: list[Paragraph] = []
    place = _part_place("0", "", "")
    run: list[Block] = []
    for block in blocks:
        text = block.wording.text
        named = not block.heading and len(text) < 250 and text.startswith("§")
        section = _SECTION.search(text) if block.heading or named else None
        if section and block.heading and section[1] == number:
            run.append(_block(block))  # the heading repeats the number of the line before it
            continue
        if section or (found := _PART.match(text)) or re.match(r"(Subpart|SUBCHAPTER|CHAPTER) ", text):
            made += build_section(run, place, CFR, italics=False, run_in=False)
            run = []
        if section:
            number = section[1]
            place = _section_place(title, part, heading, section, fold(text))
        elif found := _PART.match(text):
            part, heading, title = found[1], text, _title(name, text)
            place = _part_place(title, part, heading)
        run.append(_block(block))
    made += build_section(run, place, CFR, italics=False, run_in=False)
    return _text("cfr-markdown", made)


def _block(block: MarkdownBlock) -> Block:
    text = block.wording.text
    if block.heading or _SECTION.match(text) or _PART.match(text):
        return Block(block.wording, "heading")
    if block.quote and text.startswith("["):
        return Block(block.wording, "history")
    if re.match(r"(Authority|Source):", text):
        return Block(block.wording, "authority")
    return Block(block.wording, "table" if block.cell else "paragraph")


def _part(part: dict[str, Any], title: str) -> list[Paragraph]:
    heading = fold(str(part["part_heading"]))
    found = _PART.match(heading)
    number = found[1] if found else ""
    made = [paragraph(Wording(heading), _part_place(title, number, heading), kind="heading")]
    for section in part["sections"]:
        name = fold(str(section["heading"]))
        match = _SECTION.search(name)
        place = _section_place(title, number, heading, match, name) if match else _part_place(title, number, heading)
        blocks = [Block(Wording(name), "heading")]
        blocks += [Block(Wording(fold(str(text)))) for text in section["paragraphs"] if fold(str(text))]
        made += build_section(blocks, place, CFR, italics=False)
    return made


def _part_place(title: str, part: str, heading: str) -> Place:
    return place_of(Citation("CFR", title, part), (f"Title {title}", f"Part {part}"), (heading,))


def _section_place(title: str, part: str, heading: str, match: re.Match[str], name: str) -> Place:
    section = Citation("CFR", title, match[1], through=match[2])
    return place_of(section, (f"Title {title}", f"Part {part}", f"§ {match[1]}"), (heading, name))


def _title(name: str, heading: str) -> str:
    if match := _TITLE.search(name):
        return match[1]
    part = _PART.match(heading)
    return _TITLES.get(part[1] if part else "", "8")


def _text(source: str, made: list[Paragraph]) -> OfficialText:
    title = made[0].citation.split()[0] if made else "0"
    return OfficialText(
        source=source,
        title=f"Title {title} (copy)",
        kind="regulation",
        publisher=_PUBLISHER,
        as_of=None,
        url=link_for(Citation("CFR", title, "")),
        paragraphs=tuple(made),
    )
