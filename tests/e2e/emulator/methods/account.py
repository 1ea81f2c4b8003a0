"""Methods about the bot itself: who it is, what it shows of itself, leaving the server."""

from ..params import Params
from ..profile import check_commands, check_language, scope_key
from ..state import Bot
from ..updates import Json
from .registry import method, optional_json


@method("getMe")
async def get_me(bot: Bot, args: Params) -> Json:
    """Return the bot's own account."""
    return bot.user.wire() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not bot.privacy_mode,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


@method("logOut")
async def log_out(bot: Bot, args: Params) -> bool:
    """Note that the bot wants to leave; the emulator serves it all the same."""
    bot.record("log_out", None)
    return True


@method("close")
async def close(bot: Bot, args: Params) -> bool:
    """Note that the bot wants to be moved to another server."""
    bot.record("close", None)
    return True


@method("setMyCommands")
async def set_my_commands(bot: Bot, args: Params) -> bool:
    """Set the menu for one scope and language."""
    scope, language = _scope_and_language(args)
    commands = optional_json(args, "commands")
    bot.profile.commands[scope, language] = check_commands([] if commands is None else commands)
    bot.record("commands", None)
    return True


@method("getMyCommands")
async def get_my_commands(bot: Bot, args: Params) -> list[Json]:
    """Return the menu of exactly this scope and language."""
    return bot.profile.commands.get(_scope_and_language(args), [])


@method("deleteMyCommands")
async def delete_my_commands(bot: Bot, args: Params) -> bool:
    """Remove the menu of one scope and language."""
    bot.profile.commands.pop(_scope_and_language(args), None)
    bot.record("commands", None)
    return True


@method("setMyName")
async def set_my_name(bot: Bot, args: Params) -> bool:
    """Set the display name."""
    return _set(bot, args, "name")


@method("getMyName")
async def get_my_name(bot: Bot, args: Params) -> Json:
    """Return the display name."""
    return {"name": bot.profile.text("name", args.text("language_code")) or bot.user.first_name}


@method("setMyDescription")
async def set_my_description(bot: Bot, args: Params) -> bool:
    """Set what an empty chat with the bot shows."""
    return _set(bot, args, "description")


@method("getMyDescription")
async def get_my_description(bot: Bot, args: Params) -> Json:
    """Return what an empty chat with the bot shows."""
    return {"description": bot.profile.text("description", args.text("language_code"))}


@method("setMyShortDescription")
async def set_my_short_description(bot: Bot, args: Params) -> bool:
    """Set what the profile page shows."""
    return _set(bot, args, "short_description")


@method("getMyShortDescription")
async def get_my_short_description(bot: Bot, args: Params) -> Json:
    """Return what the profile page shows."""
    return {"short_description": bot.profile.text("short_description", args.text("language_code"))}


def _set(bot: Bot, args: Params, name: str) -> bool:
    bot.profile.set_text(name, args.text("language_code"), args.text(name))
    bot.record("profile", None, name=name)
    return True


def _scope_and_language(args: Params) -> tuple[str, str]:
    language = args.text("language_code")
    check_language(language)
    return scope_key(optional_json(args, "scope")), language
