"""Finds citations in running text, relative ones included, and resolves them to links.

"paragraph (b)(2) of this section", "§ 41.31(b)", "section 212(e) of the Act" and "section 1184(l) of this
title" mean something only in the place where they stand; the place is the citation of the paragraph itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, NamedTuple

from advisor.official import citation as forms
from advisor.official.citation import Citation, continue_labels, split_labels
from advisor.official.links import link_for
from advisor.official.models import Reference

__all__ = ["Found", "find_citations", "references"]


class Found(NamedTuple):
    """A citation in a text, with its offsets."""

    start: int
    end: int
    citation: Citation


_LABEL_RUN = r"(?:\s?\([A-Za-z0-9]{1,5}\))+"
_MORE = rf"(?:(?:,? (?:and|or|through|to)|,)\s*{_LABEL_RUN})*"
_PARAGRAPH: Final = re.compile(rf"\b(?:sub)?paragraphs?\s*({_LABEL_RUN}{_MORE})(?=\s+of this section)", re.IGNORECASE)
_SIGN_SECTION: Final = re.compile(rf"§+\s*(\d{{1,4}}[a-z]?\.\d+[a-z]?)({_LABEL_RUN})?")
_AND: Final = r"(?:, (?:and |or )?| and | or )"
_ACT_ITEM: Final = rf"\d{{3}}[A-Z]?(?:{_LABEL_RUN})?"
_OF_ACT: Final = re.compile(
    rf"\bsections?\s+({_ACT_ITEM}(?:{_AND}{_ACT_ITEM})*)"
    r"\s+of\s+the\s+(Act\b|INA\b|Immigration and Nationality Act)",
    re.IGNORECASE,
)
_CODE_ITEM: Final = rf"\d{{1,5}}[a-z]{{0,2}}(?:[-–]\d+)?(?:{_LABEL_RUN})?"
_OF_TITLE: Final = re.compile(
    rf"\bsections?\s+({_CODE_ITEM}(?:{_AND}{_CODE_ITEM})*)\s+of\s+(this title|title\s+(\d{{1,2}}))"
)
_SUBSECTION: Final = re.compile(rf"\bsubsections?\s*({_LABEL_RUN}{_MORE})(?!\s+of (?:section|such|that))")
_ONE_SECTION: Final = re.compile(rf"(\d{{1,5}}[A-Za-z]{{0,2}}(?:[-–]\d+)?)({_LABEL_RUN})?")
# "The Act" is the INA only in these parts; in part 62 it is the Mutual Educational and Cultural Exchange Act.
_ACT_IS_INA: Final = frozenset({"40", "41", "42"})


def find_citations(text: str, within: Citation | None = None) -> list[Found]:
    """List the citations in a text, in order, without overlaps.

    Args:
        text: Running text.
        within: The place where the text stands; without it only complete citations are found.
    """
    found: list[Found] = []
    for system, pattern in forms.patterns():
        for match in pattern.finditer(text):
            made = _without_terms(forms.from_match(system, match))
            end = match.start("term") - 1 if match["term"] else match.end()
            found.append(Found(match.start(), _trim(text, match.start(), end), made))
    if within is not None:
        found += _relative(text, within)
    found.sort(key=lambda f: (f.start, -f.end))
    kept: list[Found] = []
    for item in found:
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept


def references(text: str, within: Citation | None = None) -> tuple[Reference, ...]:
    """Return the citations of a text as links, each once."""
    seen: dict[str, Reference] = {}
    for start, end, made in find_citations(text, within):
        seen.setdefault(str(made), Reference(text=text[start:end], citation=str(made), url=link_for(made)))
    return tuple(seen.values())


def _without_terms(made: Citation) -> Citation:
    """Drop a quoted term: in running text a quotation after a citation is a quotation."""
    quoted = [i for i, label in enumerate(made.labels) if label.startswith('"')]
    return replace(made, labels=made.labels[: quoted[0]], through=None) if quoted else made


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " ,":
        end -= 1
    return end


def _relative(text: str, within: Citation) -> list[Found]:
    found: list[Found] = []
    section = replace(within, labels=(), through=None)
    if within.system == "CFR":
        for match in _SIGN_SECTION.finditer(text):
            made = Citation("CFR", within.title, match[1], split_labels(match[2] or ""))
            found.append(Found(match.start(), match.end(), made))
        for match in _PARAGRAPH.finditer(text):
            found += _label_lists(match, section)
        if within.title == "8" or within.part in _ACT_IS_INA:
            found += [f for m in _OF_ACT.finditer(text) for f in _sections(m, "INA", "")]
        else:
            full = (m for m in _OF_ACT.finditer(text) if m[2].lower() != "act")
            found += [f for m in full for f in _sections(m, "INA", "")]
    if within.system == "USC":
        for match in _OF_TITLE.finditer(text):
            found += _sections(match, "USC", match[3] or within.title)
        for match in _SUBSECTION.finditer(text):
            found += _label_lists(match, section)
    return found


def _sections(match: re.Match[str], system: forms.System, title: str) -> list[Found]:
    offset = match.start(1)
    found: list[Found] = []
    for one in _ONE_SECTION.finditer(match[1]):
        number = one[1].upper() if system == "INA" else one[1].replace("–", "-")
        made = Citation(system, title, number, split_labels(one[2] or ""))
        found.append(Found(offset + one.start(), offset + one.end(), made))
    return found


def _label_lists(match: re.Match[str], section: Citation) -> list[Found]:
    """Read "(a)(1) and (2)" as (a)(1) and (a)(2): a short run continues the one before it."""
    offset = match.start(1)
    found: list[Found] = []
    before: tuple[str, ...] = ()
    for run in re.finditer(_LABEL_RUN, match[1]):
        labels = split_labels(run[0])
        if not labels:
            continue
        labels = continue_labels(before, labels)
        start = offset + run.start() + (len(run[0]) - len(run[0].lstrip()))
        found.append(Found(start, offset + run.end(), replace(section, labels=labels)))
        before = labels
    return found
