"""Finding what Telegram marks up by itself: commands, mentions, hashtags, addresses.

A close relative of `find_entities` in tdlib/td. Left out: bare domains without a scheme (Telegram keeps a
list of endings), phone and card numbers, cashtags.
"""

import re

from .entities import QUOTES, STYLES, Entity, disjoint, normalise, utf16_length

_PATTERNS = {
    "url": re.compile(r"(?<!\w)(?:https?://|www\.|t\.me/)[^\s<>\"«»“”]+", re.IGNORECASE),
    "email": re.compile(
        r"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?!\w)"
    ),
    "mention": re.compile(r"(?<!\w)@[A-Za-z0-9_]{3,32}(?!\w)"),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])"),
    "hashtag": re.compile(r"(?<!\w)#(?=\w*[^\W\d_])\w{1,256}"),
}
_NOT_AT_THE_END = ".,:;!?'\""
_BRACKETS = {")": "(", "]": "[", "}": "{"}


def find_entities(text: str) -> list[Entity]:
    """Return what is recognised in plain text; of overlapping finds the first stays."""
    spans: list[tuple[int, int, str]] = []
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            start, end = match.span()
            spans.append((start, _url_end(text, start, end) if kind == "url" else end, kind))
    entities: list[Entity] = []
    done = 0
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= done:
            entities.append(Entity(kind, utf16_length(text[:start]), utf16_length(text[start:end])))
            done = end
    return entities


def add_detected(text: str, entities: list[Entity]) -> list[Entity]:
    """Return the given entities together with what is recognised outside of links and code."""
    solid = [entity for entity in entities if entity.type not in STYLES + QUOTES]
    found = [entity for entity in find_entities(text) if all(disjoint(entity, other) for other in solid)]
    return normalise([*entities, *found])


def _url_end(text: str, start: int, end: int) -> int:
    """Leave out punctuation that belongs to the sentence, and a closing bracket without its opening one."""
    while end > start:
        last = text[end - 1]
        unmatched = last in _BRACKETS and text.count(last, start, end) > text.count(_BRACKETS[last], start, end)
        if last not in _NOT_AT_THE_END and not unmatched:
            break
        end -= 1
    return end
