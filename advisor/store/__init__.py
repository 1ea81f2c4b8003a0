"""The database: inbox, outbox, conversations."""

from advisor.store.store import Outgoing, Store, StoredMessage, Turn

__all__ = ["Outgoing", "Store", "StoredMessage", "Turn"]
