"""Message catalogues: gettext `.po` files, read as they are; the English text is the key."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

__all__ = ["LOCALES", "translate"]

LOCALES = ("en", "ar", "de", "es", "fa", "fr", "hi", "it", "pt", "ru", "tr", "ur", "zh")
"""Languages that the frame of a reply can be in."""


@lru_cache(maxsize=len(LOCALES))
def _catalog(language: str) -> dict[str, str]:
    if language == "en" or language not in LOCALES:
        return {}
    from babel.messages.pofile import read_po

    file = resources.files("advisor.messages").joinpath("locale", f"{language}.po")
    with file.open("rb") as lines:
        return {str(m.id): str(m.string) for m in read_po(lines, locale=language) if m.id and m.string}


def translate(language: str, message: str, **values: object) -> str:
    """A fixed text in the reader's language.

    Args:
        language: ISO 639-1 code; English where there is no catalogue or no entry.
        message: The English text, with `{name}` for each value.
        values: What to fill in.
    """
    text = _catalog(language).get(message, message)
    return text.format(**values) if values else text
