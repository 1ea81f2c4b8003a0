"""Everything the emulator remembers, in memory.

`Emulator` holds bots; each `Bot` is a world of its own with users, chats, updates, faults and a record of
what happened, so tests that take a fresh bot cannot disturb each other.
"""

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from .errors import AdminError
from .faults import FaultPlan
from .limits import RateLimiter
from .profile import Profile
from .updates import Json, UpdateQueue
from .waiting import Signal
from .webhook import Webhook

IN_CHAT = frozenset({"member", "administrator", "creator", "restricted"})


@dataclass(slots=True)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def wire(self) -> Json:
        """Return the Bot API `User` object."""
        optional = {
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | _present(optional)


@dataclass(slots=True)
class Chat:
    """A private chat, group, supergroup or channel, with its messages as the Bot API shows them."""

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    is_forum: bool = False
    user: User | None = None
    bot_status: str = "member"
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    _message_ids: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def is_group(self) -> bool:
        """Whether several people talk here."""
        return self.type in ("group", "supergroup")

    def wire(self) -> Json:
        """Return the Bot API `Chat` object."""
        chat: Json = {"id": self.id, "type": self.type}
        if self.user is not None:
            names = {
                "first_name": self.user.first_name,
                "last_name": self.user.last_name,
                "username": self.user.username,
            }
            return chat | _present(names)
        return chat | _present({"title": self.title, "username": self.username, "is_forum": self.is_forum or None})

    def next_message_id(self) -> int:
        """Return a new message id; ids of different chats overlap, as they do in Telegram's supergroups."""
        return next(self._message_ids)


@dataclass(slots=True)
class Callback:
    """A pressed button that waits for the bot's answer."""

    id: str
    user_id: int
    chat_id: int
    data: str
    answer: Json | None = None
    expired: bool = False


@dataclass(slots=True)
class Call:
    """One call of a Bot API method, whether it worked or not."""

    seq: int
    method: str
    params: Json
    started: float
    finished: float | None = None
    status: int | None = None
    error: str | None = None
    fault: str | None = None


@dataclass(slots=True)
class StoredFile:
    """Content that getFile hands out."""

    file_id: str
    name: str
    mime_type: str
    content: bytes

    def document(self) -> Json:
        """Return the Bot API `Document` object."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_name": self.name,
            "mime_type": self.mime_type,
            "file_size": len(self.content),
        }

    @property
    def unique_id(self) -> str:
        """An id that cannot be used to download the file."""
        return f"U{self.file_id}"

    @property
    def path(self) -> str:
        """Where the file lies below `/file/bot<token>/`."""
        return f"documents/{self.file_id}"


class Bot:
    """One bot account and the world it lives in.

    Args:
        token: `<id>:<secret>`; the number is the bot's user id.
        first_name: display name.
        username: name without `@`.
        privacy_mode: whether groups deliver only what is meant for the bot.
    """

    def __init__(self, token: str, first_name: str, username: str, privacy_mode: bool = True) -> None:
        head, _, secret = token.partition(":")
        if not (head.isdigit() and not head.startswith("0") and secret) or "/" in token:
            raise AdminError(f"a token looks like 123456:secret, not {token!r}")
        self.token = token
        self.user = User(int(head), first_name, username=username, is_bot=True)
        self.privacy_mode = privacy_mode
        self.signal = Signal()
        self.updates = UpdateQueue(self.signal)
        self.webhook: Webhook | None = None
        self.webhook_delay = 1.0
        self.reset()

    def reset(self) -> None:
        """Forget users, chats, faults and everything that happened; a webhook stays, update ids go on."""
        self.users: dict[int, User] = {self.user.id: self.user}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.callbacks: dict[str, Callback] = {}
        self.inline_queries: dict[str, Json | None] = {}
        self.profile = Profile()
        self.faults = FaultPlan()
        self.limits = RateLimiter()
        self.calls: list[Call] = []
        self.events: list[Json] = []
        self.updates.clear()

    def record(self, kind: str, chat_id: int | None, **data: Any) -> None:
        """Note something that a user would see, for tests and for the chat client to read."""
        event = {"seq": len(self.events) + 1, "time": time.time(), "kind": kind, "chat_id": chat_id}
        self.events.append(event | copy.deepcopy(data))
        self.signal.notify()

    def deliver(self, kind: str, content: Json) -> int | None:
        """Queue an update; return its id, or None when the bot does not want this kind."""
        return self.updates.add(kind, copy.deepcopy(content))

    def is_own(self, message: Json) -> bool:
        """Whether the bot itself sent this message."""
        return bool(message.get("from", {}).get("id") == self.user.id)


class Emulator:
    """The whole state of the server: bots by token."""

    def __init__(self) -> None:
        self.bots: dict[str, Bot] = {}

    def add_bot(
        self,
        token: str,
        first_name: str = "Test bot",
        username: str | None = None,
        privacy_mode: bool = True,
    ) -> Bot:
        """Create a bot account.

        Raises:
            AdminError: the token is malformed or taken.
        """
        if token in self.bots:
            raise AdminError(f"there is already a bot with the token {token}")
        bot = Bot(token, first_name, username or f"test_{token.partition(':')[0]}_bot", privacy_mode)
        self.bots[token] = bot
        return bot

    async def remove_bot(self, token: str) -> None:
        """Forget a bot; its token is unknown from now on.

        Raises:
            AdminError: there is no such bot.
        """
        if token not in self.bots:
            raise AdminError("no bot has this token")
        bot = self.bots.pop(token)
        bot.updates.close()
        if bot.webhook is not None:
            await bot.webhook.stop()

    async def close(self) -> None:
        """End long polls and webhook deliveries, so that the server can stop at once."""
        for token in list(self.bots):
            await self.remove_bot(token)


def _present(values: Json) -> Json:
    return {name: value for name, value in values.items() if value is not None}
