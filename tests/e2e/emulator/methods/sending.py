"""Methods that put a message into a chat."""

from typing import Any

from ..errors import bad_request
from ..formatting import MAX_CAPTION, check_length, format_text
from ..keyboards import inline_part, read_reply_markup
from ..messages import add_message, copied_content, origin_of
from ..params import Params
from ..state import Bot, Chat
from ..updates import Json
from .files import find_file
from .registry import find_chat, find_message, method, optional_json


@method("sendMessage")
async def send_message(bot: Bot, args: Params) -> Json:
    """Send text; returns the message."""
    if not args.text("text"):
        raise bad_request("message text is empty")
    entities = optional_json(args, "entities")
    text, found = format_text(bot, args.text("text"), args.text("parse_mode"), entities)
    content: Json = {"text": text, "entities": found, "link_preview_options": _link_preview(args)}
    markup = read_reply_markup(args)
    chat = find_chat(bot, args.text("chat_id"))
    check_length(text)
    return _send(bot, chat, args, content, markup)


@method("sendDocument")
async def send_document(bot: Bot, args: Params) -> Json:
    """Send a file with an optional caption; returns the message."""
    chat = find_chat(bot, args.text("chat_id"))
    stored = find_file(bot, args, "document")
    content: Json = {"document": stored.document()}
    if args.text("caption"):
        entities = optional_json(args, "caption_entities")
        caption, found = format_text(bot, args.text("caption"), args.text("parse_mode"), entities)
        check_length(caption, MAX_CAPTION, "message caption")
        content |= {"caption": caption, "caption_entities": found}
    return _send(bot, chat, args, content, read_reply_markup(args))


@method("forwardMessage")
async def forward_message(bot: Bot, args: Params) -> Json:
    """Forward a message with its origin; returns the new message."""
    chat, source = _target_and_source(bot, args, "message to forward")
    content = copied_content(source) | {"forward_origin": origin_of(source)}
    return _send(bot, chat, args, content, None)


@method("copyMessage")
async def copy_message(bot: Bot, args: Params) -> Json:
    """Send a message again without its origin; returns the id of the copy."""
    chat, source = _target_and_source(bot, args, "message to copy")
    message = _send(bot, chat, args, copied_content(source), read_reply_markup(args))
    return {"message_id": message["message_id"]}


@method("sendMessageDraft")
async def send_message_draft(bot: Bot, args: Params) -> bool:
    """Show a part of an answer that is still being written; it is never stored as a message."""
    chat = find_chat(bot, args.text("chat_id"))
    if chat.type != "private":
        raise bad_request("message drafts can be sent to private chats only")
    if args.integer("draft_id") == 0:
        raise bad_request("draft identifier must be non-zero")
    text, entities = "", list[Json]()
    if args.text("text"):
        text, entities = format_text(bot, args.text("text"), args.text("parse_mode"), optional_json(args, "entities"))
        check_length(text)
    bot.record("draft", chat.id, draft_id=args.integer("draft_id"), text=text, entities=entities)
    return True


def _send(bot: Bot, chat: Chat, args: Params, content: Json, markup: Json | None) -> Json:
    thread_id = _thread(chat, args)
    reply_to = _replied(bot, chat, args)
    sender = None if chat.type == "channel" else bot.user
    message = add_message(
        bot,
        chat,
        sender,
        content | {"reply_markup": inline_part(markup)},
        thread_id=thread_id,
        reply_to=reply_to,
    )
    bot.record("message", chat.id, message=message, reply_markup=markup)
    return message


def _target_and_source(bot: Bot, args: Params, what: str) -> tuple[Chat, Json]:
    chat = find_chat(bot, args.text("chat_id"))
    origin = find_chat(bot, args.text("from_chat_id"), write=False)
    return chat, find_message(origin, args.integer("message_id"), what)


def _thread(chat: Chat, args: Params) -> int | None:
    thread_id = args.integer("message_thread_id")
    if not thread_id or not chat.is_forum:
        return None
    if thread_id not in chat.topics:
        raise bad_request("message thread not found")
    return thread_id


def _replied(bot: Bot, chat: Chat, args: Params) -> Json | None:
    parameters = optional_json(args, "reply_parameters")
    if parameters is None:
        # Before Bot API 7.0 the two fields were parameters of their own; they are still understood.
        parameters = {
            "message_id": args.integer("reply_to_message_id"),
            "allow_sending_without_reply": args.flag("allow_sending_without_reply"),
        }
    if not isinstance(parameters, dict):
        raise bad_request("object expected as reply parameters")
    reply = Params(parameters)
    message_id = reply.integer("message_id")
    if not message_id:
        return None
    place = find_chat(bot, reply.text("chat_id"), write=False) if reply.text("chat_id") else chat
    message = place.messages.get(message_id)
    if message is None and not reply.flag("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def _link_preview(args: Params) -> Any:
    options = optional_json(args, "link_preview_options")
    if options is None and args.flag("disable_web_page_preview"):
        return {"is_disabled": True}
    if options is not None and not isinstance(options, dict):
        raise bad_request("object expected as link preview options")
    return options
