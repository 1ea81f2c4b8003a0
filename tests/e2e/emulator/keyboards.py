"""Checking `reply_markup`, above all inline keyboards (https://core.telegram.org/bots/api#inlinekeyboardbutton)."""

from typing import Any

from .errors import bad_request
from .links import checked_link, mentioned_user
from .params import Params
from .updates import Json

MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
MAX_COPY_TEXT = 256
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
UNPARSED = "can't parse inline keyboard button"


def read_reply_markup(args: Params) -> Json | None:
    """Return the reply markup of a call, checked; None when there is none.

    An inline keyboard without any button counts as none.

    Raises:
        ApiError: 400 when it is not JSON, not an object, or a button breaks a rule.
    """
    try:
        markup = args.json("reply_markup")
    except ValueError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return markup
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    checked = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def inline_part(markup: Json | None) -> Json | None:
    """Return what a message keeps of a markup: an inline keyboard, no other kind."""
    return markup if markup is not None and "inline_keyboard" in markup else None


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request(f"{UNPARSED}: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(f'{UNPARSED}: Can\'t find field "text"')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [name for name in ACTIONS if button.get(name) not in (None, "")]
    if not actions:
        raise bad_request(f"{UNPARSED}: Text buttons are unallowed in the inline keyboard")
    if "url" in actions:
        return button | {"url": _url(str(button["url"]))}
    if "callback_data" in actions and len(str(button["callback_data"]).encode()) > MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in actions and not _copyable(button["copy_text"]):
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return dict(button)


def _url(url: str) -> str:
    if mentioned_user(url) is not None:
        return url
    checked = checked_link(url)
    if checked is None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return checked


def _copyable(value: Any) -> bool:
    return isinstance(value, dict) and 1 <= len(str(value.get("text", ""))) <= MAX_COPY_TEXT
