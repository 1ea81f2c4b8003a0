"""A connection to nowhere: it records every call of the Bot API and answers as a test has written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from telegram import Bot
from telegram._utils.types import ODVInput
from telegram.request import BaseRequest, RequestData

__all__ = ["Call", "Transport", "connected", "result"]

TOKEN = "7000000000:AAEtoken-of-a-test-that-goes-nowhere"


@dataclass(frozen=True)
class Call:
    """One call: its method, its arguments as sent, and how long it may take to be answered."""

    method: str
    arguments: dict[str, Any]
    read_timeout: object


def result(value: object) -> tuple[int, dict[str, Any]]:
    """The answer to a call that worked."""
    return 200, {"ok": True, "result": value}


@dataclass
class Transport(BaseRequest):
    """Answers with what `answer` gives for a call: the HTTP status and the JSON body."""

    answer: Callable[[Call], tuple[int, dict[str, Any]]]
    calls: list[Call] = field(default_factory=list)

    @property
    def read_timeout(self) -> float | None:
        """The usual one."""
        return 20.0

    async def initialize(self) -> None:
        """Nothing is to be opened."""

    async def shutdown(self) -> None:
        """Nothing is to be closed."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = None,
        write_timeout: ODVInput[float] = None,
        connect_timeout: ODVInput[float] = None,
        pool_timeout: ODVInput[float] = None,
    ) -> tuple[int, bytes]:
        """See `BaseRequest`."""
        call = Call(url.rsplit("/", 1)[-1], request_data.parameters if request_data else {}, read_timeout)
        self.calls.append(call)
        code, body = self.answer(call)
        return code, json.dumps(body).encode()


def connected(sending: Transport, polling: Transport | None = None) -> Bot:
    """A bot on these connections."""
    return Bot(TOKEN, request=sending, get_updates_request=polling or sending)
