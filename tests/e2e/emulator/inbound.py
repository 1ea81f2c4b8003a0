"""What people do: write, edit, press buttons, throw the bot out. Each turns into updates."""

import copy
import time
from itertools import count

from .admin_models import NewMessage, Press
from .detect import add_detected
from .entities import Entity, utf16_length, utf16_slice
from .errors import AdminError
from .formatting import MAX_TEXT
from .messages import add_message
from .methods.chats import chat_member
from .methods.files import store_file
from .state import IN_CHAT, Bot, Callback, Chat, User
from .updates import Json

_callback_ids = count(4_000_000_000_000_001)


def add_private_chat(bot: Bot, user: User) -> Chat:
    """Let a user open a chat with the bot, which has the user's id."""
    chat = Chat(user.id, "private", user=user)
    bot.users[user.id] = user
    bot.chats[chat.id] = chat
    return chat


def find_user(bot: Bot, user_id: int) -> User:
    """Return a user.

    Raises:
        AdminError: there is none with this id.
    """
    if user_id not in bot.users:
        raise AdminError(f"no user {user_id}")
    return bot.users[user_id]


def find_chat(bot: Bot, chat_id: int) -> Chat:
    """Return a chat.

    Raises:
        AdminError: there is none with this id.
    """
    if chat_id not in bot.chats:
        raise AdminError(f"no chat {chat_id}")
    return bot.chats[chat_id]


def find_message(chat: Chat, message_id: int) -> Json:
    """Return a message of a chat.

    Raises:
        AdminError: it is not there.
    """
    if message_id not in chat.messages:
        raise AdminError(f"no message {message_id} in chat {chat.id}")
    return chat.messages[message_id]


def post_message(bot: Bot, chat: Chat, new: NewMessage) -> Json:
    """Let a user write into a chat; the bot gets an update if the chat's privacy allows.

    Returns:
        `{"message": ..., "update_id": ...}`; the id is None when the bot is not told.

    Raises:
        AdminError: the user, topic or replied message does not exist, or the text is too long.
    """
    content = _content(bot, new)
    if new.thread_id is not None and new.thread_id not in chat.topics:
        raise AdminError(f"no topic {new.thread_id} in chat {chat.id}")
    reply_id = new.reply_to or new.thread_id
    message = add_message(
        bot,
        chat,
        _sender(bot, chat, new.user_id),
        content,
        thread_id=new.thread_id,
        # In a forum topic every message that answers no other one answers the topic's first message.
        reply_to=find_message(chat, reply_id) if reply_id else None,
        date=new.date,
    )
    return _announce(bot, chat, message, edited=False)


def edit_message(bot: Bot, chat: Chat, message_id: int, text: str) -> Json:
    """Let a user correct an own message; returns the same as `post_message`."""
    message = find_message(chat, message_id)
    if bot.is_own(message):
        raise AdminError("users cannot edit what the bot wrote")
    _check_text(text)
    message["text"] = text
    message.pop("entities", None)
    entities = add_detected(text, [])
    if entities:
        message["entities"] = [entity.wire() for entity in entities]
    message["edit_date"] = int(time.time())
    return _announce(bot, chat, message, edited=True)


def press_button(bot: Bot, press: Press) -> Json:
    """Let a user press an inline button that carries callback data.

    Returns:
        `{"callback_query_id": ..., "update_id": ...}`.

    Raises:
        AdminError: there is no such message or button.
    """
    chat = find_chat(bot, press.chat_id)
    user = find_user(bot, press.user_id)
    if press.inaccessible:
        shown: Json = {"chat": chat.wire(), "message_id": press.message_id, "date": 0}
    else:
        shown = find_message(chat, press.message_id)
    data = press.data if press.force and press.data is not None else _button_data(shown, press)
    callback = Callback(str(next(_callback_ids)), user.id, chat.id, data)
    bot.callbacks[callback.id] = callback
    query = {
        "id": callback.id,
        "from": user.wire(),
        "message": shown,
        "chat_instance": str(abs(hash((bot.user.id, chat.id)))),
        "data": data,
    }
    return {"callback_query_id": callback.id, "update_id": bot.deliver("callback_query", query)}


def set_bot_status(bot: Bot, chat: Chat, status: str, user: User) -> Json:
    """Let a user block, remove, admit or promote the bot; the bot is told by `my_chat_member`."""
    before = chat_member(bot, chat, bot.user.id)
    chat.bot_status = status
    change = {
        "chat": chat.wire(),
        "from": user.wire(),
        "date": int(time.time()),
        "old_chat_member": before,
        "new_chat_member": chat_member(bot, chat, bot.user.id),
    }
    return {"update_id": bot.deliver("my_chat_member", change)}


def add_topic(bot: Bot, chat: Chat, user: User, name: str) -> Json:
    """Let a user open a forum topic; its id is that of the service message that begins it."""
    if not chat.is_forum:
        raise AdminError(f"chat {chat.id} is not a forum")
    content = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
    message = add_message(bot, chat, user, content)
    thread_id: int = message["message_id"]
    message |= {"message_thread_id": thread_id, "is_topic_message": True}
    chat.topics[thread_id] = name
    _announce(bot, chat, message, edited=False)
    return {"thread_id": thread_id, "name": name}


def is_for_bot(bot: Bot, chat: Chat, message: Json) -> bool:
    """Whether privacy mode lets a message of a group through.

    Through go: commands without a name or with the bot's, mentions of the bot, replies to it, service
    messages. Administrators and bots without privacy mode see everything.
    """
    if not chat.is_group or not bot.privacy_mode or chat.bot_status in ("administrator", "creator"):
        return True
    text = message.get("text", message.get("caption"))
    if text is None:
        return not any(name in message for name in ("document", "photo", "voice", "video", "sticker"))
    if bot.is_own(message.get("reply_to_message", {})) or message.get("via_bot", {}).get("id") == bot.user.id:
        return True
    entities = message.get("entities") or message.get("caption_entities") or []
    return any(_addresses(bot, text, entity) for entity in entities)


def _addresses(bot: Bot, text: str, entity: Json) -> bool:
    word = utf16_slice(text, entity["offset"], entity["length"]).lower()
    name = f"@{bot.user.username}".lower()
    if entity["type"] == "bot_command":
        return "@" not in word or word.endswith(name)
    if entity["type"] == "text_mention":
        return bool(entity["user"]["id"] == bot.user.id)
    return entity["type"] == "mention" and word == name


def _sender(bot: Bot, chat: Chat, user_id: int | None) -> User | None:
    if chat.type == "channel":
        return None
    user = find_user(bot, chat.id if user_id is None and chat.type == "private" else user_id or 0)
    if chat.is_group:
        chat.members.setdefault(user.id, "member")
    elif user.id != chat.id:
        raise AdminError(f"user {user.id} cannot write into the private chat of user {chat.id}")
    return user


def _content(bot: Bot, new: NewMessage) -> Json:
    content: Json = dict(new.content)
    if "caption" in content and "caption_entities" not in content:
        found = add_detected(content["caption"], [])
        content["caption_entities"] = [entity.wire() for entity in found]
    if new.text is not None:
        _check_text(new.text)
        given = [Entity(e.pop("type"), e.pop("offset"), e.pop("length"), e) for e in copy.deepcopy(new.entities)]
        entities = add_detected(new.text, given)
        content |= {"text": new.text, "entities": [entity.wire() for entity in entities]}
    if new.document is not None:
        document = new.document
        content["document"] = store_file(bot, document.name, document.mime_type, document.text.encode()).document()
    if new.forward_origin is not None:
        content["forward_origin"] = new.forward_origin
    if not content:
        raise AdminError("a message needs text, a document or other content")
    return content


def _check_text(text: str) -> None:
    if not text.strip() or utf16_length(text) > MAX_TEXT:
        raise AdminError(f"a message has 1 to {MAX_TEXT} characters; longer ones are sent as several messages")


def _announce(bot: Bot, chat: Chat, message: Json, *, edited: bool) -> Json:
    kind = "channel_post" if chat.type == "channel" else "message"
    told = chat.bot_status in IN_CHAT and is_for_bot(bot, chat, message)
    update_id = bot.deliver(f"edited_{kind}" if edited else kind, message) if told else None
    return {"message": copy.deepcopy(message), "update_id": update_id}


def _button_data(message: Json, press: Press) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row if "callback_data" in button]
    wanted = [
        button["callback_data"]
        for button in buttons
        if press.data == button["callback_data"] or (press.data is None and press.text == button["text"])
    ]
    if not wanted:
        offered = ", ".join(button["text"] for button in buttons) or "none"
        raise AdminError(f"message {press.message_id} has no such button; it has: {offered}")
    return str(wanted[0])
