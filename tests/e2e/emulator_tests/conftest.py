"""The emulator with a fresh bot, the Bot API as a bot calls it, and a place to receive webhooks."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.e2e.emulator import AdminClient
from tests.e2e.emulator.fixtures import emulator, telegram

__all__ = ["BotApi", "api", "emulator", "serve_hook", "telegram"]


class BotApi:
    """Calls Bot API methods the way python-telegram-bot does: as a form, nested values as JSON."""

    def __init__(self, telegram: AdminClient) -> None:
        self.http = httpx.AsyncClient(base_url=f"{telegram.url}/bot{telegram.token}/", timeout=20, trust_env=False)

    async def raw(self, method: str, **params: Any) -> httpx.Response:
        """Return the HTTP answer to a call."""
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        return await self.http.post(method, data=form)

    async def ok(self, method: str, **params: Any) -> Any:
        """Return the result of a call that must succeed."""
        answer = (await self.raw(method, **params)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, **params: Any) -> str:
        """Return code and description of a call that must be refused, as "400 Bad Request: ..."."""
        response = await self.raw(method, **params)
        answer = response.json()
        assert answer["ok"] is False
        assert answer["error_code"] == response.status_code
        return f"{answer['error_code']} {answer['description']}"


@pytest_asyncio.fixture
async def api(telegram: AdminClient) -> AsyncIterator[BotApi]:
    """The Bot API of the test's bot."""
    api = BotApi(telegram)
    yield api
    await api.http.aclose()


@asynccontextmanager
async def serve_hook(endpoint: Callable[[Request], Awaitable[Response]]) -> AsyncIterator[str]:
    """Serve one endpoint on a free port of loopback; gives its address."""
    app = Starlette(routes=[Route("/hook", endpoint, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    server.should_exit = True
    await serving
