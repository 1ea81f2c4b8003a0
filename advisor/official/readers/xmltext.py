"""Text of an XML element: runs with italics for prose, lines and tabs for tables."""

from __future__ import annotations

from typing import Final

from advisor.official.safexml import Element, local_name
from advisor.official.wording import Wording, fold

__all__ = ["block_text", "flat_text", "runs_of"]

_ITALIC: Final = frozenset({"I", "i", "em", "Emphasis", "Term"})
_BREAKS: Final = frozenset({"br", "p", "P", "li", "div", "tr", "TR", "PSPACE", "HED", "label", "target", "designator"})
_ROWS: Final = frozenset({"tr", "TR", "CAPTION", "caption"})
_CELLS: Final = frozenset({"td", "TD", "th", "TH"})


def runs_of(element: Element, italic: bool = False) -> list[tuple[str, bool]]:
    """Return the text of an element as (text, is italic) runs; `E T="03"` of the eCFR is italic, too."""
    runs: list[tuple[str, bool]] = [(element.text, italic)] if element.text else []
    for child in element:
        name = local_name(child)
        if not name:
            runs.append((child.tail or "", italic))
            continue
        if name in _BREAKS:
            runs.append((" ", False))
        slanted = italic or name in _ITALIC or (name == "E" and child.get("T") == "03")
        runs += runs_of(child, slanted)
        if name in _BREAKS:
            runs.append((" ", False))
        if child.tail:
            runs.append((child.tail, italic))
    return runs


def flat_text(element: Element) -> str:
    """Return the folded text of an element."""
    return Wording.of(runs_of(element)).text


def block_text(element: Element) -> Wording:
    """Return a table (with its frame and caption) as lines of cells separated by tabs."""
    lines: list[str] = []
    _collect(element, lines)
    return Wording("\n".join(line for line in lines if line))


def _collect(element: Element, lines: list[str]) -> None:
    name = local_name(element)
    if name in _ROWS:
        cells = [flat_text(c) for c in element if local_name(c) in _CELLS] or [flat_text(element)]
        lines.append("\t".join(cells).rstrip("\t"))
        return
    lines.append(fold(element.text or ""))
    for child in element:
        _collect(child, lines)
        lines.append(fold(child.tail or ""))
