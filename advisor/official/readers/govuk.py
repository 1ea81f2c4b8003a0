"""GOV.UK pages: the content API's JSON, its HTML body, and pages saved as Markdown with their menus.

Paragraphs of the Immigration Rules carry their own numbers in the text ("V 1.1.", "PA 10.1.", "ETANL 1.1");
letters and romans below them are nested lists. Menus, banners and the foot of a page are kept apart as
furniture.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from advisor.errors import OfficialError
from advisor.official.models import OfficialText, Paragraph, ParagraphKind
from advisor.official.outline import Scheme, Token, solve
from advisor.official.readers.markdown import markdown_blocks
from advisor.official.readers.xmltext import block_text, runs_of
from advisor.official.safexml import Element, children, local_name, parse_html
from advisor.official.section import Place, paragraph
from advisor.official.wording import Wording, fold

__all__ = ["WithdrawnError", "read_govuk_html", "read_govuk_json", "read_govuk_markdown"]

_RULES: Final = Scheme(("1", "a", "i", "A", "I"), strict=False)
_NUMBER: Final = re.compile(r"([A-Z]{1,8})[ .]{0,2}(\d+[A-Z]{0,3}(?:\.\d+[A-Z]{0,3})*)\.(?=\s|$)")
_LETTER: Final = re.compile(r"\(([a-z]{1,5}|[A-Z]{1,3}|\d{1,2})\)(?=\s|$)")
_UPDATED: Final = re.compile(r"Updated:?\s+(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
_FRONT: Final = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_FOOT: Final = re.compile(r"(Print this page|Is this page useful\?|Related content|Explore the topic)$")
_ITEM: Final = re.compile(r" *(?:\d{1,3}\.|[*-]) {2,}(.*)$")
_RULER: Final = re.compile(r"\|(?: ?-+ ?\|)+$")
_SHOWN: Final = re.compile(r",? Show$")
_MONTHS: Final = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_BASE: Final = "https://www.gov.uk"


class WithdrawnError(OfficialError):
    """The publisher has withdrawn the page: no answer may rest on it any more."""


@dataclass
class _Piece:
    wording: Wording
    heading: int = 0
    kind: ParagraphKind = "paragraph"
    anchor: str = ""


def read_govuk_json(data: bytes) -> OfficialText:
    """Read an answer of the content API.

    Raises:
        WithdrawnError: if the page has been withdrawn.
        OfficialError: if it is no such answer or holds no text.
    """
    try:
        item: dict[str, Any] = json.loads(data)
        body = item["details"].get("body") or ""
        title, path = str(item["title"]), str(item["base_path"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OfficialError(f"this JSON is no GOV.UK content item: {error}") from None
    if notice := item.get("withdrawn_notice"):
        when = str(notice.get("withdrawn_at") or "")[:10]
        raise WithdrawnError(f"GOV.UK has withdrawn this page{f' on {when}' if when else ''}")
    if not fold(re.sub(r"<[^>]*>", "", body)):
        raise OfficialError("the content item has no text in it")
    pieces = [_Piece(Wording(fold(title)), 1)]
    if description := fold(str(item.get("description") or "")):
        pieces.append(_Piece(Wording(description)))
    root = parse_html(body)
    for element in children(root):
        _collect(element, pieces)
    stamp = str(item.get("public_updated_at") or "")[:10]
    as_of = dt.date.fromisoformat(stamp) if re.fullmatch(r"\d{4}-\d\d-\d\d", stamp) else None
    return _document(pieces, title, f"{_BASE}{path}", as_of)


def read_govuk_html(data: bytes) -> OfficialText:
    """Read the HTML of a page or of a body.

    Raises:
        OfficialError: if it is not readable as HTML.
    """
    root = parse_html(data)
    pieces: list[_Piece] = []
    for element in children(root):
        _collect(element, pieces)
    link = root.find(".//link[@rel='canonical']")
    title = next((p.wording.text for p in pieces if p.heading == 1), "GOV.UK page")
    return _document(pieces, title, str(link.get("href")) if link is not None else _BASE, None)


def read_govuk_markdown(data: bytes) -> OfficialText:
    """Read a page that was saved as Markdown, menus and all."""
    text = data.decode("utf-8", errors="replace")
    front = _FRONT.match(text)
    facts = dict(re.findall(r"^(\w+): (.*)$", front[1], re.MULTILINE)) if front else {}
    preface, marker, content = (text[front.end() :] if front else text).rpartition("Markdown Content:\n")
    if marker and not re.search(r"^(=+|# .*)$", content, re.MULTILINE):
        content = content.replace("\n", "\n\n")  # a bare list of lines, without title and menus
    blocks = markdown_blocks(preface + marker)
    start = len(blocks)
    blocks += markdown_blocks(_plain_lists(content))
    titles = [i for i, b in enumerate(blocks) if b.heading == 1]
    start = titles[-1] if titles else start
    foot = next((i for i, b in enumerate(blocks) if i > start and _FOOT.match(b.wording.text)), len(blocks))
    pieces: list[_Piece] = []
    for i, block in enumerate(blocks):
        furniture = not start <= i < foot or block.wording.text in ("Show all sections", "Contents")
        kind: ParagraphKind = "furniture" if furniture else "table" if block.cell else "paragraph"
        pieces.append(_Piece(block.wording, 0 if furniture else block.heading, kind))
    match = _UPDATED.search(text)
    as_of = dt.date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1])) if match else None
    title = facts.get("part_name") or (blocks[start].wording.text if blocks else "GOV.UK page")
    return _document(pieces, title, facts.get("url", _BASE), as_of)


def _plain_lists(text: str) -> str:
    """Make items of nested lists blocks of their own, and rulers of tables as wide as their heads.

    The converter indents nested lists by less than Markdown asks for; the designators carry the nesting
    anyway.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if item := _ITEM.match(line):
            lines += ["", item[1], ""]
        elif _RULER.match(line) and lines and lines[-1].startswith("|"):
            lines.append("|" + " --- |" * (lines[-1].count("|") - 1))
        else:
            lines.append(line)
    return "\n".join(lines)


def _document(pieces: list[_Piece], title: str, url: str, as_of: dt.date | None) -> OfficialText:
    rules = "immigration-rules" in url or title.startswith("Immigration Rules")
    return OfficialText(
        source="govuk",
        title=title,
        kind="regulation" if rules else "guidance",
        publisher="GOV.UK",
        as_of=as_of,
        url=url,
        paragraphs=tuple(_paragraphs(pieces, title, url, rules)),
    )


def _paragraphs(pieces: list[_Piece], title: str, url: str, rules: bool) -> list[Paragraph]:
    """Give every piece its number, its letters and the heading above it."""
    made: list[Paragraph] = []
    headings: dict[int, str] = {}
    number, anchor = "", ""
    run: list[tuple[_Piece, str]] = []

    def flush() -> None:
        tokens = [Token(label) for _, label in run if label]
        paths = iter(solve(tokens, _RULES))
        labels: tuple[str, ...] = ()
        for piece, label in run:
            labels = next(paths) if label else labels
            made.append(_paragraph(piece, title, url, rules, number, labels, headings, anchor))
        run.clear()

    for piece in pieces:
        text = piece.wording.text
        numbered = _NUMBER.match(text) if rules and piece.kind == "paragraph" and not piece.heading else None
        if piece.heading or numbered or piece.kind == "furniture":
            flush()
        if piece.heading:
            headings = {k: v for k, v in headings.items() if k < piece.heading}
            headings[piece.heading] = _SHOWN.sub("", text)
            number, anchor = "", piece.anchor or _slug(headings[piece.heading])
        if numbered:
            number = f"{numbered[1]} {numbered[2]}"
        letter = _LETTER.match(text) if piece.kind == "paragraph" and not piece.heading else None
        run.append((piece, letter[1] if letter else ""))
    flush()
    return made


def _paragraph(
    piece: _Piece,
    title: str,
    url: str,
    rules: bool,
    number: str,
    labels: tuple[str, ...],
    headings: dict[int, str],
    anchor: str,
) -> Paragraph:
    body = "Immigration Rules" if rules and number else title
    name = " ".join(p for p in (body, number) if p) + "".join(f"({label})" for label in labels)
    above = tuple(h for _, h in sorted(headings.items()) if h)
    path = (title, *above[1:], *((number,) if number else ()), *(f"({label})" for label in labels))
    link = f"{url}#{anchor}" if anchor and len(above) > 1 else url
    furniture = piece.kind == "furniture"
    place = Place(
        (title,) if furniture else path,
        () if furniture else above,
        lambda _: title if furniture else name,
        lambda _: url if furniture else link,
    )
    kind: ParagraphKind = "heading" if piece.heading else piece.kind
    return paragraph(piece.wording, place, kind=kind)


def _slug(heading: str) -> str:
    """Return the id that GOV.UK gives a heading."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[’'“”\"()]", "", heading.lower())).strip("-")


def _collect(element: Element, pieces: list[_Piece]) -> None:
    """Turn HTML into pieces: a block element with words of its own is one piece."""
    name = local_name(element)
    if name in ("script", "style", "link", "meta"):
        return
    if re.fullmatch(r"h[1-6]", name):
        wording = Wording.of(runs_of(element))
        if wording.text:
            pieces.append(_Piece(wording, int(name[1]), anchor=element.get("id") or ""))
        return
    if name == "table":
        pieces.append(_Piece(block_text(element), kind="table"))
        return
    if name in ("nav", "header", "footer", "title"):
        if text := fold(" ".join(str(t) for t in element.itertext())):
            pieces.append(_Piece(Wording(text), kind="furniture"))
        return
    runs: list[tuple[str, bool]] = [(element.text or "", False)]
    for child in children(element):
        if _is_block(child):
            _flush(runs, pieces)
            runs = []
            _collect(child, pieces)
        else:
            runs += runs_of(child, local_name(child) in ("em", "i"))
        runs.append((child.tail or "", False))
    _flush(runs, pieces)


def _flush(runs: list[tuple[str, bool]], pieces: list[_Piece]) -> None:
    wording = Wording.of(runs)
    if wording.text:
        pieces.append(_Piece(wording))


def _is_block(element: Element) -> bool:
    return local_name(element) not in (
        "a",
        "abbr",
        "b",
        "br",
        "code",
        "em",
        "i",
        "span",
        "strong",
        "sub",
        "sup",
        "small",
    )
