"""Shared parts: own fixtures with invented text, the folder of real samples, and a publisher on the loopback."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import stamina
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from advisor.official.transport import Limits, Transport

DATA = Path(__file__).parent / "data"
_ROOT = Path(__file__).resolve().parents[2]


def samples_dir() -> Path | None:
    """The folder of real files: OFFICIAL_SAMPLES, or beside the checkout; None when there is none."""
    folder = Path(os.environ.get("OFFICIAL_SAMPLES") or _ROOT.parent / "shared" / "official")
    return folder if folder.is_dir() else None


@pytest.fixture
def samples() -> Path:
    folder = samples_dir()
    if folder is None:
        pytest.skip("no real files: set OFFICIAL_SAMPLES to a folder of official texts")
    return folder


@pytest.fixture
def data() -> Path:
    return DATA


Handler = Callable[[Request], Response]


@dataclass
class Publisher:
    """A publisher on the loopback: answers by path, and remembers what it was asked."""

    base: str
    handlers: dict[str, Handler] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def serve(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> None:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.handlers[path] = lambda _: Response(body, status, sent)

    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked if request.url.path != "/robots.txt"]


@pytest.fixture(scope="session")
def _server() -> Iterator[tuple[str, list[Publisher]]]:
    current: list[Publisher] = []

    async def answer(request: Request) -> Response:
        publisher = current[-1]
        publisher.asked.append(request)
        handler = publisher.handlers.get(request.url.path)
        return handler(request) if handler else PlainTextResponse("not there", 404)

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/{path:path}", answer)])
    config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", current
    server.should_exit = True
    thread.join()


@pytest.fixture
def publisher(_server: tuple[str, list[Publisher]]) -> Publisher:
    base, current = _server
    made = Publisher(base)
    current.append(made)
    return made


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def transport(pauses: list[float]) -> Iterator[Transport]:
    """A transport that never really waits: pauses are collected, retries follow at once."""
    stamina.set_testing(True, attempts=3, cap=True)
    with httpx.Client(timeout=0.5, follow_redirects=False) as client:
        limits = Limits(bytes=200_000, seconds=2.0, idle_seconds=0.5, attempts=3)
        yield Transport(client, "advisor-tests (tests)", limits, sleep=pauses.append)
    stamina.set_testing(False)
