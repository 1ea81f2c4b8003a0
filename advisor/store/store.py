"""The queries: the inbox, the outbox, and the turns of conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, Update, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from advisor.store.database import open_database
from advisor.store.tables import messages, now, sessions, turns, updates

__all__ = ["Outgoing", "Store", "StoredMessage", "Turn"]


@dataclass(frozen=True)
class Outgoing:
    """A call to the platform that a reply is made of.

    Attributes:
        method: The platform's name of the call, such as `sendMessage`.
        payload: Its arguments.
    """

    method: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class StoredMessage:
    """An outgoing call as it stands in the outbox."""

    id: int
    chat_id: int
    method: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """A question and the answer it got.

    Attributes:
        id: None until it is stored.
        question: The words, or None when their time is over.
        answer: The answer and what was left for more, as JSON.
    """

    chat_id: int
    user_id: int | None
    message_id: int | None
    question: str | None
    answer: dict[str, Any] | None
    status: str
    build: str
    id: int | None = None


class Store:
    """All that the bot remembers. Open it with `Store.open`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, url: str) -> Store:
        """Open the database at `url`, bringing its tables up to date.

        Raises:
            StoreError: It cannot be opened.
        """
        return cls(await open_database(url))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def receive(self, raw: Sequence[tuple[int, int, Mapping[str, Any]]]) -> list[int]:
        """Commit updates to the inbox.

        Args:
            raw: (update id, chat id, update as received).

        Returns:
            The ids that were new, in order; one delivered twice is kept once.
        """
        new: list[int] = []
        async with self._engine.begin() as connection:
            for update_id, chat_id, data in raw:
                row = {"update_id": update_id, "chat_id": chat_id, "received_at": now(), "raw": dict(data)}
                result = await connection.execute(self._insert_new(updates, row, ["update_id"]))
                if result.rowcount:
                    new.append(update_id)
        return new

    def _insert_new(self, table: Any, row: dict[str, Any], keys: list[str]) -> Any:
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        return dialect.insert(table).values(**row).on_conflict_do_nothing(index_elements=keys)

    async def undone(self) -> list[RowMapping]:
        """Updates that were received and not yet dealt with: `update_id`, `chat_id`, `raw`, oldest first."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                select(updates.c.update_id, updates.c.chat_id, updates.c.raw)
                .where(updates.c.done_at.is_(None))
                .order_by(updates.c.update_id)
            )
            return list(rows.mappings())

    async def finish(
        self, update_id: int, chat_id: int, outgoing: Sequence[Outgoing], turn: Turn | None = None
    ) -> None:
        """Commit the reply to an update and mark the update done, in one transaction.

        Args:
            update_id: The update.
            chat_id: Its chat.
            outgoing: What to send, in order.
            turn: The question and answer, if it was a question.
        """
        async with self._engine.begin() as connection:
            done = update(updates).where(updates.c.update_id == update_id, updates.c.done_at.is_(None))
            if not (await connection.execute(done.values(done_at=now()))).rowcount:
                return  # another worker was faster
            for position, call in enumerate(outgoing):
                await connection.execute(
                    messages.insert().values(
                        update_id=update_id,
                        position=position,
                        chat_id=chat_id,
                        method=call.method,
                        payload=call.payload,
                    )
                )
            if turn:
                await connection.execute(self._insert_new(turns, _row(update_id, turn), ["update_id"]))

    async def unsent(self, chat_id: int | None = None) -> list[StoredMessage]:
        """The outbox: calls not yet sent, oldest first, of one chat or of all."""
        query = (
            select(messages).where(messages.c.sent_at.is_(None), messages.c.failed.is_(None)).order_by(messages.c.id)
        )
        if chat_id is not None:
            query = query.where(messages.c.chat_id == chat_id)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings()
            return [StoredMessage(row["id"], row["chat_id"], row["method"], row["payload"] or {}) for row in rows]

    async def sent(self, identity: int, message_id: int | None) -> None:
        """Mark a call as sent."""
        await self._mark(identity, {"sent_at": now(), "message_id": message_id})

    async def gave_up(self, identity: int, why: str) -> None:
        """Mark a call as one that can never be sent."""
        await self._mark(identity, {"failed": why[:200]})

    async def _mark(self, identity: int, values: dict[str, Any]) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(update(messages).where(messages.c.id == identity).values(**values))

    async def last_turns(self, chat_id: int, user_id: int | None, count: int = 1) -> list[Turn]:
        """The latest turns of one person in one chat, newest first."""
        query = select(turns).where(turns.c.chat_id == chat_id, turns.c.question.is_not(None))
        if user_id is not None:
            query = query.where(turns.c.user_id == user_id)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query.order_by(turns.c.id.desc()).limit(count))).mappings()
            return [_turn(row) for row in rows]

    async def turn_of(self, chat_id: int, message_id: int) -> Turn | None:
        """The turn of the question with that message id."""
        query = select(turns).where(turns.c.chat_id == chat_id, turns.c.message_id == message_id)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query.order_by(turns.c.id.desc()).limit(1))).mappings().first()
            return _turn(row) if row else None

    async def greet(self, chat_id: int, user_id: int) -> bool:
        """Note that a person was met in a chat; True the first time."""
        row = {"chat_id": chat_id, "user_id": user_id, "greeted_at": now()}
        async with self._engine.begin() as connection:
            new = await connection.execute(self._insert_new(sessions, row, ["chat_id", "user_id"]))
            return bool(new.rowcount)

    async def forget(self, chat_id: int, user_id: int | None) -> None:
        """Delete what one person asked in a chat and what was answered; in a private chat that is everything."""
        async with self._engine.begin() as connection:
            mine = [turns.c.chat_id == chat_id] + ([turns.c.user_id == user_id] if user_id is not None else [])
            if user_id in (chat_id, None):  # a private chat has its person's id
                asked = select(updates.c.update_id).where(updates.c.chat_id == chat_id)
            else:
                asked = select(turns.c.update_id).where(*mine)
            await connection.execute(_emptied(asked))
            await connection.execute(
                update(updates).where(updates.c.update_id.in_(asked), updates.c.done_at.is_not(None)).values(raw=None)
            )
            await connection.execute(delete(turns).where(*mine))
            session = [sessions.c.chat_id == chat_id] + ([sessions.c.user_id == user_id] if user_id is not None else [])
            await connection.execute(delete(sessions).where(*session))

    async def expire(self, days: int, at: datetime | None = None) -> None:
        """Empty everything that people wrote, and that was answered, more than `days` days ago."""
        before = (at or now()) - timedelta(days=days)
        async with self._engine.begin() as connection:
            old = select(updates.c.update_id).where(updates.c.received_at < before, updates.c.done_at.is_not(None))
            await connection.execute(_emptied(old))
            await connection.execute(update(turns).where(turns.c.asked_at < before).values(question=None, answer=None))
            await connection.execute(update(updates).where(updates.c.update_id.in_(old)).values(raw=None))
            await connection.execute(delete(sessions).where(sessions.c.greeted_at < before))

    async def counts(self) -> dict[str, int]:
        """How many updates wait, and how many calls wait to be sent."""
        async with self._engine.connect() as connection:
            return {
                "updates": await _count(connection, select(func.count()).where(updates.c.done_at.is_(None))),
                "messages": await _count(
                    connection,
                    select(func.count()).where(messages.c.sent_at.is_(None), messages.c.failed.is_(None)),
                ),
            }


def _emptied(chosen: Select[Any]) -> Update:
    """Empty the calls of the updates that `chosen` selects; those that are still to be sent are kept."""
    settled = or_(messages.c.sent_at.is_not(None), messages.c.failed.is_not(None))
    return update(messages).where(messages.c.update_id.in_(chosen), settled).values(payload=None)


async def _count(connection: AsyncConnection, query: Any) -> int:
    return int((await connection.execute(query)).scalar_one())


def _row(update_id: int, turn: Turn) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "chat_id": turn.chat_id,
        "user_id": turn.user_id,
        "message_id": turn.message_id,
        "asked_at": now(),
        "question": turn.question,
        "answer": turn.answer,
        "status": turn.status,
        "build": turn.build,
    }


def _turn(row: RowMapping) -> Turn:
    return Turn(
        id=row["id"],
        chat_id=row["chat_id"],
        user_id=row["user_id"],
        message_id=row["message_id"],
        question=row["question"],
        answer=row["answer"],
        status=row["status"],
        build=row["build"],
    )
