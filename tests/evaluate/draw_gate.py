"""Draw the questions of the rebuild's gate from our own: `python -m tests.evaluate.draw_gate`.

Run it after questions were added or passages renamed. The choice is by checksum of the id, so it changes little.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from advisor.evaluate.dataset import Question
from advisor.evaluate.gate import GATE_FILE
from advisor.evaluate.run import load_questions
from advisor.settings import load_settings

COUNT = 150


def draw(questions: Sequence[Question]) -> list[Question]:
    """At most `COUNT` single development questions that can be answered; never one of the test split."""
    fit = [q for q in questions if q.split == "dev" and q.kind == "single" and q.expect == "answered"]
    chosen = sorted(fit, key=lambda q: crc32(q.id.encode()))[:COUNT]
    return [q.model_copy(update={"nuggets": (), "cite": ()}) for q in sorted(chosen, key=lambda q: q.id)]


def main() -> None:
    """Write the file."""
    path = load_settings().corpus_dir / GATE_FILE
    lines = [question.model_dump_json(exclude_defaults=True) for question in draw(load_questions())]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"wrote {len(lines)} questions to {path}")


if __name__ == "__main__":
    main()
