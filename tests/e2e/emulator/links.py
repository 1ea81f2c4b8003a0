"""Which addresses Telegram takes for links (LinkManager and HttpUrl of tdlib/td)."""

import re

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")
_TELEGRAM = re.compile(r"(tg|ton|tonsite):(?://)?", re.IGNORECASE)
_TELEGRAM_HOST = re.compile(r"[a-zA-Z0-9_.-]+")
_USER = re.compile(r"tg:(?://)?user/?\?(?:[^#]*&)?id=(\d+)(?=[&#]|$)", re.IGNORECASE)
_HTTP = re.compile(r"(?:https?://)?(?P<address>[^/?#\s]+)(?P<rest>[/?#].*)?", re.IGNORECASE | re.DOTALL)


def checked_link(url: str) -> str | None:
    """Return the address as Telegram stores it, or None when it does not take it for one.

    Web addresses need a dot in their host (no IPv6 here), a missing scheme counts as http, and an empty path
    becomes `/`.
    """
    telegram = _TELEGRAM.match(url)
    if telegram:
        rest = url[telegram.end() :]
        host = _TELEGRAM_HOST.match(rest)
        return f"{telegram[1].lower()}://{rest}" if host else None
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return None
    match = _HTTP.fullmatch(url.rstrip())
    if match is None:
        return None
    name, _, port = match["address"].rpartition("@")[2].partition(":")
    if "." not in name or name == "." or (port and not port.isdigit()):
        return None
    rest = re.sub(r"[\x00-\x20]", lambda m: f"%{ord(m.group()):02X}", match["rest"] or "/")
    protocol = scheme[1].lower() if scheme else "http"
    return f"{protocol}://{match['address']}{rest if rest.startswith('/') else '/' + rest}"


def mentioned_user(url: str) -> int | None:
    """Return the user id of a `tg://user?id=...` address."""
    match = _USER.match(url)
    return int(match[1]) if match else None
