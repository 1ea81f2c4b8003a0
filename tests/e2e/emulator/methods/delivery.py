"""Methods by which a bot gets its updates: long polling or a webhook."""

import re
from urllib.parse import urlsplit

from ..errors import ApiError, bad_request
from ..params import Params
from ..state import Bot
from ..updates import DEFAULT_KINDS, Json
from ..webhook import Webhook
from .registry import execute, method, optional_json

MAX_TIMEOUT = 50
MAX_SECRET = 256
SECRET = re.compile(r"[A-Za-z0-9_-]*")
# What a webhook may not ask for in the body of its answer.
NOT_IN_ANSWER = ("deletewebhook", "setwebhook", "close", "logout", "get")


@method("getUpdates")
async def get_updates(bot: Bot, args: Params) -> list[Json]:
    """Hand out updates, waiting for them up to `timeout` seconds."""
    _allow(bot, args)
    offset = args.integer("offset")
    limit = args.integer("limit", 100, 1, 100)
    return await bot.updates.poll(offset, limit, args.integer("timeout", 0, 0, MAX_TIMEOUT))


@method("setWebhook")
async def set_webhook(bot: Bot, args: Params) -> bool:
    """Post updates to an address from now on; an empty address is the same as deleteWebhook."""
    url = args.text("url")
    if not url:
        await delete_webhook(bot, args)
        return True
    # The real server wants https except in its local mode; on loopback there is nobody to hide from.
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    secret = args.text("secret_token")
    if len(secret) > MAX_SECRET:
        raise bad_request("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    await _stop(bot)
    if args.flag("drop_pending_updates"):
        bot.updates.clear()
    _allow(bot, args)

    async def on_answer(answer: Json) -> None:
        name = str(answer.get("method", "")).lower()
        if name and not name.startswith(NOT_IN_ANSWER):
            await execute(bot, name, Params(answer))

    bot.webhook = Webhook(
        bot.updates,
        bot.signal,
        on_answer,
        lambda reason: bot.record("webhook_error", None, reason=reason),
        url=parts.geturl(),
        secret=secret,
        max_connections=args.integer("max_connections", 40, 1, 100),
        first_delay=bot.webhook_delay,
    )
    bot.updates.set_webhook(True)
    bot.webhook.start()
    return True


@method("deleteWebhook")
async def delete_webhook(bot: Bot, args: Params) -> bool:
    """Go back to polling."""
    await _stop(bot)
    if args.flag("drop_pending_updates"):
        bot.updates.clear()
    return True


@method("getWebhookInfo")
async def get_webhook_info(bot: Bot, args: Params) -> Json:
    """Return where updates go, how many wait and what went wrong last."""
    info: Json = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(bot.updates.pending),
    }
    if bot.webhook is not None:
        info |= bot.webhook.info()
    if bot.updates.allowed != DEFAULT_KINDS:
        info["allowed_updates"] = sorted(bot.updates.allowed)
    return info


async def _stop(bot: Bot) -> None:
    if bot.webhook is not None:
        await bot.webhook.stop()
        bot.webhook = None
    bot.updates.set_webhook(False)


def _allow(bot: Bot, args: Params) -> None:
    try:
        bot.updates.allow(optional_json(args, "allowed_updates"))
    except ApiError:
        return  # the real server takes no notice of a list that it cannot read
