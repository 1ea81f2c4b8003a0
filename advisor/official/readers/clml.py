"""Crown Legislation Markup Language: Acts of the United Kingdom as legislation.gov.uk gives them.

Provisions carry `IdURI`, which is citation and address at once. `Match="false"` or a `Status` of prospective,
repealed or dead means that the wording is not in force at the date of the file.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from advisor.official.models import OfficialText, Paragraph, ParagraphKind
from advisor.official.readers.xmltext import flat_text, runs_of
from advisor.official.safexml import Element, children, local_name, parse_xml
from advisor.official.section import Place, paragraph
from advisor.official.wording import Wording

__all__ = ["read_clml"]

_ID: Final = re.compile(r"https?://www\.legislation\.gov\.uk/id/([a-z]+/\d{4}(?:-\d{4})?/\d+)((?:/[^/]+)*)")
_WORDS: Final = frozenset({"Text", "Title", "Number", "Pnumber", "Para", "Subject", "Date"})
_DEAD: Final = frozenset({"Prospective", "Repealed", "Dead"})


def read_clml(data: bytes) -> OfficialText:
    """Read an Act or a provision of one.

    Raises:
        OfficialError: if it is not XML that can be read safely.
    """
    root = parse_xml(data)
    meta = root.find("{*}Metadata")
    title = (meta.findtext("{*}title") if meta is not None else "") or "Act"
    valid = meta.findtext("{*}valid") or meta.findtext("{*}modified") if meta is not None else None
    start = valid or root.get("RestrictStartDate") or ""
    url = (root.get("IdURI") or "").replace("http://", "https://").replace("/id/", "/")
    place = Place((title,), (title,), lambda _: title, lambda _: url)
    made: list[Paragraph] = []
    _walk(root, title, place, "paragraph", made)
    return OfficialText(
        source="clml",
        title=title,
        kind="statute",
        publisher="legislation.gov.uk",
        as_of=dt.date.fromisoformat(start) if re.fullmatch(r"\d{4}-\d\d-\d\d", start) else None,
        url=url,
        paragraphs=tuple(made),
    )


def _walk(element: Element, act: str, place: Place, kind: ParagraphKind, made: list[Paragraph]) -> None:
    name = local_name(element)
    kind = {"Metadata": "furniture", "Commentaries": "note"}.get(name, kind)  # type: ignore[assignment]
    place = _below(element, act, place)
    pending: list[tuple[str, bool]] = []
    for child in children(element):
        inner = local_name(child)
        if inner in ("Number", "Pnumber"):
            pending += [*runs_of(child), (" ", False)]
        elif inner in _WORDS or (kind == "furniture" and not len(child)):
            wording = Wording.of([*pending, *runs_of(child)])
            pending = []
            if wording.text:
                shown: ParagraphKind = "heading" if inner == "Title" and kind == "paragraph" else kind
                made.append(paragraph(wording, place, kind=shown))
        elif local_name(child) in ("P1para", "P2para", "P3para", "P4para", "P5para") and pending:
            _numbered(child, act, place, kind, pending, made)
            pending = []
        else:
            _walk(child, act, place, kind, made)
    if text := Wording.of(pending).text:
        made.append(paragraph(Wording(text), place, kind="heading" if kind == "paragraph" else kind))


def _numbered(
    element: Element,
    act: str,
    place: Place,
    kind: ParagraphKind,
    number: list[tuple[str, bool]],
    made: list[Paragraph],
) -> None:
    """Read the words of a provision with its number before the first of them."""
    before = len(made)
    first = children(element)[0] if len(element) else None
    if first is not None and local_name(first) == "Text":
        made.append(paragraph(Wording.of([*number, *runs_of(first)]), place, kind=kind))
        for child in children(element)[1:]:
            holder = local_name(child)
            if holder in _WORDS:
                made.append(paragraph(Wording.of(runs_of(child)), place, kind=kind))
            else:
                _walk(child, act, place, kind, made)
        return
    made.insert(before, paragraph(Wording.of(number), place, kind="heading"))
    _walk(element, act, place, kind, made)


def _below(element: Element, act: str, place: Place) -> Place:
    match = _ID.fullmatch(element.get("IdURI") or "")
    in_force = place.in_force and element.get("Match") != "false" and element.get("Status") not in _DEAD
    headings = place.headings
    title = element.find("{*}Title")
    if title is not None and (text := flat_text(title)):
        headings = (*headings, text)
    if match is None:
        return Place(place.path, headings, place.cite, place.link, None, None, in_force)
    steps = [step for step in match[2].split("/") if step]
    url = f"https://www.legislation.gov.uk/{match[1]}{match[2]}"
    name = _cite(act, steps)
    path = (act, *_path(steps))
    return Place(path, headings, lambda _: name, lambda _: url, None, None, in_force)


def _path(steps: list[str]) -> list[str]:
    if len(steps) >= 2 and steps[0] in ("section", "part", "schedule", "chapter", "article", "regulation"):
        return [f"{steps[0]} {steps[1]}", *(f"({s})" for s in steps[2:])]
    return [step.replace("-", " ") for step in steps]


def _cite(act: str, steps: list[str]) -> str:
    if len(steps) >= 2 and steps[0] == "section":
        return f"{act} s. {steps[1]}" + "".join(f"({s})" for s in steps[2:])
    return " ".join([act, *(step.replace("-", " ") for step in steps)]) if steps else act
