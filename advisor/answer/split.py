"""One message, several questions: forwarded lists, "and also …", posts that end in three questions."""

from __future__ import annotations

import re

__all__ = ["MOST_PARTS", "split_questions"]

MOST_PARTS = 5
"""A message is answered in at most this many parts; the rest would not fit a phone."""

_QUESTION_END = "?؟？"
_SENTENCE = re.compile(rf"[^.!\n{_QUESTION_END}。！]+(?:\.(?=\w)[^.!\n{_QUESTION_END}。！]*)*[.!{_QUESTION_END}。！]*")
_ITEM = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*•–])\s+(?P<text>.+)$", re.MULTILINE)
_WORD = re.compile(r"\w+")


def split_questions(text: str) -> list[str]:
    """Cut a message into its questions.

    Args:
        text: The message.

    Returns:
        The questions in order, at most `MOST_PARTS`; the whole message alone when it asks one thing.
    """
    items = [match["text"].strip() for match in _ITEM.finditer(text)]
    if len(items) >= 2 and sum(_long_enough(item) for item in items) == len(items):
        return items[:MOST_PARTS]
    sentences = [match.group().strip() for match in _SENTENCE.finditer(text)]
    asked = [sentence for sentence in sentences if sentence.endswith(tuple(_QUESTION_END)) and _long_enough(sentence)]
    told = sum(len(_WORD.findall(sentence)) for sentence in sentences if sentence not in asked)
    total = sum(len(_WORD.findall(sentence)) for sentence in asked)
    # A story with questions in it is about the story: cut apart, its questions lose what they are about.
    if len(asked) >= 2 and told <= total:
        return asked[:MOST_PARTS]
    return [text.strip()]


def _long_enough(text: str) -> bool:
    """Whether `text` can be a question by itself: four words, or six letters of a script without spaces."""
    words = _WORD.findall(text)
    return len(words) >= 4 or any(word[0] > "\u3000" and len(word) >= 6 for word in words)
