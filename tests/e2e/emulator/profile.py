"""What a bot says about itself: commands, descriptions and names, per language and scope."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from .errors import bad_request
from .updates import Json

MAX_COMMANDS = 100
MAX_COMMAND = 32
COMMAND = re.compile(r"[a-z0-9_]+")
LANGUAGE = re.compile(r"([a-z]{2})?")
MAX_COMMAND_DESCRIPTION = 256
TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}

SCOPE_FIELDS: dict[str, tuple[str, ...]] = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


@dataclass(slots=True)
class Profile:
    """Commands by scope and language, texts by name and language; the language `""` is for everybody else."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def set_text(self, name: str, language: str, value: str) -> None:
        """Set or, with an empty value, remove a text.

        Raises:
            ApiError: 400 when it is too long or the language is not a two-letter code.
        """
        check_language(language)
        if len(value) > TEXT_LIMITS[name]:
            raise bad_request(f"BOT_{name.upper()}_TOO_LONG")
        if value:
            self.texts[name, language] = value
        else:
            self.texts.pop((name, language), None)

    def text(self, name: str, language: str) -> str:
        """Return a text as a reader with this language sees it."""
        return self.texts.get((name, language)) or self.texts.get((name, ""), "")


def scope_key(scope: Any) -> str:
    """Return a canonical text for a BotCommandScope object, None being the default scope.

    Raises:
        ApiError: 400 when the scope is not one of the seven kinds.
    """
    if scope is None:
        scope = {"type": "default"}
    if not isinstance(scope, dict):
        raise bad_request("can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = scope.get("type")
    if not isinstance(kind, str) or kind not in SCOPE_FIELDS:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    key = {"type": kind}
    for name in SCOPE_FIELDS[kind]:
        if name not in scope:
            raise bad_request(f"can't parse BotCommandScope: Can't find field \"{name}\"")
        key[name] = str(scope[name])
    return json.dumps(key)


def check_language(language: str) -> None:
    """Refuse what is neither empty nor a two-letter code.

    Raises:
        ApiError: 400.
    """
    if not LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")


def check_commands(commands: Any) -> list[Json]:
    """Return the commands as they are stored.

    Raises:
        ApiError: 400 when one of them breaks Telegram's rules.
    """
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked: list[Json] = []
    for item in commands:
        if not isinstance(item, dict):
            raise bad_request("can't parse BotCommand: expected an Object")
        for name in ("command", "description"):
            if not isinstance(item.get(name), str):
                raise bad_request(f"can't parse BotCommand: Can't find field \"{name}\"")
        command = item["command"].strip().removeprefix("/")
        description = item["description"].strip()
        if not command:
            raise bad_request("command must be non-empty")
        if len(command) > MAX_COMMAND:
            raise bad_request(f"command length must not exceed {MAX_COMMAND}")
        if not description:
            raise bad_request("command description must be non-empty")
        if len(description) > MAX_COMMAND_DESCRIPTION:
            raise bad_request(f"command description length must not exceed {MAX_COMMAND_DESCRIPTION}")
        if not COMMAND.fullmatch(command):
            raise bad_request("BOT_COMMAND_INVALID")
        checked.append({"command": command, "description": description})
    return checked
