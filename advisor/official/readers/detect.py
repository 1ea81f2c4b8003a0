"""Chooses the reader for a file by what is in it, not by its name or by what a server says it is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from advisor.errors import OfficialError
from advisor.official.models import OfficialText
from advisor.official.readers.cfr_other import read_cfr_json, read_cfr_markdown
from advisor.official.readers.clml import read_clml
from advisor.official.readers.comar import read_comar
from advisor.official.readers.ecfr import read_ecfr
from advisor.official.readers.ecfr_json import LISTS, read_lists
from advisor.official.readers.fam import read_fam
from advisor.official.readers.federal_register import read_federal_register
from advisor.official.readers.govuk import read_govuk_html, read_govuk_json, read_govuk_markdown
from advisor.official.readers.plain import read_plain
from advisor.official.readers.state_json import read_state_json
from advisor.official.readers.unicourt import read_unicourt
from advisor.official.readers.uscode_markdown import read_uscode_markdown
from advisor.official.readers.uslm import read_uslm
from advisor.official.safexml import MAX_BYTES

__all__ = ["READERS", "detect", "read_bytes", "read_file"]

_Reader = Callable[[bytes, str], OfficialText]

READERS: Final[dict[str, _Reader]] = {
    "cfr-json": read_cfr_json,
    "cfr-markdown": read_cfr_markdown,
    "clml": lambda data, _: read_clml(data),
    "comar": read_comar,
    "ecfr": lambda data, _: read_ecfr(data),
    "ecfr-json": lambda data, _: read_lists(data),
    "fam": lambda data, _: read_fam(data),
    "federal-register": lambda data, _: read_federal_register(data),
    "govuk-html": lambda data, _: read_govuk_html(data),
    "govuk-json": lambda data, _: read_govuk_json(data),
    "govuk-markdown": lambda data, _: read_govuk_markdown(data),
    "plain": read_plain,
    "state-json": lambda data, _: read_state_json(data),
    "unicourt": lambda data, _: read_unicourt(data),
    "usc-markdown": read_uscode_markdown,
    "uslm": lambda data, _: read_uslm(data),
}

_ROOT: Final = re.compile(rb"<([A-Za-z_][\w.:-]*)([^>]*)>")
_ROOTS: Final = {
    b"ECFR": "ecfr",
    b"DLPSTEXTCLASS": "ecfr",
    b"DIV1": "ecfr",
    b"DIV3": "ecfr",
    b"DIV5": "ecfr",
    b"DIV6": "ecfr",
    b"DIV8": "ecfr",
    b"DIV9": "ecfr",
    b"uscDoc": "uslm",
    b"Legislation": "clml",
}


def detect(data: bytes) -> str:
    """Return the name of the reader for some content.

    Raises:
        OfficialError: if nothing here can read it.
    """
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise OfficialError("there is nothing in it")
    if head[:1] in (b"{", b"["):
        return _detect_json(data)
    if head[:1] == b"<" and b"<html" not in head.lower() and not head.lower().startswith(b"<!doctype html"):
        return _detect_xml(head)
    if head[:1] == b"<":
        return "unicourt" if b"cic-beautify" in head or b"Public.Resource.Org" in head else "govuk-html"
    return _detect_text(data)


def _detect_xml(head: bytes) -> str:
    for match in _ROOT.finditer(head):
        name = match[1].rpartition(b":")[2]
        if name in _ROOTS:
            return _ROOTS[name]
        if name == b"container" and b"open.law" in match[2]:
            return "comar"
        break
    if head.startswith((b"<div", b"<p", b"<h2", b"<section")):
        return "govuk-html"
    raise OfficialError("this XML is of no kind that is read here")


def _detect_json(data: bytes) -> str:
    try:
        answer = json.loads(data)
    except ValueError as error:
        raise OfficialError(f"not JSON, though it begins like it: {error}") from None
    first = answer[0] if isinstance(answer, list) and answer else answer
    if not isinstance(first, dict):
        raise OfficialError("this JSON is of no kind that is read here")
    if "sections" in first and "state" in first:
        return "state-json"
    if "parts" in first:
        return "cfr-json"
    if "base_path" in first and "details" in first:
        return "govuk-json"
    if "document_number" in first or "results" in first:
        return "federal-register"
    if "label_level" in first or any(key in first for key in LISTS):
        return "ecfr-json"
    raise OfficialError("this JSON is of no kind that is read here")


def _detect_text(data: bytes) -> str:
    head = data[:6000].decode("utf-8", errors="replace")
    if re.search(r"^9 FAM \d{3}\.\d", head, re.MULTILINE):
        return "fam"
    if re.search(r"^#{1,4} §+ ?\d+[a-z]{0,2}(-\d+)?\. ", head, re.MULTILINE):
        return "usc-markdown"
    if re.search(r"^#{1,5} § §+ ?\d+[a-z]?\.\d|^\s*PART \d+[a-z]?—", head, re.MULTILINE):
        return "cfr-markdown"
    if "www.gov.uk" in head:
        return "govuk-markdown"
    return "plain"


def read_bytes(data: bytes, name: str = "") -> OfficialText:
    """Read some content with the reader that fits it.

    Args:
        data: Raw bytes.
        name: Name of the file, for formats that leave out what their name says.

    Raises:
        OfficialError: if it cannot be read, in one line.
    """
    if len(data) > MAX_BYTES:
        raise OfficialError(f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}")
    kind = detect(data)
    text = READERS[kind](data, name)
    return text.model_copy(update={"digest": hashlib.sha256(data).hexdigest(), "format": kind})


def read_file(path: Path) -> OfficialText:
    """Read a file.

    Raises:
        OfficialError: if it cannot be opened or read; the text names the file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OfficialError(f"{path}: cannot be opened: {error.strerror}") from None
    try:
        return read_bytes(data, path.name)
    except OfficialError as error:
        raise OfficialError(f"{path}: {error}") from None
