"""Parsing of foreign XML and HTML without trusting it.

No entity is resolved, nothing is fetched, huge trees are refused, and a file above the limit is not parsed at
all.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from advisor.errors import OfficialError

__all__ = ["MAX_BYTES", "Element", "children", "local_name", "parse_html", "parse_xml"]

MAX_BYTES: Final = 64 * 1024 * 1024
Element = etree._Element


def parse_xml(data: bytes) -> Element:
    """Parse XML and return the root.

    Raises:
        OfficialError: if it is too large, not well-formed, or brings declarations of its own.
    """
    _check_size(data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OfficialError(f"not well-formed XML: {_first_line(error)}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise OfficialError("the XML brings declarations of its own, which no publisher's does: refused")
    return root


def parse_html(data: bytes | str) -> Element:
    """Parse HTML and return the root.

    Raises:
        OfficialError: if it is too large or holds nothing.
    """
    raw = data.encode() if isinstance(data, str) else data
    _check_size(raw)
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OfficialError(f"not readable as HTML: {_first_line(error)}") from None
    if root is None:
        raise OfficialError("the HTML is empty")
    return root


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace; "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element) -> list[Element]:
    """Return the child elements, comments and entity references left out."""
    return [child for child in element if isinstance(child.tag, str)]


def _check_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise OfficialError(f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
