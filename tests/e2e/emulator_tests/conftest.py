"""The emulator with a fresh bot, and the Bot API as a bot calls it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from tests.e2e.emulator import AdminClient
from tests.e2e.emulator.fixtures import emulator, telegram

__all__ = ["BotApi", "api", "emulator", "telegram"]


class BotApi:
    """Calls Bot API methods the way python-telegram-bot does: as a form, nested values as JSON."""

    def __init__(self, telegram: AdminClient) -> None:
        self.http = httpx.AsyncClient(
            base_url=f"{telegram.url}/bot{telegram.token}/", timeout=20, trust_env=False
        )

    async def raw(self, method: str, **params: Any) -> httpx.Response:
        """Return the HTTP answer to a call."""
        form = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()
        }
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
