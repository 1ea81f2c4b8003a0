"""Ranked passages → answers that say only what the corpus says."""

from advisor.answer.advisor import Advisor, Request
from advisor.answer.models import Answer, AnswerStatus, Block, CitedSource, Line, ShownPassage

__all__ = ["Advisor", "Answer", "AnswerStatus", "Block", "CitedSource", "Line", "Request", "ShownPassage"]
