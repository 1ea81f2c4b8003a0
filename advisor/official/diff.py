"""Compares two versions of a text, place by place, and says which of our sources stand on a changed one."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from advisor.official.archive import Archive
from advisor.official.citation import Citation, read_citation
from advisor.official.models import OfficialText, Paragraph

__all__ = ["Change", "Notice", "affected", "changed_since", "compare", "compare_latest", "word_changes"]

_WORDS = re.compile(r"\s+|[^\s]+")
_OWN_DESIGNATOR = re.compile(r"^(?:\([A-Za-z0-9-]{1,5}\)|[A-Za-z0-9]{1,5}\.)\s*")


@dataclass(frozen=True)
class Change:
    """One place that differs.

    Attributes:
        citation: The place in the new text; in the old one where it was removed.
        kind: Added, removed, changed, or moved (the same words under another designator).
        old: The old words; empty where it was added.
        new: The new words; empty where it was removed.
        url: The publisher's page.
        before: The old citation of a place that moved.
    """

    citation: str
    kind: Literal["added", "removed", "changed", "moved"]
    old: str
    new: str
    url: str
    before: str = ""


@dataclass(frozen=True)
class Notice:
    """A source of ours that stands on a place that changed.

    Attributes:
        source: Name of the source.
        change: What changed.
        since: The date of the text in which it changed.
    """

    source: str
    change: Change
    since: dt.date | None


def compare(old: OfficialText, new: OfficialText) -> list[Change]:
    """Compare two versions; furniture does not count.

    Returns:
        The changes in the order of the new text, what was removed at the end.
    """
    before, after = _places(old), _places(new)
    found: list[Change] = []
    for citation, (words, url) in after.items():
        if citation not in before:
            found.append(Change(citation, "added", "", words, url))
        elif before[citation][0] != words:
            found.append(Change(citation, "changed", before[citation][0], words, url))
    found += [Change(c, "removed", words, "", url) for c, (words, url) in before.items() if c not in after]
    return _with_moves(found)


def compare_latest(archive: Archive, key: str) -> tuple[list[Change], dt.date | None, dt.date | None]:
    """Compare the two newest versions of an archived text.

    Returns:
        The changes and the dates of the old and the new version; no changes while there is one version only.

    Raises:
        OfficialError: if a version cannot be read.
    """
    versions = archive.record(key).versions
    if len(versions) < 2:
        return [], None, versions[0].as_of if versions else None
    changes = compare(archive.text(key, versions[1]), archive.text(key, versions[0]))
    return changes, versions[1].as_of, versions[0].as_of


def changed_since(archive: Archive, key: str, day: dt.date) -> list[Change]:
    """Return what changed between the version that stood on a day and the newest one.

    Args:
        archive: The archive.
        key: The text.
        day: For example the day a statement of ours was last reviewed.

    Returns:
        The changes; where no version is old enough, those since the oldest that is kept.

    Raises:
        OfficialError: if a version cannot be read.
    """
    versions = archive.record(key).versions
    then = next((v for v in versions if (v.as_of or v.fetched.date()) <= day), versions[-1] if versions else None)
    if then is None or then.digest == versions[0].digest:
        return []
    return compare(archive.text(key, then), archive.text(key, versions[0]))


def affected(changes: Iterable[Change], sources: Mapping[str, Citation], since: dt.date | None) -> list[Notice]:
    """Tie changes to the sources that cite the place, a place around it, or a place inside it.

    Args:
        changes: The changes.
        sources: The citation of each source by its name.
        since: Date of the new text.
    """
    found: list[Notice] = []
    for change in changes:
        places = [p for c in (change.citation, change.before) if c and (p := read_citation(c)) is not None]
        for name, citation in sources.items():
            if any(citation.contains(place) or (place.labels and place.contains(citation)) for place in places):
                found.append(Notice(name, change, since))
    return found


def word_changes(change: Change) -> list[tuple[Literal["same", "old", "new"], str]]:
    """Split a change into runs of words that are the same, only old, or only new."""
    old, new = _WORDS.findall(change.old), _WORDS.findall(change.new)
    runs: list[tuple[Literal["same", "old", "new"], str]] = []
    for op, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            runs.append(("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            runs.append(("old", "".join(old[i1:i2])))
        if j2 > j1:
            runs.append(("new", "".join(new[j1:j2])))
    return runs


def _places(text: OfficialText) -> dict[str, tuple[str, str]]:
    """Return words and address by citation; paragraphs of one place are put together."""
    found: dict[str, tuple[str, str]] = {}
    for paragraph in text.paragraphs:
        if paragraph.kind == "furniture":
            continue
        words, url = found.get(_key(paragraph), ("", paragraph.url))
        gap = "" if paragraph.joined or not words else "\n"
        found[_key(paragraph)] = (words + gap + paragraph.text, url)
    return found


def _key(paragraph: Paragraph) -> str:
    """Return what a paragraph is compared under: history and notes apart from the rule itself."""
    if paragraph.kind in ("history", "authority", "effective", "note", "footnote"):
        kind = "note" if paragraph.kind == "footnote" else paragraph.kind
        return f"{paragraph.citation.removesuffix(' note')} {kind}"
    return paragraph.citation


def _with_moves(changes: list[Change]) -> list[Change]:
    """Turn an addition and a removal of the same words into one move."""
    removed = {_OWN_DESIGNATOR.sub("", c.old): c for c in changes if c.kind == "removed" and len(c.old) > 20}
    found: list[Change] = []
    gone: set[str] = set()
    for change in changes:
        twin = removed.get(_OWN_DESIGNATOR.sub("", change.new)) if change.kind == "added" else None
        if twin is None or twin.citation in gone:
            found.append(change)
            continue
        gone.add(twin.citation)
        found.append(Change(change.citation, "moved", twin.old, change.new, change.url, twin.citation))
    return [c for c in found if not (c.kind == "removed" and c.citation in gone)]
