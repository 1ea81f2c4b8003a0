"""Declining well: one kind sentence for each reason, and where else to turn, with its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from advisor.answer.models import Block, CitedSource, Line
from advisor.corpus import Status
from advisor.corpus.refusals import Reason, Referral, Referrals
from advisor.messages import translate

__all__ = ["Declined", "refer", "refuse"]

WORDING: dict[Reason, str] = {
    Reason.MEDICAL_ADVICE: (
        "I cannot advise on health. Please ask a doctor or a pharmacist; in an emergency call your local emergency number."
    ),
    Reason.OTHER_IMMIGRATION: (
        "I answer only on visas for visiting physicians and medical students, so I would rather not guess about this one."
    ),
    Reason.OTHER_PROFESSION: (
        "I answer only for physicians and medical students from abroad, and the rules of another profession or of "
        "pre-medical study are different."
    ),
    Reason.LEGAL_REPRESENTATION: (
        "I give general information and cannot act for anyone, choose a lawyer or judge a case. "
        "A licensed immigration lawyer can."
    ),
    Reason.PERSONAL_CHANCES: (
        "I cannot judge chances or tell which choice is better for one person. I can tell what the rules say: "
        "ask me about a requirement."
    ),
    Reason.CRISIS: (
        "I am a program and cannot help with this, but people can, now. If you are in danger, call your local emergency "
        "number. In the U.S. call or text 988; elsewhere findahelpline.com lists free and confidential lines."
    ),
    Reason.OFF_TOPIC: "I answer only questions on observerships, visas and licences of physicians from abroad.",
    Reason.NO_SOURCE: (
        "I have no source that answers this, so I say nothing rather than guess. Asked in other words, or with the "
        "country and your stage, I may find one."
    ),
}
"""The fixed wording of each reason, in English; the catalogues hold the other languages."""


_ALIKE = frozenset({Reason.OTHER_IMMIGRATION, Reason.OTHER_PROFESSION, Reason.LEGAL_REPRESENTATION})
"""Reasons that one message often has at once: a nurse asks about a visa, an engineer about a lawyer."""


@dataclass(frozen=True)
class Declined:
    """The words of a refusal and the sources of its pointer."""

    blocks: tuple[Block, ...]
    sources: tuple[CitedSource, ...]


def refer(text: str, reason: Reason, table: Referrals) -> Referral | None:
    """The referral whose words a question uses, if any; the one with the most, among those of the reason first.

    One of another reason fits if that is easily taken for this one. Whoever asks where life is nicer, Toronto or London,
    is not helped by the immigration service of either.
    """
    folded = text.casefold()
    counts = [
        (referral.reason is reason, len(set(_pattern(tuple(referral.words)).findall(folded))), name)
        for name, referral in table.referrals.items()
        if referral.reason is reason or {referral.reason, reason} <= _ALIKE
    ]
    fitting = [count for count in counts if count[1]]
    return table.referrals[max(fitting)[2]] if fitting else None


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of `words`, the longer first; `*` at the end of one stands for any ending."""
    stems = [re.escape(word.removesuffix("*").casefold()) + r"\w*" * word.endswith("*") for word in words]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(stems, key=len, reverse=True))})(?!\w)")


def refuse(text: str, reason: Reason, table: Referrals, language: str) -> Declined:
    """The reply to a question that is declined.

    Args:
        text: The question.
        reason: Why.
        table: Who answers other questions.
        language: Of the reply.
    """
    referral = refer(text, reason, table) if reason not in {Reason.NO_SOURCE, Reason.OFF_TOPIC} else None
    lines = [Line(text=translate(language, WORDING[reason]))]
    sources: tuple[CitedSource, ...] = ()
    if referral:
        sources = tuple(
            CitedSource.of(number, table.sources[key], Status.IN_FORCE)
            for number, key in enumerate(referral.sources, 1)
        )
        lines.append(Line(text=referral.body, sources=tuple(source.n for source in sources)))
    return Declined((Block(title=None, lines=tuple(lines)),), sources)
