"""The advisor on the small corpus: statuses, the JSON contract, several questions, refusals."""

from __future__ import annotations

import json

import pytest

from advisor.answer import Advisor, Answer, AnswerStatus, Request
from advisor.corpus.refusals import Reason

CONTRACT = {
    "id", "question", "language", "status", "reason", "confidence", "answer", "parts", "sources", "passages", "build", "timing_ms",
}  # fmt: skip
SOURCE = {"n", "citation", "title", "publisher", "url", "kind", "as_of", "checked", "status"}


def test_an_answer_comes_with_its_source(advisor: Advisor) -> None:
    answer = advisor.ask("How long can a J-1 short-term scholar stay?")
    assert answer.status is AnswerStatus.ANSWERED
    assert "six months" in answer.answer.casefold()
    assert "[1]" in answer.answer
    assert answer.sources[0].url.startswith("https://")
    assert answer.passages[0].id == "exchange-visitor#short-term"


def test_the_json_contract(advisor: Advisor) -> None:
    data = json.loads(advisor.ask("visa fee for an observer?").model_dump_json())
    assert data.keys() == CONTRACT
    assert all(source.keys() == SOURCE for source in data["sources"])
    assert all(passage.keys() == {"id", "title", "score", "text"} for passage in data["passages"])
    assert {"encode", "search", "compose", "total"} <= data["timing_ms"].keys()
    assert data["build"] == advisor.index.manifest.build


def test_every_mark_has_its_source_and_every_source_its_mark(advisor: Advisor) -> None:
    for text in ("can i examine patients on B-1", "Which visa fee? Which vaccinations must an observer have?"):
        answer = advisor.ask(text)
        for source in answer.sources:
            assert f"[{source.n}]" in answer.answer


def test_every_line_is_a_statement_of_the_corpus(advisor: Advisor) -> None:
    answer = advisor.ask("can i examine patients during an observership on a B-1 visa")
    known = {statement.text for passage in advisor.index.passages for statement in passage.statements}
    said = [line.text for block in answer.blocks for line in block.lines if line.sources]
    assert said
    assert set(said) <= known


def test_several_questions_are_answered_in_order(advisor: Advisor) -> None:
    answer = advisor.ask("What does a visitor visa cost?\nWhich vaccinations must an observer have?")
    assert [part.passages[0].id for part in answer.parts] == ["visitor-visa#fee", "observer-conduct#vaccines"]
    assert answer.answer.index("1. What does") < answer.answer.index("2. Which vaccinations")
    assert [source.n for source in answer.sources] == list(range(1, len(answer.sources) + 1))


def test_a_batch_keeps_order_and_ids(advisor: Advisor) -> None:
    answers = advisor.ask_many([Request("visa fee for an observer?", id="a"), Request("HIPAA training?", id="b")])
    assert [answer.id for answer in answers] == ["a", "b"]


def test_other_subjects_are_declined_with_a_reason(advisor: Advisor) -> None:
    answer = advisor.ask("my child has fever 39, what dose of paracetamol")
    assert answer.status is AnswerStatus.DECLINED
    assert answer.reason is Reason.MEDICAL_ADVICE
    assert not answer.passages
    assert "doctor" in answer.answer


def test_a_cry_for_help_is_met_with_help(advisor: Advisor) -> None:
    answer = advisor.ask("I did not match and I want to kill myself")
    assert answer.reason is Reason.CRISIS
    assert "988" in answer.answer


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "???", "…"])
def test_a_message_without_words_is_asked_back(advisor: Advisor, text: str) -> None:
    answer = advisor.ask(text)
    assert answer.status is AnswerStatus.CLARIFY
    assert answer.answer


def test_ten_thousand_characters(advisor: Advisor) -> None:
    assert isinstance(advisor.ask("How long can a J-1 short-term scholar stay? " + "blah " * 2000), Answer)


def test_a_passage_can_be_shown_whole(advisor: Advisor) -> None:
    shown = advisor.show("visitor-visa#hands-on")
    assert shown is not None
    passage = next(p for p in advisor.index.passages if p.id == "visitor-visa#hands-on")
    assert sum(len(block.lines) for block in shown.blocks) == len(passage.statements)
    assert advisor.show("no-such#passage") is None
