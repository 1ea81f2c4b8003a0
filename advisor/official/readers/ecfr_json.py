"""Lists of the eCFR's and the Code's interfaces: titles, structure, ancestry, versions, corrections,
agencies, releases.

They hold no rules, only what there is and when it changed; each entry becomes a paragraph cited by what it
names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from advisor.errors import OfficialError
from advisor.official.citation import Citation, read_citation
from advisor.official.links import link_for
from advisor.official.models import OfficialText, Paragraph
from advisor.official.section import Place, paragraph
from advisor.official.wording import Wording, fold

__all__ = ["LISTS", "read_lists"]

LISTS: Final = ("titles", "content_versions", "ecfr_corrections", "agencies", "ancestors", "releasePoints")
_Entry = tuple[str, str, Citation | None]  # name of the place, text, citation


def read_lists(data: bytes) -> OfficialText:
    """Read one of the lists.

    Raises:
        OfficialError: if the JSON is none of them.
    """
    try:
        answer: dict[str, Any] = json.loads(data)
    except ValueError as error:
        raise OfficialError(f"not JSON: {error}") from None
    if not isinstance(answer, dict):
        raise OfficialError("this JSON is no list of the eCFR or the U.S. Code")
    key = next((k for k in LISTS if k in answer), "structure" if "label_level" in answer else "")
    readers = {
        "titles": _titles,
        "content_versions": _versions,
        "ecfr_corrections": _corrections,
        "agencies": _agencies,
        "ancestors": _ancestors,
        "releasePoints": _releases,
        "structure": _structure,
    }
    if key not in readers:
        raise OfficialError("this JSON is no list of the eCFR or the U.S. Code")
    made = [_paragraph(key, *entry) for entry in readers[key](answer)]
    code = key == "releasePoints"
    return OfficialText(
        source=key,
        title=f"{'U.S. Code' if code else 'eCFR'}: {key.replace('_', ' ')}",
        kind="guidance",
        publisher="Office of the Law Revision Counsel" if code else "Electronic Code of Federal Regulations",
        as_of=None,
        url="https://uscode.house.gov/download/priorreleasepoints.htm" if code else "https://www.ecfr.gov",
        paragraphs=tuple(made),
    )


def _paragraph(key: str, name: str, text: str, citation: Citation | None) -> Paragraph:
    url = link_for(citation) if citation else "https://www.ecfr.gov"
    place = Place((key, name), (), lambda _: name, lambda _: url)
    return paragraph(Wording(fold(text)), place, kind="note")


def _titles(answer: dict[str, Any]) -> Iterator[_Entry]:
    for title in answer["titles"]:
        citation = Citation("CFR", str(title["number"]), "")
        yield str(citation), str(title["name"]), citation


def _versions(answer: dict[str, Any]) -> Iterator[_Entry]:
    for version in answer["content_versions"]:
        citation = Citation("CFR", str(version["title"]), str(version["identifier"]))
        plain = version.get("type") == "section"
        yield (
            str(citation) if plain else str(version["identifier"]),
            str(version["name"]),
            citation if plain else None,
        )


def _corrections(answer: dict[str, Any]) -> Iterator[_Entry]:
    for correction in answer["ecfr_corrections"]:
        named = [str(r["cfr_reference"]) for r in correction.get("cfr_references", [])]
        names = [str(read_citation(name) or name) for name in named]
        yield "; ".join(names) or "eCFR", str(correction["corrective_action"]), None


def _agencies(answer: dict[str, Any]) -> Iterator[_Entry]:
    for agency in answer["agencies"]:
        yield str(agency["name"]), str(agency["display_name"]), None
        for child in agency.get("children", []):
            yield str(child["name"]), str(child["display_name"]), None


def _ancestors(answer: dict[str, Any]) -> Iterator[_Entry]:
    for level in answer["ancestors"]:
        yield str(level["label_level"]).strip(), str(level["label"]), None


def _structure(answer: dict[str, Any]) -> Iterator[_Entry]:
    title = str(answer["identifier"]) if answer.get("type") == "title" else "0"
    stack = [answer]
    while stack:
        level = stack.pop()
        section = level.get("type") in ("section", "part")
        citation = Citation("CFR", title, str(level["identifier"])) if section else None
        yield str(citation or str(level["label_level"]).strip()), str(level["label"]), citation
        stack += reversed(level.get("children", []))


def _releases(answer: dict[str, Any]) -> Iterator[_Entry]:
    for point in answer["releasePoints"]:
        yield f"Pub. L. {point['name']}", str(point.get("description") or point["name"]), None
