"""Finds the paragraphs of a citation among the archived texts, for `/rule` and `advisor official show`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from advisor.errors import OfficialError
from advisor.official.archive import Archive
from advisor.official.citation import Citation, parse_citations, read_citation
from advisor.official.links import link_for
from advisor.official.models import OfficialText, Paragraph
from advisor.official.wanted import Wanted

__all__ = ["Library", "Rule"]


@dataclass(frozen=True)
class Rule:
    """What a citation says.

    Attributes:
        asked: The citation as it was understood, in canonical form.
        citation: The place that was found: the same, or the nearest one that holds it.
        exact: Whether the place itself was found.
        paragraphs: Its paragraphs in reading order, everything inside it included.
        source: Key of the text.
        title: Title of the text.
        publisher: Its publisher.
        as_of: The date the text speaks of.
        url: The publisher's page for the place.
    """

    asked: str
    citation: str
    exact: bool
    paragraphs: tuple[Paragraph, ...]
    source: str
    title: str
    publisher: str
    as_of: dt.date | None
    url: str

    def text(self) -> str:
        """Return the words, one line a paragraph, pieces of one printed paragraph joined as they stood."""
        out = ""
        for i, paragraph in enumerate(self.paragraphs):
            out += ("" if paragraph.joined or not i else "\n") + paragraph.text
        return out


_Entry = tuple[Citation | None, Paragraph, OfficialText]


class Library:
    """Archived texts, indexed by what they can be cited as.

    Args:
        texts: The texts; where two hold the same paragraph, the later date wins.
        problems: Texts that could not be read, one line each.
    """

    def __init__(self, texts: Iterable[OfficialText], problems: Iterable[str] = ()) -> None:
        self.texts = sorted(texts, key=lambda text: text.as_of or dt.date.min, reverse=True)
        self.problems = tuple(problems)
        self._sections: dict[tuple[str, str, str], list[_Entry]] = defaultdict(list)
        self._names: dict[str, list[_Entry]] = defaultdict(list)
        self._ranges: list[_Entry] = []  # reserved sections that are printed as one, such as §§ 40.12-40.19
        for text in self.texts:
            for paragraph in text.paragraphs:
                self._add(paragraph, text)

    @classmethod
    def open(cls, archive: Archive, wanted: Wanted) -> Self:
        """Read the newest good version of every wanted text; withdrawn texts are left out.

        A text that is damaged becomes a line of `problems`, and the others are read all the same.
        """
        texts: list[OfficialText] = []
        problems: list[str] = []
        for text in wanted.texts:
            try:
                record = archive.record(text.key)
                if record.withdrawn:
                    problems.append(f"{text.key}: {record.withdrawn}")
                elif record.versions:
                    document = archive.text(text.key, record.versions[0])
                    title = text.title or document.title
                    publisher = wanted.publisher_of(text).name
                    texts.append(document.model_copy(update={"title": title, "publisher": publisher}))
            except OfficialError as error:
                problems.append(f"{text.key}: {error}")
        return cls(texts, problems)

    def find(self, citation: Citation) -> list[Paragraph]:
        """Return the paragraphs inside a place, in reading order; empty if it is not there."""
        return [paragraph for _, paragraph, _ in self._inside(citation)]

    def has_section(self, citation: Citation) -> bool:
        """Say whether the section of a citation is held at all."""
        place = citation.usc()
        if (place.through and not place.labels) or not place.section:
            return bool(self.find(place))
        if place.system == "CFR" and "." not in place.section:
            return bool(self.find(Citation("CFR", place.title, place.section)))
        return bool(self._sections.get((place.system, place.title, place.section.lower())))

    def source_of(self, citation: Citation) -> OfficialText | None:
        """Return the text that `find` takes the paragraphs of a place from."""
        entries = self._inside(citation)
        return entries[0][2] if entries else None

    def show(self, asked: str) -> list[Rule]:
        """Return what each citation in a text says.

        Args:
            asked: One or several citations as a person wrote them; also a state's or GOV.UK's own numbering.

        Raises:
            InputError: if it is no citation.
            OfficialError: if the text that holds it has not been fetched.
        """
        if named := self._names.get(_plain(asked)):
            return [self._rule(asked.strip(), named, exact=True)]
        return [self._show(citation) for citation in parse_citations(asked)]

    def _show(self, citation: Citation) -> Rule:
        for place in (citation, *citation.parents()):
            if not place.section:
                break
            if entries := self._inside(place):
                exact = place == citation
                if not exact:
                    entries = [e for e in entries if e[1].citation == str(place.usc())] or entries
                return self._rule(str(citation), entries, exact, place)
            if place.system == "CFR" and "." not in place.section:
                break
        raise OfficialError(f"{citation} is not among the texts that were fetched; see {link_for(citation)}")

    def _rule(self, asked: str, entries: list[_Entry], exact: bool, place: Citation | None = None) -> Rule:
        _, first, text = entries[0]
        return Rule(
            asked=asked,
            citation=str(place) if place else first.citation,
            exact=exact,
            paragraphs=tuple(paragraph for _, paragraph, _ in entries),
            source=text.source,
            title=text.title,
            publisher=text.publisher,
            as_of=first.as_of or text.as_of,
            url=link_for(place) if place else first.url,
        )

    def _inside(self, citation: Citation) -> list[_Entry]:
        place = citation.usc()
        entries = self._candidates(place)
        found = [entry for entry in entries if entry[0] is not None and place.contains(entry[0])]
        if not found and place.labels:
            lower = _lower(place)
            found = [entry for entry in entries if entry[0] is not None and lower.contains(_lower(entry[0]))]
        if not found:
            found = [e for e in self._ranges if e[0] is not None and e[0].contains(place)]
        if not found:
            return []
        source = found[0][2].source
        return [entry for entry in found if entry[2].source == source]

    def _candidates(self, place: Citation) -> list[_Entry]:
        single = place.section and not (place.through and not place.labels)
        if single and (place.system != "CFR" or "." in place.section):
            return self._sections.get((place.system, place.title, place.section.lower()), [])
        keys = (k for k in self._sections if k[:2] == (place.system, place.title))
        return [entry for key in keys for entry in self._sections[key]]

    def _add(self, paragraph: Paragraph, text: OfficialText) -> None:
        if paragraph.kind == "furniture":
            return
        place = read_citation(paragraph.citation)
        if place is None:
            self._names[_plain(paragraph.citation)].append((None, paragraph, text))
            return
        if place.through and not place.labels:
            self._ranges.append((place, paragraph, text))
        self._sections[place.system, place.title, place.section.lower()].append((place, paragraph, text))


def _lower(place: Citation) -> Citation:
    """Return a place with its labels in lower case: people write (A) for (a)."""
    labels = tuple(label.lower() for label in place.labels)
    return Citation(place.system, place.title, place.section.lower(), labels, place.through, place.division)


def _plain(name: str) -> str:
    """Return a name without spaces, full stops at the end and capitals, for comparing."""
    return "".join(name.lower().split()).strip(".").replace("§", "")
