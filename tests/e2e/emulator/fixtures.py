"""pytest fixtures: one emulator for the whole run, a fresh bot for every test.

A test package takes them over by importing them in its `conftest.py`:
`from tests.e2e.emulator.fixtures import emulator, telegram`.
"""

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest
import pytest_asyncio

from .client import AdminClient
from .server import EmulatorServer

_bot_ids = count(7_000_000_001)


@pytest.fixture(scope="session")
def emulator() -> Iterator[EmulatorServer]:
    """The emulator, serving in a thread on a free port of loopback."""
    with EmulatorServer() as server:
        yield server


@pytest_asyncio.fixture
async def telegram(emulator: EmulatorServer) -> AsyncIterator[AdminClient]:
    """The admin side of a new bot, which is started with `telegram.token` and `telegram.base_url`."""
    async with AdminClient(emulator.url, f"{next(_bot_ids)}:emulator-token") as client:
        await client.create_bot()
        await client.change_bot(webhook_delay=0.05)
        yield client
        await client.remove_bot()
