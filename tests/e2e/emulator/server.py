"""The HTTP server: Bot API below `/bot<token>/`, files below `/file/bot<token>/`, and `/admin`."""

import logging
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from .admin import admin_routes
from .dispatch import answer_call, refusal
from .errors import ApiError
from .params import read_params
from .state import Bot, Emulator

HOST = "127.0.0.1"
START_TIMEOUT = 10.0
logger = logging.getLogger(__name__)


def create_app(emulator: Emulator) -> Starlette:
    """Return the ASGI application over a state."""

    def bot_of(request: Request) -> Bot:
        bot = emulator.bots.get(request.path_params["token"])
        if bot is None:
            raise ApiError(401)
        return bot

    async def call_method(request: Request) -> Response:
        try:
            bot = bot_of(request)
            args = await read_params(request)
        except ApiError as error:
            return refusal(error)
        return await answer_call(bot, request.path_params["method"], args)

    async def download(request: Request) -> Response:
        try:
            bot = bot_of(request)
        except ApiError as error:
            return refusal(error)
        for stored in bot.files.values():
            if stored.path == request.path_params["path"]:
                return Response(stored.content, media_type="application/octet-stream")
        return refusal(ApiError(404))

    async def nothing_here(request: Request, error: Exception) -> Response:
        return refusal(ApiError(404))

    async def own_fault(request: Request, error: Exception) -> Response:
        # Must be seen: to the bot it looks like trouble at Telegram.
        logger.error("the emulator failed at %s", request.url.path, exc_info=error)
        return JSONResponse(ApiError(500).body() | {"error": f"the emulator failed: {error!r}"}, 500)

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", call_method, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", download, methods=["GET"]),
            Mount("/admin", routes=admin_routes(emulator)),
        ],
        exception_handlers={404: nothing_here, Exception: own_fault},
    )


class EmulatorServer(uvicorn.Server):
    """The emulator as a server on loopback.

    Runs in the foreground with `run()`, or in a thread of its own as a context manager, which tests use.

    Args:
        port: port to listen on, 0 for any free one.
        emulator: state to serve, an empty one by default.
    """

    def __init__(self, port: int = 0, emulator: Emulator | None = None) -> None:
        self.emulator = emulator or Emulator()
        super().__init__(
            uvicorn.Config(
                create_app(self.emulator),
                # An ordered dropped connection is an error to uvicorn; nobody needs to read of it.
                log_level="critical",
                lifespan="off",
                http="h11",
                ws="none",
                timeout_graceful_shutdown=1,
            )
        )
        self._socket = _listen(port)
        self.url = f"http://{HOST}:{self._socket.getsockname()[1]}"
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self.serve_here, name="emulator", daemon=True)

    def serve_here(self) -> None:
        """Serve in this thread until the server is told to stop."""
        self.run(sockets=[self._socket])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then let the starting thread go on."""
        await super().startup(sockets)
        self._ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End long polls first: the server waits for answers that are under way."""
        await self.emulator.close()
        await super().shutdown(sockets)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(START_TIMEOUT):
            raise RuntimeError("the emulator did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.should_exit = True
        self._thread.join(START_TIMEOUT)


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio sends small answers at once only on sockets that say they are TCP;
    # otherwise every answer, of which head and body are written separately, takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    listener.listen()
    return listener
