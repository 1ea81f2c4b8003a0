"""Designators of legal paragraphs: what "(b)", "(iv)", "(C)" or "2." can mean, and in which order they come.

One label may be read in several ways: "(i)" is the ninth letter or the first roman numeral. `readings` lists
them; choosing between them needs the neighbours (see `outline`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

__all__ = ["ROMANS", "is_label", "readings"]

_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_TENS = ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc")
ROMANS: Final[dict[str, int]] = {
    tens + unit: 10 * i + j for i, tens in enumerate(_TENS) for j, unit in enumerate(_UNITS) if tens + unit
}
_ALPHA = re.compile(r"([a-z])(\1{0,3})(?:-?(\d{1,2}))?")
_NUMBER = re.compile(r"(\d{1,3})(?:-?([A-Za-z])|\.(\d))?")


def is_label(label: str) -> bool:
    """Say whether a label can be a designator at all ("a", "iv", "12", "10A", "b1"), no word or year."""
    return bool(readings(label))


@cache
def readings(label: str) -> tuple[tuple[str, float], ...]:
    """Return every way to read a label, as (kind, place in its order).

    Kinds are "a" and "A" for letters, "aa" and "AA" for doubled letters counted as an order of their own,
    "1" for
    numbers, "i" and "I" for roman numerals. Inserted labels such as "b1" or "10A" fall between their
    neighbours.

    Args:
        label: The label without brackets or full stop.
    """
    found: list[tuple[str, float]] = []
    if number := _NUMBER.fullmatch(label):
        letter = (number[2] or "").lower()
        extra = (ord(letter) - 96) / 100 if letter else int(number[3]) / 10 if number[3] else 0.0
        return (("1", int(number[1]) + extra),)
    if not (label.islower() or label.isupper()):
        return ()
    lower = label.lower()
    letters = "a" if label[0].islower() else "A"
    if alpha := _ALPHA.fullmatch(lower):
        repeats, place = len(alpha[2]), ord(alpha[1]) - 96
        extra = int(alpha[3]) / 100 if alpha[3] else 0.0
        found.append((letters, place + 26 * repeats + extra))
        if repeats == 1:
            found.append((letters * 2, place + extra))
    if lower in ROMANS:
        found.append(("i" if letters == "a" else "I", ROMANS[lower]))
    return tuple(found)
