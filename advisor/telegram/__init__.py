"""The bot on Telegram."""

from advisor.telegram.app import run_bot

__all__ = ["run_bot"]
