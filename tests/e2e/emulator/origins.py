"""The four kinds of `forward_origin`, for tests that play a person who forwards something."""

from .updates import Json


def user_origin(sender: Json, date: int) -> Json:
    """Return the `forward_origin` of a user who shows the own name and account."""
    return {"type": "user", "date": date, "sender_user": sender}


def hidden_origin(name: str, date: int) -> Json:
    """Return the `forward_origin` of a user who hides the account."""
    return {"type": "hidden_user", "date": date, "sender_user_name": name}


def chat_origin(chat: Json, date: int) -> Json:
    """Return the `forward_origin` of somebody who wrote in the name of a group."""
    return {"type": "chat", "date": date, "sender_chat": chat}


def channel_origin(chat: Json, message_id: int, date: int) -> Json:
    """Return the `forward_origin` of a channel post."""
    return {"type": "channel", "date": date, "chat": chat, "message_id": message_id}
