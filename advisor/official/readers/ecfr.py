"""eCFR XML in its four shapes: whole title, part or section of the versioner API, and GPO bulk data.

Structure per the user guide of GPO's bulk data: `DIV1`..`DIV9` are levels, `HEAD` is a heading, `P` are flat
paragraphs whose nesting stands only in their designators. A `DIV` without number is the frame of a table.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Final

from advisor.official.citation import Citation
from advisor.official.links import link_for
from advisor.official.models import OfficialText, Paragraph, ParagraphKind
from advisor.official.outline import CFR
from advisor.official.readers.xmltext import block_text, runs_of
from advisor.official.safexml import Element, children, local_name, parse_xml
from advisor.official.section import Block, Place, build_section, paragraph, place_of
from advisor.official.wording import Wording, fold

__all__ = ["read_ecfr"]

_LEVELS: Final = {
    "TITLE": "Title",
    "SUBTITLE": "Subtitle",
    "CHAPTER": "Chapter",
    "SUBCHAP": "Subchapter",
    "PART": "Part",
    "SUBPART": "Subpart",
    "SUBJGRP": "Subject group",
    "SECTION": "§",
    "APPENDIX": "Appendix",
}
_KINDS: Final[dict[str, ParagraphKind]] = {
    "HEAD": "heading",
    "HD1": "heading",
    "HD2": "heading",
    "HD3": "heading",
    "EXTRACT": "extract",
    "NOTE": "note",
    "EDNOTE": "note",
    "CROSSREF": "note",
    "XREF": "effective",
    "EFFDNOT": "effective",
    "FTNT": "footnote",
    "CITA": "history",
    "SECAUTH": "authority",
    "PARAUTH": "authority",
    "AUTH": "authority",
    "SOURCE": "authority",
    "CFRTOC": "furniture",
    "HEADER": "furniture",
    "AMDDATE": "furniture",
}
_NESTED: Final = frozenset({"EXTRACT", "NOTE", "EDNOTE", "EFFDNOT", "FTNT", "AUTH", "SOURCE", "CROSSREF"})
_LEVEL_TAG: Final = re.compile(r"DIV[1-9]")
_CFR_PATH: Final = re.compile(r"/title-(\d+)")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_ecfr(data: bytes) -> OfficialText:
    """Read eCFR XML.

    Args:
        data: Raw bytes of a file or an answer.

    Raises:
        OfficialError: if it is not XML that can be read safely.
    """
    root = parse_xml(data)
    title = _title_number(root)
    made: list[Paragraph] = []
    top = Place((), (), lambda _: f"{title} CFR", lambda _: link_for(Citation("CFR", title, "")))
    _level(root, title, "", top, made)
    first = next((p.text for p in made if p.kind == "heading"), f"{title} CFR")
    amended = root.find(".//AMDDATE")
    return OfficialText(
        source="ecfr",
        title=first,
        kind="regulation",
        publisher="Electronic Code of Federal Regulations",
        as_of=_date(fold(amended.text or "")) if amended is not None else None,
        url=made[0].url if made else top.link(()),
        paragraphs=tuple(made),
    )


def _level(element: Element, title: str, part: str, place: Place, made: list[Paragraph]) -> None:
    """Read a level and everything below it."""
    inner = _is_level(element)
    part = (element.get("N") or "") if element.get("TYPE") == "PART" else part
    if inner:
        place = _place(element, title, part, place)
    if element.get("TYPE") in ("SECTION", "APPENDIX"):
        made += build_section(_blocks(element), place, CFR)
        return
    for child in children(element):
        if local_name(child) in ("TEXT", "BODY", "ECFRBRWS") or _is_level(child):
            _level(child, title, part, place, made)
        elif child.tag == "VOLUME":
            continue
        else:
            made += [paragraph(b.wording, place, kind=b.kind) for b in _blocks_of(child)]
    if element.tail and inner and fold(element.tail):
        made.append(paragraph(Wording(fold(element.tail)), place, kind="note"))


def _is_level(element: Element) -> bool:
    return bool(_LEVEL_TAG.fullmatch(local_name(element))) and element.get("TYPE") in _LEVELS


def _place(element: Element, title: str, part: str, above: Place) -> Place:
    kind, number = element.get("TYPE") or "", (element.get("N") or "").replace("§", "").strip()
    head = element.find("HEAD")
    heading = fold("".join(str(t) for t in head.itertext())) if head is not None else ""
    if kind == "TITLE":
        return replace(place_of(Citation("CFR", title, ""), (f"Title {number}",), ()), within=None)
    path = (
        *above.path,
        f"{_LEVELS[kind]} {number}" if kind not in ("APPENDIX", "SUBJGRP") else number or heading,
    )
    if kind in ("CHAPTER", "SUBCHAP", "SUBTITLE", "SUBJGRP"):
        under = above.cite(())
        name = f"{under} {_LEVELS[kind].lower()} {number}" if kind != "SUBJGRP" else under
        keep = above.headings if kind != "SUBJGRP" else (*above.headings, heading)
        return replace(above, path=path, headings=keep, cite=lambda _: name)
    section = Citation("CFR", title, part)
    if kind == "SUBPART":
        section = replace(section, division=f"subpart {number}")
    elif kind == "APPENDIX":
        letters = re.match(r"Appendi(?:x|xes|ces)\s+([A-Z](?:-[A-Z])?)\b", number)
        section = replace(section, division=f"Appendix {letters[1] if letters else number}")
    elif kind == "SECTION":
        first, _, last = number.replace("–", "-").partition("-")
        ranged = "." in last
        section = Citation("CFR", title, first if ranged else number.lower(), through=last if ranged else None)
    return place_of(section, path, (*above.headings, heading))


def _blocks(section: Element) -> list[Block]:
    return [block for child in children(section) for block in _blocks_of(child)]


def _blocks_of(element: Element) -> list[Block]:
    """Read one child of a section: most are one block, notes and extracts hold several."""
    name = local_name(element)
    kind = _KINDS.get(name, "paragraph")
    found: list[Block] = []
    if name in ("DIV", "TABLE") or element.find(".//TABLE") is not None:
        return [Block(block_text(element), "table")]
    if name in _NESTED and any(local_name(c) not in ("HED", "PSPACE") for c in children(element)):
        if lead := fold(element.text or ""):
            found.append(Block(Wording(lead), kind))
        for child in children(element):
            inner = _KINDS.get(local_name(child), kind)
            made = [Block(w.wording, kind if inner != "footnote" else inner) for w in _blocks_of(child)]
            found += made
            if tail := fold(child.tail or ""):
                found.append(Block(Wording(tail), kind))
        return found
    wording = Wording.of(runs_of(element))
    return [Block(wording, kind)] if wording.text else []


def _title_number(root: Element) -> str:
    for element in root.iter("DIV1"):
        if number := element.get("N"):
            return number
    for element in root.iter():
        match = _CFR_PATH.search(str(element.get("hierarchy_metadata") or ""))
        if match:
            return match[1]
    return ""


def _date(text: str) -> dt.date | None:
    match = re.match(r"([A-Z][a-z]{2})[a-z]*\.? (\d{1,2}), (\d{4})", text)
    if match is None or match[1].lower() not in _MONTHS:
        return None
    return dt.date(int(match[3]), _MONTHS.index(match[1].lower()) + 1, int(match[2]))
