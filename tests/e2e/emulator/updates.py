"""The queue of updates of one bot, with the offset rules of getUpdates.

Rules from https://core.telegram.org/bots/api#getupdates and from the open-source server
(tdlib/telegram-bot-api).
"""

import random
from typing import Any

from .errors import ApiError
from .waiting import Signal

Json = dict[str, Any]

UPDATE_KINDS = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    ]
)
DEFAULT_KINDS = UPDATE_KINDS - {"chat_member", "message_reaction", "message_reaction_count"}

# The real queue takes an offset that lies further ahead than this for a mistake and confirms nothing.
MAX_OFFSET_AHEAD = 10


class UpdateQueue:
    """Updates that the bot has not confirmed yet, oldest first.

    Args:
        signal: told about every change, and waited on by a long poll.
    """

    def __init__(self, signal: Signal) -> None:
        self._signal = signal
        self._pending: list[Json] = []
        # Telegram starts at a random number too: a bot must not think that ids are small.
        self._next_id = random.randrange(100_000_000, 500_000_000)
        self._poll = 0
        self._closed = False
        self._webhook_set = False
        self.allowed: frozenset[str] = DEFAULT_KINDS

    @property
    def pending(self) -> list[Json]:
        """The unconfirmed updates, oldest first."""
        return list(self._pending)

    def add(self, kind: str, content: Json) -> int | None:
        """Queue one update; return its update_id, or None when the bot did not ask for this kind.

        A kind that the emulator has never heard of is let through: newer Bot API versions add some.
        """
        if kind in UPDATE_KINDS and kind not in self.allowed:
            return None
        update_id = self._next_id
        self._next_id += 1
        self._pending.append({"update_id": update_id, kind: content})
        self._signal.notify()
        return update_id

    def renumber(self, next_id: int) -> None:
        """Give the next update this id.

        Telegram does so by itself when a bot had no update for a week; the new numbers may be lower.
        """
        self._next_id = next_id

    def allow(self, kinds: object) -> None:
        """Remember which kinds to queue from now on: None keeps the choice, an empty list is the default."""
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            return
        self.allowed = frozenset(kind.lower() for kind in kinds) & UPDATE_KINDS or DEFAULT_KINDS

    def confirm(self, offset: int) -> None:
        """Forget updates: those below a positive offset, or all but the last `-offset` for a negative one."""
        if offset < 0:
            self._pending = self._pending[offset:]
        elif 0 < offset <= self._next_id + MAX_OFFSET_AHEAD:
            self._pending = [update for update in self._pending if update["update_id"] >= offset]
        self._signal.notify()

    def forget(self, update_id: int) -> None:
        """Forget one update that a webhook has accepted."""
        self._pending = [update for update in self._pending if update["update_id"] != update_id]
        self._signal.notify()

    def clear(self) -> None:
        """Forget everything that is pending."""
        self._pending = []
        self._signal.notify()

    def set_webhook(self, active: bool) -> None:
        """Switch between polling and webhook; an open long poll is ended by a webhook."""
        self._webhook_set = active
        self._signal.notify()

    def close(self) -> None:
        """End open long polls with what they have; used when the server stops."""
        self._closed = True
        self._signal.notify()

    async def poll(self, offset: int, limit: int, within: int) -> list[Json]:
        """Answer one getUpdates call.

        Args:
            offset: first update wanted; confirms the lower ones. Negative: start from the end.
            limit: 1 to 100 updates.
            within: seconds to wait while there is nothing to hand out.

        Raises:
            ApiError: 409 when a webhook is set, or when a later long poll takes the place of this one.
        """
        if self._webhook_set:
            raise ApiError(
                409,
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
        self.confirm(offset)
        if not self._pending and within > 0:
            await self._wait(within)
        return self._pending[:limit]

    async def _wait(self, within: int) -> None:
        self._poll += 1
        mine = self._poll
        self._signal.notify()  # an older long poll sees that it has been replaced

        def over() -> bool:
            return bool(self._pending) or self._poll != mine or self._webhook_set or self._closed

        await self._signal.wait_until(over, within)
        if self._webhook_set:
            raise ApiError(409, "terminated by setWebhook request")
        if self._poll != mine:
            raise ApiError(
                409,
                "terminated by other getUpdates request; make sure that only one bot instance is running",
            )
