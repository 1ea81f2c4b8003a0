"""Markdown as blocks of running text with italics and links kept; the grammar is markdown-it's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from advisor.official.wording import Wording

__all__ = ["MarkdownBlock", "markdown_blocks"]

# Indented text is no code here: converters of regulations indent paragraphs for looks.
_PARSER: Final = MarkdownIt("commonmark").enable("table").disable(["code", "html_block", "html_inline"])


@dataclass(frozen=True)
class MarkdownBlock:
    """One block.

    Attributes:
        wording: Its text without markup.
        heading: Level of a heading, 0 for other blocks.
        depth: How many lists it is inside.
        links: Targets of the links in it.
        quote: Whether it is a block quotation.
        item: Whether it opens a list item.
        cell: Whether it is a cell of a table.
    """

    wording: Wording
    heading: int = 0
    depth: int = 0
    links: tuple[str, ...] = ()
    quote: bool = False
    item: bool = False
    cell: bool = False


def markdown_blocks(text: str) -> list[MarkdownBlock]:
    """Split Markdown into blocks in reading order; rows of a table are one block each."""
    made: list[MarkdownBlock] = []
    heading = depth = quotes = 0
    fresh = False
    row: list[str] | None = None
    for token in _PARSER.parse(text):
        match token.type:
            case "heading_open":
                heading = int(token.tag[1])
            case "heading_close":
                heading = 0
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
            case "list_item_open":
                fresh = True
            case "blockquote_open":
                quotes += 1
            case "blockquote_close":
                quotes -= 1
            case "tr_open":
                row = []
            case "tr_close":
                if row and any(row):
                    made.append(MarkdownBlock(Wording("\t".join(row).rstrip("\t")), cell=True))
                row = None
            case "inline":
                wording, links = _inline(token.children or [])
                if row is not None:
                    row.append(wording.text)
                elif wording.text:
                    made.append(MarkdownBlock(wording, heading, depth, links, quotes > 0, fresh))
                    fresh = False
            case "fence" | "code_block":
                made.append(MarkdownBlock(Wording(" ".join(token.content.split()))))
            case _:
                pass
    return made


def _inline(tokens: list[Token]) -> tuple[Wording, tuple[str, ...]]:
    runs: list[tuple[str, bool]] = []
    links: list[str] = []
    italic = 0
    for token in tokens:
        match token.type:
            case "em_open":
                italic += 1
            case "em_close":
                italic -= 1
            case "softbreak" | "hardbreak":
                runs.append(("\n", False))
            case "link_open":
                links.append(str(token.attrs.get("href", "")))
            case "image":
                runs.append((token.content, False))
            case _ if token.content:
                runs.append((token.content, italic > 0))
            case _:
                pass
    return Wording.of(runs), tuple(links)
