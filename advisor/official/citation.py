"""Citations of federal rules: one value, one parser for the ways in which people write them.

Canonical forms: "22 CFR 62.27(c)(1)(ii)", "22 CFR part 62", "8 USC 1182(e)", "INA 212(e)", "9 FAM
402.2-5(E)(3)".
A range keeps its end ("22 CFR 62.27(a)-(c)", "22 USC 2451 et seq."). A paragraph that has no designator but
defines a term is cited by the term in quotation marks, as the eCFR does: '22 CFR 62.2 "Exchange visitor"'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from advisor.errors import InputError
from advisor.official.ina import INA_TO_USC, USC_TO_INA
from advisor.official.labels import is_label, readings

__all__ = [
    "ET_SEQ",
    "Citation",
    "System",
    "join_labels",
    "parse_citation",
    "parse_citations",
    "read_citation",
]

System = Literal["CFR", "USC", "INA", "FAM"]
ET_SEQ: Final = "et seq."

# Titles of the CFR for parts that are commonly cited without one ("62.27(a)").
_TITLE_OF_PART: Final[dict[str, str]] = {
    **dict.fromkeys(("1", "103", "204", "212", "214", "235", "245", "248", "274a"), "8"),
    **dict.fromkeys(("22", "40", "41", "42", "62"), "22"),
    "656": "20",
    "50": "45",
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a body of law.

    Attributes:
        system: The body of law.
        title: Title or volume; empty for the INA.
        section: Section ("62.27", "1182"), or a part of the CFR ("62"); empty for a whole title.
        labels: Designators below the section, without brackets; a defined term stands in double quotes.
        through: End of a range: a label beside the last of `labels`, or a section; "et seq." when it has no
            end.
        division: "subpart B" or "Appendix E" of a part of the CFR.
    """

    system: System
    title: str
    section: str
    labels: tuple[str, ...] = ()
    through: str | None = None
    division: str = ""

    def __str__(self) -> str:
        head = self.system if self.system == "INA" else f"{self.title} {self.system}"
        if self.section:
            part = "part " if self.system == "CFR" and "." not in self.section else ""
            head = f"{head} {part}{self.section}"
        if self.division:
            head = f"{head} {self.division}"
        head += join_labels(self.labels)
        if self.through == ET_SEQ:
            return f"{head} {ET_SEQ}"
        if self.through:
            return f"{head}-({self.through})" if self.labels else f"{head}-{self.through}"
        return head

    @property
    def part(self) -> str:
        """The part of the CFR that the section belongs to ("62" of "62.27"), or the section itself."""
        return self.section.split(".")[0] if self.system == "CFR" else self.section

    def usc(self) -> Citation:
        """Return the citation in the Code if this one is of the INA and the section is classified there."""
        if self.system != "INA" or self.section not in INA_TO_USC:
            return self
        return replace(self, system="USC", title="8", section=INA_TO_USC[self.section])

    def ina(self) -> Citation:
        """Return the citation in the INA if this one is of title 8 of the Code and has one."""
        if self.system != "USC" or self.title != "8" or self.section not in USC_TO_INA:
            return self
        return replace(self, system="INA", title="", section=USC_TO_INA[self.section])

    def start(self) -> Citation:
        """Return the first place of a range, or the citation itself."""
        return replace(self, through=None)

    def parents(self) -> list[Citation]:
        """Return every place that holds this one, the nearest first."""
        found: list[Citation] = []
        for depth in range(len(self.labels) - 1, -1, -1):
            found.append(replace(self, labels=self.labels[:depth], through=None))
        if self.division:
            found.append(replace(self, labels=(), division="", through=None))
        if self.system == "CFR" and "." in self.section:
            found.append(Citation("CFR", self.title, self.part))
        if self.section:
            found.append(Citation(self.system, self.title, ""))
        return found

    def contains(self, other: Citation) -> bool:
        """Say whether another place is this one or lies inside it; INA and Code are compared as one."""
        if self.system == "INA" and not self.section:
            return other.ina().system == "INA"
        a, b = self.usc(), other.usc()
        if a.system != b.system or a.title != b.title:
            return False
        if not a.section:
            return True
        if a.through and not a.labels:
            return _in_section_range(a, b)
        if a.system == "CFR" and "." not in a.section:
            if a.division:
                return a.section == b.section and a.division.lower() == b.division.lower()
            return a.section == b.part
        if a.section != b.section or len(b.labels) < len(a.labels):
            return False
        depth = len(a.labels)
        if a.through and depth:
            if a.labels[:-1] != b.labels[: depth - 1]:
                return False
            if not _between(a.labels[-1], b.labels[depth - 1], a.through):
                return False
            return b.through is None or len(b.labels) > depth or _between(a.labels[-1], b.through, a.through)
        if b.through and len(b.labels) == depth and depth:
            return False
        return a.labels == b.labels[:depth]


def _in_section_range(whole: Citation, piece: Citation) -> bool:
    first, last = _section_key(whole.section), None
    if whole.through and whole.through != ET_SEQ:
        last = _section_key(whole.through)
    inside = [piece.section] + ([piece.through] if piece.through and not piece.labels else [])
    if ET_SEQ in inside:
        return last is None and first <= _section_key(piece.section)
    return all(first <= _section_key(s) and (last is None or _section_key(s) <= last) for s in inside)


def _section_key(section: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(m[1]), m[2]) for m in re.finditer(r"(\d+)([a-zA-Z]*)", section))


def _between(first: str, label: str, last: str) -> bool:
    """Say whether a label lies in a range, in any order that all three can be read in."""
    orders = [dict(readings(x)) for x in (first, label, last)]
    return any(
        kind in orders[1] and kind in orders[2] and place <= orders[1][kind] <= orders[2][kind]
        for kind, place in orders[0].items()
    )


_SIGN = r"(?:§+|sections?|secs?\.?|s\.)?\s*"
_LABELS = r"(?P<labels>(?:\s*\(\s*[A-Za-z0-9]{1,5}(?:-\d{1,2})?\s*\))*)"
_TERM = r"(?:\s*[\"“”](?P<term>[^\"“”]{2,160})[\"“”](?P<after>(?:\s*\(\s*[A-Za-z0-9]{1,5}\s*\))*))?"
_THROUGH = r"(?:\s*(?:-|–|—|\bto\b|\bthrough\b)\s*\(\s*(?P<through>[A-Za-z0-9]{1,5})\s*\))?"
_SEQ = r"(?P<seq>\s*,?\s*(?:et\.?\s+seq\b\.?|ff\b\.?|and\s+following))?"
_CFR_SECTION = r"(?P<section>\d{1,4}[a-zA-Z]{0,2}(?:\.\d+[a-zA-Z]{0,2}(?:-\d+[a-zA-Z]?(?![\d.]))?)?)"
_CFR_END = r"(?:\s*(?:-|–|—|\bto\b|\bthrough\b)\s*§?\s*(?P<to>\d{1,4}[a-zA-Z]{0,2}\.\d+[a-zA-Z]{0,2}))?"
_DIVISION = r"(?:,?\s*(?P<division>(?:subparts?|app(?:endix|\.))\s+[A-Za-z](?:-[A-Za-z])?\b))?"
_TAIL = _LABELS + _TERM + _THROUGH + _SEQ

CFR: Final = re.compile(
    r"(?<![\w.])(?P<title>\d{1,2})\s*C\s*\.?\s*F\s*\.?\s*R(?:(?=\d)|\b)\s*\.?\s*(?:parts?\b|pts?\b\.?)?\s*"
    + _SIGN
    + _CFR_SECTION
    + _CFR_END
    + _DIVISION
    + _TAIL,
    re.IGNORECASE,
)
USC: Final = re.compile(
    r"(?<![\w.])(?P<title>\d{1,2})\s*U\s*\.?\s*S\s*\.?\s*C(?:(?=\d)|\b)\s*\.?\s*(?:A\s*\.\s*)?"
    + _SIGN
    + r"(?P<section>\d{1,5}(?:[a-zA-Z]{1,2}(?![a-zA-Z]))?(?:-\d+[a-zA-Z]?)?)"
    + r"(?:\s*(?:–|—|\bto\b|\bthrough\b)\s*(?P<to>\d{1,5}[a-zA-Z]{0,2}))?"
    + _TAIL,
    re.IGNORECASE,
)
INA: Final = re.compile(
    r"\bI\s*\.?\s*N\s*\.?\s*A(?:(?=\d)|\b)\s*\.?\s*" + _SIGN + r"(?P<section>\d{3}[A-Za-z]?)(?![\d.])" + _TAIL,
    re.IGNORECASE,
)
FAM: Final = re.compile(
    r"(?<![\w.])(?P<title>9)\s*F\s*\.?\s*A\s*\.?\s*M(?:(?=\d)|\b)\s*\.?\s*"
    + _SIGN
    + r"(?P<section>\d{3}(?:\.\d+(?:-\d+)?)?)"
    + _TAIL,
    re.IGNORECASE,
)
BARE: Final = re.compile(
    r"(?<![\w.])" + _SIGN + r"(?P<section>\d{1,4}[a-zA-Z]?\.\d+[a-zA-Z]?)" + _CFR_END + _TAIL, re.IGNORECASE
)
_OF_THE_ACT: Final = re.compile(
    r"(?:§+|sections?|secs?\.?)\s*(?P<section>\d{3}[A-Za-z]?)(?![\d.])"
    + _TAIL
    + r"(?:\s+of\s+the\s+(?:Act|INA|Immigration and Nationality Act))?",
    re.IGNORECASE,
)
_SYSTEMS: Final[tuple[tuple[System, re.Pattern[str]], ...]] = (
    ("CFR", CFR),
    ("USC", USC),
    ("INA", INA),
    ("FAM", FAM),
)
_BRACKETS: Final = re.compile(r"\(\s*[A-Za-z0-9]{1,5}\s*\)")
_TITLE_ONLY = re.compile(r"(?P<title>\d{1,2})\s*(?P<system>CFR|USC)", re.IGNORECASE)


def join_labels(labels: tuple[str, ...]) -> str:
    """Write labels as they follow a section: "(c)(1)(ii)"; a defined term stands apart."""
    written = ""
    for i, label in enumerate(labels):
        if label.startswith('"'):
            written += f" {label}"
        else:
            gap = " " if i and labels[i - 1].startswith('"') else ""
            written += f"{gap}({label})"
    return written


def split_labels(raw: str) -> tuple[str, ...]:
    """Split "(c)(1)(ii)" into labels, stopping at the first bracket that is no designator."""
    labels: list[str] = []
    for label in re.findall(r"\(\s*([A-Za-z0-9]{1,5}(?:-\d{1,2})?)\s*\)", raw):
        if not is_label(label):
            break
        labels.append(label)
    return tuple(labels)


def continue_labels(before: tuple[str, ...], labels: tuple[str, ...]) -> tuple[str, ...]:
    """Complete labels that go on from others: after (a)(1), "(2)" is (a)(2) and "(b)" is (b)."""
    if not labels:
        return before
    kinds = {kind for kind, _ in readings(labels[0])}
    for depth in range(len(before) - 1, 0, -1):
        if kinds & {kind for kind, _ in readings(before[depth])}:
            return (*before[:depth], *labels)
    return labels


def from_match(system: System, match: re.Match[str], title: str = "") -> Citation:
    """Build a citation from a match of one of the patterns of this module."""
    groups = match.groupdict()
    section = match["section"]
    section = section.upper() if system == "INA" else section.lower()
    title = str(int(groups.get("title") or title or "0")) if system != "INA" else ""
    labels = split_labels(match["labels"])
    if term := match["term"]:
        labels = (*labels, '"' + " ".join(term.split()).strip() + '"', *split_labels(match["after"] or ""))
    through: str | None = None
    if labels and match["through"] and is_label(match["through"]):
        through = match["through"]
    elif not labels and groups.get("to"):
        through = match["to"].lower()
    elif match["seq"]:
        through = ET_SEQ
    if system == "USC" and "-" in section and through is None:
        first, _, last = section.partition("-")
        if first.isdigit() and last.isdigit() and int(last) > int(first):
            section, through = first, None if labels else last
    division = groups.get("division") or ""
    if division:
        name, letter = division.split()
        division = f"{'subpart' if name.lower().startswith('sub') else 'Appendix'} {letter.upper()}"
    return Citation(system, title, section, labels, through, division)


def parse_citations(text: str) -> list[Citation]:
    """Read one or several citations as a person wrote them.

    Several are separated by ";", "," or "and"; a title is carried on ("22 CFR 62.22(b); 62.27(c)").

    Raises:
        InputError: if a piece of the text cannot be read as a citation.
    """
    found: list[Citation] = []
    for piece in re.split(r";|\n|,(?=\s*(?:§|\d|\(|INA\b))|\band\s+(?=[§\d(]|INA)", text, flags=re.IGNORECASE):
        piece = piece.strip(" \t.,;")
        if piece:
            found.append(_parse_one(piece, found[-1] if found else None))
    if not found:
        raise InputError("no citation given; write one such as 22 CFR 62.27(c) or INA 212(e)")
    return found


def parse_citation(text: str) -> Citation:
    """Read exactly one citation.

    Raises:
        InputError: if the text holds none or several.
    """
    found = parse_citations(text)
    if len(found) > 1:
        raise InputError(f"one citation is wanted, {len(found)} were given: {text.strip()!r}")
    return found[0]


def read_citation(text: str) -> Citation | None:
    """Read one citation, or return None where the text is none (a state's own numbering, for example)."""
    try:
        return parse_citation(text)
    except InputError:
        return None


def _parse_one(piece: str, before: Citation | None) -> Citation:
    if before is not None and before.labels and piece.startswith("(") and _is_rest_empty(_BRACKETS.sub("", piece)):
        return replace(before, labels=continue_labels(before.labels, split_labels(piece)), through=None)
    for system, pattern in _SYSTEMS:
        if (match := pattern.match(piece)) and _is_rest_empty(piece[match.end() :]):
            return from_match(system, match)
    if (match := BARE.match(piece)) and _is_rest_empty(piece[match.end() :]):
        known = before.title if before and before.system == "CFR" else ""
        title = known or _TITLE_OF_PART.get(match["section"].split(".")[0].lower())
        if title:
            return from_match("CFR", match, title)
    match = _OF_THE_ACT.match(piece)
    if match and _is_rest_empty(piece[match.end() :]) and match["section"].upper() in INA_TO_USC:
        return from_match("INA", match)
    if match := _TITLE_ONLY.fullmatch(re.sub(r"[.\s]", "", piece)):
        system = "CFR" if match["system"].upper() == "CFR" else "USC"
        return Citation(system, str(int(match["title"])), "")
    raise InputError(
        f"cannot read {piece!r} as a citation; write it like 22 CFR 62.27(c)(1), 8 USC 1182(e) or INA 212(e)"
    )


def _is_rest_empty(rest: str) -> bool:
    return not rest.strip(" .,;)")


def patterns() -> Iterator[tuple[System, re.Pattern[str]]]:
    """Yield the patterns of full citations, for finding them in running text."""
    yield from _SYSTEMS
