"""Which language a question is in, for the frame of the reply."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingua import LanguageDetector

__all__ = ["LANGUAGES", "detect_language"]

LANGUAGES = ("en", "es", "pt", "fr", "ar", "ru", "hi", "ur", "zh", "tr", "fa", "de", "it")
"""ISO 639-1 codes of the languages that are told apart."""

_SURE = 0.6
_ENGLISH = frozenset(
    [
        "a",
        "about",
        "after",
        "an",
        "and",
        "any",
        "apply",
        "are",
        "as",
        "at",
        "be",
        "before",
        "can",
        "could",
        "do",
        "does",
        "during",
        "for",
        "from",
        "get",
        "had",
        "have",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "me",
        "my",
        "need",
        "needed",
        "no",
        "not",
        "of",
        "on",
        "or",
        "should",
        "take",
        "that",
        "the",
        "there",
        "they",
        "this",
        "to",
        "up",
        "want",
        "was",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "without",
        "would",
        "you",
        "your",
    ]
)
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code.upper()) for code in LANGUAGES]
    # The small models: 30 MB instead of 280, and the English words above mend their weakness on short questions.
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()


def detect_language(text: str, default: str = "en") -> str:
    """The language of `text` as an ISO 639-1 code.

    Args:
        text: A question.
        default: What to say of a text that is too short or mixed to tell, such as the language of the user's app.

    Returns:
        One of `LANGUAGES`, or `default`.
    """
    words = [word.casefold() for word in _WORD.findall(text)]
    if not words:
        return default
    english = sum(word in _ENGLISH for word in words)
    if english / len(words) >= 0.25 or (english and text.isascii() and len(words) <= 4):
        return "en"
    best = _detector().compute_language_confidence_values(text)[0]
    if best.value < _SURE or (text.isascii() and len(words) < 4):
        return default
    return best.language.iso_code_639_1.name.lower()
