"""Showing Telegram's entities in a terminal, with rich."""

from rich.text import Text

from .updates import Json

STYLES = {
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strikethrough": "strike",
    "spoiler": "reverse",
    "code": "cyan",
    "pre": "cyan",
    "mention": "blue",
    "text_mention": "blue",
    "hashtag": "blue",
    "bot_command": "blue",
    "url": "blue underline",
    "email": "blue underline",
    "text_link": "blue underline",
}
QUOTE_BARS = {"blockquote": "▌ ", "expandable_blockquote": "▌⌄ "}


def render(text: str, entities: list[Json]) -> Text:
    """Return a text with its markup as a terminal can show it.

    Links are numbered in brackets behind their words; `links` lists where they lead. Quotes get a bar at
    every line, those that a reader must open to see in full a bar with an arrow.

    Args:
        text: the plain text.
        entities: `MessageEntity` objects, offsets in UTF-16 code units.
    """
    places = _places(text)
    shown = Text(text)
    insertions: list[tuple[int, str]] = []
    number = 0
    for entity in entities:
        start, end = places[entity["offset"]], places[entity["offset"] + entity["length"]]
        if entity["type"] in STYLES:
            shown.stylize(STYLES[entity["type"]], start, end)
        if entity["type"] == "text_link":
            number += 1
            insertions.append((end, f" [{number}]"))
        bar = QUOTE_BARS.get(entity["type"])
        if bar:
            breaks = [i + 1 for i in range(start, end - 1) if text[i] == "\n"]
            insertions += [(place, bar) for place in [start, *breaks]]
    return _insert(shown, insertions)


def links(entities: list[Json]) -> list[str]:
    """Return the addresses behind words, in the order of their numbers."""
    return [entity["url"] for entity in entities if entity["type"] == "text_link"]


def _places(text: str) -> list[int]:
    """Return the index of the character at every UTF-16 offset, the end included."""
    places: list[int] = []
    for index, character in enumerate(text):
        places += [index] * (2 if ord(character) > 0xFFFF else 1)
    return [*places, len(text)]


def _insert(shown: Text, insertions: list[tuple[int, str]]) -> Text:
    result = Text()
    done = 0
    for place, extra in sorted(insertions, key=lambda insertion: insertion[0]):
        result.append_text(shown[done:place])
        result.append(extra, "dim")
        done = place
    return result.append_text(shown[done:])
