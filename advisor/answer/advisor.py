"""The advisor: question in, answer out. `Advisor.open().ask("…")` is the whole Python interface."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from advisor.answer.compose import Composed, Found, compose
from advisor.answer.decide import Decision, decide, decision_features, find_evidence, load_calibration
from advisor.answer.models import Answer, AnswerStatus, Block, CitedSource, Line, ShownPassage, source_identity
from advisor.answer.official import Consulted, OfficialTexts, official_only, with_official
from advisor.answer.refuse import refuse
from advisor.answer.split import asides, list_items, split_questions
from advisor.corpus.refusals import Reason, Referrals, load_referrals
from advisor.errors import SearchIndexError
from advisor.index import Encoder, EntryKind, ScopeEvidence, SearchIndex, load_encoder, open_index, read_builds
from advisor.messages import translate
from advisor.search import Hit, Query, Together, blend, detect_language, focused, load_weights, make_queries
from advisor.settings import Settings, load_settings

__all__ = ["Advisor", "Request"]

BUDGET = 1600
"""Characters of an answer to one question, and of a message of several divided among them."""

PART_BUDGET = 800
"""Characters that each part of an answer to several questions gets at least."""

PASSAGES = 6
"""An answer draws on at most this many passages."""

_NEAR = 0.03
"""A further passage is shown if its probability is at least this share of the best one's."""


@dataclass(frozen=True)
class Request:
    """A message to answer.

    Attributes:
        text: What was asked.
        id: To tell answers apart.
        language: Of the user's app, where the text does not tell.
        context: Words on where the asker is or wants to go, from the conversation.
    """

    text: str
    id: str | None = None
    language: str = "en"
    context: str = ""


@dataclass(frozen=True)
class _Message:
    """What is known of a message before its parts are answered.

    Attributes:
        request: The message.
        language: That it is answered in.
        budget: Characters of the answer to each part.
        foreign: Whether its own words, whatever the app's language, are not English.
        odds: Log odds of what is looked at beside its parts (see `asides`).
        beside: Of that, what its parts are searched with; nothing for the items of a list, which stand by themselves.
        found: What was found for each of these.
    """

    request: Request
    language: str
    budget: int
    foreign: bool
    odds: list[float]
    beside: list[Query]
    found: list[list[Hit]]


@dataclass
class _Clock:
    """Milliseconds by stage."""

    started: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = round(self.stages.get(stage, 0.0) + (now - self.last) * 1000, 2)
        self.last = now

    def total(self) -> dict[str, float]:
        return self.stages | {"total": round((time.perf_counter() - self.started) * 1000, 2)}


class Advisor:
    """Answers questions from one open build of the index; safe in many threads.

    Questions that are asked at the same time are answered together.

    Args:
        index: The build.
        referrals: Who answers questions that we do not.
        today: The day against which review periods are held; None for the present day.
        official: The official texts beside the build, if any were fetched.
    """

    def __init__(
        self,
        index: SearchIndex,
        referrals: Referrals,
        today: date | None = None,
        official: OfficialTexts | None = None,
    ) -> None:
        self.index = index
        self._referrals = referrals
        self._today = today
        self._official = official or OfficialTexts()
        self._together = Together(self._answers)

    @classmethod
    def open(cls, settings: Settings | None = None, encoder: Encoder | None = None) -> Advisor:
        """Open the serving build, and keep the linear algebra of this process on one core from now on.

        The products that one question needs are so small that waking a second core costs more than it brings, above
        all when other questions want that core.

        Args:
            settings: Read from the environment if None.
            encoder: Loaded as the settings say if None.

        Raises:
            NoBuildError: Nothing was built yet.
            SearchIndexError: No build can be used.
            ModelError: The embedding model is missing or wrong.
        """
        threadpool_limits(1, user_api="blas")
        settings = settings or load_settings()
        encoder = encoder or load_encoder(settings.model, settings.threads, settings.models_dir)
        index = open_index(settings.index_dir, encoder)
        official = OfficialTexts.open(settings.index_dir, encoder)
        load_weights()  # fitted models that do not fit the code are told now, not at the first question
        load_calibration()
        return cls(index, load_referrals(settings.corpus_dir / "referrals.yaml"), official=official)

    def refreshed(self, settings: Settings) -> Advisor:
        """An advisor on the build that serves now: this one, or a new one beside it if there is a newer build."""
        try:
            same = read_builds(settings.index_dir).current == self.index.manifest.build
            if same and OfficialTexts.stamp_of(settings.index_dir) == self._official.stamp:
                return self
            return Advisor.open(settings, self.index.encoder)
        except SearchIndexError:
            return self  # what we hold is good; the faulty build was told of when it was refused

    def ask(self, text: str, *, language: str = "en", context: str = "") -> Answer:
        """Answer one message.

        Args:
            text: What was asked.
            language: Of the user's app, for texts that do not tell theirs.
            context: Words on where the asker is or wants to go.
        """
        return self.ask_many([Request(text, language=language, context=context)])[0]

    def ask_many(self, requests: Sequence[Request]) -> list[Answer]:
        """Answer several messages; the vectors of all their questions are computed together."""
        return self._together(requests)

    def _answers(self, requests: Sequence[Request]) -> list[Answer]:
        clock = _Clock()
        split = [split_questions(request.text) for request in requests]
        beside = [asides(request.text, parts) for request, parts in zip(requests, split, strict=True)]
        looked = [[*parts, *others] for parts, others in zip(split, beside, strict=True)]
        texts = [text for group in looked for text in group]
        contexts = [request.context for request, group in zip(requests, looked, strict=True) for _ in group]
        queries = iter(make_queries(self.index, texts, contexts) if texts else ())
        clock.lap("encode")
        answers = []
        for request, parts, others in zip(requests, split, beside, strict=True):
            own, sides = [next(queries) for _ in parts], [next(queries) for _ in others]
            found = [find_evidence(self.index, side) for side in sides]
            apart = bool(list_items(request.text))
            spoken = detect_language(request.text, "")
            foreign = spoken not in {"", "en"}
            message = _Message(
                request=request,
                language=spoken or request.language,
                budget=max(BUDGET // len(parts), PART_BUDGET),
                foreign=foreign,
                odds=[self._odds(side, *evidence, foreign) for side, evidence in zip(sides, found, strict=True)],
                beside=[] if apart else sides,
                found=[] if apart else [hits for hits, _ in found],
            )
            replies = [self._reply(message, query, text, clock) for query, text in zip(own, parts, strict=True)]
            answers.append(replies[0] if len(parts) == 1 else _joined(request, replies, message.language))
        timing = clock.total()
        return [
            answer.model_copy(update={"timing_ms": timing, "build": self.index.manifest.build}) for answer in answers
        ]

    def show(self, identity: str, language: str = "en") -> Answer | None:
        """The whole of one passage as an answer; None if the build has no passage of that id."""
        if identity not in self.index.ids:
            return None
        passage = self.index.passages[self.index.ids.index(identity)]
        found = Found(passage, [0.0] * len(passage.statements), 1.0)
        whole = len(passage.title) + sum(len(statement.text) + 20 for statement in passage.statements)
        made = compose([found], whole, language, self._day())
        made = self._official.marked(made, language)
        return Answer(
            question=passage.title,
            language=language,
            status=AnswerStatus.ANSWERED,
            confidence=1.0,
            answer="\n\n".join(str(block) for block in made.blocks),
            sources=made.sources,
            passages=(ShownPassage(id=passage.id, title=passage.title, score=1.0, text=passage.text),),
            build=self.index.manifest.build,
            blocks=made.blocks,
            all_sources=made.sources,
            quotes=self._official.quotes(made.blocks),
        )

    def _day(self) -> date:
        return self._today or datetime.now(UTC).date()

    @staticmethod
    def _odds(query: Query, hits: list[Hit], scope: ScopeEvidence, foreign: bool) -> float:
        return load_calibration().logit(decision_features(query.text, hits, scope, foreign))

    def _reply(self, message: _Message, query: Query, text: str, clock: _Clock) -> Answer:
        if not query.stems and not any(letter.isalpha() for letter in text):
            return self._nothing(message.request, message.language)
        hits, scope = find_evidence(self.index, query)
        decision = decide(query.text, self._odds(query, hits, scope, message.foreign), scope, message.odds)
        hits = blend(hits, message.found)
        clock.lap("search")
        reply = self._composed(message, focused(query, message.beside), text, hits, decision)
        clock.lap("compose")
        return reply

    def _nothing(self, request: Request, language: str) -> Answer:
        """A message without a word in it."""
        ask = translate(
            language,
            "Please write your question in words, for example: Which visa do I need for an observership?",
        )
        block = Block(title=None, lines=(Line(text=ask),))
        return Answer(
            id=request.id,
            question=request.text,
            language=language,
            status=AnswerStatus.CLARIFY,
            answer=str(block),
            blocks=(block,),
        )

    def _composed(self, message: _Message, query: Query, text: str, hits: list[Hit], decision: Decision) -> Answer:
        request, language, budget = message.request, message.language, message.budget
        today = self._day()
        shown = [hit for hit in hits[:PASSAGES] if hit.score >= _NEAR * hits[0].score]
        choices: tuple[str, ...] = ()
        consulted = self._official.consult(query, decision)
        if consulted and decision.status is not AnswerStatus.ANSWERED:
            return self._quoted(consulted, request, text, language)
        if decision.status is AnswerStatus.ANSWERED:
            found = [self._found(query, hit) for hit in shown]
            made = compose(found, budget // 2 if consulted else budget, language, today)
            if consulted:
                made = with_official(made, consulted, shown_title=found[0].passage.title, language=language)
        elif decision.status is AnswerStatus.CLARIFY:
            made = self._ask_back(
                compose([self._found(query, hit) for hit in shown], budget, language, today),
                language,
            )
            choices = tuple(self.index.ids[hit.number] for hit in shown)
        elif decision.status is AnswerStatus.UNSURE:
            made = self._unsure(shown, language)
            choices = tuple(self.index.ids[hit.number] for hit in shown)
        else:
            declined = refuse(query.text, decision.reason or Reason.NO_SOURCE, self._referrals, language)
            made, shown = Composed(declined.blocks, (), declined.sources), []
        made = self._official.marked(made, language)
        if language != "en" and decision.status in {AnswerStatus.ANSWERED, AnswerStatus.CLARIFY}:
            note = Line(text=translate(language, "The statements below are in English, as the sources are."))
            made = Composed((Block(title=None, lines=(note,)), *made.blocks), made.rest, made.sources)
        cited = {number for block in made.blocks for line in block.lines for number in line.sources}
        return Answer(
            id=request.id,
            question=text,
            language=language,
            status=decision.status,
            reason=decision.reason,
            confidence=round(decision.confidence, 4),
            answer="\n\n".join(str(block) for block in made.blocks),
            sources=tuple(source for source in made.sources if source.n in cited),
            passages=(*(consulted.shown() if consulted else ()), *(self._shown(hit) for hit in shown)),
            choices=choices,
            blocks=made.blocks,
            rest=made.rest,
            all_sources=made.sources,
            quotes=self._official.quotes(made.blocks),
        )

    @staticmethod
    def _quoted(consulted: Consulted, request: Request, text: str, language: str) -> Answer:
        """A question that the official text alone answers."""
        made = official_only(consulted, language)
        return Answer(
            id=request.id,
            question=text,
            language=language,
            status=AnswerStatus.ANSWERED,
            confidence=round(consulted.passages[0][1], 4),
            answer="\n\n".join(str(block) for block in made.blocks),
            sources=made.sources,
            passages=consulted.shown(),
            blocks=made.blocks,
            all_sources=made.sources,
        )

    @staticmethod
    def _ask_back(made: Composed, language: str) -> Composed:
        """What was found, under the question whether it was meant."""
        words = (
            "If you ask as a physician or medical student from abroad, this should help. "
            "Please check that it fits your case:"
        )
        lead = Block(title=None, lines=(Line(text=translate(language, words)),))
        return Composed((lead, *made.blocks), made.rest, made.sources)

    def _unsure(self, hits: list[Hit], language: str) -> Composed:
        """No claim: the titles of what lies nearest."""
        intro = Line(text=translate(language, "I am not sure that I have what you ask for. The nearest I have:"))
        titles = [Line(text=self.index.passages[hit.number].title, bullet=True) for hit in hits]
        return Composed((Block(title=None, lines=(intro, *titles)),), (), ())

    def _found(self, query: Query, hit: Hit) -> Found:
        start, end = self.index.passage_start[hit.number : hit.number + 2]
        rows = np.arange(start, end)
        saying = rows[self.index.entry_kind[rows] >= EntryKind.STATEMENT]
        likeness = self.index.dense.likeness(saying, query.vector)
        return Found(self.index.passages[hit.number], likeness.tolist(), hit.score)

    def _shown(self, hit: Hit) -> ShownPassage:
        passage = self.index.passages[hit.number]
        return ShownPassage(id=passage.id, title=passage.title, score=round(hit.score, 4), text=passage.text)


def _joined(request: Request, parts: Sequence[Answer], language: str) -> Answer:
    """One answer for a message of several questions; sources are merged and numbered anew throughout."""
    merged: dict[tuple[str, str, str | None], CitedSource] = {}
    renumbered: list[Answer] = []
    for part in parts:
        new: dict[int, int] = {}
        for source in part.sources:
            key = source_identity(source)
            merged.setdefault(key, source.model_copy(update={"n": len(merged) + 1}))
            new[source.n] = merged[key].n
        blocks = tuple(_renumber(block, new) for block in part.blocks)
        sources = tuple(source.model_copy(update={"n": new[source.n]}) for source in part.sources)
        text = "\n\n".join(str(block) for block in blocks)
        renumbered.append(part.model_copy(update={"blocks": blocks, "sources": sources, "answer": text, "rest": ()}))
    statuses = [part.status for part in parts]
    order = (AnswerStatus.ANSWERED, AnswerStatus.CLARIFY, AnswerStatus.UNSURE, AnswerStatus.DECLINED)
    status = next(status for status in order if status in statuses)
    texts = [f"{number}. {part.question}\n{part.answer}" for number, part in enumerate(renumbered, 1)]
    return Answer(
        id=request.id,
        question=request.text,
        language=language,
        status=status,
        reason=parts[0].reason if status is AnswerStatus.DECLINED else None,
        confidence=min(part.confidence for part in parts if part.status is status),
        answer="\n\n".join(texts),
        parts=tuple(renumbered),
        sources=tuple(merged.values()),
        passages=tuple({passage.id: passage for part in parts for passage in part.passages}.values()),
        quotes=tuple(dict.fromkeys(quote for part in parts for quote in part.quotes)),
    )


def _renumber(block: Block, new: dict[int, int]) -> Block:
    lines = tuple(
        line.model_copy(update={"sources": tuple(new[n] for n in line.sources if n in new)}) for line in block.lines
    )
    return block.model_copy(update={"lines": lines})
