"""Chapters of state statutes as JSON: `sections[] {number, heading, text, history, source_url}`, text flat.

The text of a section repeats number and heading, and some sections run on without line breaks; both are cut at
designators that follow the end of a clause. Links go to the legislature, not to the copy that the file names.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from advisor.errors import OfficialError
from advisor.official.citation import join_labels
from advisor.official.models import OfficialText, Paragraph
from advisor.official.outline import STATE
from advisor.official.readers.states import StateCode, state_code
from advisor.official.section import Block, Place, build_section
from advisor.official.wording import Wording, fold

__all__ = ["read_state_json"]

_CUT: Final = re.compile(
    r"(?<=[.;:—])\s*(?=\((?:\d{1,2}|[a-z]{1,2}|[A-Z])\)\s?[A-Z“\"(])"
    r"|(?<=; or)\s+(?=\([a-z0-9]{1,2}\) )|(?<=; and)\s+(?=\([a-z0-9]{1,2}\) )|(?<=—)(?=1\. )"
)
_HISTORY: Final = re.compile(r"\[[^\]]*\d{4}|\((?:RSMo|L\.) |History\.—|\d{2,4} Acts|\[C\d\d|Referred to in|Amended by")
_FURNITURE: Final = re.compile(r"(?:Title [IVXL]+ [A-Z ]+|Chapter \d+)$")
_NOTE: Final = re.compile(
    r"(?:Cross References?|Attorney General Opinions|Case Notes|Law Journals and Reviews|Revision Note|Note)$"
)


def read_state_json(data: bytes) -> OfficialText:
    """Read one chapter.

    Raises:
        OfficialError: if the JSON is not a chapter of this shape.
    """
    try:
        chapter: dict[str, Any] = json.loads(data)
        sections: list[dict[str, str]] = chapter["sections"]
        code = state_code(chapter["state"])
        path = [part.replace("-", " ") for part in str(chapter.get("path", "")).split("/") if part]
    except (ValueError, KeyError, TypeError) as error:
        raise OfficialError(f"this JSON is no chapter of state statutes: {error}") from None
    made: list[Paragraph] = []
    for section in sections:
        made += _section(section, code, (*path,))
    return OfficialText(
        source="state-json",
        title=f"{chapter['state'].title()}: {path[-1] if path else ''}".strip(": "),
        kind="statute",
        publisher=code.publisher,
        as_of=None,
        url=made[0].url if made else "",
        paragraphs=tuple(made),
    )


def _section(section: dict[str, str], code: StateCode, path: tuple[str, ...]) -> list[Paragraph]:
    number, heading = fold(section.get("number") or ""), fold(section.get("heading") or "")
    short = re.match(r"[\dA-Z][\d.\-A-Za-z]*", number)
    name = short[0].rstrip(".") if short else number
    printed = re.search(rf"{re.escape(name)}\.? +([^—.]{{3,200}}?)[.—]", section.get("text") or "")
    title = heading or number.removeprefix(name).strip(" .") or (fold(printed[1]) if printed else "")
    place = Place(
        (*path, f"§ {name}"),
        (title,) if title else (),
        lambda labels: code.citation(name) + join_labels(labels),
        lambda _: code.url(name),
    )
    blocks = [Block(Wording(fold(f"{number} {heading}")), "heading")]
    note = False
    for raw in re.split(r"\n\s*\n|\n", section.get("text") or ""):
        text = fold(raw)
        if not text:
            continue
        note = note or (bool(_NOTE.match(text)) and len(blocks) > 2)
        blocks += _blocks(text, note)
    if history := fold(section.get("history") or ""):
        blocks.append(Block(Wording(history), "history"))
    return build_section(blocks, place, STATE, italics=False, run_in=False, stops=True)


def _blocks(text: str, note: bool) -> list[Block]:
    if note:
        return [Block(Wording(text), "note")]
    if _FURNITURE.match(text):
        return [Block(Wording(text), "furniture")]
    if _HISTORY.match(text):
        return [Block(Wording(text), "history")]
    found: list[Block] = []
    start = 0
    for match in [*_CUT.finditer(text), None]:
        end = match.start() if match else len(text)
        if piece := text[start:end].strip():
            touching = start > 0 and not text[start - 1].isspace() and not text[start].isspace()
            found.append(Block(Wording(piece), joined=bool(found) and touching))
        start = match.end() if match else end
    return found
