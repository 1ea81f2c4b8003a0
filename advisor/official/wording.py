"""Running text as a reader collects it: white space folded, italics and defined terms kept as offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Wording", "fold"]


def fold(text: str) -> str:
    """Replace every run of white space by one space and strip the ends."""
    return " ".join(text.split())


@dataclass(frozen=True)
class Wording:
    """Folded text with the offsets of its italic runs.

    Attributes:
        text: The text; never starts or ends with white space.
        emphasis: Italic runs as (start, end), in order, not empty.
    """

    text: str
    emphasis: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, runs: list[tuple[str, bool]]) -> Wording:
        """Build from runs of (text, is italic) as they stand in a file."""
        out: list[str] = []
        spans: list[tuple[int, int]] = []
        length, gap = 0, False
        for raw, italic in runs:
            begin: int | None = None
            spaced = gap
            for piece in re.split(r"(\s+)", raw):
                if not piece:
                    continue
                if piece.isspace():
                    gap = True
                    spaced = spaced or begin is None
                    continue
                if gap and length:
                    out.append(" ")
                    length += 1
                gap = False
                begin = length if begin is None else begin
                out.append(piece)
                length += len(piece)
            if italic and begin is not None:
                if spans and (spans[-1][1] == begin or (spans[-1][1] == begin - 1 and spaced)):
                    begin = spans.pop()[0]
                spans.append((begin, length))
        return cls("".join(out), tuple(spans))

    def slice(self, start: int, end: int | None = None) -> Wording:
        """Cut out a piece, its offsets moved and outer white space dropped."""
        end = len(self.text) if end is None else end
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        piece = piece.strip()
        end = start + len(piece)
        spans = ((max(a, start) - start, min(b, end) - start) for a, b in self.emphasis)
        return Wording(piece, tuple((a, b) for a, b in spans if a < b))

    def is_italic(self, start: int, end: int) -> bool:
        """Say whether a stretch is wholly italic."""
        return any(a <= start and end <= b for a, b in self.emphasis)

    def italic_from(self, start: int) -> tuple[int, int] | None:
        """Return the italic run that begins at an offset, white space and quotation marks skipped."""
        while start < len(self.text) and self.text[start] in ' “"':
            start += 1
        return next(((a, b) for a, b in self.emphasis if a <= start < b), None)
