"""Round trip over real files: what is read is what stands in the file, character for character.

The reference is taken from each file by other means than the reader's: the standard library's XML and HTML parsers,
JSON, or the Markdown source with its marks removed.
"""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from advisor.official.citation import parse_citation, read_citation
from advisor.official.models import OfficialText
from advisor.official.readers import read_file as read_uncached
from advisor.official.wording import fold

from .conftest import DATA, samples_dir

_BLOCKS = {
    *("P", "HEAD", "HED", "PSPACE", "TD", "TH", "TR", "CAPTION", "FP", "FP-1", "FP-2", "FP-DASH"),
    *("HD1", "HD2", "HD3", "CITA", "br", "p", "td", "th", "tr"),
}


@cache
def read_file(path: Path) -> OfficialText:
    return read_uncached(path)


def _files() -> list[Path]:
    folder = samples_dir()
    real = [] if folder is None else [p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "SOURCES.md"]
    return [*sorted(DATA.iterdir()), *real]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _of_html(text: str) -> str:
    parser = _Words()
    parser.feed(text)
    return " ".join(parser.words)


def _of_json(answer: Any, kind: str) -> str:
    if kind == "state-json":
        keys = ("number", "heading", "text", "history")
        return " ".join(str(s.get(k) or "") for s in answer["sections"] for k in keys)
    if kind == "cfr-json":
        return " ".join(
            " ".join([p["part_heading"], *(x for s in p["sections"] for x in (s["heading"], *s["paragraphs"]))])
            for p in answer["parts"]
        )
    if kind == "federal-register":
        documents = answer["results"] if isinstance(answer, dict) else answer
        keys = ("title", "action", "dates", "abstract")
        return " ".join(str(d.get(k) or "") for d in documents for k in keys)
    if kind == "govuk-json":
        return " ".join([answer["title"], answer["description"], _of_html(answer["details"]["body"])])
    names = ("name", "label", "corrective_action", "display_name", "description")
    lists = ("titles", "content_versions", "ecfr_corrections", "agencies", "ancestors", "releasePoints")
    entries = next((answer[k] for k in lists if k in answer), None)
    if entries is None:
        return " ".join(_labels(answer))
    if "agencies" in answer:
        entries = [x for a in entries for x in (a, *a.get("children", []))]
        names = ("display_name",)
    if "releasePoints" in answer:
        names = ("description",)
    return " ".join(str(e[k]) for e in entries for k in names if k in e)


def _labels(level: dict[str, Any]) -> list[str]:
    return [level["label"], *(x for child in level.get("children", []) for x in _labels(child))]


def _of_markdown(text: str, kind: str) -> str:
    if kind == "govuk-markdown":
        text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^ *\|(?: *-+ *\|)+ *$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^(=+|-{3,})$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^ *\* \* \*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^ *(#{1,6} |> )+", "", text, flags=re.MULTILINE)
    text = re.sub(r"^ *(?:\d{1,3}\.|[*-]) {2,}", "", text, flags=re.MULTILINE)
    text = re.sub(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*\)", r"\1", text)
    return html.unescape(text)


def _reference(path: Path, text: OfficialText) -> str:
    raw = path.read_bytes()
    if path.suffix == ".xml":
        return "".join(ET.fromstring(raw).itertext())
    if path.suffix == ".html":
        return _of_html(raw.decode())
    if path.suffix == ".json":
        return _of_json(json.loads(raw), text.format)
    return _of_markdown(raw.decode(), text.format) if path.suffix == ".md" else raw.decode()


def _squeeze(text: str, markdown: bool) -> str:
    """Drop white space; of Markdown also its marks, on both sides alike."""
    bare = "".join(text.split())
    return re.sub(r"[*_\\|=`#<>-]", "", bare) if markdown else bare


@pytest.mark.parametrize("path", _files(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_round_trip(path: Path) -> None:
    text = read_file(path)
    markdown = path.suffix == ".md"
    wanted, found = _squeeze(_reference(path, text), markdown), _squeeze(text.text(), markdown)
    if wanted != found:
        at = next(
            (i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), min(len(wanted), len(found))
        )
        pytest.fail(f"differs at {at}: file {wanted[at - 30 : at + 50]!r}, read {found[at - 30 : at + 50]!r}")


def _folded(element: ET.Element) -> str:
    parts = [element.text or ""]
    for child in element:
        gap = " " if child.tag in _BLOCKS else ""
        parts += [gap, _folded(child), gap, child.tail or ""]
    return "".join(parts)


@pytest.mark.parametrize("path", [p for p in _files() if p.suffix == ".xml"], ids=lambda p: p.name)
def test_spaces_inside_words_are_those_of_the_file(path: Path) -> None:
    """With runs of white space folded, the eCFR's text is the same even in where spaces are."""
    text = read_file(path)
    if text.format != "ecfr":
        assert text.format in ("uslm", "clml", "comar")
        return
    wanted = fold(_folded(ET.fromstring(path.read_bytes())))
    assert fold(text.text()) == wanted


@pytest.mark.parametrize("path", _files(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_paragraph_is_addressable(path: Path) -> None:
    text = read_file(path)
    for paragraph in text.paragraphs:
        assert paragraph.citation
        assert paragraph.url.startswith("http") or text.format == "plain"
        assert all(0 <= a < b <= len(paragraph.text) for a, b in paragraph.emphasis)
        place = read_citation(paragraph.citation)
        if place is not None:
            assert str(place) == paragraph.citation


def _nested(samples: Path, name: str) -> dict[str, str]:
    path = next(iter(samples.glob(name)), None)
    if path is None:
        pytest.skip(f"no {name} among the real files")
    found: dict[str, str] = {}
    for p in read_file(path).paragraphs:
        if p.kind == "paragraph":
            found.setdefault(p.citation, p.text)
    return found


def test_incidental_patient_contact_has_its_citation(samples: Path) -> None:
    rules = _nested(samples, "ecfr-xml/title-22_*.xml")
    assert rules["22 CFR 62.27(c)(1)(ii)(B)"].startswith("(B) Any incidental patient contact")
    assert '22 CFR 62.2 "Exchange visitor"' in rules
    assert rules["22 CFR 62.27(g)(2)"].startswith("(2)")


def test_the_longest_section_is_nested_without_a_break(samples: Path) -> None:
    """8 CFR 214.2 has some two thousand paragraphs: each one's designator is the last label of its citation."""
    rules = _nested(samples, "ecfr-xml/title-8_*.xml")
    mine = {c: t for c, t in rules.items() if c.startswith("8 CFR 214.2(")}
    assert len(mine) > 2000
    for citation, words in mine.items():
        last = parse_citation(citation).labels[-1]
        assert words.startswith(f"({last})") or last.startswith('"')
    for citation in ("(b)(1)", "(e)(1)(i)", "(f)(10)(ii)(C)", "(h)(4)(iii)(A)(1)", "(j)(1)(iv)", "(o)(3)(iii)(B)(8)"):
        assert f"8 CFR 214.2{citation}" in mine
    missing = [c for c in mine if any(not p.section or str(p) not in rules for p in parse_citation(c).parents()[:1])]
    assert [c for c in missing if c.count("(") > 1] == []


def test_inadmissibility_is_nested_without_a_gap(samples: Path) -> None:
    rules = _nested(samples, "usc-md/8-usc-1182.md")
    assert rules["8 USC 1182(e)"].startswith("(e)")
    assert rules["8 USC 1182(a)(3)(B)(iii)(V)(b)"].startswith("(b)")
    assert "8 USC 1182(j)(1)(A)" in rules
    definitions = _nested(samples, "usc-md/8-usc-1101.md")
    assert definitions["8 USC 1101(a)(15)(J)"].startswith("(J)")
    assert definitions["8 USC 1101(b)(1)(A)"].startswith("(A)")
