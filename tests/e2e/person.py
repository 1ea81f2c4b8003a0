"""Somebody who writes to the bot, and what a test wants to know of the replies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.e2e.emulator import AdminClient

__all__ = ["PATIENCE", "Json", "Person", "answered_message", "links"]

Json = dict[str, Any]

PATIENCE = 30.0
"""Seconds that a reply may take on a machine that does much else; no test waits longer than the reply takes."""


@dataclass(frozen=True)
class Person:
    """A user with a private chat.

    Attributes:
        platform: The admin side of the bot's account.
        id: Of the user, and of the chat.
    """

    platform: AdminClient
    id: int

    @classmethod
    async def arrive(cls, platform: AdminClient, language: str = "en") -> Person:
        """A new user."""
        user = await platform.add_user(language_code=language)
        return cls(platform, user["id"])

    async def ask(self, text: str | None = None, **fields: Any) -> Json:
        """Write, and give the first message that the bot sends after that."""
        after = await self.platform.last_event()
        await self.platform.say(self.id, text, **fields)
        return (await self.platform.wait_messages(self.id, after=after, within=PATIENCE))[0]

    async def press(self, message: Json, **button: Any) -> Json:
        """Press a button below a message; give the first message or edit that the bot makes after that."""
        after = await self.platform.last_event()
        query = await self.platform.press(message, self.id, **button)
        await self.platform.callback_answer(query, within=PATIENCE)
        events = await self.platform.wait_events("message,edit", chat_id=self.id, after=after, within=PATIENCE)
        shown: Json = events[0]["message"]
        return shown

    async def replies(self) -> list[Json]:
        """All that the bot has sent into the chat."""
        return await self.platform.messages(self.id, by_bot=True)


def answered_message(reply: Json) -> int | None:
    """The id of the message that a reply answers."""
    replied = reply.get("reply_to_message")
    return replied["message_id"] if replied else None


def links(message: Json) -> list[str]:
    """Where the links of a message lead."""
    return [entity["url"] for entity in message.get("entities", []) if entity["type"] == "text_link"]
