"""Fixtures of the tests that receive and send: retries without waiting, and a store of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import stamina

from advisor.store import Store


@pytest.fixture
def no_waiting() -> Iterator[None]:
    """Retries follow at once."""
    stamina.set_testing(True, attempts=10)
    yield
    stamina.set_testing(False)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'advisor.db'}")
    yield store
    await store.close()
