"""Methods about chats and their members."""

from typing import Any

from ..errors import bad_request
from ..params import Params
from ..state import Bot, Chat
from ..updates import Json
from .registry import find_chat, method

NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


@method("getChat")
async def get_chat(bot: Bot, args: Params) -> Json:
    """Return what is known of a chat."""
    chat = find_chat(bot, args.text("chat_id"), write=False)
    return chat.wire() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": NO_GIFTS,
    }


@method("getChatMember")
async def get_chat_member(bot: Bot, args: Params) -> Json:
    """Return the standing of a user, or of the bot itself, in a chat."""
    chat = find_chat(bot, args.text("chat_id"), write=False)
    user_id = args.integer("user_id")
    if user_id not in bot.users:
        raise bad_request("user not found")
    return chat_member(bot, chat, user_id)


@method("getChatAdministrators")
async def get_chat_administrators(bot: Bot, args: Params) -> list[Json]:
    """Return the creator and the administrators, without other bots."""
    chat = find_chat(bot, args.text("chat_id"), write=False)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    ranks = chat.members | {bot.user.id: chat.bot_status}
    return [chat_member(bot, chat, i) for i, rank in ranks.items() if rank in ("creator", "administrator")]


@method("getChatMemberCount")
async def get_chat_member_count(bot: Bot, args: Params) -> int:
    """Return how many members a chat has, the bot included."""
    chat = find_chat(bot, args.text("chat_id"), write=False)
    return len(chat.members) + 1


@method("leaveChat")
async def leave_chat(bot: Bot, args: Params) -> bool:
    """Leave a group or channel."""
    chat = find_chat(bot, args.text("chat_id"))
    if chat.type == "private":
        raise bad_request("chat can't be left")
    chat.bot_status = "left"
    bot.record("left", chat.id)
    return True


def chat_member(bot: Bot, chat: Chat, user_id: int) -> Json:
    """Return the Bot API `ChatMember` object of a user that the bot knows."""
    user = bot.users[user_id]
    if user_id == bot.user.id:
        status = chat.bot_status
    elif chat.user is not None:
        status = "member"
    else:
        status = chat.members.get(user_id, "left")
    return {"status": status, "user": user.wire()} | _details(status)


def _details(status: str) -> dict[str, Any]:
    if status == "creator":
        return {"is_anonymous": False}
    if status == "kicked":
        return {"until_date": 0}
    if status == "administrator":
        rights = (
            "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
            "can_promote_members can_change_info can_invite_users can_post_stories "
            "can_edit_stories can_delete_stories"
        )
        return {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(rights.split(), True)
    return {}
