"""The admin side: how tests play the people on the other end.

Everything below `/admin/bots/<token>` belongs to one bot. Bodies and answers are JSON; a request that makes
no sense is answered with 400 and `{"error": ...}`. What the bot did is read through `observe`.
"""

from itertools import count
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from . import inbound
from .admin_http import for_bot, for_emulator
from .admin_models import (
    BotChange,
    BotStanding,
    Edit,
    Membership,
    NewBot,
    NewChat,
    NewMessage,
    NewTopic,
    NewUser,
    NextId,
    Press,
)
from .errors import AdminError
from .faults import Fault
from .limits import Limits
from .observe import observing_routes
from .state import Bot, Chat, Emulator, User

Model = TypeVar("Model", bound=BaseModel)

_user_ids = count(500_000_001)
_group_ids = count(4_000_001)


async def _read(request: Request, model: type[Model]) -> Model:
    return model.model_validate_json(await request.body() or b"{}")


def _chat(bot: Bot, request: Request) -> Chat:
    return inbound.find_chat(bot, int(request.path_params["chat_id"]))


async def add_bot(emulator: Emulator, request: Request) -> Any:
    """Create a bot account."""
    new = await _read(request, NewBot)
    bot = emulator.add_bot(new.token, new.first_name, new.username, new.privacy_mode)
    return bot.user.wire()


async def list_bots(emulator: Emulator, request: Request) -> Any:
    """Return tokens and accounts."""
    return [{"token": bot.token, "user": bot.user.wire()} for bot in emulator.bots.values()]


async def remove_bot(emulator: Emulator, request: Request) -> Any:
    """Forget a bot."""
    await emulator.remove_bot(request.path_params["token"])
    return {}


async def change_bot(bot: Bot, request: Request) -> Any:
    """Switch privacy mode, or set how fast failed webhook posts are repeated."""
    change = await _read(request, BotChange)
    if change.privacy_mode is not None:
        bot.privacy_mode = change.privacy_mode
    if change.webhook_delay is not None:
        bot.webhook_delay = change.webhook_delay
    return {}


async def reset(bot: Bot, request: Request) -> Any:
    """Forget everything but the account and its webhook."""
    bot.reset()
    return {}


async def add_user(bot: Bot, request: Request) -> Any:
    """Create a user and the private chat with the bot."""
    new = await _read(request, NewUser)
    user_id = new.id or next(_user_ids)
    if user_id in bot.users:
        raise AdminError(f"there is already a user {user_id}")
    user = User(user_id, new.first_name, new.last_name, new.username, new.language_code)
    inbound.add_private_chat(bot, user)
    return user.wire()


async def add_chat(bot: Bot, request: Request) -> Any:
    """Create a group, supergroup or channel."""
    new = await _read(request, NewChat)
    # Ids of supergroups and channels begin with -100, those of groups do not.
    number = next(_group_ids)
    chat_id = new.id or (-number if new.type == "group" else -1_000_000_000_000 - number)
    if chat_id in bot.chats:
        raise AdminError(f"there is already a chat {chat_id}")
    if new.is_forum and new.type != "supergroup":
        raise AdminError("only a supergroup can be a forum")
    for user_id in new.members:
        inbound.find_user(bot, user_id)
    members: dict[int, str] = dict(new.members)
    chat = Chat(chat_id, new.type, new.title, new.username, new.is_forum, bot_status=new.bot_status, members=members)
    bot.chats[chat_id] = chat
    return chat.wire()


async def add_topic(bot: Bot, request: Request) -> Any:
    """Open a forum topic."""
    new = await _read(request, NewTopic)
    return inbound.add_topic(bot, _chat(bot, request), inbound.find_user(bot, new.user_id), new.name)


async def set_member(bot: Bot, request: Request) -> Any:
    """Set the standing of a user in a chat, without telling the bot."""
    membership = await _read(request, Membership)
    inbound.find_user(bot, membership.user_id)
    _chat(bot, request).members[membership.user_id] = membership.status
    return {}


async def set_bot_status(bot: Bot, request: Request) -> Any:
    """Block, remove, admit or promote the bot, and tell it."""
    standing = await _read(request, BotStanding)
    user = inbound.find_user(bot, standing.user_id)
    return inbound.set_bot_status(bot, _chat(bot, request), standing.status, user)


async def post_message(bot: Bot, request: Request) -> Any:
    """Write as a user."""
    return inbound.post_message(bot, _chat(bot, request), await _read(request, NewMessage))


async def edit_message(bot: Bot, request: Request) -> Any:
    """Correct a user's message."""
    edit = await _read(request, Edit)
    return inbound.edit_message(bot, _chat(bot, request), int(request.path_params["message_id"]), edit.text)


async def delete_message(bot: Bot, request: Request) -> Any:
    """Delete a message; Telegram does not tell bots about it."""
    chat = _chat(bot, request)
    message_id = int(request.path_params["message_id"])
    inbound.find_message(chat, message_id)
    del chat.messages[message_id]
    return {}


async def press_button(bot: Bot, request: Request) -> Any:
    """Press an inline button."""
    return inbound.press_button(bot, await _read(request, Press))


async def expire_callback(bot: Bot, request: Request) -> Any:
    """Let a callback query become too old to be answered."""
    callback = bot.callbacks.get(request.path_params["callback_id"])
    if callback is None:
        raise AdminError("no such callback query")
    callback.expired = True
    return {}


async def add_update(bot: Bot, request: Request) -> Any:
    """Queue an update of any kind as it is: `{"<kind>": {...}}`; the update_id is added."""
    body = await request.json()
    if not isinstance(body, dict) or len(body) != 1 or "update_id" in body:
        raise AdminError('an update is an object with one key, its kind: {"message": {...}}')
    [(kind, content)] = body.items()
    if kind == "inline_query":
        bot.inline_queries[str(content["id"])] = None
    return {"update_id": bot.deliver(kind, content)}


async def set_next_id(bot: Bot, request: Request) -> Any:
    """Renumber the updates that come from now on."""
    bot.updates.renumber((await _read(request, NextId)).next_id)
    return {}


async def add_fault(bot: Bot, request: Request) -> Any:
    """Order a fault."""
    bot.faults.add(await _read(request, Fault))
    return {}


async def list_faults(bot: Bot, request: Request) -> Any:
    """Return the faults that are still to come."""
    return [fault.model_dump() for fault in bot.faults.waiting]


async def clear_faults(bot: Bot, request: Request) -> Any:
    """Cancel all faults."""
    bot.faults.clear()
    return {}


async def set_limits(bot: Bot, request: Request) -> Any:
    """Switch rate limits on or, with zeros, off."""
    bot.limits.limits = await _read(request, Limits)
    return {}


def admin_routes(emulator: Emulator) -> list[BaseRoute]:
    """Return the routes below `/admin`."""
    bot, chat = "/bots/{token}", "/bots/{token}/chats/{chat_id}"
    table: list[tuple[str, str, Any]] = [
        ("PATCH", bot, change_bot),
        ("POST", f"{bot}/reset", reset),
        ("POST", f"{bot}/users", add_user),
        ("POST", f"{bot}/chats", add_chat),
        ("POST", f"{chat}/topics", add_topic),
        ("POST", f"{chat}/members", set_member),
        ("POST", f"{chat}/bot_status", set_bot_status),
        ("POST", f"{chat}/messages", post_message),
        ("PATCH", f"{chat}/messages/{{message_id:int}}", edit_message),
        ("DELETE", f"{chat}/messages/{{message_id:int}}", delete_message),
        ("POST", f"{bot}/callbacks", press_button),
        ("POST", f"{bot}/callbacks/{{callback_id}}/expire", expire_callback),
        ("POST", f"{bot}/updates", add_update),
        ("PUT", f"{bot}/updates/next_id", set_next_id),
        ("POST", f"{bot}/faults", add_fault),
        ("GET", f"{bot}/faults", list_faults),
        ("DELETE", f"{bot}/faults", clear_faults),
        ("PUT", f"{bot}/limits", set_limits),
    ]
    return [
        Route("/bots", for_emulator(emulator, add_bot), methods=["POST"]),
        Route("/bots", for_emulator(emulator, list_bots), methods=["GET"]),
        Route("/bots/{token}", for_emulator(emulator, remove_bot), methods=["DELETE"]),
        *(Route(path, for_bot(emulator, handler), methods=[verb]) for verb, path, handler in table),
        *observing_routes(emulator),
    ]
