"""Logging: structured, without secrets and without a word that a user wrote."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import stamina.instrumentation
import structlog

from advisor.settings import Settings

__all__ = ["hide_tokens", "set_up_logs"]

_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}")


def hide_tokens(logger: object, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blot out anything of a bot token's shape, wherever in the entry it stands."""
    for key, value in entry.items():
        if isinstance(value, str):
            entry[key] = _TOKEN.sub("<token>", value)
    return entry


def set_up_logs(settings: Settings) -> None:
    """Send our own entries, and other libraries' warnings, to standard error in the chosen form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_tokens,
    ]
    last: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, settings.log_level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, hide_tokens, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in ("httpx", "httpcore", "telegram", "alembic", "aiosqlite"):
        # httpx writes the address of every request, and the token is part of it.
        logging.getLogger(name).setLevel(logging.WARNING)
    # It writes every answer of the platform that it cannot read, and those hold what people wrote.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL + 1)
    # An error's text may quote what was sent or received; our own entries name its kind.
    stamina.instrumentation.set_on_retry_hooks([])
