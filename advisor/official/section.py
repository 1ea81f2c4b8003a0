"""Turns the blocks of one section into addressable paragraphs; shared by the readers whose source is flat."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from advisor.official.citation import Citation
from advisor.official.crossrefs import references
from advisor.official.designators import Piece, cut
from advisor.official.links import link_for
from advisor.official.models import Paragraph, ParagraphKind
from advisor.official.outline import Scheme, Token, solve
from advisor.official.wording import Wording

__all__ = ["Block", "Place", "build_section", "paragraph", "place_of"]

_VERB: Final = r"(?:\s*\([^)]{1,40}\))?,?\s+(?:means?|includes?|refers?|shall mean|ha(?:s|ve) the (?:same )?meaning)\b"
_ITALIC_TERM: Final = re.compile(r"[”\"]?(?:,? (?:as used|for (?:the )?purposes?|when used)\b[^.]{0,160}?,)?" + _VERB)
_QUOTED_TERM: Final = re.compile(r"[“\"]([^”\"]{2,100})[”\"]" + _VERB)
_PLAIN_TERM: Final = re.compile(r"([A-Z][\w ,'’/()-]{1,90}?)" + _VERB)
_DEFINES: Final = re.compile(r"\b(definitions?|definition of|terms|meaning)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """One printed paragraph, table, note or heading of a section, as the source has it.

    Attributes:
        wording: Its text.
        kind: What it is; only "paragraph" and "heading" blocks are searched for designators.
        token: The designator, where the source gives it apart from the text.
        label_only: Whether the rest of the text after the designators is their heading.
        joined: Whether it touched the block before it.
        whole: Whether it has no designator even if it looks as if it had.
    """

    wording: Wording
    kind: ParagraphKind = "paragraph"
    token: Token | None = None
    label_only: bool = False
    joined: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Place:
    """Where a section stands and how places inside it are cited and linked.

    Attributes:
        path: Labels from the top of the document to the section.
        headings: The headings of these levels, empty ones left out.
        cite: Citation of a place from its labels below the section.
        link: Publisher's page of a place from its labels below the section.
        within: The section as a citation, where it has one, so that relative references can be read.
        as_of: Date of the section, where the publisher stamps it.
        in_force: False where the section is printed but does not apply.
    """

    path: tuple[str, ...]
    headings: tuple[str, ...]
    cite: Callable[[tuple[str, ...]], str]
    link: Callable[[tuple[str, ...]], str]
    within: Citation | None = None
    as_of: dt.date | None = None
    in_force: bool = True


@dataclass
class _Row:
    block: Block
    piece: Piece
    labels: tuple[str, ...] = ()
    terms: list[str] = field(default_factory=list)


def place_of(section: Citation, path: tuple[str, ...], headings: tuple[str, ...]) -> Place:
    """Return the place of a section that a `Citation` can name."""
    return Place(
        path=path,
        headings=tuple(h for h in headings if h),
        cite=lambda labels: str(replace(section, labels=labels)),
        link=lambda labels: link_for(replace(section, labels=labels)),
        within=section,
    )


def paragraph(
    wording: Wording,
    place: Place,
    labels: tuple[str, ...] = (),
    kind: ParagraphKind = "paragraph",
    headings: Sequence[str] = (),
    terms: Sequence[str] = (),
    joined: bool = False,
) -> Paragraph:
    """Make one paragraph of a place.

    Args:
        wording: Its text.
        place: The section it stands in.
        labels: Labels below the section.
        kind: What it is.
        headings: Headings below the section, the outermost first.
        terms: Terms it defines, beside those it gives in quotation marks ("the term “X” means").
        joined: Whether it touched the paragraph before it.
    """
    return Paragraph(
        citation=place.cite(labels),
        path=(*place.path, *(label if label.startswith('"') else f"({label})" for label in labels)),
        heading=" > ".join([*place.headings, *(h for h in headings if h)]),
        text=wording.text,
        url=place.link(labels),
        kind=kind,
        terms=tuple(dict.fromkeys([*terms, *_quoted_terms(wording.text)])) if kind == "paragraph" else (),
        emphasis=wording.emphasis,
        references=() if kind == "heading" else references(wording.text, place.within),
        joined=joined,
        as_of=place.as_of,
        in_force=place.in_force,
    )


def build_section(
    blocks: Sequence[Block],
    place: Place,
    scheme: Scheme,
    italics: bool = True,
    run_in: bool = True,
    stops: bool = False,
) -> list[Paragraph]:
    """Rebuild the nesting of a section and return its paragraphs in order.

    Args:
        blocks: The section's blocks, its own heading included.
        place: Where the section stands.
        scheme: Order of levels to expect.
        italics: Whether the source keeps italics.
        run_in: Whether run-in lists become paragraphs of their own.
        stops: Whether designators may be written "1." and "a.".
    """
    defines = bool(place.headings and _DEFINES.search(place.headings[-1]))
    rows: list[_Row] = []
    for block in blocks:
        found = _rows(block, italics, run_in, stops, defines)
        found[0].piece = replace(found[0].piece, joined=block.joined)
        rows += found
    _give_labels(rows, scheme)
    headings: dict[tuple[str, ...], str] = {}
    made: list[Paragraph] = []
    for row in rows:
        if row.piece.token is not None:
            headings[row.labels] = row.piece.heading
        chain = [headings.get(row.labels[:depth], "") for depth in range(1, len(row.labels) + 1)]
        made.append(paragraph(row.piece.wording, place, row.labels, row.block.kind, chain, row.terms, row.piece.joined))
    return made


def _rows(block: Block, italics: bool, run_in: bool, stops: bool, defines: bool) -> list[_Row]:
    if block.token is not None:
        piece = Piece(block.wording, block.token)
        return [_Row(block, piece, terms=_terms(piece, italics, defines))]
    if block.whole or (block.kind != "paragraph" and not block.label_only):
        return [_Row(block, Piece(block.wording, None))]
    pieces = cut(block.wording, italics and not block.label_only, run_in and not block.label_only, stops)
    if block.label_only:
        last = pieces[-1]
        label = f"({last.token.label})" if last.token else ""
        pieces[-1] = replace(last, heading=last.wording.text.removeprefix(label).strip(" .—"))
    rows: list[_Row] = []
    for piece in pieces:
        terms = _terms(piece, italics, defines)
        if piece.token is None and terms and not rows and _is_entry(piece, terms[0]):
            piece = replace(piece, token=Token('"' + terms[0] + '"', term=True))
        rows.append(_Row(block, piece, terms=terms))
    return rows


def _give_labels(rows: list[_Row], scheme: Scheme) -> None:
    """Solve the outline and hand every row its labels; text without designator stays where it stands."""
    tokens: list[Token] = []
    before = ""
    for row in rows:
        if row.piece.token is not None:
            tokens.append(replace(row.piece.token, before=row.piece.token.before or before))
        if row.block.kind in ("paragraph", "heading"):
            before = row.piece.wording.text[-12:]
    paths = iter(solve(tokens, scheme))
    current: tuple[str, ...] = ()
    for row in rows:
        if row.piece.token is not None:
            current = next(paths)
        row.labels = () if row.block.kind in ("history", "effective", "authority") else current


def _is_entry(piece: Piece, term: str) -> bool:
    """Say whether a paragraph without designator opens with the term it defines."""
    return piece.wording.text.lstrip('“" ').startswith(term)


def _terms(piece: Piece, italics: bool, defines: bool) -> list[str]:
    text = piece.wording.text
    found = _quoted_terms(text)
    start = _text_start(piece)
    run = piece.wording.italic_from(start) if italics else None
    if run is not None and not text[start : run[0]].strip(' “"'):
        term = text[run[0] : run[1]].strip(' .,:;“”"—')
        entry = defines and (text[run[1] - 1] == "." or text[run[1] : run[1] + 1] in (".", ":"))
        if term and (_ITALIC_TERM.match(text, run[1]) or (entry and piece.token is None)):
            found.insert(0, term)
    elif not italics and defines and (plain := _PLAIN_TERM.match(text, start)):
        found.insert(0, plain[1].strip(" ,"))
    return found


def _quoted_terms(text: str) -> list[str]:
    return [m[1].strip(" ,") for m in _QUOTED_TERM.finditer(text)]


def _text_start(piece: Piece) -> int:
    if piece.token is None or piece.token.term:
        return 0
    match = re.match(r"\([^)]*\)\s*", piece.wording.text)
    return match.end() if match else 0
