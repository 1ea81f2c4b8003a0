"""Building Bot API `Message` objects, whoever sends them."""

import copy
import time
from typing import Any

from .state import Bot, Chat, User
from .updates import Json


def add_message(
    bot: Bot,
    chat: Chat,
    sender: User | None,
    content: Json,
    *,
    thread_id: int | None = None,
    reply_to: Json | None = None,
    date: int | None = None,
) -> Json:
    """Put a message into a chat.

    Args:
        bot: owner of the world.
        chat: where the message goes.
        sender: who wrote it; None for a channel post.
        content: what it consists of: `text`, `entities`, `document`, a service field …
        thread_id: forum topic.
        reply_to: the message that it answers.
        date: seconds since 1970; now when missing.

    Returns:
        The message, stored in the chat; not a copy.
    """
    message: Json = {
        "message_id": chat.next_message_id(),
        "chat": chat.wire(),
        "date": int(time.time()) if date is None else date,
    }
    if sender is not None:
        message["from"] = sender.wire()
    elif chat.type == "channel":
        message["sender_chat"] = chat.wire()
    if thread_id is not None:
        message |= {"message_thread_id": thread_id, "is_topic_message": True}
    if reply_to is not None:
        message["reply_to_message"] = without_reply(reply_to)
    message |= {name: value for name, value in content.items() if value not in (None, [])}
    chat.messages[message["message_id"]] = message
    return message


def without_reply(message: Json) -> Json:
    """Return a copy of a message as it appears inside another one: replies do not nest."""
    copied = copy.deepcopy(message)
    copied.pop("reply_to_message", None)
    return copied


def origin_of(message: Json) -> Json:
    """Return the `forward_origin` of a message that is forwarded now."""
    if "forward_origin" in message:
        return dict(message["forward_origin"])
    if "from" in message:
        return {"type": "user", "date": message["date"], "sender_user": message["from"]}
    return {
        "type": "channel",
        "date": message["date"],
        "chat": message["chat"],
        "message_id": message["message_id"],
    }


def copied_content(message: Json) -> dict[str, Any]:
    """Return what a copy of a message takes over: its content, not its sender, place, time or keyboard."""
    dropped = {
        "message_id",
        "from",
        "sender_chat",
        "chat",
        "date",
        "edit_date",
        "message_thread_id",
        "is_topic_message",
        "reply_to_message",
        "reply_markup",
        "forward_origin",
    }
    return {name: copy.deepcopy(value) for name, value in message.items() if name not in dropped}
