"""The real corpus: it is in order on a fixed day, as large as promised, and described by its README."""

from __future__ import annotations

import re
from datetime import date

import pytest

from advisor.corpus import (
    Award,
    Corpus,
    Document,
    Glossary,
    Passage,
    Program,
    Source,
    State,
    Statement,
    Term,
    check_corpus,
)
from advisor.corpus.passages import corpus_passages
from advisor.corpus.records import Permit, Place, Record, Route
from advisor.corpus.refusals import Reason, Referral, Referrals, Refusals
from advisor.corpus.topics import Topic, Topics
from tests.corpus.conftest import ROOT

DOCS = ROOT.parent / "docs"


def test_nothing_is_wrong() -> None:
    assert [str(problem) for problem in check_corpus(ROOT, date(2026, 11, 22))] == []


def test_there_are_1400_statements_in_documents(real: Corpus) -> None:
    assert sum(len(section.statements) for document in real.documents for section in document.sections) >= 1400


@pytest.mark.parametrize(("kind", "least"), [(State, 53), (Program, 95), (Award, 30)])
def test_there_are_records_of_each_type(real: Corpus, kind: type[Record], least: int) -> None:
    assert sum(isinstance(record, kind) for record in real.records) >= least


def test_every_state_district_and_territory_is_there(real: Corpus) -> None:
    codes = {record.id.removeprefix("us-") for record in real.records if isinstance(record, State)}
    states = (
        "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok "
    )
    states += "or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr gu"
    assert set(states.split()) <= codes


def test_there_are_20_countries(real: Corpus) -> None:
    assert len({document.jurisdiction[:2] for document in real.documents if document.jurisdiction != "int"}) >= 20


def test_there_are_five_asks_a_section(real: Corpus) -> None:
    sections = [section for document in real.documents for section in document.sections]
    assert sum(len(section.asks) for section in sections) >= 5 * len(sections)


def test_every_topic_has_a_section(real: Corpus) -> None:
    named = {topic for passage in corpus_passages(real) for topic in passage.topics}
    assert {leaf for branch in real.topics.branches.values() for leaf in branch.children} <= named


def test_what_is_not_in_force_is_answered_with_its_status(real: Corpus) -> None:
    statuses = {passage.status.value for passage in corpus_passages(real)}
    assert {"in_force", "proposed", "postponed", "vacated", "superseded"} <= statuses


@pytest.mark.parametrize(
    "model",
    [
        Source,
        Document,
        Record,
        State,
        Permit,
        Route,
        Program,
        Place,
        Award,
        Term,
        Glossary,
        Refusals,
        Referral,
        Referrals,
        Topic,
        Topics,
    ],
)
def test_the_readme_names_every_field(model: type[Source]) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [field for field in model.model_fields if f"`{field}`" not in text] == []


def test_the_readme_names_every_field_of_a_statement_and_a_section() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    fields = {*Statement.model_fields, *Document.model_fields} | {"slug", "heading", "asks", "statements", "line"}
    assert [field for field in sorted(fields) if f"`{field}`" not in text] == []


def test_the_readme_names_every_reason() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [reason.value for reason in Reason if f"`{reason.value}`" not in text] == []


def test_the_licence_is_named_with_its_address() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("SPDX-License-Identifier: CC-BY-4.0\n")
    assert "https://creativecommons.org/licenses/by/4.0/" in text


def test_what_the_page_on_omissions_names_is_there(real: Corpus) -> None:
    page = (DOCS / "corpus-omitted.md").read_text(encoding="utf-8")
    passages: list[Passage] = corpus_passages(real)
    known = {passage.id for passage in passages} | {passage.id.partition("#")[0] for passage in passages}
    known |= {f"glossary:{key}" for key in real.glossary.terms}
    named = set(re.findall(r"`([a-z][a-z0-9-]+(?:#[a-z0-9-]+)?|glossary:[a-z0-9-]+)`", page))
    assert named
    assert sorted(named - known) == []
