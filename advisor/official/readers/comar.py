"""Code of Maryland Regulations in the open-law XML of its publisher: nesting is explicit, designators are
`num`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from advisor.official.models import OfficialText, Paragraph
from advisor.official.readers.xmltext import flat_text, runs_of
from advisor.official.safexml import Element, children, local_name, parse_xml
from advisor.official.section import Place, paragraph
from advisor.official.wording import Wording

__all__ = ["read_comar"]

_PAGE: Final = "https://regs.maryland.gov/us/md/exec/comar"
_CITE_PATH: Final = re.compile(r"\|(\d+)\|(\d+)\|(\d+)")


def read_comar(data: bytes, name: str = "") -> OfficialText:
    """Read one chapter.

    Args:
        data: Raw bytes.
        name: File name; "10.32.01.xml" tells the title and subtitle, which the chapter itself does not name.
    """
    root = parse_xml(data)
    chapter = _chapter(root, name)
    named = root.find("{*}heading")
    heading = flat_text(named) if named is not None else chapter
    parts = chapter.split(".")
    path = tuple(f"{kind} {part}" for kind, part in zip(("Title", "Subtitle", "Chapter"), parts, strict=False))
    made: list[Paragraph] = []
    _walk(root, _place(chapter, path, (heading,), (), ""), made)
    days = [day for a in root.iter("{*}annotation") if (day := a.get("effective"))]
    return OfficialText(
        source="comar",
        title=f"COMAR {chapter} {heading}",
        kind="regulation",
        publisher="Maryland Division of State Documents",
        as_of=dt.date.fromisoformat(max(days)) if days else None,
        url=f"{_PAGE}/{chapter}",
        paragraphs=tuple(made),
    )


def _chapter(root: Element, name: str) -> str:
    if named := re.search(r"\d{2}\.\d{2}\.\d{2}", name):
        return named[0]
    for cite in root.iter("{*}cite"):
        number = root.findtext("{*}num") or ""
        if (match := _CITE_PATH.match(cite.get("path") or "")) and match[3] == number:
            return ".".join(match.groups())
    return root.findtext("{*}num") or ""


def _place(chapter: str, path: tuple[str, ...], headings: tuple[str, ...], labels: tuple[str, ...], reg: str) -> Place:
    below = "".join(label.rstrip(".") if re.fullmatch(r"[A-Z]\.", label) else label for label in labels)
    name = f"COMAR {chapter}{reg}{below}"
    return Place(path, headings, lambda _: name, lambda _: f"{_PAGE}/{chapter}{reg}")


def _walk(element: Element, place: Place, made: list[Paragraph], labels: tuple[str, ...] = (), reg: str = "") -> None:
    own: list[tuple[str, bool]] = []
    heading = ""
    for child in children(element):
        name = local_name(child)
        if name in ("prefix", "num", "heading", "text") and not (name == "text" and local_name(element) != "para"):
            own += [(" ", False), *runs_of(child)]
            heading = flat_text(child) if name == "heading" else heading
    if own:
        wording = Wording.of(own)
        kind = "paragraph" if local_name(element) == "para" else "heading"
        made.append(paragraph(wording, place, kind=kind))  # type: ignore[arg-type]
    for child in children(element):
        name = local_name(child)
        if name == "section":
            number = child.findtext("{*}num") or ""
            title = child.find("{*}heading")
            headings = (*place.headings, flat_text(title)) if title is not None else place.headings
            below = _place(_chapter_of(place), (*place.path, f"Regulation {number}"), headings, (), number)
            _walk(child, below, made, (), number)
        elif name == "para":
            label = (child.findtext("{*}num") or "").strip()
            inner = (*labels, label)
            below = _place(_chapter_of(place), (*place.path, label), place.headings, inner, reg)
            _walk(child, below, made, inner, reg)
        elif name == "text" and local_name(element) != "para":
            made.append(paragraph(Wording.of(runs_of(child)), place))
        elif name == "annotations":
            for note in children(child):
                authority = note.get("type") == "Authority"
                made.append(paragraph(Wording.of(runs_of(note)), place, kind="authority" if authority else "history"))


def _chapter_of(place: Place) -> str:
    return ".".join(part.split()[-1] for part in place.path[:3])
