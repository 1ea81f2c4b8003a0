"""Question files: what is read, what is refused, and that ours are in order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor.errors import InputError
from advisor.evaluate.dataset import read_questions
from advisor.evaluate.gate import GATE_FILE
from advisor.evaluate.run import load_questions
from advisor.settings import load_settings
from tests.evaluate.draw_gate import COUNT

ROW = {
    "id": "t-1",
    "text": "may i examine someone on a visitor visa",
    "topic": "visa.b1",
    "split": "dev",
    "kind": "single",
    "expect": "answered",
    "relevant": {"visitor-visa#hands-on": 3},
    "nuggets": [{"fact": "may only watch", "vital": True, "any": ["only watch", r"^No\b"]}],
    "cite": ["FAM"],
}
TWIN = {
    "id": "t-2",
    "text": "¿puedo examinar pacientes?",
    "language": "es",
    "topic": "visa.b1",
    "split": "dev",
    "kind": "twin",
    "twin": "t-1",
    "expect": "answered",
}


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_twin_takes_the_judgements_of_its_original_from_another_file(tmp_path: Path) -> None:
    files = [write(tmp_path / "a.jsonl", TWIN), write(tmp_path / "b.jsonl", ROW)]
    twin, original = read_questions(files)
    assert twin.relevant == original.relevant == {"visitor-visa#hands-on": 3}
    assert twin.nuggets == original.nuggets
    assert (twin.language, twin.branch) == ("es", "visa")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"split": "train"}, "split"),
        ({"relevant": {"a#b": 4}}, "relevant"),
        ({"relevant": {}}, "has no passages"),
        ({"cite": ["("]}, "regular expression"),
        ({"nuggets": [{"fact": "x", "vital": True, "any": []}]}, "nuggets"),
        ({"sure": True}, "sure"),
        ({"kind": "twin", "twin": "t-9", "relevant": {}}, "translates 't-9'"),
    ],
)
def test_a_faulty_question_is_named_by_file_and_line(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = write(tmp_path / "q.jsonl", {**ROW, "id": "t-0"}, {**ROW, **change})
    with pytest.raises(InputError, match=message) as raised:
        read_questions([path])
    assert (raised.value.path, raised.value.line) == (path, 2)


def test_no_json_a_double_id_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{\n", encoding="utf-8")
    for path, message in (
        (broken, "one JSON object"),
        (write(tmp_path / "twice.jsonl", ROW, ROW), "stands twice"),
        (tmp_path / "none.jsonl", "cannot be read"),
    ):
        with pytest.raises(InputError, match=message):
            read_questions([path])


def test_our_own_questions_are_in_order_and_a_topic_is_of_one_split() -> None:
    questions = load_questions()
    splits: dict[str, set[str]] = {}
    for question in questions:
        if question.topic and question.kind != "refuse":  # refusals alternate, to have every reason in both
            splits.setdefault(question.topic, set()).add(question.split)
    assert [topic for topic, found in splits.items() if len(found) > 1] == []
    assert {q.split for q in load_questions(split="test")} == {"test"}


def test_the_gate_asks_development_questions_alone() -> None:
    gate = read_questions([load_settings().corpus_dir / GATE_FILE])
    ours = {question.id: question for question in load_questions()}
    assert len(gate) == COUNT
    assert all(ours[question.id].split == "dev" for question in gate)
    # When this fails, draw it again: python -m tests.evaluate.draw_gate
    assert [q.id for q in gate if (q.text, q.relevant) != (ours[q.id].text, ours[q.id].relevant)] == []
