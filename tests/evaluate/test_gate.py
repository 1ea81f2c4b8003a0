"""A build that finds less than the one it replaces is not published."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.errors import SearchIndexError
from advisor.evaluate.dataset import read_questions
from advisor.evaluate.gate import GATE_FILE, Gate, load_gate
from advisor.index import Encoder, Figures, Input, SearchIndex, build_index, open_index

ASKED = {
    "visitor-visa#hands-on": "could i touch a patient while i am there as a tourist",
    "visitor-visa#fee": "price of the visitor visa",
    "visitor-visa#esta": "italian passport, is ESTA enough to watch operations",
    "visitor-visa#papers": "what do i bring to the consulate",
    "exchange-visitor#short-term": "maximum months as short-term scholar",
    "exchange-visitor#insurance": "what cover must my health plan have on J-1",
    "exchange-visitor#two-years": "does everybody on J have to go home for two years",
    "observer-conduct#ecfmg": "is the certificate of ECFMG wanted from observers",
    "observer-conduct#hipaa": "privacy course before i start",
    "observer-conduct#vaccines": "hepatitis b shots for observers",
}


@pytest.fixture
def gate_dir(tmp_path: Path) -> Path:
    """A folder of a corpus with questions for the gate."""
    row = '{{"id":"{0}","text":"{1}","topic":"visa","split":"dev","kind":"single","expect":"answered","relevant":{{"{0}":3}}}}\n'
    (tmp_path / GATE_FILE).write_text("".join(row.format(*pair) for pair in ASKED.items()), encoding="utf-8")
    return tmp_path


def test_a_corpus_without_questions_has_no_gate(tmp_path: Path) -> None:
    assert load_gate(tmp_path) is None


def test_a_build_passes_against_itself(gate_dir: Path, small_index: SearchIndex) -> None:
    gate = load_gate(gate_dir)
    assert gate is not None
    figures = gate.measure(small_index)
    assert gate.refuse(small_index, figures, figures) is None


def test_a_build_keeps_its_figures_for_the_next(
    gate_dir: Path, small_index_dir: Path, small_input: Input, encoder: Encoder, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    shutil.copytree(small_index_dir, folder)
    gate = _Counting(read_questions([gate_dir / GATE_FILE]))
    build_index(replace(small_input, passages=small_input.passages[:-1]), encoder, folder, gate=gate)
    assert gate.measured == 2  # of a build without figures, both are measured
    build_index(replace(small_input, passages=small_input.passages[:-2]), encoder, folder, gate=gate)
    assert gate.measured == 3
    gate.key = "other questions"
    build_index(replace(small_input, passages=small_input.passages[:-3]), encoder, folder, gate=gate)
    assert gate.measured == 5


class _Counting(Gate):
    measured = 0

    def measure(self, index: SearchIndex) -> Figures:
        self.measured += 1
        return super().measure(index)

    def refuse(self, index: SearchIndex, after: Figures, before: Figures) -> str | None:
        return None


def test_a_worse_build_is_not_published_unless_forced(
    gate_dir: Path, small_index_dir: Path, small_input: Input, encoder: Encoder, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    shutil.copytree(small_index_dir, folder)
    before = open_index(folder, encoder).manifest.build
    # The documents that the questions ask for most have lost their sections.
    lost = ("visitor-visa#", "exchange-visitor#", "observer-conduct#e")
    poorer = replace(small_input, passages=[p for p in small_input.passages if not p.id.startswith(lost)])
    with pytest.raises(SearchIndexError, match=r"Success@1 falls from .*8 judged passages are gone"):
        build_index(poorer, encoder, folder, gate=load_gate(gate_dir))
    assert open_index(folder, encoder).manifest.build == before
    manifest = build_index(poorer, encoder, folder, gate=load_gate(gate_dir), forced="moved to another corpus")
    assert manifest.forced is not None
    assert manifest.forced.startswith("moved to another corpus (on 10 questions")
    assert build_index(small_input, encoder, folder, gate=load_gate(gate_dir)).build == before
