"""What the corpus is made of: sources, statements, sections, documents, and the passages made from them."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, TypeAdapter

__all__ = [
    "Audience",
    "Checked",
    "Document",
    "Kind",
    "PartialDate",
    "Passage",
    "Quote",
    "Section",
    "Source",
    "Statement",
    "Status",
    "Url",
]


class Strict(BaseModel):
    """A frozen model that refuses unknown keys, so that a misspelt key is an error and not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Kind(StrEnum):
    """What kind of authority a source is."""

    STATUTE = "statute"
    REGULATION = "regulation"
    GUIDANCE = "guidance"
    PROGRAM = "program"
    DATA = "data"
    SECONDARY = "secondary"


class Checked(StrEnum):
    """How a source was checked: read itself, read through somebody who reports it, or not at all."""

    SEEN = "seen"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


class Status(StrEnum):
    """Whether what a section says is law now; anything but `in_force` is shown to the reader."""

    IN_FORCE = "in_force"
    PROPOSED = "proposed"
    POSTPONED = "postponed"
    VACATED = "vacated"
    SUPERSEDED = "superseded"
    CLOSED = "closed"


class Audience(StrEnum):
    """Whom a document speaks to."""

    STUDENT = "student"
    GRADUATE = "graduate"
    PHYSICIAN = "physician"
    RESIDENT = "resident"
    COORDINATOR = "coordinator"


def _partial_date(value: object) -> str:
    """Accept YYYY, YYYY-MM or YYYY-MM-DD (also as YAML's own date or int) and give it as text."""
    text = str(value)
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text)
    if not match:
        raise ValueError(f"'{text}' is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else 1 for part in match.groups())
    date(year, month, day)  # raises ValueError for a day that does not exist
    return text


_HTTP_URL: TypeAdapter[HttpUrl] = TypeAdapter(HttpUrl)


def _http_url(value: str) -> str:
    """Check that `value` is an http(s) address; the text itself is kept as written."""
    _HTTP_URL.validate_python(value)
    return value


PartialDate = Annotated[str, BeforeValidator(_partial_date)]
Url = Annotated[str, AfterValidator(_http_url)]
Jurisdiction = Annotated[str, Field(pattern=r"^([a-z]{2}(-[a-z]{2})?|int)$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Source(Strict):
    """An authority's text that statements rest on.

    Attributes:
        citation: What a reader would quote, such as `22 CFR 62.21`.
        title: The name of the text or page, where the citation does not say it.
        url: Where the text, or the best copy of it, is found.
        publisher: Who speaks.
        kind: What kind of authority it is.
        as_of: The date the text speaks of; None when it bears none.
        checked: How it was checked.
        note: How it was checked, in our own words.
    """

    citation: Annotated[str, Field(min_length=2, max_length=300)]
    title: str | None = None
    url: Url
    publisher: Annotated[str, Field(min_length=2)]
    kind: Kind
    as_of: PartialDate | None = None
    checked: Checked
    note: str | None = None


class Statement(Strict):
    """One sentence or bullet, with the sources it rests on.

    Attributes:
        text: The words a reader sees, without citation marks, as inline Markdown.
        sources: Keys of the document's sources, in the order cited; never empty.
        bullet: Whether it stood in a list.
        step: Its number, if that list was numbered: steps are shown together and in order, or not at all.
        line: Where it stands in its file, from 1.
    """

    text: Annotated[str, Field(min_length=2)]
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    bullet: bool = False
    step: int | None = None
    line: int = 0


class Section(Strict):
    """One question answered: a `##` heading with its asks and statements; the unit that is retrieved.

    `status`, `effective`, `until` and `jurisdiction` are None where the document's own hold.
    """

    slug: Slug
    heading: Annotated[str, Field(min_length=3)]
    asks: tuple[str, ...]
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]
    status: Status | None = None
    effective: PartialDate | None = None
    until: PartialDate | None = None
    jurisdiction: Jurisdiction | None = None
    line: int = 0


class DocumentHead(Strict):
    """The front matter of a document."""

    id: Slug
    title: Annotated[str, Field(min_length=3)]
    jurisdiction: Jurisdiction
    topics: Annotated[tuple[str, ...], Field(min_length=1)]
    audience: Annotated[tuple[Audience, ...], Field(min_length=1)]
    reviewed: date
    status: Status = Status.IN_FORCE
    effective: PartialDate | None = None
    until: PartialDate | None = None
    sources: Annotated[dict[Slug, Source], Field(min_length=1)]


class Document(DocumentHead):
    """One Markdown file of the corpus."""

    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    path: Path


class Quote(Strict):
    """The words of a rule that a statement stands on.

    Attributes:
        citation: The place.
        text: Its words, cut after a sentence where they are many.
        url: The publisher's page for the place.
        publisher: Who publishes it.
        as_of: The date the text speaks of, as far as the publisher says.
    """

    citation: str
    text: str
    url: str
    publisher: str
    as_of: PartialDate | None = None


class Passage(Strict):
    """A section or a record as the index holds it, complete in itself.

    Attributes:
        id: `document-id#slug`; for any other collection, its own id.
        title: The section's heading.
        document: The document's title, the first step of the heading path.
        statements: What may be said, each with keys of `sources`.
        sources: Only the sources that the statements use.
        asks: Ways people ask for this.
        official: Whether the statements are an official text's own words, which are shown exactly as they stand.
        terms: Of an official text: citations of the definitions that it depends on.
    """

    id: str
    title: str
    document: str = ""
    statements: tuple[Statement, ...] = ()
    sources: dict[str, Source] = {}
    asks: tuple[str, ...] = ()
    jurisdiction: str = "int"
    topics: tuple[str, ...] = ()
    audience: tuple[Audience, ...] = ()
    status: Status = Status.IN_FORCE
    effective: PartialDate | None = None
    until: PartialDate | None = None
    reviewed: date | None = None
    official: bool = False
    terms: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The statements as one text, for embedding, lexical search and self-retrieval."""
        return "\n".join(statement.text for statement in self.statements)
