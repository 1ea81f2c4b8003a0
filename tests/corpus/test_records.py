"""Records: their schemas, and what the bot may not guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.corpus import Award, Program, Record, State, load_corpus
from advisor.corpus.corpus import RECORD_TYPES, load_record, record_paths
from advisor.corpus.records import HandsOn, Openness, ResidencySeekers
from advisor.errors import CorpusError
from tests.corpus.conftest import STATE, Small

PROGRAM = """\
id: program-some-hospital
name: "Some Hospital Observership"
institution: "Some Hospital"
url: https://hospital.example/observers
place: {city: "Columbus", state: "OH"}
reviewed: 2026-11-22
who: {value: "physicians who practise outside the U.S.", sources: [page]}
hands_on: {value: "observation", sources: [page]}
residency_seekers: {value: "refused", sources: [page]}
open: {value: "paused", sources: [page]}
sources:
  page:
    citation: "Some Hospital, Observers"
    url: https://hospital.example/observers
    publisher: "Some Hospital"
    kind: program
    as_of: 2026-01
    checked: seen
"""


def test_a_state_is_read(small: Small) -> None:
    (state,) = load_corpus(small.root).records
    assert isinstance(state, State)
    assert (state.id, state.name, state.board.value) == ("us-oh", "Ohio", "State Medical Board of Ohio")
    assert state.training_img is not None
    assert state.training_img.sources == ("law",)
    assert state.permits[0].hands_on is HandsOn.HANDS_ON
    assert state.sources["law"].as_of == "2025"


def test_what_was_not_found_is_left_empty(small: Small) -> None:
    (state,) = load_corpus(small.root).records
    assert isinstance(state, State)
    assert (state.attempts, state.ecfmg, state.observers, state.routes, state.notes) == (None, None, None, (), ())


def test_codes_are_read_as_such(tmp_path: Path) -> None:
    path = tmp_path / "program-some-hospital.yaml"
    path.write_text(PROGRAM, encoding="utf-8")
    program = load_record(Program, path)
    assert isinstance(program, Program)
    assert program.hands_on is not None
    assert program.residency_seekers is not None
    assert program.open is not None
    assert program.hands_on.value is HandsOn.OBSERVATION
    assert program.residency_seekers.value is ResidencySeekers.REFUSED
    assert program.open.value is Openness.PAUSED
    assert program.place.state == "OH"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"observation"', '"a little"', "hands_on.value"),
        ('"paused"', "no", "open.value"),
        ('state: "OH"', 'state: "Ohio"', "place.state"),
        (", sources: [page]}\nhands_on", "}\nhands_on", "who.sources"),
        ("[page]}\nhands_on", "[]}\nhands_on", "who.sources"),
        ("fee", "fees", "fee"),
        ("institution:", "instituton:", "unknown key 'instituton'"),
    ],
)
def test_what_does_not_fit_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "program-some-hospital.yaml"
    text = PROGRAM.replace("residency_seekers:", 'fee: {value: "USD 500", sources: [page]}\nresidency_seekers:')
    path.write_text(text.replace(old, new) if old != "fee" else text.replace("fee:", "fees:"), encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        load_record(Program, path)
    assert message in caught.value.message
    assert caught.value.line is not None
    assert str(caught.value).startswith(f"{path}:{caught.value.line}: ")


def test_the_folder_tells_the_type(small: Small) -> None:
    small.write("us/programs/program-some-hospital.yaml", PROGRAM)
    assert [(kind, path.stem) for kind, path in record_paths(small.root)] == [
        (State, "us-oh"),
        (Program, "program-some-hospital"),
    ]
    assert small.problems() == []


def test_each_type_has_its_own_folder() -> None:
    assert (State, Program, Award) == RECORD_TYPES
    assert len({kind.folder for kind in RECORD_TYPES}) == len(RECORD_TYPES)


def test_a_record_does_not_change(small: Small) -> None:
    (record,) = load_corpus(small.root).records
    assert isinstance(record, Record)
    with pytest.raises(ValueError, match="frozen"):
        record.name = "Kentucky"


def test_a_record_says_its_file_nowhere(small: Small) -> None:
    assert "path" not in STATE
    (record,) = load_corpus(small.root).records
    assert record.path == small.root / "us/states/us-oh.yaml"
