"""A Telegram Bot API server for tests and for developers, in memory and on loopback.

It keeps the promises of the real one that matter to a bot: offsets confirm, HTML is parsed strictly and
counted in UTF-16, errors are worded as Telegram words them. Tests steer it through `AdminClient`; by hand it
is started with `python -m tests.e2e.emulator` and talked to with `python -m tests.e2e.emulator.chat`.
"""

from .client import AdminClient, AdminRequestError, NotHappenedError
from .origins import channel_origin, chat_origin, hidden_origin, user_origin
from .server import EmulatorServer, create_app
from .state import Emulator

__all__ = [
    "AdminClient",
    "AdminRequestError",
    "Emulator",
    "EmulatorServer",
    "NotHappenedError",
    "channel_origin",
    "chat_origin",
    "create_app",
    "hidden_origin",
    "user_origin",
]
