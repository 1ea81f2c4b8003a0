"""What goes out: an answer with its status, statements, sources and figures."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from advisor.corpus import Source, Status
from advisor.corpus.models import Quote
from advisor.corpus.refusals import Reason

__all__ = ["Answer", "AnswerStatus", "Block", "CitedSource", "Line", "ShownPassage", "source_identity"]


class Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AnswerStatus(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    UNSURE = "unsure"
    DECLINED = "declined"
    ERROR = "error"


class CitedSource(Frozen):
    """A source as an answer lists it; `n` is its number in the text."""

    n: int
    citation: str
    title: str
    publisher: str
    url: str
    kind: str
    as_of: str | None
    checked: str
    status: Status

    @classmethod
    def of(cls, number: int, source: Source, status: Status) -> CitedSource:
        """Number a source of the corpus."""
        return cls(
            n=number,
            citation=source.citation,
            title=source.title or "",
            publisher=source.publisher,
            url=source.url,
            kind=source.kind.value,
            as_of=source.as_of,
            checked=source.checked.value,
            status=status,
        )


def source_identity(source: Source | CitedSource) -> tuple[str, str, str | None]:
    """What makes two sources one in a list: the same citation, address and date."""
    return source.citation, source.url, source.as_of


class ShownPassage(Frozen):
    """A passage that the answer draws on, or that lies nearest when there is no answer."""

    id: str
    title: str
    score: float
    text: str


class Line(Frozen):
    """A statement as shown: plain words, source numbers, and what must be said beside it."""

    text: str
    sources: tuple[int, ...] = ()
    bullet: bool = False
    step: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def marked(self) -> str:
        """The words behind their bullet or number, if they have one."""
        if self.step is not None:
            return f"{self.step}. {self.text}"
        return f"• {self.text}" if self.bullet else self.text

    def __str__(self) -> str:
        marks = "".join(f"[{number}]" for number in self.sources)
        notes = f" ({'; '.join(self.notes)})" if self.notes else ""
        return f"{self.marked}{notes}{' ' if marks else ''}{marks}"


class Block(Frozen):
    """Lines of one passage under its title; the first block of an answer needs none.

    `quote` is set where the lines are an official text's own words.
    """

    title: str | None
    lines: tuple[Line, ...]
    quote: bool = False

    def __str__(self) -> str:
        text = "\n".join(f"{'> ' * self.quote}{line}" for line in self.lines)
        return f"{self.title}\n{text}" if self.title else text


class Answer(Frozen):
    """The reply to one message; the fields are the public JSON contract.

    Attributes:
        id: What the caller gave to tell answers apart.
        question: What was asked.
        language: Of the question, ISO 639-1; the frame of the reply is in it.
        status: What became of it.
        reason: Why it was declined.
        confidence: The probability that the passages shown answer it, 0 to 1.
        answer: What a reader sees, with `[1]` marks, without the source list.
        parts: One answer for each question of a message with several; else empty.
        sources: What the marks point at.
        passages: What the answer was made from.
        choices: With `clarify` or `unsure`: ids of passages to choose from.
        build: The index build that answered.
        timing_ms: Milliseconds by stage.
        blocks: The same as `answer`, for a channel that renders by itself; not part of the JSON.
        rest: More lines on the same passages, shown on request; not part of the JSON.
        all_sources: Of the answer and of the rest; not part of the JSON.
        quotes: The exact words of the rules under the first statements; not part of the JSON.
    """

    id: str | None = None
    question: str
    language: str = "en"
    status: AnswerStatus
    reason: Reason | None = None
    confidence: float = 0.0
    answer: str = ""
    parts: tuple[Answer, ...] = ()
    sources: tuple[CitedSource, ...] = ()
    passages: tuple[ShownPassage, ...] = ()
    build: str = ""
    timing_ms: dict[str, float] = {}
    choices: tuple[str, ...] = Field(default=(), exclude=True)
    blocks: tuple[Block, ...] = Field(default=(), exclude=True)
    rest: tuple[Block, ...] = Field(default=(), exclude=True)
    all_sources: tuple[CitedSource, ...] = Field(default=(), exclude=True)
    quotes: tuple[Quote, ...] = Field(default=(), exclude=True)
