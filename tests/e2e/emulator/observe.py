"""The reading half of the admin side: what the bot did, with long polls so that tests never sleep."""

from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from .admin_http import for_bot
from .dispatch import call_wire
from .errors import AdminError
from .inbound import find_chat
from .state import Bot, Call, Emulator
from .updates import Json

MAX_WAIT = 60.0
Item = TypeVar("Item")


async def overview(bot: Bot, request: Request) -> Any:
    """Return the account, what waits for it, and its profile."""
    return {
        "user": bot.user.wire(),
        "privacy_mode": bot.privacy_mode,
        "pending": len(bot.updates.pending),
        "allowed_updates": sorted(bot.updates.allowed),
        "webhook": bot.webhook.info() if bot.webhook else None,
        "chats": [chat.wire() for chat in bot.chats.values()],
        "commands": [
            {"scope": scope, "language_code": language, "commands": commands}
            for (scope, language), commands in bot.profile.commands.items()
        ],
        "texts": [
            {"name": name, "language_code": language, "text": text}
            for (name, language), text in bot.profile.texts.items()
        ],
        "last_event": len(bot.events),
        "last_call": len(bot.calls),
    }


async def list_messages(bot: Bot, request: Request) -> Any:
    """Return the messages of a chat as they stand now, oldest first; `?by=bot` only the bot's own."""
    chat = find_chat(bot, int(request.path_params["chat_id"]))
    own_only = request.query_params.get("by") == "bot"
    return [message for message in chat.messages.values() if bot.is_own(message) or not own_only]


async def list_events(bot: Bot, request: Request) -> Any:
    """Return what the bot did: messages, edits, actions, answers …

    Query: `kind` (several with commas), `chat_id`, `after` (sequence number), and `count` with `within` to
    wait until there are that many.
    """
    query = request.query_params
    kinds = set(filter(None, query.get("kind", "").split(",")))
    chat_id = int(query["chat_id"]) if "chat_id" in query else None

    def wanted(event: Json) -> bool:
        return (not kinds or event["kind"] in kinds) and (chat_id is None or event["chat_id"] == chat_id)

    return await _wait_for(bot, request, lambda after: [e for e in bot.events[after:] if wanted(e)])


async def list_calls(bot: Bot, request: Request) -> Any:
    """Return the finished and running calls; query as for events, with `method` in place of `kind`."""
    methods = set(filter(None, request.query_params.get("method", "").lower().split(",")))

    def wanted(call: Call) -> bool:
        return not methods or call.method.lower() in methods

    calls = await _wait_for(bot, request, lambda after: [c for c in bot.calls[after:] if wanted(c)])
    return [call_wire(call) for call in calls]


async def pending(bot: Bot, request: Request) -> Any:
    """Return the unconfirmed updates; `at_most` with `within` waits until there are no more than that."""
    at_most = request.query_params.get("at_most")
    if at_most is not None:
        most = int(at_most)
        await bot.signal.wait_until(lambda: len(bot.updates.pending) <= most, _within(request))
    return bot.updates.pending


async def callback_answer(bot: Bot, request: Request) -> Any:
    """Return the answer to a pressed button, null while there is none; `within` waits for it."""
    callback = bot.callbacks.get(request.path_params["callback_id"])
    if callback is None:
        raise AdminError("no such callback query")
    await bot.signal.wait_until(lambda: callback.answer is not None, _within(request))
    return callback.answer


async def inline_answer(bot: Bot, request: Request) -> Any:
    """Return the answer to an injected inline query, null while there is none; `within` waits for it."""
    query_id = request.path_params["query_id"]
    if query_id not in bot.inline_queries:
        raise AdminError("no such inline query")
    await bot.signal.wait_until(lambda: bot.inline_queries[query_id] is not None, _within(request))
    return bot.inline_queries[query_id]


def observing_routes(emulator: Emulator) -> list[BaseRoute]:
    """Return the routes for reading, below `/admin`."""
    bot = "/bots/{token}"
    table: list[tuple[str, Any]] = [
        (bot, overview),
        (f"{bot}/chats/{{chat_id}}/messages", list_messages),
        (f"{bot}/events", list_events),
        (f"{bot}/calls", list_calls),
        (f"{bot}/pending", pending),
        (f"{bot}/callbacks/{{callback_id}}", callback_answer),
        (f"{bot}/inline_queries/{{query_id}}", inline_answer),
    ]
    return [Route(path, for_bot(emulator, handler), methods=["GET"]) for path, handler in table]


async def _wait_for(bot: Bot, request: Request, find: Callable[[int], list[Item]]) -> list[Item]:
    after = int(request.query_params.get("after", "0"))
    wanted = int(request.query_params.get("count", "0"))
    await bot.signal.wait_until(lambda: len(find(after)) >= wanted, _within(request))
    return find(after)


def _within(request: Request) -> float:
    return min(MAX_WAIT, float(request.query_params.get("within", "0")))
