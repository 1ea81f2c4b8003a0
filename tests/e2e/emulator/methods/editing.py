"""Methods that change or remove messages, and those that react to what a user did."""

import copy
import time

from ..errors import bad_request
from ..formatting import check_length, format_text
from ..keyboards import inline_part, read_reply_markup
from ..params import Params
from ..state import Bot, Chat
from ..updates import Json
from .registry import find_chat, find_message, method, optional_json

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
MAX_CALLBACK_ANSWER = 200
MAX_INLINE_RESULTS = 50
CHAT_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


@method("editMessageText")
async def edit_message_text(bot: Bot, args: Params) -> Json:
    """Replace the text; a keyboard that is not sent again goes away."""
    if not args.text("text"):
        raise bad_request("message text is empty")
    entities = optional_json(args, "entities")
    text, found = format_text(bot, args.text("text"), args.text("parse_mode"), entities)
    markup = read_reply_markup(args)
    chat, message = _own_message(bot, args)
    check_length(text)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    options = optional_json(args, "link_preview_options")
    changes: Json = {"text": text, "entities": found, "reply_markup": markup, "link_preview_options": options}
    return _change(bot, chat, message, changes)


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(bot: Bot, args: Params) -> Json:
    """Replace or remove the inline keyboard."""
    markup = read_reply_markup(args)
    chat, message = _own_message(bot, args)
    return _change(bot, chat, message, {"reply_markup": markup})


@method("deleteMessage")
async def delete_message(bot: Bot, args: Params) -> bool:
    """Remove a message: the bot's own, any in a private chat, any where the bot is an administrator."""
    chat = find_chat(bot, args.text("chat_id"))
    message = find_message(chat, args.integer("message_id"), "message to delete")
    allowed = chat.type == "private" or chat.bot_status == "administrator" or bot.is_own(message)
    if not allowed:
        raise bad_request("message can't be deleted")
    del chat.messages[message["message_id"]]
    bot.record("delete", chat.id, message_id=message["message_id"])
    return True


@method("answerCallbackQuery")
async def answer_callback_query(bot: Bot, args: Params) -> bool:
    """Answer a pressed button, once and before it has expired."""
    callback = bot.callbacks.get(args.text("callback_query_id"))
    if callback is None or callback.expired or callback.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(args.text("text")) > MAX_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    callback.answer = {
        "text": args.text("text"),
        "show_alert": args.flag("show_alert"),
        "url": args.text("url"),
        "cache_time": args.integer("cache_time"),
    }
    bot.record("callback_answer", callback.chat_id, callback_query_id=callback.id, answer=callback.answer)
    return True


@method("answerInlineQuery")
async def answer_inline_query(bot: Bot, args: Params) -> bool:
    """Answer an inline query that a test has injected."""
    query_id = args.text("inline_query_id")
    if query_id not in bot.inline_queries or bot.inline_queries[query_id] is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results = optional_json(args, "results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results JSON object")
    if len(results) > MAX_INLINE_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    answer = {**args.values, "results": results}
    bot.inline_queries[query_id] = answer
    bot.record("inline_answer", None, inline_query_id=query_id, answer=answer)
    return True


@method("sendChatAction")
async def send_chat_action(bot: Bot, args: Params) -> bool:
    """Show "typing …"; recorded with its time."""
    action = args.text("action")
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = find_chat(bot, args.text("chat_id"))
    bot.record("action", chat.id, action=action, message_thread_id=args.integer("message_thread_id") or None)
    return True


@method("setMessageReaction")
async def set_message_reaction(bot: Bot, args: Params) -> bool:
    """Set or, with an empty list, remove the bot's reaction."""
    chat = find_chat(bot, args.text("chat_id"))
    message = find_message(chat, args.integer("message_id"), "message to react")
    reaction = optional_json(args, "reaction") or []
    if not isinstance(reaction, list) or not all(isinstance(item, dict) and "type" in item for item in reaction):
        raise bad_request("can't parse reaction types JSON object")
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    bot.record("reaction", chat.id, message_id=message["message_id"], reaction=reaction)
    return True


def _own_message(bot: Bot, args: Params) -> tuple[Chat, Json]:
    if not args.text("chat_id") and not args.integer("message_id"):
        raise bad_request("message identifier is not specified")
    chat = find_chat(bot, args.text("chat_id"))
    message = find_message(chat, args.integer("message_id"), "message to edit")
    if not bot.is_own(message) and chat.type != "channel":
        raise bad_request("message can't be edited")
    return chat, message


def _change(bot: Bot, chat: Chat, message: Json, changes: Json) -> Json:
    changes = changes | {"reply_markup": inline_part(changes["reply_markup"])}
    changed = {name: value for name, value in (message | changes).items() if value not in (None, [])}
    if changed == {name: value for name, value in message.items() if value is not None}:
        raise bad_request(NOT_MODIFIED)
    changed["edit_date"] = int(time.time())
    before = copy.deepcopy(message)
    chat.messages[message["message_id"]] = changed
    bot.record("edit", chat.id, message=changed, before=before)
    return changed
