"""Citations of federal rules: one parser for the ways in which people write them.

Canonical forms: "22 CFR 62.27(c)(1)(ii)", "22 CFR part 62", "8 USC 1182(e)", "INA 212(e)" and "9 FAM
402.2-2(B)". A range keeps its end ("22 CFR 62.27(a)-(c)", "22 USC 2451 et seq."). A paragraph that has no
designator but defines a term is cited by the term in quotation marks, as the eCFR does: '22 CFR 62.2 "Exchange
visitor"'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from advisor.errors import InputError
from advisor.official.ina import INA_TO_USC
from advisor.official.labels import is_label, readings
from advisor.official.place import ET_SEQ, Citation, System, join_labels

__all__ = [
    "ET_SEQ",
    "Citation",
    "System",
    "join_labels",
    "parse_citation",
    "parse_citations",
    "read_citation",
]

# Titles of the CFR for parts that are commonly cited without one ("62.27(a)").
_TITLE_OF_PART: Final[dict[str, str]] = {
    **dict.fromkeys(("1", "103", "204", "212", "214", "235", "245", "248", "274a"), "8"),
    **dict.fromkeys(("22", "40", "41", "42", "62"), "22"),
    "656": "20",
    "50": "45",
}

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
