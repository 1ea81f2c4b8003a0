"""Telegram's HTML: a small strict grammar, parsed as the Bot API server parses it.

Tags and attributes: https://core.telegram.org/bots/api#html-style. What counts as an error, and its wording,
follows `parse_html` of tdlib/td: byte offsets are those of the text as it was sent, only the four named
references and numeric ones are decoded, any other `&` is plain text.
"""

import re
from dataclasses import dataclass, field, replace

from .entities import Entity, in_order
from .errors import ApiError
from .links import checked_link, mentioned_user

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<decimal>[0-9]+)|(?P<name>[a-zA-Z]+));?")
_MAX_NUMERIC = 10
_SPACES = " \t\r\n\v\0"
_NAME = re.compile(rf"[^{_SPACES}>]*")
_ATTRIBUTE = re.compile(rf"[^{_SPACES}=>/\"']*")
_BLANK = re.compile(rf"[{_SPACES}]*")
_TOKEN = re.compile(r"[a-zA-Z0-9.-]*")


@dataclass(slots=True)
class _Open:
    """A start tag that waits for its end tag."""

    tag: str
    begin: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Split HTML into plain text and entities.

    Args:
        source: text with Telegram's tags.

    Returns:
        The text without tags, and the entities in it: as written, not yet cut or trimmed.

    Raises:
        ApiError: 400 "can't parse entities: ..." in Telegram's words.
    """
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._out: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._source):
            character = self._source[self._at]
            if character == "<" and self._source[self._at + 1 : self._at + 2] == "/":
                self._end_tag()
            elif character == "<":
                self._start_tag()
            else:
                text, self._at = _decoded(self._source, self._at)
                self._out.append(text)
                self._length += 2 if ord(text) > 0xFFFF else 1
        if self._open:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        text = "".join(self._out)
        if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
            raise _error(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        # The language of <code class="language-x"> counts only together with a <pre> around or inside it.
        return text, in_order(replace(e, extra={}) if e.type == "code" else e for e in self._entities)

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        tag = self._take(_NAME).lower()
        if self._at == len(self._source):
            raise _error(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in TAGS:
            raise _error(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        opened = _Open(tag, self._length)
        self._take(_BLANK)
        while not self._source.startswith(">", self._at):
            name, value = self._attribute(tag, begin)
            opened.attributes[name] = value
            self._take(_BLANK)
        self._at += 1
        if tag == "span" and opened.attributes.get("class") != "tg-spoiler":
            raise _error(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self._open.append(opened)

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._take(_ATTRIBUTE)
        if not name:
            raise _error(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        self._take(_BLANK)
        has_value = self._source.startswith("=", self._at)
        if has_value:
            self._at += 1
            self._take(_BLANK)
        if self._at == len(self._source):
            raise _error(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
        value = self._value(begin) if has_value else ""
        return name, value

    def _value(self, begin: int) -> str:
        quote = self._source[self._at]
        if quote not in "\"'":
            start = self._at
            value = self._take(_TOKEN).lower()
            if self._at == len(self._source):
                raise _error(f"Unclosed start tag at byte offset {self._bytes(begin)}")
            if not self._source.startswith((">", *_SPACES), self._at):
                raise _error(f"Unexpected end of name token at byte offset {self._bytes(start)}")
            return value
        self._at += 1
        characters = []
        while self._at < len(self._source) and self._source[self._at] != quote:
            character, self._at = _decoded(self._source, self._at)
            characters.append(character)
        self._at += 1
        if self._at >= len(self._source):
            raise _error(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        return "".join(characters)

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise _error(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        self._at += 2
        name = self._take(_NAME).lower()
        self._take(_BLANK)
        if not self._source.startswith(">", self._at):
            raise _error(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self._at += 1
        opened = self._open.pop()
        if name and name != opened.tag:
            raise _error(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{opened.tag}>", found "</{name}>"'
            )
        if self._length > opened.begin:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity = Entity(TAGS[opened.tag], opened.begin, self._length - opened.begin)
        attributes = opened.attributes
        if opened.tag == "a":
            self._add_link(entity, attributes.get("href", ""))
        elif opened.tag == "pre":
            self._add_pre(entity)
        elif opened.tag == "code":
            self._add_code(entity, attributes.get("class", ""))
        elif opened.tag == "blockquote" and "expandable" in attributes:
            self._add(entity, "expandable_blockquote")
        elif opened.tag == "tg-emoji":
            emoji = attributes.get("emoji-id", "")
            if not emoji.isdigit() or int(emoji) == 0:
                raise _error("Invalid custom emoji identifier specified")
            self._add(entity, custom_emoji_id=emoji)
        elif opened.tag == "tg-time":
            self._add_time(entity, attributes)
        else:
            self._add(entity)

    def _add(self, entity: Entity, kind: str | None = None, **extra: object) -> None:
        self._entities.append(Entity(kind or entity.type, entity.offset, entity.length, extra))

    def _add_link(self, entity: Entity, href: str) -> None:
        href = href or self._written_since(entity.offset)
        user_id = mentioned_user(href)
        url = checked_link(href)
        if user_id is not None:
            self._add(entity, "text_mention", user={"id": user_id})
        elif url is not None:
            self._add(entity, url=url)

    def _add_pre(self, entity: Entity) -> None:
        last = self._last_at(entity)
        if last is not None and last.type == "code" and last.extra:
            self._entities[-1] = Entity("pre", last.offset, last.length, last.extra)
        else:
            self._add(entity)

    def _add_code(self, entity: Entity, css_class: str) -> None:
        language = css_class.removeprefix("language-") if css_class.startswith("language-") else ""
        last = self._last_at(entity)
        if language and last is not None and last.type == "pre":
            self._entities[-1] = Entity("pre", last.offset, last.length, {"language": language})
        else:
            self._add(entity, **({"language": language} if language else {}))

    def _add_time(self, entity: Entity, attributes: dict[str, str]) -> None:
        unix = attributes.get("unix", "")
        if unix.isdigit() and int(unix) > 0:
            layout = attributes.get("format", "")
            self._add(entity, unix_time=int(unix), **({"date_time_format": layout} if layout else {}))

    def _last_at(self, entity: Entity) -> Entity | None:
        last = self._entities[-1] if self._entities else None
        same = last is not None and (last.offset, last.length) == (entity.offset, entity.length)
        return last if same else None

    def _written_since(self, offset: int) -> str:
        written = "".join(self._out).encode("utf-16-le", "surrogatepass")
        return written[2 * offset :].decode("utf-16-le", "replace")

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._source, self._at)
        assert match is not None  # every pattern here matches the empty text
        self._at = match.end()
        return match.group()

    def _bytes(self, index: int) -> int:
        return len(self._source[:index].encode("utf-8", "surrogatepass"))


def _decoded(source: str, at: int) -> tuple[str, int]:
    """Return the character that begins at an index, references decoded, and the index after it."""
    match = _REFERENCE.match(source, at) if source[at] == "&" else None
    if match is None:
        return source[at], at + 1
    if match["name"]:
        character = NAMED.get(match["name"])
    else:
        code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
        too_long = len(match.group().rstrip(";")) >= _MAX_NUMERIC
        character = None if too_long or not 0 < code < 0x10FFFF else chr(code)
    return (source[at], at + 1) if character is None else (character, match.end())


def _error(description: str) -> ApiError:
    return ApiError(400, f"can't parse entities: {description}")
