"""The fixed words of the bot, in English in the code and in other languages in `locale/*.po`."""

from advisor.messages.catalog import LOCALES, translate

__all__ = ["LOCALES", "translate"]
