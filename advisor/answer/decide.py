"""Whether to answer: a calibrated probability, the thresholds, and the reason for declining."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from advisor.answer.models import AnswerStatus
from advisor.corpus.refusals import Reason
from advisor.index import ScopeEvidence, SearchIndex
from advisor.search import Hit, Logistic, Query, Weights, load_logistic, rank

__all__ = [
    "DECISION_FEATURES",
    "Calibration",
    "Decision",
    "decide",
    "decision_features",
    "find_evidence",
    "load_calibration",
    "settle",
]

DECISION_FEATURES = (
    "best",       # logit of the best passage's probability
    "second",     # logit of the second best's
    "asked",      # cosine of the nearest title or ask
    "said",       # cosine of the nearest statement
    "ours",       # log odds that the question is ours, by its vector
    "our_words",  # log odds that the question is ours, by its words
    "refused",    # cosine of the nearest examples of refusals
    "length",     # logarithm of the number of words asked
    "foreign",    # whether the message is in another language than English, which moves all cosines
)  # fmt: skip

_ALARM = re.compile(
    r"\b(?:kill(?:ing)? my ?self|suicid\w*|end my life|want to die|self[- ]harm|hurt(?:ing)? my ?self|suicidarme|me matar|"
    r"quitarme la vida|me suicider|intihar|selbstmord|umbringen)\b|انتحار|покончить с собой|самоубий|自杀|आत्महत्या|خودکشی",
    re.IGNORECASE,
)


class Calibration(Logistic):
    """A logistic model over `DECISION_FEATURES`, and the thresholds chosen on development questions."""

    answer: float
    clarify: float
    unsure: float

    def logit(self, features: tuple[float, ...]) -> float:
        """The log odds that what was found answers the question."""
        return self.bias + sum(w * x for w, x in zip(self.weights, features, strict=True))


def settle(own: float, beside: Sequence[float]) -> float:
    """The probability that a question is answered, given what stands beside it in the message.

    Args:
        own: Its own log odds.
        beside: Log odds of what `asides` named; the mean of the two highest counts as much as `own`.
    """
    if beside:
        highest = sorted(beside)[-2:]
        own = (own + sum(highest) / len(highest)) / 2
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, own))))


@dataclass(frozen=True)
class Decision:
    """What to do with a question."""

    status: AnswerStatus
    reason: Reason | None
    confidence: float


@lru_cache(maxsize=1)
def load_calibration() -> Calibration:
    """The calibration that ships with the package."""
    return load_logistic(Calibration, "advisor.answer", "calibration.json", DECISION_FEATURES)


def _logit(share: float) -> float:
    share = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(share / (1 - share))


def find_evidence(index: SearchIndex, query: Query, weights: Weights | None = None) -> tuple[list[Hit], ScopeEvidence]:
    """What a question is decided on: the ten best passages, and what the scope model says.

    Args:
        index: The build.
        query: The question.
        weights: Of the fusion, if not those that ship.
    """
    return rank(index, query, 10, weights), index.scope.evidence(query.vector, query.stems)


def decision_features(text: str, hits: list[Hit], scope: ScopeEvidence, foreign: bool) -> tuple[float, ...]:
    """The numbers that `Calibration` weighs, in the order of `DECISION_FEATURES`.

    Args:
        text: What is decided on: a question, or another piece of a message.
        hits: The passages found for it, best first.
        scope: What the scope model says of it.
        foreign: Whether the message is in another language than English.
    """
    best = hits[0] if hits else Hit(-1, 0.0, 0.0, 0.0)
    return (
        _logit(best.score),
        _logit(hits[1].score if len(hits) > 1 else 0.0),
        max((hit.asked for hit in hits[:5]), default=0.0),
        max((hit.said for hit in hits[:5]), default=0.0),
        scope.vector,
        scope.words,
        scope.refused,
        math.log(1 + len(text.split())),
        float(foreign),
    )


def decide(text: str, odds: float, scope: ScopeEvidence, beside: Sequence[float] = ()) -> Decision:
    """Answer, ask back, say that we are not sure, or decline.

    Between the thresholds the reply shows what was found under the question whether that was meant; below, a question
    that sounds like ours is met with the nearest titles and no claim, and any other is declined.

    Args:
        text: The question.
        odds: Log odds that what was found answers it (`Calibration.logit`).
        scope: What the scope model says.
        beside: Log odds of what else stands in the message (see `settle`).
    """
    calibration = load_calibration()
    confidence = settle(odds, beside)
    if _ALARM.search(text):
        return Decision(AnswerStatus.DECLINED, Reason.CRISIS, confidence)
    if confidence >= calibration.answer:
        return Decision(AnswerStatus.ANSWERED, None, confidence)
    if confidence >= calibration.clarify:
        return Decision(AnswerStatus.CLARIFY, None, confidence)
    if scope.vector + scope.words > 0:  # words are silent in languages they do not know
        if confidence >= calibration.unsure:
            return Decision(AnswerStatus.UNSURE, None, confidence)
        return Decision(AnswerStatus.DECLINED, Reason.NO_SOURCE, confidence)
    return Decision(AnswerStatus.DECLINED, scope.reason, confidence)
