"""Structured data of the corpus: a state's licensing rules, a programme for visitors, an award.

One YAML file each; every value names the sources it rests on, and a value that was not found is left out.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Generic, TypeVar

from pydantic import Field

from advisor.corpus.models import PartialDate, Slug, Source, Strict, Url

__all__ = [
    "Award",
    "Cited",
    "HandsOn",
    "Openness",
    "Permit",
    "Place",
    "Program",
    "Record",
    "ResidencySeekers",
    "Route",
    "State",
]

Value = TypeVar("Value")
Keys = Annotated[tuple[Slug, ...], Field(min_length=1)]


class HandsOn(StrEnum):
    """How near to patients a visitor comes."""

    OBSERVATION = "observation"
    LIMITED = "limited"
    HANDS_ON = "hands-on"


class ResidencySeekers(StrEnum):
    """Whether a programme takes graduates who look for a U.S. residency."""

    ACCEPTED = "accepted"
    AIMED_AT = "aimed-at"
    REFUSED = "refused"


class Openness(StrEnum):
    """Whether a programme took applications when its page was read."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Cited(Strict, Generic[Value]):
    """A value and the sources (keys of the record) it rests on."""

    value: Value
    sources: Keys


class Record(Strict):
    """What all records share.

    Attributes:
        id: Unique in the corpus and equal to the file's name.
        name: What a reader calls it.
        reviewed: When somebody last read the record against its sources.
        asks: Further ways people ask for it, beside those of the template.
        notes: What fits no field, as sentences.
        sources: As in a document.
    """

    folder: ClassVar[str]

    id: Slug
    name: Annotated[str, Field(min_length=2)]
    reviewed: date
    asks: tuple[str, ...] = ()
    notes: tuple[Cited[str], ...] = ()
    sources: Annotated[dict[Slug, Source], Field(min_length=1)]
    path: Path


class Permit(Strict):
    """A licence or exemption for a short stay, a visit or training.

    Attributes:
        name: What the law or the board calls it.
        citation: The section of the law, if known.
        who: Who may have it.
        length: How long it lasts, with renewals.
        hands_on: Whether its holder may treat patients.
        fee: What it costs, with the date.
    """

    name: str
    citation: str | None = None
    who: str | None = None
    length: str | None = None
    hands_on: HandsOn | None = None
    fee: str | None = None
    sources: Keys


class Route(Strict):
    """A route to a licence for internationally licensed physicians without a U.S. residency.

    Attributes:
        law: The act or section.
        effective: Since or from when.
        requirements: What it asks.
        path: Whether and how it leads to a full licence.
    """

    law: str
    effective: PartialDate | None = None
    requirements: str | None = None
    path: str | None = None
    sources: Keys


class State(Record):
    """What one state, district or territory asks of a physician; id `us-oh`."""

    folder: ClassVar[str] = "us/states"

    board: Cited[str]
    statute: Cited[str] | None = None
    training_us: Cited[str] | None = None
    training_img: Cited[str] | None = None
    attempts: Cited[str] | None = None
    time_limit: Cited[str] | None = None
    ecfmg: Cited[str] | None = None
    training_licence: Cited[str] | None = None
    observers: Cited[str] | None = None
    permits: tuple[Permit, ...] = ()
    routes: tuple[Route, ...] = ()


class Place(Strict):
    """Where a programme is: a city if known, and a state's postal code in capitals."""

    city: str | None = None
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None


class Program(Record):
    """One programme for visiting physicians or students; id `program-…`."""

    folder: ClassVar[str] = "us/programs"

    institution: str
    url: Url
    place: Place = Place()
    specialties: tuple[str, ...] = ()
    who: Cited[str] | None = None
    length: Cited[str] | None = None
    fee: Cited[str] | None = None
    visa: Cited[str] | None = None
    hands_on: Cited[HandsOn] | None = None
    lead_time: Cited[str] | None = None
    documents: Cited[str] | None = None
    residency_seekers: Cited[ResidencySeekers] | None = None
    open: Cited[Openness] | None = None


class Award(Record):
    """Money for a visit; id `award-…`."""

    folder: ClassVar[str] = "awards"

    funder: str
    url: Url
    who: Cited[str] | None = None
    amount: Cited[str] | None = None
    deadline: Cited[str] | None = None
    purpose: Cited[str] | None = None
    open: Cited[Openness] | None = None
