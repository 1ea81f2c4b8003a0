"""One message, several questions: forwarded lists, "and also …", posts that end in three questions."""

from __future__ import annotations

import re

__all__ = ["MOST_PARTS", "asides", "list_items", "split_questions"]

MOST_PARTS = 5
"""A message is answered in at most this many parts; the rest would not fit a phone."""

LONG = 40
"""Words from which on a message that asks one thing is a story, of which some sentences matter more than others."""

MOST_ASIDES = 12

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
    if items := list_items(text):
        return items[:MOST_PARTS]
    sentences = [match.group().strip() for match in _SENTENCE.finditer(text)]
    asked = [sentence for sentence in sentences if sentence.endswith(tuple(_QUESTION_END)) and _long_enough(sentence)]
    told = sum(len(_WORD.findall(sentence)) for sentence in sentences if sentence not in asked)
    total = sum(len(_WORD.findall(sentence)) for sentence in asked)
    # A story with questions in it is about the story: cut apart, its questions lose what they are about.
    if len(asked) >= 2 and told <= total:
        return asked[:MOST_PARTS]
    return [text.strip()]


def list_items(text: str) -> list[str]:
    """The items of a message that is a list of questions, each of which can stand by itself; none of any other."""
    items = [match["text"].strip() for match in _ITEM.finditer(text)]
    return items if len(items) >= 2 and all(_long_enough(item) for item in items) else []


def asides(text: str, parts: list[str]) -> list[str]:
    """What is looked at beside each part to tell whether the message is ours.

    A question cut out of a message may sound like ours when the message is not, and the other way round a long story may
    hide a sentence that asks for what we have. Such a sentence often says "this" of what stands before it.

    Args:
        text: The message.
        parts: What `split_questions` made of it.

    Returns:
        The whole message, if it has several parts; of a long one the sentences that ask, each with the sentence before
        it, or if none has a question mark the last ones; else nothing.
    """
    if len(parts) > 1:
        return [text]
    if len(_WORD.findall(text)) < LONG:
        return []
    sentences = [match.group().strip() for match in _SENTENCE.finditer(text)]
    pairs = [
        (sentence, " ".join(sentences[max(0, number - 1) : number + 1]))
        for number, sentence in enumerate(sentences)
        if _long_enough(sentence)
    ]
    asking = [pair for sentence, pair in pairs if sentence.endswith(tuple(_QUESTION_END))]
    return (asking or [pair for _, pair in pairs])[-MOST_ASIDES:]


def _long_enough(text: str) -> bool:
    """Whether `text` can be a question by itself: four words, or six letters of a script without spaces."""
    words = _WORD.findall(text)
    return len(words) >= 4 or any(word[0] > "\u3000" and len(word) >= 6 for word in words)
