"""The project's own questions, as they stand in `tests/eval/*.jsonl`: judged passages, facts and fitting sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from advisor.answer import AnswerStatus
from advisor.corpus.refusals import Reason
from advisor.errors import InputError

__all__ = ["Nugget", "Question", "read_questions"]

Patterns = tuple[str, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _compiled(patterns: Patterns) -> Patterns:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"'{pattern}' is no regular expression: {error}") from error
    return patterns


class Nugget(_Strict):
    """A fact that an answer should state.

    Attributes:
        fact: The fact in our own words.
        vital: Whether an answer without it is incomplete.
        any: Regular expressions; an answer that one of them matches, whatever the case, states the fact.
    """

    fact: str
    vital: bool
    any: Annotated[Patterns, Field(min_length=1)]

    _checked = field_validator("any")(_compiled)


class Question(_Strict):
    """A question with what is known of its right answer.

    Attributes:
        id: Unique among all files.
        text: As somebody would write it.
        language: ISO 639-1.
        topic: An id of `corpus/topics.yaml`, wholly development or wholly test; a question to decline may have none.
        split: `dev` is for tuning, `test` only for judging.
        kind: One question, several in one message, one to decline, or the translation of another.
        twin: The id of the English question that this translates.
        expect: What should become of it.
        reason: Why it should be declined.
        relevant: Passage id → grade: 3 answers it fully, 2 most of it, 1 helps.
        nuggets: Facts of a right answer.
        cite: Regular expressions on citation, publisher, title or address of sources that fit.
    """

    id: str
    text: Annotated[str, Field(min_length=1)]
    language: str = "en"
    topic: str | None = None
    split: Literal["dev", "test"]
    kind: Literal["single", "multi", "refuse", "twin"]
    twin: str | None = None
    expect: Literal[AnswerStatus.ANSWERED, AnswerStatus.DECLINED, AnswerStatus.CLARIFY]
    reason: Reason | None = None
    relevant: dict[str, Annotated[int, Field(ge=1, le=3)]] = {}
    nuggets: tuple[Nugget, ...] = ()
    cite: Patterns = ()

    _checked = field_validator("cite")(_compiled)

    @property
    def subject(self) -> str:
        """Its topic, or why it should be declined if it has none."""
        return self.topic or f"({self.reason.value if self.reason else 'none'})"

    @property
    def branch(self) -> str:
        """The first level of its topic."""
        return self.topic.partition(".")[0] if self.topic else "(none)"


def read_questions(paths: Iterable[Path]) -> list[Question]:
    """Read question files; a twin without judgements of its own takes those of the question it translates.

    Args:
        paths: The files, JSON lines. A twin and its original may stand in different ones.

    Raises:
        InputError: A line is not a question, an id stands twice, or a twin has no original.
    """
    questions: dict[str, Question] = {}
    places: dict[str, tuple[Path, int]] = {}
    for path in paths:
        for number, line in _lines(path):
            question = _question(line, path, number)
            if question.id in questions:
                raise InputError(f"the id '{question.id}' stands twice", path, number)
            questions[question.id] = question
            places[question.id] = (path, number)
    whole = [_with_twin(question, questions, *places[question.id]) for question in questions.values()]
    for question in whole:
        if question.expect is AnswerStatus.ANSWERED and not question.relevant:
            raise InputError(f"'{question.id}' is to be answered but has no passages", *places[question.id])
    return whole


def _lines(path: Path) -> Sequence[tuple[int, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path) from error
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _question(line: str, path: Path, number: int) -> Question:
    try:
        return Question.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{where}: {first['msg']}", path, number) from error
    except ValueError as error:
        raise InputError("expected one JSON object a line", path, number) from error


def _with_twin(question: Question, questions: dict[str, Question], path: Path, number: int) -> Question:
    if question.twin is None:
        return question
    original = questions.get(question.twin)
    if original is None:
        if question.relevant:
            return question
        raise InputError(f"'{question.id}' translates '{question.twin}', which is in none of the files", path, number)
    lacking = {field: getattr(original, field) for field in ("relevant", "nuggets", "cite")}
    return question.model_copy(update={k: v for k, v in lacking.items() if not getattr(question, k)})
