"""Opening the database: SQLite with every commit on the disk, or PostgreSQL; migrated before first use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from advisor.errors import StoreError

__all__ = ["migrate", "open_database"]


async def open_database(url: str) -> AsyncEngine:
    """Connect, and bring the tables up to date.

    Args:
        url: An SQLAlchemy address; for SQLite the folder is made if missing.

    Raises:
        StoreError: The database cannot be opened. Its address is not repeated: it may hold a password.
    """
    address = make_url(url)
    try:  # an error must not repeat the parameters of a query either: they are what people wrote
        if address.get_backend_name() == "sqlite":
            if address.database:
                Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_async_engine(address, connect_args={"timeout": 30}, hide_parameters=True)
            event.listen(engine.sync_engine, "connect", _durable)
        else:
            engine = create_async_engine(address, pool_pre_ping=True, hide_parameters=True)
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
    except (SQLAlchemyError, OSError, ImportError) as error:
        raise StoreError(
            f"cannot open the database ({type(error).__name__}); see ADVISOR_DATABASE_URL and ADVISOR_DATA_DIR"
        ) from error
    return engine


def _durable(connection: Any, record: object) -> None:
    """A commit is on the disk when it returns, also if the machine loses power the next moment."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def migrate(connection: Connection) -> None:
    """Run the migrations that the database has not had yet."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
