"""The tables. Times are UTC; what people wrote is kept only as long as the settings say."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

__all__ = ["messages", "metadata", "now", "sessions", "turns", "updates"]

metadata = MetaData()

_Json = JSON(none_as_null=True)  # what is emptied becomes NULL, not the JSON value null

updates = Table(
    "updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False, doc="0 for an update that belongs to no chat"),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("raw", _Json, nullable=True, doc="as received; emptied when its time is over"),
    Column("done_at", DateTime(timezone=True), nullable=True),
)
"""The inbox: every update is committed here before the platform is told that it was received."""

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("update_id", BigInteger, ForeignKey("updates.update_id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("method", String(40), nullable=False),
    Column("payload", _Json, nullable=True, doc="arguments of the call; emptied when its time is over"),
    Column("sent_at", DateTime(timezone=True), nullable=True),
    Column("failed", String(200), nullable=True, doc="why it can never be sent"),
    Column("message_id", BigInteger, nullable=True, doc="what the platform calls it"),
    UniqueConstraint("update_id", "position"),
)
"""The outbox: every reply is committed here before it is sent, and marked after."""

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=True),
    Column("message_id", BigInteger, nullable=True, doc="of the question"),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("question", String, nullable=True, doc="emptied when its time is over"),
    Column(
        "answer",
        _Json,
        nullable=True,
        doc="as shown, with what is left for more; emptied when its time is over",
    ),
    Column("status", String(20), nullable=False),
    Column("build", String(32), nullable=False),
)
"""Questions and the answers they got."""

sessions = Table(
    "sessions",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("user_id", BigInteger, primary_key=True),
    Column("greeted_at", DateTime(timezone=True), nullable=False, doc="when the notice on legal advice was given"),
)
"""Whom the bot has met, and where."""

Index("updates_undone", updates.c.done_at, updates.c.update_id)
Index("messages_unsent", messages.c.sent_at, messages.c.id)
Index("turns_by_chat", turns.c.chat_id, turns.c.user_id, turns.c.id)


def now() -> datetime:
    """The present time, UTC."""
    return datetime.now(UTC)
