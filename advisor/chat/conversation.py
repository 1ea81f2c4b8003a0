"""A conversation: questions in, answers out, with what was said before. It knows no platform."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from advisor.answer import Advisor, Answer, AnswerStatus, Block, CitedSource, Request
from advisor.chat.followup import is_follow_up, with_context
from advisor.corpus import Topics

__all__ = ["Conversation", "Memory", "TopicBrowser"]


class Memory(BaseModel):
    """What must be kept of an answer for what may come next.

    Attributes:
        question: As understood, with the context of a follow-up.
        rest: What "more" shows.
        sources: Of the answer and the rest.
        choices: Passages offered to choose from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str
    language: str
    rest: tuple[Block, ...] = ()
    sources: tuple[CitedSource, ...] = ()
    choices: tuple[str, ...] = ()

    @classmethod
    def of(cls, answer: Answer) -> Memory:
        """What to keep of `answer`."""
        return cls(
            question=answer.question,
            language=answer.language,
            rest=answer.rest,
            sources=answer.all_sources,
            choices=answer.choices,
        )


class Conversation:
    """Answers messages in the light of the ones before.

    Args:
        advisor: Answers single questions.
    """

    def __init__(self, advisor: Advisor) -> None:
        self.advisor = advisor

    def reply(self, text: str, previous: Memory | None, language: str = "en") -> Answer:
        """Answer a message.

        Args:
            text: What was written.
            previous: What was kept of the answer before, if there was one.
            language: Of the asker's app, where the text does not tell.
        """
        if previous is None or not is_follow_up(text):
            return self.advisor.ask(text, language=language)
        whole = with_context(text, previous.question)
        alone, together = self.advisor.ask_many([Request(text, language=language), Request(whole, language=language)])
        better = alone.status is AnswerStatus.ANSWERED and alone.confidence > together.confidence
        return alone if better else together

    @staticmethod
    def more(memory: Memory, shown: int, budget: int) -> tuple[tuple[Block, ...], int]:
        """The next blocks of what was left over.

        Args:
            memory: What was kept of the answer.
            shown: How many of its left-over blocks were shown already.
            budget: About how many characters.

        Returns:
            The blocks, and how many are shown now.
        """
        blocks: list[Block] = []
        for block in memory.rest[shown:]:
            budget -= len(str(block))
            if blocks and budget < 0:
                break
            blocks.append(block)
        return tuple(blocks), shown + len(blocks)


@dataclass(frozen=True)
class TopicBrowser:
    """The topic tree with the questions under each topic.

    Attributes:
        topics: The tree.
        advisor: Whose build is browsed.
    """

    topics: Topics
    advisor: Advisor

    @cached_property
    def _passages(self) -> dict[str, list[tuple[str, str]]]:
        """Topic → (passage id, title), in the order of the corpus."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for passage in self.advisor.index.passages:
            for topic in passage.topics:
                found[topic].append((passage.id, passage.title))
        return dict(found)

    def branches(self) -> Sequence[tuple[str, str]]:
        """The first level, as far as it has questions: (id, title)."""
        return [(key, branch.title) for key, branch in self.topics.branches.items() if self.leaves(key)]

    def leaves(self, branch: str) -> Sequence[tuple[str, str]]:
        """The topics of a branch that have questions: (id, title); empty for an unknown branch."""
        found = self.topics.branches.get(branch)
        return [(key, title) for key, title in found.children.items() if key in self._passages] if found else []

    def questions(self, topic: str) -> Sequence[tuple[str, str]]:
        """The questions of a topic: (passage id, title)."""
        return self._passages.get(topic, [])
