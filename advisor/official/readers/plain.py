"""Any other text or Markdown: blocks under their headings, cited by the title of the file."""

from __future__ import annotations

from advisor.errors import OfficialError
from advisor.official.models import OfficialText, Paragraph
from advisor.official.readers.markdown import markdown_blocks
from advisor.official.section import Place, paragraph

__all__ = ["read_plain"]


def read_plain(data: bytes, name: str = "") -> OfficialText:
    """Read text block by block.

    Raises:
        OfficialError: if it is no text, or there is nothing in it.
    """
    try:
        blocks = markdown_blocks(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise OfficialError("neither XML, HTML, JSON nor UTF-8 text") from None
    if not blocks:
        raise OfficialError("there is no text in it")
    title = next((b.wording.text for b in blocks if b.heading), name or "text")
    headings: dict[int, str] = {}
    made: list[Paragraph] = []
    for block in blocks:
        if block.heading:
            headings = {k: v for k, v in headings.items() if k < block.heading}
            headings[block.heading] = block.wording.text
        above = tuple(h for _, h in sorted(headings.items()))
        place = Place((title, *above), above, lambda _: title, lambda _: "")
        made.append(paragraph(block.wording, place, kind="heading" if block.heading else "paragraph"))
    return OfficialText(
        source="plain", title=title, kind="guidance", publisher="", as_of=None, url="", paragraphs=tuple(made)
    )
