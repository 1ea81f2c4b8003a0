"""What the bot does not answer: examples of such questions by reason, and where else to turn.

`corpus/refusals.yaml` holds our own examples, in many languages; the scope model is trained on them at each build.
`corpus/referrals.yaml` says, with sources, who does answer questions of other professions and trades.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from advisor.corpus.models import Slug, Source, Strict
from advisor.corpus.parser import load_table
from advisor.errors import CorpusError

__all__ = ["Reason", "Referral", "Referrals", "Refusals", "load_referrals", "load_refusals"]


class Reason(StrEnum):
    """Why a question is declined."""

    MEDICAL_ADVICE = "medical_advice"
    OTHER_IMMIGRATION = "other_immigration"
    OTHER_PROFESSION = "other_profession"
    LEGAL_REPRESENTATION = "legal_representation"
    PERSONAL_CHANCES = "personal_chances"
    CRISIS = "crisis"
    OFF_TOPIC = "off_topic"
    NO_SOURCE = "no_source"


class Refusals(Strict):
    """Example questions by reason, and examples of our own subject that look alike and must be answered."""

    examples: dict[Reason, tuple[str, ...]] = Field(default_factory=dict)
    answerable: tuple[str, ...] = ()


class Referral(Strict):
    """Who answers a kind of question that we do not.

    Attributes:
        topic: What the question is about, as a reader would say it.
        words: Words that give such a question away, lower case, in any language; `*` at the end matches endings.
        body: Who answers, in one sentence.
        sources: Keys of the table's sources.
    """

    topic: str
    reason: Reason
    words: Annotated[tuple[str, ...], Field(min_length=1)]
    body: str
    sources: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Referrals(Strict):
    """The table of referrals, id → referral, with its sources."""

    sources: dict[Slug, Source] = Field(default_factory=dict)
    referrals: dict[Slug, Referral] = Field(default_factory=dict)


def load_refusals(path: Path) -> Refusals:
    """Read `refusals.yaml`; a corpus without one has no examples.

    Raises:
        CorpusError: It does not fit the schema.
    """
    return load_table(Refusals, path)


def load_referrals(path: Path) -> Referrals:
    """Read `referrals.yaml`; a corpus without one refers nobody.

    Raises:
        CorpusError: It does not fit the schema, or a referral names a source that is not declared.
    """
    table = load_table(Referrals, path)
    for name, referral in table.referrals.items():
        for key in referral.sources:
            if key not in table.sources:
                raise CorpusError(f"{name}: unknown source key '{key}'", path)
    return table
