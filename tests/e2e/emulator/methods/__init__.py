"""The Bot API methods that the emulator knows."""

from . import account, chats, delivery, editing, files, sending
from .registry import METHODS, documented_name, execute

__all__ = [
    "METHODS",
    "account",
    "chats",
    "delivery",
    "documented_name",
    "editing",
    "execute",
    "files",
    "sending",
]
