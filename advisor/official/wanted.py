"""Which official texts we want: `corpus/official.toml`, checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from advisor.errors import InputError
from advisor.official.citation import Citation, parse_citation, read_citation
from advisor.official.models import Kind, Paragraph

__all__ = ["Publisher", "Wanted", "WantedText", "load_wanted"]

PUBLISHERS = ("comar", "ecfr", "federal-register", "govuk", "legislation", "uscode")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Publisher(_Strict):
    """An interface of one publisher.

    Attributes:
        name: Name shown to users.
        base: Root of the interface, without a slash at the end.
        allow: Other hosts that a redirect may lead to.
        delay: Seconds between two requests to its host.
        format: Name of the reader that a good answer needs.
        kind: What the texts are.
    """

    name: str
    base: str = Field(pattern=r"^https?://[^/]+(/.*)?$")
    allow: tuple[str, ...] = ()
    delay: float = Field(1.0, ge=0, le=60)
    format: str
    kind: Kind

    @field_validator("base")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")


class WantedText(_Strict):
    """One text of the list.

    Attributes:
        key: Short name; the name of its folder in the archive.
        publisher: Key of the publisher.
        cites: What is wanted of it; empty for all of it.
        path: Address below the publisher's base, or the query of a search.
        title: Title to show, if the publisher's own is unhelpful.
    """

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,60}$")
    publisher: str
    cites: tuple[str, ...] = ()
    path: str = ""
    title: str = ""
    _citations: tuple[Citation, ...] = PrivateAttr(())

    @model_validator(mode="after")
    def _readable(self) -> Self:
        try:
            self._citations = tuple(parse_citation(cite) for cite in self.cites)
        except InputError as error:
            raise ValueError(str(error)) from None
        if self.publisher in ("ecfr", "uscode") and not self.cites:
            raise ValueError(f"{self.key}: texts of {self.publisher} need `cites`")
        if self.publisher not in ("ecfr", "uscode") and not self.path:
            raise ValueError(f"{self.key}: texts of {self.publisher} need `path`")
        return self

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The wanted places, parsed."""
        return self._citations

    def covers(self, paragraph: Paragraph) -> bool:
        """Say whether a paragraph of the text is among what is wanted of it."""
        if not self.citations:
            return True
        place = read_citation(paragraph.citation)
        return place is not None and any(wanted.contains(place) for wanted in self.citations)


class Wanted(_Strict):
    """The whole list."""

    texts: tuple[WantedText, ...]
    publishers: dict[str, Publisher]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[str] = set()
        for text in self.texts:
            if text.key in seen:
                raise ValueError(f"the key {text.key} is used twice")
            seen.add(text.key)
            if text.publisher not in self.publishers:
                raise ValueError(f"{text.key}: no publisher {text.publisher} in [publishers]")
        if unknown := sorted(set(self.publishers) - set(PUBLISHERS)):
            raise ValueError(f"no interface is known for the publisher {unknown[0]}")
        return self

    def text(self, key: str) -> WantedText:
        """Return a text by its key.

        Raises:
            InputError: if there is none.
        """
        for text in self.texts:
            if text.key == key:
                return text
        raise InputError(f"no official text {key!r}; `advisor official status` lists them")

    def publisher_of(self, text: WantedText) -> Publisher:
        """Return the publisher of a text."""
        return self.publishers[text.publisher]


def load_wanted(path: Path, bases: Mapping[str, str] | None = None) -> Wanted:
    """Read the list.

    Args:
        path: `corpus/official.toml`.
        bases: Other base addresses by publisher, from the settings.

    Raises:
        InputError: if the file cannot be read or says something that cannot be meant.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not valid TOML: {error}", path) from None
    for key, base in (bases or {}).items():
        if key not in raw.get("publishers", {}):
            raise InputError(f"a base address is set for the publisher {key}, which is not in the list", path)
        raw["publishers"][key]["base"] = base
    try:
        return Wanted.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{where}: {first['msg'].removeprefix('Value error, ')}".lstrip(": "), path) from None
