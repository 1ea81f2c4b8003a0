"""Quantities in running text: digits and number words with their units, brought to one form for comparing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

__all__ = ["Quantity", "quantities", "states"]

_ONES: Final = (
    *(
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_DECADES: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS: Final = {name: value for value, name in enumerate(_ONES)}
_TENS: Final = {name: 10 * value for value, name in enumerate(_DECADES, 2)}
_DIGIT: Final = "|".join(_ONES[1:10])
_WORD: Final = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_DIGIT}))?|{'|'.join(_UNITS)}|(?:one |a )?hundred)"
_UNIT: Final = r"(?:calendar |business |working |full )?(hours?|days?|weeks?|months?|years?|percent|per cent|%)"
_NUMBER: Final = re.compile(
    rf"(?<![\w./§$£€-])(?!(?<=\()\d+\))(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\w.]*[/\w])"
    rf"|\b(?P<words>{_WORD})\b",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(r"(?P<money>[$£€])\s?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)")
_FOLLOWS: Final = re.compile(rf"(?:\s*\(\d+\))?[\s-]*{_UNIT}(?![\w])", re.IGNORECASE)
_NOT_QUANTITIES: Final = re.compile(
    r"\b(?:Form|Forms|Part|Parts|Section|Sections|Step|Title|Appendix|Table|Schedule|Item|Point|Exception|point|PL|"
    r"Pub\. L\.|Public Law|No\.|Chapter|FR|Stat\.)\s+[A-Z]*-?\d[\w.,()-]*"
    r"|\b\d{1,4}[A-Za-z]?(?:\.\d+[a-z]?)?\([A-Za-z0-9]{1,4}\)[\w()]*"
    r"|(?<![$£€,\d])\b\d{2,4}[a-z]?\.\d{1,3}\b(?!\s*(?:%|percent|million))|\bConrad[ -](?:State )?30\b"
    r"|\b[A-Z]{1,3}-?\d+[A-Z]?(?:/[A-Z]{1,3}-?\d+[A-Z]?)*\b|§+\s*[\d.]+|\b\d{1,2}\s(?:CFR|USC|U\.S\.C\.|C\.F\.R\.|FAM)\s[\w.()-]+"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+\d{1,2}(?:,\s*\d{4})?"
    r"|\b\d{1,2}\s(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s\d{4})?"
    r"|\b(?:19|20)\d{2}\b(?!\s*(?:hours|days|people|positions))|\b\d+(?:st|nd|rd|th)\b"
)
_DAYS: Final = {"day": Decimal(1), "week": Decimal(7)}
_MONTHS: Final = {"month": Decimal(1), "year": Decimal(12)}


@dataclass(frozen=True)
class Quantity:
    """A number with its unit.

    Attributes:
        value: The number.
        unit: "hour", "day", "week", "month", "year", "percent", "money", or "" for a count.
        text: The words as they stand.
    """

    value: Decimal
    unit: str
    text: str

    def same_as(self, other: Quantity) -> bool:
        """Say whether two quantities are equal, twelve months being a year and seven days a week.

        A count agrees with any equal number: "30 days" in the rule supports "30" in a statement, and
        "$500" supports "500 US dollars".
        """
        if not self.unit or not other.unit:
            return self.value == other.value
        for scale in (_DAYS, _MONTHS):
            if self.unit in scale and other.unit in scale:
                return self.value * scale[self.unit] == other.value * scale[other.unit]
        return self.unit == other.unit and self.value == other.value


def quantities(text: str) -> list[Quantity]:
    """List the quantities in a text; numbers of forms, sections, visa classes, dates and years are none.

    The word "one" counts only before a unit: "one of the" is no number.
    """
    clean = _NOT_QUANTITIES.sub(lambda m: " " * len(m[0]), text)
    found: list[Quantity] = []
    money = {m.start(): m for m in _MONEY.finditer(clean)}
    for match in sorted([*money.values(), *_NUMBER.finditer(clean)], key=lambda m: m.start()):
        sign = match.groupdict().get("money")
        if sign is None and any(m.start() <= match.start() < m.end() for m in money.values()):
            continue
        digits = match["digits"]
        value = Decimal(digits.replace(",", "")) if digits else _value(match["words"])
        unit = "money" if sign else ""
        end = match.end()
        if not unit and (follows := _FOLLOWS.match(clean, match.end())):
            unit, end = _unit(follows[1]), follows.end()
        if not digits and not unit and value < 2:
            continue
        found.append(Quantity(value, unit, text[match.start() : end].strip()))
    return found


def states(text: str, wanted: Quantity) -> bool:
    """Say whether a text states a quantity; "thirty (30) days" states 30 days."""
    found: Iterable[Quantity] = quantities(re.sub(r"\((\d{1,3})\)", r"\1", text))
    return any(wanted.same_as(quantity) for quantity in (*found, *quantities(text)))


def _value(words: str) -> Decimal:
    total = 0
    for word in re.split(r"[\s-]+", words.lower()):
        total += _UNITS.get(word, 0) + _TENS.get(word, 0)
        if word == "hundred":
            total = 100
    return Decimal(total)


def _unit(word: str) -> str:
    lower = word.lower()
    return "percent" if lower in ("%", "percent", "per cent") else lower.rstrip("s")
