"""Measures of answers: the facts they state, the sources they cite, and whether they should have been given at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from advisor.answer import Advisor, Answer, AnswerStatus, CitedSource, Line, Request
from advisor.evaluate.dataset import Question
from advisor.evaluate.retrieval import Run
from advisor.evaluate.stats import Interval, bootstrap
from advisor.index import SearchIndex

__all__ = ["FIGURES", "Outcome", "answer_questions", "groups", "judge", "summary"]

_TOGETHER = 16
_READ = 3
"""A reader finds the answer if it stands in one of the first passages, this many."""

_SHOWS = frozenset({AnswerStatus.ANSWERED, AnswerStatus.CLARIFY})
_REFUSES = frozenset({AnswerStatus.DECLINED, AnswerStatus.UNSURE})
_FITS = {
    AnswerStatus.ANSWERED: frozenset({AnswerStatus.ANSWERED}),
    AnswerStatus.CLARIFY: frozenset({AnswerStatus.CLARIFY}),
    AnswerStatus.DECLINED: _REFUSES,  # `unsure` shows titles and claims nothing
}

SourceKey = tuple[str, str]


@dataclass(frozen=True)
class Outcome:
    """One question and what became of it; a figure is None where it makes no sense.

    Attributes:
        question: The question.
        answer: What was answered.
        nuggets: Share of the vital facts that the answer states; 0 when it was refused.
        precision: Share of the cited sources that fit.
        recall: Share of the stated vital facts whose statement cites a source that fits.
        false_answer: Whether it was answered though it should have been declined.
        asked_back: The same for asking back.
        false_refusal: Whether it was refused though it should have been answered.
        status: Whether the status is the expected one.
        reason: Whether the reason for declining is the expected one.
        right: Whether a passage that answers is among the first three found; this is what confidence should foretell.
    """

    question: Question
    answer: Answer
    nuggets: float | None
    precision: float | None
    recall: float | None
    false_answer: float | None
    asked_back: float | None
    false_refusal: float | None
    status: float
    reason: float | None
    right: bool


FIGURES: dict[str, Callable[[Outcome], float | None]] = {
    "vital-fact recall": lambda outcome: outcome.nuggets,
    "citation precision": lambda outcome: outcome.precision,
    "citation recall": lambda outcome: outcome.recall,
    "false answers": lambda outcome: outcome.false_answer,
    "asked back, to be declined": lambda outcome: outcome.asked_back,
    "false refusals": lambda outcome: outcome.false_refusal,
    "status accuracy": lambda outcome: outcome.status,
    "reason accuracy": lambda outcome: outcome.reason,
}
"""What we report of answers → how it is read from an outcome."""


def answer_questions(advisor: Advisor, questions: Sequence[Question], run: Run) -> list[Outcome]:
    """Ask every question and judge the answers.

    Args:
        advisor: Who answers.
        questions: What is asked.
        run: What search alone finds for them.
    """
    number_of = {identity: number for number, identity in enumerate(advisor.index.ids)}
    outcomes = []
    for start in range(0, len(questions), _TOGETHER):
        batch = questions[start : start + _TOGETHER]
        answers = advisor.ask_many([Request(question.text, id=question.id) for question in batch])
        for question, answer in zip(batch, answers, strict=True):
            numbers = [number_of[identity] for identity in question.relevant if identity in number_of]
            scores = run.get(question.id, {})
            found = sorted(scores, key=lambda identity: -scores[identity])[:_READ]
            outcomes.append(judge(question, answer, found, _sources(advisor.index, numbers)))
    return outcomes


def _sources(index: SearchIndex, numbers: Sequence[int]) -> set[SourceKey]:
    return {(source.citation, source.url) for number in numbers for source in index.passages[number].sources.values()}


def judge(question: Question, answer: Answer, found: Sequence[str], fitting: set[SourceKey]) -> Outcome:
    """Judge one answer.

    Args:
        question: With its facts and fitting sources.
        answer: What was answered.
        found: The first passages that search finds for it.
        fitting: Citation and address of the sources of its judged passages, which fit as well.
    """
    shows, refuses = answer.status in _SHOWS, answer.status in _REFUSES
    lines = list(_lines(answer)) if shows else []
    fits = {source.n for source in answer.sources if _fits(source, question, fitting)}
    vital = [nugget.any for nugget in question.nuggets if nugget.vital]
    stated = [patterns for patterns in vital if _states(lines, patterns)]
    cited = [patterns for patterns in stated if _states([line for line in lines if fits & set(line.sources)], patterns)]
    answerable = question.expect is AnswerStatus.ANSWERED
    refusable = question.expect is AnswerStatus.DECLINED
    declined = refusable and answer.status is AnswerStatus.DECLINED and question.reason is not None
    return Outcome(
        question=question,
        answer=answer,
        nuggets=len(stated) / len(vital) if answerable and vital else None,
        precision=len(fits) / len(answer.sources) if answerable and shows and answer.sources else None,
        recall=len(cited) / len(stated) if answerable and stated else None,
        false_answer=float(answer.status is AnswerStatus.ANSWERED) if refusable else None,
        asked_back=float(answer.status is AnswerStatus.CLARIFY) if refusable else None,
        false_refusal=float(refuses) if answerable else None,
        status=float(answer.status in _FITS[question.expect]),
        reason=float(answer.reason is question.reason) if declined else None,
        right=any(identity in question.relevant for identity in found),
    )


def _lines(answer: Answer) -> Iterator[Line]:
    """The statements shown: not the questions that an answer to several repeats."""
    for part in answer.parts or (answer,):
        for block in part.blocks:
            yield from block.lines


def _states(lines: Sequence[Line], patterns: Sequence[str]) -> bool:
    text = "\n".join(line.text for line in lines)
    return any(re.search(pattern, text, re.IGNORECASE | re.MULTILINE) for pattern in patterns)


def _fits(source: CitedSource, question: Question, fitting: set[SourceKey]) -> bool:
    if (source.citation, source.url) in fitting:
        return True
    text = "\n".join((source.citation, source.publisher, source.title, source.url))
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in question.cite)


def summary(outcomes: Sequence[Outcome]) -> dict[str, Interval]:
    """Each figure with its interval, over the questions for which it makes sense."""
    return {
        name: bootstrap([value for outcome in outcomes if (value := figure(outcome)) is not None])
        for name, figure in FIGURES.items()
    }


def groups(outcomes: Sequence[Outcome], key: Callable[[Question], str]) -> dict[str, list[Outcome]]:
    """The outcomes by what `key` gives for their questions, sorted by it."""
    grouped: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        grouped.setdefault(key(outcome.question), []).append(outcome)
    return dict(sorted(grouped.items()))
