"""From the parameters of a call to the text and entities of a message."""

from typing import Any

from .detect import add_detected
from .entities import Entity, clean, utf16_length
from .errors import ApiError, bad_request
from .markup import parse_html
from .state import Bot
from .updates import Json

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_SOURCE_BYTES = 1 << 15
# Telegram shows no more than these and ignores the rest without a word.
MAX_ENTITIES = 100


def format_text(bot: Bot, source: str, parse_mode: str, entities: Any = None) -> tuple[str, list[Json]]:
    """Return the text a reader sees and its `MessageEntity` objects.

    Args:
        bot: the sender; users mentioned by id must be known to it.
        source: text as sent, not empty.
        parse_mode: `HTML` or nothing, in any case.
        entities: `MessageEntity` objects, used when there is no parse mode.

    Raises:
        ApiError: 400 when markup, entities or text break a rule; the length is checked by `check_length`.
    """
    try:
        size = len(source.encode())
    except UnicodeEncodeError:
        raise bad_request("Strings must be encoded in UTF-8") from None
    if size > MAX_SOURCE_BYTES:
        raise bad_request("text is too long")
    mode = parse_mode.lower()
    if mode == "html":
        text, parsed = parse_html(source)
    elif mode in ("", "none"):
        text, parsed = source, _read_entities(entities)
    elif mode in ("markdown", "markdownv2"):
        raise ApiError(400, "this emulator reads HTML only, not Markdown")
    else:
        raise bad_request("unsupported parse_mode")
    text, parsed = clean(text, parsed)
    known = [found for entity in parsed if (found := _with_user(bot, entity)) is not None]
    return text, [entity.wire() for entity in add_detected(text, known)[:MAX_ENTITIES]]


def check_length(text: str, limit: int = MAX_TEXT, what: str = "message") -> None:
    """Refuse a text that has too many UTF-16 code units after parsing.

    Raises:
        ApiError: 400.
    """
    if utf16_length(text) > limit:
        raise bad_request(f"{what} is too long")


def _read_entities(entities: Any) -> list[Entity]:
    if not isinstance(entities, list):
        return []
    read = []
    for item in entities:
        if not isinstance(item, dict) or not all(isinstance(item.get(n), int) for n in ("offset", "length")):
            raise bad_request("can't parse MessageEntity: Can't find field \"offset\"")
        extra = {name: value for name, value in item.items() if name not in ("type", "offset", "length")}
        if item["offset"] < 0 or item["length"] < 0:
            raise bad_request(f"receive an entity with incorrect offset {item['offset']}")
        read.append(Entity(str(item.get("type", "")), item["offset"], item["length"], extra))
    return read


def _with_user(bot: Bot, entity: Entity) -> Entity | None:
    if entity.type != "text_mention":
        return entity
    user = bot.users.get(entity.extra.get("user", {}).get("id"))
    if user is None:
        return None
    return Entity(entity.type, entity.offset, entity.length, {"user": user.wire()})
