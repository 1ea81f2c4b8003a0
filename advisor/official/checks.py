"""Decides whether what came is the text that was asked for; status codes and media types prove nothing."""

from __future__ import annotations

from typing import Final

from advisor.errors import OfficialError
from advisor.official.archive import Version
from advisor.official.citation import read_citation
from advisor.official.models import OfficialText
from advisor.official.readers.detect import detect, read_bytes
from advisor.official.wanted import WantedText

__all__ = ["check"]

_LEAST: Final = 40
_SHRUNK: Final = 0.4


def check(
    data: bytes, text: WantedText, expected: str, name: str, held: Version | None, accept: bool = False
) -> OfficialText:
    """Read an answer, refusing one that cannot be the text.

    Args:
        data: The bytes.
        text: What was asked for.
        expected: Name of the reader that a good answer needs.
        name: File name for the readers.
        held: The version that would be replaced.
        accept: Whether a much shorter text is taken all the same.

    Returns:
        The document.

    Raises:
        OfficialError: in one line: nothing in it, a page instead of data, another format, damaged, without
            the
            wanted places, or far shorter than what we hold.
    """
    if not data.strip():
        raise OfficialError("the answer was good but there is nothing in it")
    head = data[:2000].lstrip().lower()
    if expected != "govuk-html" and (head.startswith((b"<!doctype html", b"<html")) or b"<html" in head[:400]):
        raise OfficialError("a web page came instead of the text: the publisher may be refusing automated readers")
    found = detect(data)
    if found != expected:
        raise OfficialError(f"the answer is {found}, {expected} was expected")
    document = read_bytes(data, name)
    length = sum(len(p.text) for p in document.paragraphs if p.kind != "furniture")
    if found == "federal-register":
        return document
    if length < _LEAST:
        raise OfficialError(f"too short to be the text: {length} characters")
    places = {place for p in document.paragraphs if (place := read_citation(p.citation))}
    for citation in text.citations:
        if not any(citation.contains(place) for place in places):
            raise OfficialError(f"the answer has no paragraph of {citation}")
    if not accept and held is not None and held.characters and length < _SHRUNK * held.characters:
        raise OfficialError(
            f"far shorter than the version we hold ({length:,} characters, {held.characters:,} before);"
            " look at it, and use --accept if it is right"
        )
    return document
