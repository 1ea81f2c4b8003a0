"""What a question says about place: countries and U.S. states it names, and how a passage's place fits them."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from advisor.index import Phrases

__all__ = ["STATES", "jurisdictions", "place_fit"]

STATES = {
    "al": "Alabama", "ak": "Alaska", "az": "Arizona", "ar": "Arkansas", "ca": "California", "co": "Colorado",
    "ct": "Connecticut", "de": "Delaware", "dc": "District of Columbia", "fl": "Florida", "ga": "Georgia",
    "gu": "Guam", "hi": "Hawaii", "id": "Idaho", "il": "Illinois", "in": "Indiana", "ia": "Iowa", "ks": "Kansas",
    "ky": "Kentucky", "la": "Louisiana", "me": "Maine", "md": "Maryland", "ma": "Massachusetts", "mi": "Michigan",
    "mn": "Minnesota", "ms": "Mississippi", "mo": "Missouri", "mt": "Montana", "ne": "Nebraska", "nv": "Nevada",
    "nh": "New Hampshire", "nj": "New Jersey", "nm": "New Mexico", "ny": "New York", "nc": "North Carolina",
    "nd": "North Dakota", "oh": "Ohio", "ok": "Oklahoma", "or": "Oregon", "pa": "Pennsylvania", "pr": "Puerto Rico",
    "ri": "Rhode Island", "sc": "South Carolina", "sd": "South Dakota", "tn": "Tennessee", "tx": "Texas",
    "ut": "Utah", "vt": "Vermont", "va": "Virginia", "wa": "Washington", "wv": "West Virginia", "wi": "Wisconsin",
    "wy": "Wyoming",
}  # fmt: skip
"""Postal code → name of the 50 states, the District of Columbia, Puerto Rico and Guam."""

_LANGUAGES = ("en", "es", "pt", "fr", "ar", "ru", "hi", "ur", "zh", "tr", "fa", "de", "it")
_ALIASES = {
    "uk": "gb", "u.k.": "gb", "britain": "gb", "england": "gb", "scotland": "gb", "wales": "gb", "nhs": "gb", "gmc": "gb",
    "plab": "gb", "usa": "us", "u.s.": "us", "u.s.a.": "us", "america": "us", "eeuu": "us", "eua": "us", "amrika": "us",
    "usmle": "us", "ecfmg": "us", "emirates": "ae", "uae": "ae", "dubai": "ae", "abu dhabi": "ae", "ksa": "sa", "saudi": "sa",
    "doha": "qa", "carms": "ca", "mccqe": "ca", "ahpra": "au", "approbation": "de", "nueva york": "us-ny", "nova york": "us-ny",
    "new york city": "us-ny", "nyc": "us-ny", "los angeles": "us-ca", "chicago": "us-il", "houston": "us-tx", "boston": "us-ma",
    "miami": "us-fl", "washington dc": "us-dc", "philadelphia": "us-pa", "cleveland": "us-oh", "korea": "kr",
    "السعودية": "sa", "الإمارات": "ae", "امريكا": "us", "أمريكا": "us", "بريطانيا": "gb", "америка": "us", "америке": "us",
    "сша": "us", "англия": "gb", "англии": "gb", "inglaterra": "gb", "amerika": "us", "ingiltere": "gb", "آمریکا": "us",
    "انگلیس": "gb", "امریکہ": "us", "अमेरिका": "us",
}  # fmt: skip
_EVERYDAY = frozenset({"jersey", "guinea"})
"""Names that are more often something else."""


@lru_cache(maxsize=1)
def _places() -> Phrases[str]:
    """Every name of a place → its jurisdiction."""
    names: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and (len(name) > 2 or name[0] >= "\u3000"):
                names.setdefault(name.casefold(), code.lower())
    names |= {name.casefold(): f"us-{code}" for code, name in STATES.items()}
    return Phrases({name: place for name, place in (names | _ALIASES).items() if name not in _EVERYDAY})


def jurisdictions(text: str) -> frozenset[str]:
    """The countries (`gb`) and U.S. states (`us-ny`) that `text` names, in any of the languages we know."""
    return frozenset(_places().find(text))


def place_fit(asked: frozenset[str], jurisdiction: str) -> tuple[float, float]:
    """How a passage's place fits the places that a question names.

    Args:
        asked: What `jurisdictions` found.
        jurisdiction: The passage's own.

    Returns:
        (named, foreign): `named` is 1 when the passage is about a state or a country outside the U.S. that the
        question names; `foreign` is 1 when it is about such a place that the question does not name.
    """
    if jurisdiction in {"us", "int"}:
        return 0.0, 0.0
    if jurisdiction in asked:
        return 1.0, 0.0
    if jurisdiction == "gb" and "ie" in asked:
        return 0.0, 0.5
    return 0.0, 1.0
