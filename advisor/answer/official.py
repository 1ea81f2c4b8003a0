"""Official texts in answers: when they are asked, which of them, and how they are quoted.

What we wrote comes first as a rule. The official text is quoted where a question asks for its wording or names a
citation, and where nothing that we wrote answers. Its passages have an index of their own, so that they can never
push a curated passage down.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import structlog

from advisor.answer.compose import Composed
from advisor.answer.decide import Decision
from advisor.answer.models import AnswerStatus, Block, CitedSource, Line, ShownPassage
from advisor.answer.rulebook import FILE, RuleBook
from advisor.corpus import Passage
from advisor.corpus.models import Quote
from advisor.corpus.refusals import Reason
from advisor.errors import NoBuildError, SearchIndexError
from advisor.index import Encoder, SearchIndex, open_index, stems
from advisor.messages import translate
from advisor.search import Query, make_queries, rank

if TYPE_CHECKING:
    from advisor.official.citation import Citation

__all__ = ["FOLDER", "Consulted", "OfficialTexts", "official_only", "wants_wording", "with_official"]

log = structlog.get_logger(__name__)

FOLDER = "official"
"""The folder below the index where the official texts have theirs."""

QUOTES = 2
"""An answer shows the rules under at most this many of its statements."""

MOST = 3
"""At most this many passages of official text are quoted."""

_BUDGET = 1500
"""Characters of official text in one answer; a passage has some 1,300."""

_BUDGET_AFTER = 600
"""The same where it comes after what we wrote."""

_TERMS = 4

_NEAR = 0.97
"""A further passage is quoted if it is this much like the question, against the best."""

_COVERED, _COVERED_WHEN_ASKED = 0.7, 0.35
"""The share of a question, its rare words counting more, that a passage must have to answer it: where nobody asked for
the official text, and where somebody did."""

_RULE = r"(?:regulations?|rules?|statutes?|laws?|code|c\.?f\.?r\.?|u\.?s\.?c\.?|ina|act)"
_WORDING = re.compile(
    r"\b(?:exact(?:ly)?|verbatim|word[- ]for[- ]word|literal(?:ly)?|precise(?:ly)?)\b[^.?!]{0,60}\b" + _RULE + r"\b"
    r"|\b" + _RULE + r"\b[^.?!]{0,60}\b(?:exact(?:ly)?|verbatim|word[- ]for[- ]word|literally|precisely)\b"
    r"|\b(?:exact|official|actual|full|precise) (?:\w+ )?(?:text|wording|words|language|quote)\b"
    r"|\b(?:text|wording|words|language) of (?:the |section |§ ?)?(?:\w+ ){0,3}(?:" + _RULE + r"\b|\d)"
    r"|\bquote (?:me )?(?:the |from )?(?:\w+ ){0,3}" + _RULE + r"\b"
    r"|\bhow does the " + _RULE + r" (?:read|define|put|word)\b"
    r"|\bwhat does the (?:\w+ )?(?:regulations?|statute|code|act) (?:itself )?(?:say|state|read)\b",
    re.IGNORECASE,
)
_CITES = re.compile(
    r"\b\d{1,2}\s*C\.?\s?F\.?\s?R\b|\b\d{1,2}\s*U\.?\s?S\.?\s?C\b|\bI\.?N\.?A\.?\s*(?:§|sec\w*\.?)?\s*\d{3}|§+\s*\d",
    re.IGNORECASE,
)
_FEW_WORDS = 4


def wants_wording(text: str) -> bool:
    """Whether a question asks for the words of a rule, not for what they mean."""
    return bool(_WORDING.search(text))


@dataclass(frozen=True)
class Consulted:
    """Official text for a question.

    Attributes:
        passages: To quote, in order, each with how sure it is that it answers.
        first: Whether they come before what we wrote.
        asked: Whether the question asked for them.
    """

    passages: tuple[tuple[Passage, float], ...]
    first: bool
    asked: bool

    def shown(self) -> tuple[ShownPassage, ...]:
        """The passages as an answer lists them."""
        return tuple(
            ShownPassage(id=passage.id, title=passage.title, score=round(score, 4), text=passage.text)
            for passage, score in self.passages
        )


class OfficialTexts:
    """The official texts beside an index.

    Args:
        index: Their passages; None when none were fetched.
        rules: The rules under our statements.
        stamp: Tells this state of the folder from another.
    """

    def __init__(self, index: SearchIndex | None = None, rules: RuleBook | None = None, stamp: str = "") -> None:
        self.index, self.stamp = index, stamp
        self.rules = rules or RuleBook()

    @classmethod
    def open(cls, index_dir: Path, encoder: Encoder) -> OfficialTexts:
        """Open what stands beside the index in `index_dir`; empty if that is nothing, or if it cannot be used."""
        folder = index_dir / FOLDER
        stamp = cls.stamp_of(index_dir)
        try:
            rules = RuleBook.load(folder)
            return cls(open_index(folder, encoder), rules, stamp)
        except NoBuildError:
            return cls(stamp=stamp)
        except SearchIndexError as error:
            log.warning("official_texts_refused", reason=str(error))
            return cls(stamp=stamp)

    @staticmethod
    def stamp_of(index_dir: Path) -> str:
        """What changes whenever a rebuild changed the official texts."""
        files = [index_dir / FOLDER / name for name in ("current", FILE)]
        return " ".join(str(file.stat().st_mtime_ns) if file.exists() else "-" for file in files)

    def consult(self, query: Query, decision: Decision) -> Consulted | None:
        """The official text to quote in the reply to a question.

        Args:
            query: The question.
            decision: What was decided on what we wrote.

        Returns:
            None if the official text was not asked for and is not needed, or does not answer.
        """
        if self.index is None or decision.reason is Reason.CRISIS:
            return None
        wording, cited = wants_wording(query.text), self._cited(query.text)
        answered = decision.status is AnswerStatus.ANSWERED
        if cited:
            short = len(_CITES.sub(" ", query.text).split()) <= _FEW_WORDS + 4 * len(cited)
            passages = self._at(query, cited)
            if passages:
                return Consulted(passages, first=wording or short or not answered, asked=True)
        if wording and decision.reason is not Reason.MEDICAL_ADVICE:
            least = _COVERED_WHEN_ASKED
        elif not answered and decision.reason in {None, Reason.NO_SOURCE}:
            least = _COVERED
        else:
            return None
        passages = self._alike(query, least)
        return Consulted(passages, first=True, asked=wording) if passages else None

    def marked(self, made: Composed, language: str) -> Composed:
        """Say beside each statement whose rule changed since it was last read that it did."""
        if not self.rules.changed:
            return made
        blocks, rest = (
            tuple(
                block.model_copy(update={"lines": tuple(self._marked(line, language) for line in block.lines)})
                for block in group
            )
            for group in (made.blocks, made.rest)
        )
        return Composed(blocks, rest, made.sources)

    def quotes(self, blocks: Iterable[Block]) -> tuple[Quote, ...]:
        """The rules under the first statements that have one."""
        found = (self.rules.quote(line.text) for block in blocks if not block.quote for line in block.lines)
        return tuple(dict.fromkeys(quote for quote in found if quote))[:QUOTES]

    def _marked(self, line: Line, language: str) -> Line:
        change = self.rules.change(line.text)
        if change is None:
            return line
        words = "the rule changed on {day}, this text is from {reviewed}"
        note = translate(language, words, day=change.day, reviewed=change.reviewed)
        return line.model_copy(update={"notes": (*line.notes, note)})

    def _alike(self, query: Query, least: float) -> tuple[tuple[Passage, float], ...]:
        """The passages most like a question, if they have enough of its words."""
        index = self._index
        ready = make_queries(index, [query.text])[0]
        hits = rank(index, ready, MOST)
        found = [(hit, index.passages[hit.number]) for hit in hits if hit.said >= _NEAR * hits[0].said]
        return tuple((p, hit.score) for hit, p in found if self._coverage(ready.text, p) >= least)

    def _coverage(self, text: str, passage: Passage) -> float:
        """The share of a question's words that a passage has, each counted by how rare it is."""
        asked = set(stems(_WORDING.sub(" ", text)))
        has = set(stems(f"{passage.document} {passage.title} {passage.text}"))
        weights = {word: self._rarity(word) for word in asked}
        total = sum(weights.values())
        return sum(weight for word, weight in weights.items() if word in has) / total if total else 0.0

    def _rarity(self, word: str) -> float:
        """The fewer passages have a word, the more it counts."""
        having = int(np.count_nonzero(self._index.lexical.scores([word])))
        return math.log(1 + self._index.lexical.size / (1 + having))

    @property
    def _index(self) -> SearchIndex:
        if self.index is None:
            raise NoBuildError("no official texts; run 'advisor official fetch' and 'advisor index build'")
        return self.index

    @cached_property
    def _places(self) -> list[Citation | None]:
        from advisor.official.citation import read_citation

        return [read_citation(passage.sources["text"].citation) for passage in self._index.passages]

    def _cited(self, text: str) -> list[Citation]:
        """The places that a question names; the parser is loaded only if it seems to name one."""
        if not _CITES.search(text):
            return []
        from advisor.official.crossrefs import find_citations

        return [found.citation for found in find_citations(text)]

    def _at(self, query: Query, cited: Sequence[Citation]) -> tuple[tuple[Passage, float], ...]:
        """The passages of the places that a question names; of many, those most like the question."""
        numbers: list[int] = []
        for citation in cited:
            inside = [n for n, place in enumerate(self._places) if place and citation.contains(place)]
            around = [n for n, place in enumerate(self._places) if place and place.contains(citation)]
            numbers += inside or around[-1:]
        numbers = list(dict.fromkeys(numbers))
        if len(numbers) > MOST:
            ready = make_queries(self._index, [query.text])[0]
            likeness = self._index.dense.likeness(self._index.passage_start[numbers], ready.vector)
            numbers = sorted(sorted(numbers, key=lambda n: -likeness[numbers.index(n)])[:MOST])
        return tuple((self._index.passages[number], 1.0) for number in numbers)


def official_only(consulted: Consulted, language: str) -> Composed:
    """The reply to a question that the official text alone answers."""
    blocks, sources = _blocks(consulted, language, _BUDGET)
    words = "I have nothing in my own words on this; the official text is what I can show."
    lead = Block(title=None, lines=(Line(text=translate(language, words)),))
    return Composed((lead, *blocks) if not consulted.asked else blocks, (), sources)


def with_official(made: Composed, consulted: Consulted, shown_title: str, language: str) -> Composed:
    """Put official text before or after what we wrote; the sources are numbered through.

    Args:
        made: What we wrote.
        consulted: The official text.
        shown_title: Of the passage that leads what we wrote, which stands over it when it no longer comes first.
        language: Of the words around the quotes.
    """
    blocks, sources = _blocks(consulted, language, _BUDGET if consulted.first else _BUDGET_AFTER)
    official = Composed(blocks, (), sources)
    if not consulted.first:
        return _after(made, official)
    lead, *others = made.blocks
    titled = lead.model_copy(update={"title": lead.title or shown_title})
    return _after(official, Composed((titled, *others), made.rest, made.sources))


def _after(first: Composed, second: Composed) -> Composed:
    shift = len(first.sources)
    moved = [
        tuple(
            block.model_copy(
                update={
                    "lines": tuple(
                        line.model_copy(update={"sources": tuple(n + shift for n in line.sources)})
                        for line in block.lines
                    )
                }
            )
            for block in group
        )
        for group in (second.blocks, second.rest)
    ]
    sources = (*first.sources, *(s.model_copy(update={"n": s.n + shift}) for s in second.sources))
    return Composed((*first.blocks, *moved[0]), (*first.rest, *moved[1]), sources)


def _blocks(consulted: Consulted, language: str, budget: int) -> tuple[tuple[Block, ...], tuple[CitedSource, ...]]:
    """Official passages as blocks, their words exactly as they stand; as many as fit, the first at least in part."""
    blocks: list[Block] = []
    sources: list[CitedSource] = []
    for passage, _ in consulted.passages:
        if budget <= 0:
            break
        source = CitedSource.of(len(sources) + 1, passage.sources["text"], passage.status)
        texts: list[str] = []
        for statement in passage.statements:
            if texts and len(statement.text) > budget:
                texts.append("…")
                break
            texts.append(statement.text.replace("\t", " | "))
            budget -= len(statement.text)
        words = "Official text of {citation}, as of {date}:" if source.as_of else "Official text of {citation}:"
        title = translate(language, words, citation=source.citation, date=source.as_of)
        lines = [Line(text=text) for text in texts[:-1]] + [Line(text=texts[-1], sources=(source.n,))]
        blocks.append(Block(title=title, lines=tuple(lines), quote=True))
        sources.append(source)
    terms = tuple(dict.fromkeys(term for passage, _ in consulted.passages[: len(blocks)] for term in passage.terms))
    if terms and consulted.asked:
        defined = translate(language, "Terms in it are defined in: {terms}.", terms="; ".join(terms[:_TERMS]))
        blocks.append(Block(title=None, lines=(Line(text=defined),)))
    return tuple(blocks), tuple(sources)
