"""Corpus to passages: each complete in itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.corpus import Corpus, Status, load_corpus
from advisor.corpus.passages import corpus_passages, read_passages
from advisor.errors import CorpusError
from tests.corpus.conftest import Small


def test_sections_come_first_then_records(small: Small) -> None:
    passages = corpus_passages(load_corpus(small.root))
    assert [passage.id for passage in passages] == [
        "us-visitor#observe",
        "us-visitor#work",
        "us-oh#licence",
        "us-oh#permits",
    ]


def test_a_passage_has_what_its_document_says_of_it(small: Small) -> None:
    observe, work, *_ = corpus_passages(load_corpus(small.root))
    assert (observe.title, observe.document) == ("May a visitor observe?", "Visiting a hospital")
    assert (observe.jurisdiction, observe.topics, observe.status) == ("us", ("visa.b1",), Status.IN_FORCE)
    assert set(observe.sources) == {"rule", "page"}
    assert set(work.sources) == {"rule"}
    assert (work.status, work.effective) == (Status.PROPOSED, "2027-01")
    assert observe.text == "Yes, a visitor may watch.\nThe host decides what a visitor sees."


def test_a_section_without_a_status_has_its_documents(small: Small) -> None:
    small.change(
        "us/visas/us-visitor.md", "reviewed:", "status: postponed\neffective: 2026-09\nuntil: 2027-01\nreviewed:"
    )
    observe, work, *_ = corpus_passages(load_corpus(small.root))
    assert (observe.status, observe.effective, observe.until) == (Status.POSTPONED, "2026-09", "2027-01")
    assert (work.status, work.effective, work.until) == (Status.PROPOSED, "2027-01", None)


def test_where_a_statement_stood_changes_no_passage(small: Small) -> None:
    before = corpus_passages(load_corpus(small.root))
    small.change("us/visas/us-visitor.md", "## May a visitor observe?", "\n\n\n## May a visitor observe?")
    assert corpus_passages(load_corpus(small.root)) == before


def test_any_collection_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "passages.jsonl"
    path.write_text('{"id": "a", "title": "T", "text": "Some\\n text"}\n\n{"id": 2, "text": ""}\n', encoding="utf-8")
    first, second = read_passages(path)
    assert (first.id, first.title, first.text) == ("a", "T", "Some text")
    assert (second.id, second.title, second.statements) == ("2", "", ())


@pytest.mark.parametrize(
    ("row", "message"),
    [("[]", "expected"), ("{", "expected"), ('{"id": "b"}', "expected"), ('{"id": "a", "text": "x"}', "stands twice")],
)
def test_a_bad_line_of_a_collection_is_told(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "passages.jsonl"
    path.write_text('{"id": "a", "text": "Some text"}\n' + row + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=message) as caught:
        read_passages(path)
    assert str(caught.value).startswith(f"{path}:2: ")


def test_every_real_passage_has_an_id_of_its_own_and_its_sources(real: Corpus) -> None:
    passages = corpus_passages(real)
    assert len({passage.id for passage in passages}) == len(passages)
    for passage in passages:
        assert set(passage.sources) == {key for statement in passage.statements for key in statement.sources}
