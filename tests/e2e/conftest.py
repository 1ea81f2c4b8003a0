"""Fixtures of the end-to-end tests: the Bot API emulator, and the real bot as a process of its own.

Most tests talk to one bot that runs all the while (`platform`, `person`). A test that stops, kills or configures a
bot prepares its own with `bot`, on the account of the `telegram` fixture.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.emulator import AdminClient, EmulatorServer, NotHappenedError
from tests.e2e.emulator.fixtures import emulator, telegram
from tests.e2e.person import PATIENCE, Person
from tests.e2e.process import BotProcess

__all__ = ["emulator", "serving", "telegram"]

SHARED_TOKEN = "6999999999:AAEshared-token-of-the-end-to-end-tests"


@pytest.fixture(scope="session")
def shared(
    emulator: EmulatorServer,
    models_dir: Path,
    small_index_dir: Path,
    small_corpus: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BotProcess]:
    """The bot that most tests talk to; at the end it must stop cleanly and have kept silent on what must not be told."""
    folder = tmp_path_factory.mktemp("shared") / "bot"
    process = BotProcess.prepare(folder, models_dir, small_index_dir, small_corpus, SHARED_TOKEN, emulator.url)
    with serving(process, emulator.url, SHARED_TOKEN):
        yield process
    assert "Traceback" not in process.log
    assert "chat_held_up" not in process.log
    assert SHARED_TOKEN not in process.log
    assert process.output == ""


@contextmanager
def serving(process: BotProcess, url: str, token: str) -> Iterator[None]:
    """Open an account, run its bot for as long as the context lasts, and stop it cleanly."""
    asyncio.run(_start(process, url, token))
    try:
        yield
        assert process.stop() == 0, process.log
    finally:
        process.end()


async def _start(process: BotProcess, url: str, token: str) -> None:
    async with AdminClient(url, token) as client:
        await client.create_bot()
        process.start()
        try:
            await client.wait_calls("getUpdates", within=PATIENCE)
        except NotHappenedError:
            process.end()
            pytest.fail(f"the bot does not serve:\n{process.log}")


@pytest_asyncio.fixture
async def platform(emulator: EmulatorServer, shared: BotProcess) -> AsyncIterator[AdminClient]:
    """The admin side of the shared bot's account."""
    async with AdminClient(emulator.url, SHARED_TOKEN) as client:
        yield client
        await client.clear_faults()


@pytest_asyncio.fixture
async def person(platform: AdminClient) -> Person:
    """Somebody who has never written to the shared bot before."""
    return await Person.arrive(platform)


@pytest.fixture
def bot(
    telegram: AdminClient, models_dir: Path, small_index_dir: Path, small_corpus: Path, tmp_path: Path
) -> Iterator[Callable[..., BotProcess]]:
    """Prepares bots on the account of the `telegram` fixture: `bot(setting=value)`, not started yet."""
    prepared: list[BotProcess] = []

    def prepare(corpus: Path = small_corpus, token: str = telegram.token, **settings: object) -> BotProcess:
        folder = tmp_path / f"bot-{len(prepared)}"
        process = BotProcess.prepare(folder, models_dir, small_index_dir, corpus, token, telegram.url, **settings)
        prepared.append(process)
        return process

    yield prepare
    for process in prepared:
        process.end()
        print(process.log)  # shown when the test failed
