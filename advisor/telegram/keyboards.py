"""Inline keyboards, as JSON; button data are short codes that survive a restart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from advisor.messages import translate

__all__ = ["PAGE", "choices", "more", "topic_list"]

PAGE = 8
"""Buttons of a list on one screen."""

_MOST_BYTES = 64

Keyboard = dict[str, Any]


def _button(text: str, data: str) -> dict[str, str]:
    if len(data.encode()) > _MOST_BYTES:
        raise ValueError(f"button data of over {_MOST_BYTES} bytes")
    return {"text": text if len(text) <= 60 else text[:59] + "…", "callback_data": data}


def more(turn: int, shown: int, language: str) -> Keyboard:
    """One button that shows what an answer left out.

    Args:
        turn: The message id of the question.
        shown: How many left-over blocks were shown already.
        language: Of the button.
    """
    return {"inline_keyboard": [[_button(translate(language, "More"), f"more:{turn}:{shown}")]]}


def choices(turn: int, titles: Sequence[str]) -> Keyboard:
    """A button for each passage that an unsure answer offers; `turn` is the message id of the question."""
    rows = [[_button(title, f"choice:{turn}:{number}")] for number, title in enumerate(titles)]
    return {"inline_keyboard": rows}


def topic_list(entries: Sequence[tuple[str, str]], back: str | None, page: int, here: str) -> Keyboard:
    """A page of a list.

    Args:
        entries: (button data, title).
        back: Data of the button that leads up, if any.
        page: Which page, from 0.
        here: Data of this list, to which `:page` is added for turning pages.
    """
    rows = [[_button(title, data)] for data, title in entries[page * PAGE : (page + 1) * PAGE]]
    turns = []
    if page > 0:
        turns.append(_button("‹", f"{here}:{page - 1}"))
    if back is not None:
        turns.append(_button("↑", back))
    if (page + 1) * PAGE < len(entries):
        turns.append(_button("›", f"{here}:{page + 1}"))
    return {"inline_keyboard": [*rows, turns] if turns else rows}
