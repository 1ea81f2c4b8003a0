"""United States Legislative Markup 2, the XML of the United States Code.

Nesting is explicit: `section`, `subsection`, `paragraph`, `subparagraph`, `clause`, `subclause`, `item`,
`subitem`, each with `num`, `heading`, `chapeau`, `content` and `continuation`, and with an `identifier` such as
"/us/usc/t8/s1184/l/1/B" (USLM user guide). Provisions quoted inside notes have none and stay notes.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Final

from advisor.official.citation import Citation
from advisor.official.links import link_for
from advisor.official.models import OfficialText, Paragraph, ParagraphKind
from advisor.official.readers.xmltext import block_text, flat_text, runs_of
from advisor.official.safexml import Element, children, local_name, parse_xml
from advisor.official.section import Place, paragraph, place_of
from advisor.official.wording import Wording, fold

__all__ = ["read_uslm"]

_LEVELS: Final = (
    "section",
    "subsection",
    "paragraph",
    "subparagraph",
    "clause",
    "subclause",
    "item",
    "subitem",
    "subsubitem",
)
_BIG: Final = frozenset({"title", "subtitle", "chapter", "subchapter", "part", "subpart", "division", "main", "uscDoc"})
_HOLDERS: Final = frozenset({"notes", "note", "quotedContent", "list", "signature", "toc", "meta"})
_KINDS: Final[dict[str, ParagraphKind]] = {
    "toc": "furniture",
    "meta": "furniture",
    "notes": "note",
    "note": "note",
    "sourceCredit": "history",
    "footnote": "footnote",
}
_IDENTIFIER: Final = re.compile(r"/us/usc/t(\d+)[a-z]?(?:/s([^/]+))?((?:/[^/]+)*)")


def read_uslm(data: bytes) -> OfficialText:
    """Read a title or a section of the Code.

    Raises:
        OfficialError: if it is not XML that can be read safely.
    """
    root = parse_xml(data)
    match = _IDENTIFIER.match(root.get("identifier") or "")
    title = Citation("USC", match[1] if match else "0", "")
    made: list[Paragraph] = []
    _walk(root, replace(place_of(title, (f"Title {title.title}",), ()), within=None), "paragraph", made)
    processed = root.find(".//{*}processedDate")
    day = (processed.text or "")[:10] if processed is not None else ""
    heading = root.find(".//{*}main/{*}title/{*}heading")
    return OfficialText(
        source="uslm",
        title=f"Title {title.title}—{flat_text(heading)}" if heading is not None else str(title),
        kind="statute",
        publisher="Office of the Law Revision Counsel, U.S. House of Representatives",
        as_of=dt.date.fromisoformat(day) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None,
        url=link_for(title),
        paragraphs=tuple(made),
    )


def _walk(element: Element, place: Place, kind: ParagraphKind, made: list[Paragraph]) -> None:
    """Read an element into paragraphs, its inner levels after its own words."""
    name = local_name(element)
    kind = _KINDS.get(name, kind)
    if kind == "paragraph" and name in (*_LEVELS, *_BIG):
        place = _below(element, place)
    if name == "notes":
        under = place.cite(())
        place = replace(place, cite=lambda _: f"{under} note")
    if not _is_container(element):
        wording = block_text(element) if name == "table" else Wording.of(runs_of(element))
        if wording.text:
            made.append(paragraph(wording, place, kind="table" if name == "table" and kind != "furniture" else kind))
        return
    runs: list[tuple[str, bool]] = [(element.text or "", False)]
    heading = False
    for child in children(element):
        inner = local_name(child)
        if _is_container(child) or inner in (
            "table",
            "p",
            "sourceCredit",
            "listItem",
            "referenceItem",
            "headingItem",
        ):
            _flush(runs, place, kind, heading, made)
            runs, heading = [(child.tail or "", False)], False
            _walk(child, place, kind, made)
            continue
        if inner in ("content", "continuation", "chapeau") and heading:
            _flush(runs, place, kind, heading, made)
            runs, heading = [], False
        heading = heading or (inner == "heading" and name in (*_BIG, "note", "section"))
        runs += [*runs_of(child), (child.tail or "", False)]
        if inner == "continuation":
            _flush(runs, place, kind, False, made)
            runs = []
    _flush(runs, place, kind, heading, made)


def _flush(
    runs: list[tuple[str, bool]], place: Place, kind: ParagraphKind, heading: bool, made: list[Paragraph]
) -> None:
    wording = Wording.of(runs)
    if wording.text:
        made.append(paragraph(wording, place, kind="heading" if heading and kind == "paragraph" else kind))


def _is_container(element: Element) -> bool:
    """Say whether an element holds other paragraphs and not only words."""
    name = local_name(element)
    if name in (*_LEVELS, *_BIG, *_HOLDERS):
        return True
    return any(local_name(c) in (*_LEVELS, "p", "table", "quotedContent", "list") for c in element)


def _below(element: Element, place: Place) -> Place:
    """Return the place of a level; levels without identifier stay where they are."""
    name = local_name(element)
    match = _IDENTIFIER.fullmatch(element.get("identifier") or "")
    number, heading = element.find("{*}num"), element.find("{*}heading")
    title = fold(" ".join(flat_text(e) for e in (number, heading) if e is not None))
    if match is None:
        return place
    headings = (*place.headings, title) if heading is not None else place.headings
    if match[2] is None:
        own = () if number is None or name == "title" else (flat_text(number).strip(" —."),)
        return replace(place, path=(*place.path, *own), headings=headings)
    labels = tuple(part for part in match[3].split("/") if part)
    if any(not re.fullmatch(r"[A-Za-z0-9-]{1,6}", label) for label in labels):
        return place
    section = Citation("USC", match[1], match[2].lower(), labels)
    label = f"({labels[-1]})" if labels else f"§ {match[2]}"
    made = replace(
        place_of(section, (*place.path, label), headings),
        cite=lambda _: str(section),
        link=lambda _: link_for(section),
    )
    return replace(made, in_force=element.get("status") not in ("repealed", "expired", "omitted"))
