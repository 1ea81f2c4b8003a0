"""Records as passages: one template for each type, in plain sentences that stand alone.

A field that was not found, and that a reader would ask for, is said to be so in one closing sentence without a claim
of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from advisor.corpus.models import Passage, Statement
from advisor.corpus.records import (
    Award,
    Cited,
    HandsOn,
    Openness,
    Program,
    Record,
    ResidencySeekers,
    State,
)

__all__ = ["is_record", "record_passages"]

_HANDS_ON = {
    HandsOn.OBSERVATION: "observation only, no hands-on care",
    HandsOn.LIMITED: "limited, supervised contact with patients",
    HandsOn.HANDS_ON: "hands-on care under supervision",
}
_SEEKERS = {
    ResidencySeekers.ACCEPTED: "graduates who look for a U.S. residency may apply",
    ResidencySeekers.AIMED_AT: "meant for graduates who prepare for a U.S. residency",
    ResidencySeekers.REFUSED: "graduates who look for a U.S. residency are not taken",
}
_OPEN = {
    Openness.OPEN: "open to applications when its page was read",
    Openness.PAUSED: "paused when its page was read",
    Openness.CLOSED: "closed",
}


class _Field(NamedTuple):
    """A field of a record: its label, the words for its value where that is a code, and whether readers miss it."""

    label: str
    words: dict[HandsOn, str] | dict[ResidencySeekers, str] | dict[Openness, str] | None = None
    missed: bool = True


_STATE_FIELDS = {
    "training_img": _Field("Postgraduate training asked of an international medical graduate (IMG)"),
    "training_us": _Field("Postgraduate training asked of a U.S. graduate"),
    "attempts": _Field("Limit on USMLE attempts"),
    "time_limit": _Field("Time limit for passing all USMLE Steps"),
    "ecfmg": _Field("ECFMG certification"),
    "training_licence": _Field("Licence for residents and fellows in training", missed=False),
    "observers": _Field("Observers", missed=False),
}
_PROGRAM_FIELDS = {
    "who": _Field("Who may come"),
    "residency_seekers": _Field("Residency seekers", _SEEKERS, missed=False),
    "hands_on": _Field("Contact with patients", _HANDS_ON),
    "length": _Field("Length"),
    "fee": _Field("Fee"),
    "visa": _Field("Visa"),
    "lead_time": _Field("When to apply"),
    "documents": _Field("Papers", missed=False),
    "open": _Field("Applications", _OPEN, missed=False),
}
_AWARD_FIELDS = {
    "who": _Field("Who may apply"),
    "purpose": _Field("What it pays for"),
    "amount": _Field("Amount"),
    "deadline": _Field("Deadline"),
    "open": _Field("Applications", _OPEN, missed=False),
}


def is_record(identity: str) -> bool:
    """Whether the passage of that id was made from a record."""
    return identity.partition("#")[2] in {"program", "award", "licence", "permits", "routes"}


def record_passages(record: Record) -> Iterator[Passage]:
    """The passages of a record.

    Args:
        record: A state, a programme or an award.

    Returns:
        One passage for a programme or an award; for a state one on the full licence, and one each on short-term
        permits and on routes without a U.S. residency where the record has any.
    """
    match record:
        case State():
            yield from _state(record)
        case Program():
            yield _program(record)
        case Award():
            yield _award(record)


def _said(record: Record, fields: dict[str, _Field], subject: str) -> Iterator[Statement]:
    """A statement for each field that has a value."""
    for name, field in fields.items():
        cited: Cited[str] | None = getattr(record, name)
        if cited:
            words = field.words[cited.value] if field.words else cited.value  # type: ignore[index]
            yield _statement(f"{field.label} ({subject}): {words}", cited.sources)


def _not_found(record: Record, fields: dict[str, _Field], keys: Iterable[str]) -> Iterator[Statement]:
    """One statement that names the fields a reader would ask for and that have no value."""
    missing = [
        _lower_first(field.label) for name, field in fields.items() if field.missed and getattr(record, name) is None
    ]
    if missing:
        yield _statement(f"Not found in the sources read for {record.name}: {'; '.join(missing)}", tuple(keys))


def _lower_first(label: str) -> str:
    """The label as it stands within a sentence; an abbreviation at its head stays as it is."""
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def _statement(text: str, sources: tuple[str, ...]) -> Statement:
    return Statement(text=text.rstrip(".") + ".", sources=sources, bullet=True)


def _passage(
    record: Record,
    slug: str,
    title: str,
    document: str,
    statements: Iterable[Statement],
    asks: Iterable[str],
    jurisdiction: str,
    topics: tuple[str, ...],
) -> Passage:
    said = tuple(statements)
    used = {key for statement in said for key in statement.sources}
    return Passage(
        id=f"{record.id}#{slug}",
        title=title,
        document=document,
        statements=said,
        sources={key: source for key, source in record.sources.items() if key in used},
        asks=tuple(dict.fromkeys(asks)),
        jurisdiction=jurisdiction,
        topics=topics,
        reviewed=record.reviewed,
    )


def _notes(record: Record) -> Iterator[Statement]:
    return (_statement(note.value, note.sources) for note in record.notes)


def _state(state: State) -> Iterator[Passage]:
    name, jurisdiction = state.name, f"us-{state.id.removeprefix('us-')}"
    place = f"the {name}" if name.startswith("District ") else name
    board = _statement(f"Licences in {place} come from the {state.board.value}", state.board.sources)
    law = [_statement(f"Main law of {place}: {state.statute.value}", state.statute.sources)] if state.statute else []
    yield _passage(
        state,
        "licence",
        f"What does a full medical licence in {place} ask of an international medical graduate?",
        f"Medical licences in {place}",
        [
            board,
            *_said(state, _STATE_FIELDS, name),
            *law,
            *_notes(state),
            *_not_found(state, _STATE_FIELDS, state.board.sources),
        ],
        [
            f"{name} medical license requirements for IMG",
            f"how many years of residency for {name} license foreign graduate",
            f"USMLE attempt limit {name}",
            f"7 year rule {name} Step time limit",
            f"who is the medical board of {name}",
            *state.asks,
        ],
        jurisdiction,
        ("licensure.state",),
    )
    if state.permits:
        yield _passage(
            state,
            "permits",
            f"Which training, visiting or short-term permits does {place} give to physicians?",
            f"Medical licences in {place}",
            _permits(state),
            [
                f"temporary license {name} visiting physician",
                f"can foreign doctor get short term permit in {name}",
                f"{name} training license resident fellow",
                f"visiting professor license {name}",
            ],
            jurisdiction,
            ("licensure.permit",),
        )
    if state.routes:
        yield _passage(
            state,
            "routes",
            f"Can an internationally licensed physician practise in {place} without a U.S. residency?",
            f"Medical licences in {place}",
            _routes(state),
            [
                f"practice medicine in {name} without us residency",
                f"{name} provisional license international physician law",
                f"foreign trained specialist license {name} no residency",
            ],
            jurisdiction,
            ("licensure.provisional",),
        )


def _permits(state: State) -> Iterator[Statement]:
    for permit in state.permits:
        parts = [
            permit.who and f"for {permit.who}",
            permit.length,
            permit.hands_on and _HANDS_ON[permit.hands_on],
            permit.fee and f"fee {permit.fee}",
        ]
        cite = f" ({permit.citation})" if permit.citation else ""
        details = "; ".join(part for part in parts if part)
        yield _statement(f"{state.name}, {permit.name}{cite}" + (f": {details}" if details else ""), permit.sources)


def _routes(state: State) -> Iterator[Statement]:
    for route in state.routes:
        since = f", in effect from {route.effective}" if route.effective else ""
        parts = [route.requirements, route.path and f"towards a full licence: {route.path}"]
        details = "; ".join(part for part in parts if part)
        yield _statement(f"{state.name}, {route.law}{since}" + (f": {details}" if details else ""), route.sources)


def _program(program: Program) -> Passage:
    where = ", ".join(part for part in (program.place.city, program.place.state) if part)
    key = next(iter(program.sources))
    named = program.institution in program.name
    intro = program.name if named else f"{program.name} at {program.institution}"
    intro += f" ({where})" if where else ""
    if program.specialties:
        intro += f"; fields: {', '.join(program.specialties)}"
    short = program.name if named else f"{program.institution}, {program.name}"
    return _passage(
        program,
        "program",
        f"{short}: who may come, how long, what it costs",
        "Programmes for visiting physicians and students",
        [
            _statement(intro, (key,)),
            *_said(program, _PROGRAM_FIELDS, program.name),
            *_notes(program),
            *_not_found(program, _PROGRAM_FIELDS, (key,)),
        ],
        [
            f"{program.institution} observership",
            f"{short} how to apply",
            f"{program.institution} visiting physician or student program fee and visa",
            *program.asks,
        ],
        f"us-{program.place.state.lower()}" if program.place.state else "us",
        ("observership.programs",),
    )


def _award(award: Award) -> Passage:
    key = next(iter(award.sources))
    return _passage(
        award,
        "award",
        f"{award.name} ({award.funder}): who may apply and what it pays",
        "Scholarships and travel awards",
        [
            _statement(f"{award.name} is given by {award.funder}", (key,)),
            *_said(award, _AWARD_FIELDS, award.name),
            *_notes(award),
            *_not_found(award, _AWARD_FIELDS, (key,)),
        ],
        [f"{award.name} scholarship deadline", f"{award.funder} travel award who can apply", *award.asks],
        "int",
        ("observership.awards",),
    )
