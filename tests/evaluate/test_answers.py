"""Judging answers, and the report, on an index of the small corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.answer import Advisor, Answer, AnswerStatus, Block, CitedSource, Line
from advisor.corpus import Status
from advisor.corpus.refusals import Reason
from advisor.errors import EvaluationError
from advisor.evaluate.answers import judge, summary
from advisor.evaluate.dataset import Nugget, Question
from advisor.evaluate.retrieval import read_qrels, read_run
from advisor.evaluate.run import compare_builds, evaluate_questions
from advisor.index import Encoder
from advisor.settings import Settings

OURS = Question(
    id="q1",
    text="may i examine patients on a visitor visa",
    topic="visa.b1",
    split="dev",
    kind="single",
    expect=AnswerStatus.ANSWERED,
    relevant={"visitor-visa#hands-on": 3},
    nuggets=(
        Nugget(fact="watching only", vital=True, any=("only (watch|look on)",)),
        Nugget(fact="unpaid too", vital=True, any=("^even unpaid",)),
        Nugget(fact="a detail", vital=False, any=("detail",)),
    ),
    cite=("FAM",),
)
NOT_OURS = Question(
    id="q2",
    text="which antibiotic for a cough",
    topic="visa.b1",
    split="test",
    kind="refuse",
    expect=AnswerStatus.DECLINED,
    reason=Reason.MEDICAL_ADVICE,
)


def source(number: int, citation: str) -> CitedSource:
    return CitedSource(
        n=number,
        citation=citation,
        title="",
        publisher="",
        url=f"https://example.org/{number}",
        kind="guidance",
        as_of=None,
        checked="seen",
        status=Status.IN_FORCE,
    )


def answered(*lines: Line, status: AnswerStatus = AnswerStatus.ANSWERED, reason: Reason | None = None) -> Answer:
    sources = (source(1, "9 FAM 402.2"), source(2, "A blog"), source(3, "Policy"))
    block = Block(title=None, lines=lines)
    return Answer(question="?", status=status, reason=reason, sources=sources, blocks=(block,))


def test_facts_and_sources_are_counted() -> None:
    answer = answered(
        Line(text="You may only watch.", sources=(1,)), Line(text="Even unpaid work is work.", sources=(2,))
    )
    outcome = judge(OURS, answer, ["other#a", "visitor-visa#hands-on"], {("Policy", "https://example.org/3")})
    assert (outcome.nuggets, outcome.recall) == (1.0, 0.5)  # the second fact stands on the blog alone
    assert outcome.precision == pytest.approx(2 / 3)  # a source of a judged passage fits too
    assert (outcome.false_refusal, outcome.status, outcome.right) == (0.0, 1.0, True)
    assert outcome.false_answer is None


def test_what_an_answer_repeats_of_the_question_is_no_fact() -> None:
    part = answered(Line(text="Nothing to the point.", sources=(1,)))
    whole = part.model_copy(update={"parts": (part,), "blocks": (), "answer": "1. may i only watch?\nNothing …"})
    assert judge(OURS, whole, [], set()).nuggets == 0.0


@pytest.mark.parametrize("status", [AnswerStatus.DECLINED, AnswerStatus.UNSURE])
def test_a_refusal_of_what_is_ours_states_nothing(status: AnswerStatus) -> None:
    outcome = judge(OURS, answered(Line(text="I only watch what I say."), status=status), [], set())
    assert (outcome.nuggets, outcome.false_refusal, outcome.status, outcome.right) == (0.0, 1.0, 0.0, False)
    assert outcome.precision is None


def test_what_is_not_ours_must_be_declined_for_the_right_reason() -> None:
    wrong = judge(NOT_OURS, answered(Line(text="Take two.")), [], set())
    assert (wrong.false_answer, wrong.asked_back, wrong.status, wrong.reason) == (1.0, 0.0, 0.0, None)
    declined = answered(status=AnswerStatus.DECLINED, reason=Reason.OFF_TOPIC)
    fine = judge(NOT_OURS, declined, [], set())
    assert (fine.false_answer, fine.status, fine.reason) == (0.0, 1.0, 0.0)
    figures = summary([wrong, fine])
    assert (figures["false answers"].mean, figures["vital-fact recall"].count) == (0.5, 0)


def test_the_whole_evaluation(advisor: Advisor, tmp_path: Path) -> None:
    report = evaluate_questions(advisor, [OURS, NOT_OURS], tmp_path)
    assert f"build {advisor.index.manifest.build}, 2 questions (dev/test)" in report
    assert "| Success@1 | 1 | 1.000 [1.000, 1.000] |" in report
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.md", "answers.jsonl", "run.trec", "qrels.txt", "risk-coverage.svg", "risk-coverage.png",
        "calibration.svg", "calibration.png",
    }  # fmt: skip
    assert read_qrels(tmp_path / "qrels.txt") == {"q1": {"visitor-visa#hands-on": 3}}
    assert "visitor-visa#hands-on" in read_run(tmp_path / "run.trec")["q1"]
    with pytest.raises(EvaluationError, match="no questions"):
        evaluate_questions(advisor, [], tmp_path)


def test_a_build_does_not_differ_from_itself(small_index_dir: Path, small_corpus: Path, encoder: Encoder) -> None:
    settings = Settings(index_dir=small_index_dir, corpus_dir=small_corpus)
    build = next((small_index_dir / "builds").iterdir())
    table = compare_builds(build.name, str(small_index_dir), [OURS, NOT_OURS], encoder, settings)
    rows = [row.split(" | ") for row in table.splitlines()[2:]]
    assert {"| nDCG@10", "| status accuracy", "| false answers"} <= {row[0] for row in rows}
    assert {row[4] for row in rows} == {"1.0000"}
