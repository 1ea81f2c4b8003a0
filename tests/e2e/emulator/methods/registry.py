"""The table of Bot API methods and what most of them begin with."""

from collections.abc import Awaitable, Callable
from typing import Any

from ..errors import ApiError, bad_request
from ..params import Params
from ..state import IN_CHAT, Bot, Chat
from ..updates import Json

Handler = Callable[[Bot, Params], Awaitable[Any]]

# Lower-case name to the name as documented and the function that carries the method out.
METHODS: dict[str, tuple[str, Handler]] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Register a function as a Bot API method."""

    def register(handler: Handler) -> Handler:
        METHODS[name.lower()] = (name, handler)
        return handler

    return register


def documented_name(name: str) -> str:
    """Return a method's name in its documented spelling, or as it is when the method is unknown."""
    return METHODS[name.lower()][0] if name.lower() in METHODS else name


async def execute(bot: Bot, name: str, args: Params) -> Any:
    """Carry out a method.

    Args:
        bot: the caller.
        name: method name in any case.
        args: parameters.

    Returns:
        The `result` of the answer.

    Raises:
        ApiError: the call is refused; 404 for an unknown method.
    """
    if name.lower() not in METHODS:
        raise ApiError(404, "method not found")
    return await METHODS[name.lower()][1](bot, args)


def find_chat(bot: Bot, chat_id: str, *, write: bool = True) -> Chat:
    """Return the chat that a parameter names, by number or `@username`.

    Args:
        bot: the caller.
        chat_id: the parameter as text.
        write: whether the bot wants to change something there.

    Raises:
        ApiError: 400 when there is no such chat, 403 when the bot was shut out of it.
    """
    if not chat_id:
        raise bad_request("chat_id is empty")
    if chat_id.startswith("@"):
        found = [c for c in bot.chats.values() if c.type != "private" and f"@{c.username}".lower() == chat_id.lower()]
        chat = found[0] if found else None
    else:
        chat = bot.chats.get(int(chat_id)) if chat_id.lstrip("-").isdigit() else None
    if chat is None:
        raise bad_request("chat not found")
    if write and chat.bot_status not in IN_CHAT:
        if chat.type == "private":
            raise ApiError(403, "bot was blocked by the user")
        if chat.bot_status == "kicked":
            raise ApiError(403, f"bot was kicked from the {chat.type} chat")
        raise ApiError(403, f"bot is not a member of the {chat.type} chat")
    return chat


def find_message(chat: Chat, message_id: int, what: str) -> Json:
    """Return a message of a chat; `what` names it in the error, such as "message to edit".

    Raises:
        ApiError: 400 when it is not there.
    """
    if message_id not in chat.messages:
        raise bad_request(f"{what} not found")
    return chat.messages[message_id]


def optional_json(args: Params, name: str) -> Any:
    """Return a nested parameter.

    Raises:
        ApiError: 400 when it is not JSON.
    """
    try:
        return args.json(name)
    except ValueError:
        raise bad_request(f"can't parse {name} JSON object") from None
