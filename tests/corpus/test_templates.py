"""Records as passages: sentences that stand alone, with the sources of their values."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from advisor.corpus import Award, Checked, Corpus, Kind, Passage, Program, Source, State, is_record
from advisor.corpus.templates import record_passages

SOURCE = Source(
    citation="A page", url="https://page.example", publisher="Somebody", kind=Kind.PROGRAM, checked=Checked.SEEN
)
SHARED = {"reviewed": date(2026, 11, 22), "path": Path("x.yaml"), "sources": {"page": SOURCE, "spare": SOURCE}}


def said(value: Any) -> dict[str, Any]:
    return {"value": value, "sources": ["page"]}


def state(**values: Any) -> State:
    fixed = {"id": "us-oh", "name": "Ohio", "board": said("State Medical Board of Ohio")}
    return State.model_validate(SHARED | fixed | values)


def program(**values: Any) -> Program:
    fixed = {"id": "program-x", "name": "Heart Observership", "institution": "Some Clinic", "url": "https://x.example"}
    return Program.model_validate(SHARED | fixed | values)


def award(**values: Any) -> Award:
    fixed = {"id": "award-x", "name": "Some Grant", "funder": "the Some Society", "url": "https://x.example"}
    return Award.model_validate(SHARED | fixed | values)


def texts(passage: Passage) -> list[str]:
    return [statement.text for statement in passage.statements]


def test_a_state_gives_a_passage_on_its_licence() -> None:
    (passage,) = record_passages(state(training_img=said("2 years"), statute=said("R.C. 4731")))
    assert passage.id == "us-oh#licence"
    assert passage.jurisdiction == "us-oh"
    assert texts(passage) == [
        "Licences in Ohio come from the State Medical Board of Ohio.",
        "Postgraduate training asked of an international medical graduate (IMG) (Ohio): 2 years.",
        "Main law of Ohio: R.C. 4731.",
        "Not found in the sources read for Ohio: postgraduate training asked of a U.S. graduate; limit on USMLE "
        "attempts; time limit for passing all USMLE Steps; ECFMG certification.",
    ]


def test_permits_and_routes_give_passages_where_there_are_any() -> None:
    permit = {
        "name": "visiting certificate",
        "citation": "R.C. 1",
        "who": "teachers",
        "hands_on": "limited",
        "fee": "USD 5",
    }
    route = {"law": "HB 1", "effective": "2026-01", "requirements": "5 years", "path": "after 2 years"}
    record = state(permits=[permit | {"sources": ["page"]}], routes=[route | {"sources": ["page"]}])
    licence, permits, routes = record_passages(record)
    assert [passage.id for passage in (licence, permits, routes)] == ["us-oh#licence", "us-oh#permits", "us-oh#routes"]
    assert texts(permits) == [
        "Ohio, visiting certificate (R.C. 1): for teachers; limited, supervised contact with patients; fee USD 5."
    ]
    assert texts(routes) == ["Ohio, HB 1, in effect from 2026-01: 5 years; towards a full licence: after 2 years."]


def test_the_district_of_columbia_has_its_article() -> None:
    passage, _ = record_passages(
        state(id="us-dc", name="District of Columbia", permits=[{"name": "x", "sources": ["page"]}])
    )
    assert "licence in the District of Columbia ask" in passage.title
    assert texts(passage)[0].startswith("Licences in the District of Columbia come")
    assert passage.document == "Medical licences in the District of Columbia"
    assert passage.asks[0] == "District of Columbia medical license requirements for IMG"


def test_a_programme_is_called_by_its_name_in_every_statement() -> None:
    values = {
        "place": {"city": "Columbus", "state": "OH"},
        "specialties": ["cardiology"],
        "fee": said("USD 500 as of 2026"),
    }
    (passage,) = record_passages(program(who=said("students"), hands_on=said("observation"), **values))
    assert passage.jurisdiction == "us-oh"
    assert passage.title == "Some Clinic, Heart Observership: who may come, how long, what it costs"
    assert texts(passage) == [
        "Heart Observership at Some Clinic (Columbus, OH); fields: cardiology.",
        "Who may come (Heart Observership): students.",
        "Contact with patients (Heart Observership): observation only, no hands-on care.",
        "Fee (Heart Observership): USD 500 as of 2026.",
        "Not found in the sources read for Heart Observership: length; visa; when to apply.",
    ]


def test_an_institution_is_not_named_twice() -> None:
    (passage,) = record_passages(program(name="Some Clinic Observership"))
    assert passage.title.startswith("Some Clinic Observership: ")
    assert texts(passage)[0] == "Some Clinic Observership."


def test_an_award_says_what_it_pays() -> None:
    (passage,) = record_passages(
        award(who=said("nephrologists"), amount=said("USD 2,000 in 2025"), open=said("closed"))
    )
    assert texts(passage) == [
        "Some Grant is given by the Some Society.",
        "Who may apply (Some Grant): nephrologists.",
        "Amount (Some Grant): USD 2,000 in 2025.",
        "Applications (Some Grant): closed.",
        "Not found in the sources read for Some Grant: what it pays for; deadline.",
    ]


def test_what_readers_do_not_ask_for_is_not_said_to_be_missing() -> None:
    full = dict.fromkeys(("who", "length", "fee", "visa", "lead_time"), said("so"))
    (passage,) = record_passages(program(hands_on=said("hands-on"), **full))
    assert not any(text.startswith("Not found") for text in texts(passage))


def test_notes_stand_as_they_are_and_full_stops_are_not_doubled() -> None:
    (passage,) = record_passages(award(notes=[said("The page is old."), said("The page is long")]))
    assert texts(passage)[1:3] == ["The page is old.", "The page is long."]


def test_only_sources_that_are_used_come_along() -> None:
    (passage,) = record_passages(award())
    assert set(passage.sources) == {"page"}


@pytest.mark.parametrize(
    "identity", ["us-oh#licence", "us-oh#permits", "us-oh#routes", "program-x#program", "award-x#award"]
)
def test_passages_of_records_are_known_by_their_ids(identity: str) -> None:
    assert is_record(identity)
    assert not is_record("us-visa-refusal#again")


def test_every_real_passage_is_complete(real: Corpus) -> None:
    for record in real.records:
        for passage in record_passages(record):
            assert is_record(passage.id)
            assert passage.statements
            assert passage.asks
            assert all(
                statement.text.endswith(".") and "None" not in statement.text for statement in passage.statements
            )
            assert all(key in passage.sources for statement in passage.statements for key in statement.sources)
