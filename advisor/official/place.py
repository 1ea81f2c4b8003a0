"""A place in a body of law: the value that citations are read into, and what lies inside what."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from advisor.official.ina import INA_TO_USC, USC_TO_INA
from advisor.official.labels import readings

__all__ = ["ET_SEQ", "Citation", "System", "join_labels"]

System = Literal["CFR", "USC", "INA", "FAM"]
ET_SEQ: Final = "et seq."


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
