"""Fixtures of the end-to-end tests: the Bot API emulator, and the real bot as a process of its own."""

from __future__ import annotations

from tests.e2e.emulator.fixtures import emulator, telegram

__all__ = ["emulator", "telegram"]
