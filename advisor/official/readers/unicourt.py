"""State codes in the HTML of the public-domain code project: nesting is `ol`/`li`, the label of an item is
its place.

The `id` of an item ends in its labels ("...ol1a2A"); the words of the label are not in the text.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from advisor.official.models import OfficialText, Paragraph, ParagraphKind
from advisor.official.readers.states import StateCode, state_code
from advisor.official.readers.xmltext import flat_text
from advisor.official.safexml import Element, children, local_name, parse_html
from advisor.official.section import Place, paragraph
from advisor.official.wording import Wording, fold

__all__ = ["read_unicourt"]

_SUBJECTS: Final = re.compile(
    r"(Alaska|North Dakota|Tennessee|Vermont|Wyoming|Georgia|Arkansas|Colorado|Idaho|Kentucky|"
    r"Mississippi|Virginia)",
    re.IGNORECASE,
)
_SECTION: Final = re.compile(r"(?:Sec\.|§+)?\s*(\d[\dA-Za-z.:-]*?)\.?\s+(.*)", re.DOTALL)
_HISTORY: Final = re.compile(r"(History|Acts \d{4}|Added \d{4}|Amended|HISTORY|Source:|S\.L\.|R\.C\.)")
_RELEASE: Final = re.compile(r"Release (\d+) of the .*? released (\d{4})\.(\d{2})(?:\.(\d{2}))?")


@dataclass
class _State:
    code: StateCode
    made: list[Paragraph]
    headings: dict[int, str]
    section: str = ""
    title: str = ""
    note: bool = False

    def place(self, labels: tuple[str, ...] = ()) -> Place:
        """Return the place that the walk has come to."""
        headings = tuple(fold(h) for _, h in sorted(self.headings.items()) if h)
        if not self.section:
            name = headings[-1] if headings else self.code.publisher
            return Place(headings, headings, lambda _: name, lambda _: self.code.url(""))
        section = self.section
        below = "".join(f"({label})" for label in labels)
        return Place(
            (*headings[:-1], f"§ {section}", *(f"({label})" for label in labels)),
            headings,
            lambda _: self.code.citation(section) + below,
            lambda _: self.code.url(section),
        )

    def add(self, text: str, kind: ParagraphKind = "paragraph", labels: tuple[str, ...] = ()) -> None:
        """Add a paragraph unless it is empty."""
        if text:
            self.made.append(paragraph(Wording(text), self.place(labels), kind=kind))


def read_unicourt(data: bytes) -> OfficialText:
    """Read a chapter or a code.

    Raises:
        OfficialError: if it is not readable as HTML.
    """
    root = parse_html(data)
    subject = " ".join(str(m.get("content") or "") for m in root.iter("meta"))
    named = _SUBJECTS.search(subject)
    state = _State(state_code(named[1] if named else "state"), [], {})
    for element in children(root):
        _walk(element, state)
    released = _RELEASE.search(fold(subject))
    first = next((p.text for p in state.made if p.kind == "heading"), "")
    return OfficialText(
        source="unicourt",
        title=first,
        kind="statute",
        publisher=state.code.publisher,
        as_of=None if released is None else _day(released),
        url=state.code.url(""),
        paragraphs=tuple(state.made),
    )


def _day(match: re.Match[str]) -> dt.date:
    return dt.date(int(match[2]), int(match[3]), int(match[4] or 1))


def _walk(element: Element, state: _State) -> None:
    name = local_name(element)
    if name in ("h1", "h2", "h3", "h4", "h5"):
        _heading(element, int(name[1]), state)
    elif name in ("nav", "head"):
        for piece in element.iter():
            own = fold(piece.text or "") if isinstance(piece.tag, str) else ""
            state.add(own, "furniture")
            state.add(fold(piece.tail or "") if piece is not element else "", "furniture")
    elif name == "ol":
        _list(element, (), state)
    elif name == "p" or not len(element):
        text = flat_text(element)
        furniture = element.get("class") == "transformation"
        history = bool(_HISTORY.match(text)) or bool(re.search(r"(§ \d+[^.]{0,12};|ch\. \d+, §).{0,80}\d{4}", text))
        kind: ParagraphKind = (
            "furniture" if furniture else "note" if state.note else "history" if history else "paragraph"
        )
        state.add(text, kind)
    else:
        state.add(fold(element.text or ""))
        for child in children(element):
            _walk(child, state)
            state.add(fold(child.tail or ""))


def _heading(element: Element, level: int, state: _State) -> None:
    text = flat_text(element)
    state.headings = {k: v for k, v in state.headings.items() if k < level}
    state.note = level > 3
    if level <= 3:
        state.headings[level] = text
        match = _SECTION.match(text) if level == 3 else None
        state.section = match[1] if match else ""
    state.add(text, "note" if state.note else "heading")


def _list(element: Element, labels: tuple[str, ...], state: _State) -> None:
    """Read a list; an item's label is the end of its `id`, or its place in the list."""
    for place, item in enumerate(children(element), 1):
        own = (*labels, _label(item, element, labels, place))
        lead = [fold(item.text or "")]
        for child in children(item):
            if local_name(child) in ("ol", "ul", "p", "div"):
                state.add(fold(" ".join(lead)), labels=own)
                lead = []
                if local_name(child) == "ol":
                    _list(child, own, state)
                else:
                    state.add(flat_text(child), labels=own)
            else:
                lead.append(flat_text(child))
            lead.append(fold(child.tail or ""))
        state.add(fold(" ".join(lead)), labels=own)


def _label(item: Element, parent: Element, labels: tuple[str, ...], place: int) -> str:
    tail = re.search(r"ol\d(.*)$", item.get("id") or "")
    before = "".join(labels)
    if tail and tail[1].startswith(before) and tail[1] != before:
        return tail[1].removeprefix(before)
    kind = parent.get("type") or ("a" if parent.get("class") == "alpha" else "1")
    if kind in ("a", "A"):
        return chr(ord(kind) + (place - 1) % 26)
    return str(place)
