"""Where a person is sent whose question is not ours."""

from __future__ import annotations

import pytest

from advisor.answer.refuse import refer, refuse
from advisor.corpus import Kind, Source
from advisor.corpus.refusals import Reason, Referral, Referrals

SOURCE = Source(citation="A body", url="https://example.org/", publisher="A body", kind=Kind.PROGRAM, checked="seen")


def _referral(reason: Reason, *words: str) -> Referral:
    return Referral(topic="a topic", reason=reason, words=words, body=f"Ask about {words[0]}.", sources=("body",))


TABLE = Referrals(
    sources={"body": SOURCE},
    referrals={
        "nurses": _referral(Reason.OTHER_PROFESSION, "nurse*", "nclex"),
        "canada": _referral(Reason.OTHER_IMMIGRATION, "canada", "visa"),
        "clinics": _referral(Reason.MEDICAL_ADVICE, "clinic", "canada"),
        "lifeline": _referral(Reason.CRISIS, "hopeless"),
    },
)


@pytest.mark.parametrize(
    ("text", "reason", "expected"),
    [
        ("I am a nurse and want to work in Canada", Reason.OTHER_PROFESSION, "nurse*"),
        ("I am a nurse, which visa for Canada", Reason.OTHER_IMMIGRATION, "canada"),
        ("nurses' NCLEX", Reason.OTHER_IMMIGRATION, "nurse*"),
        ("where is life nicer, Canada or Ohio", Reason.PERSONAL_CHANCES, None),
        ("a clinic in Canada for my back", Reason.MEDICAL_ADVICE, "clinic"),
        ("I feel hopeless about the visa", Reason.OTHER_IMMIGRATION, "canada"),
        ("I feel hopeless", Reason.CRISIS, "hopeless"),
        ("nothing of that", Reason.OTHER_PROFESSION, None),
    ],
)
def test_a_referral_fits_the_reason_or_one_that_is_easily_taken_for_it(
    text: str, reason: Reason, expected: str | None
) -> None:
    found = refer(text, reason, TABLE)
    assert (found.words[0] if found else None) == expected


def test_a_refusal_names_the_source_of_its_pointer() -> None:
    declined = refuse("a nurse in Ohio", Reason.OTHER_PROFESSION, TABLE, "en")
    assert declined.blocks[0].lines[-1].text == "Ask about nurse*."
    assert [source.publisher for source in declined.sources] == ["A body"]
    assert refuse("a nurse in Ohio", Reason.OFF_TOPIC, TABLE, "en").sources == ()
