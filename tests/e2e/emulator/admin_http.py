"""Turning functions over the state into HTTP endpoints of the admin side."""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .errors import AdminError
from .state import Bot, Emulator

Endpoint = Callable[[Request], Awaitable[Response]]


def for_emulator(emulator: Emulator, handler: Callable[[Emulator, Request], Awaitable[Any]]) -> Endpoint:
    """Return an endpoint that answers with the JSON that `handler` returns; caller's mistakes give 400."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await handler(emulator, request))
        except ValidationError as error:
            details = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            return JSONResponse({"error": details}, 400)
        except (AdminError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint


def for_bot(emulator: Emulator, handler: Callable[[Bot, Request], Awaitable[Any]]) -> Endpoint:
    """Return an endpoint whose handler gets the bot that the path names."""

    async def with_bot(emulator: Emulator, request: Request) -> Any:
        bot = emulator.bots.get(request.path_params["token"])
        if bot is None:
            raise AdminError("no bot has this token")
        return await handler(bot, request)

    return for_emulator(emulator, with_bot)
