"""What a check reports, and the two small tools that every check shares: folding text and finding its line."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Problem", "find_line", "fold"]


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in the corpus: file, line, one line of what and how to mend it."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def fold(text: str) -> str:
    """Bring a question to the form in which two that a reader would call the same are equal."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", plain))


def find_line(path: Path, words: str) -> int:
    """The first line, from 1, of the file that holds `words`; 1 if none does."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if words in line), 1)
