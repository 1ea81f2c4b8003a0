"""What an official text is once it has been read: a document of addressable paragraphs.

`Paragraph.text` is the publisher's own wording, designator included, with runs of white space folded. Nothing
is left out: joining the texts in order (a space between two, none where `joined` is set) gives the document
back.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Kind", "OfficialText", "Paragraph", "ParagraphKind", "Reference"]

Kind = Literal["regulation", "statute", "guidance"]
ParagraphKind = Literal[
    "heading",
    "paragraph",
    "extract",
    "table",
    "note",
    "effective",
    "footnote",
    "history",
    "authority",
    "furniture",
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reference(_Frozen):
    """A citation found in a paragraph, resolved to a link.

    Attributes:
        text: The words as they stand in the paragraph.
        citation: The citation in canonical form.
        url: The publisher's page for it.
    """

    text: str
    citation: str
    url: str


class Paragraph(_Frozen):
    """One addressable piece of an official text.

    Attributes:
        citation: Canonical citation, such as "22 CFR 62.27(c)(1)(ii)".
        path: Labels from the top of the document down to this paragraph.
        heading: The headings above it and its own, joined by " > ".
        text: The words, white space folded; rows of a table are lines and its cells are separated by tabs.
        url: Deep link to the publisher's page for people.
        kind: What the paragraph is; "effective" is a note about an amendment that begins or ends on a date,
            and
            "furniture" is navigation that stood in the file and is no part of the text.
        terms: Terms that the paragraph defines.
        emphasis: Italic runs as (start, end) offsets into `text`.
        references: Citations found in the text.
        joined: Whether no white space stood between the previous paragraph and this one.
        as_of: The date of this paragraph, where the publisher stamps paragraphs and not only documents.
        in_force: False where the publisher marks the wording as not in force.
    """

    citation: str
    path: tuple[str, ...]
    heading: str
    text: str
    url: str
    kind: ParagraphKind = "paragraph"
    terms: tuple[str, ...] = ()
    emphasis: tuple[tuple[int, int], ...] = ()
    references: tuple[Reference, ...] = ()
    joined: bool = False
    as_of: dt.date | None = None
    in_force: bool = True


class OfficialText(_Frozen):
    """One document as it was read from a file or a publisher.

    Attributes:
        source: Key of the wanted text it answers, or the name of its format when it was read from a loose
            file.
        title: Title as the publisher gives it.
        kind: Regulation, statute or guidance.
        publisher: Who publishes it.
        as_of: The date the text speaks of, if the file or the publisher says it.
        url: Page for people.
        digest: SHA-256 of the raw bytes, in hexadecimal.
        format: Name of the reader that read it.
        paragraphs: The text, in order.
    """

    source: str
    title: str
    kind: Kind
    publisher: str
    as_of: dt.date | None
    url: str
    digest: str = ""
    format: str = ""
    paragraphs: tuple[Paragraph, ...] = Field(default=())

    def text(self) -> str:
        """Return the whole text, paragraphs joined as they stood in the file."""
        return "".join(("" if p.joined else " ") + p.text for p in self.paragraphs).strip()
