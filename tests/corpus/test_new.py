"""Starting a file from a template: in the right folder, readable at once, and never fit to publish as it is."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.corpus import load_corpus, new_file
from advisor.errors import CorpusError
from tests.corpus.conftest import ROOT, TODAY, Small


@pytest.mark.parametrize(
    ("identity", "topic", "where"),
    [
        ("us-visa-photo", "visa.esta", "us/visas/us-visa-photo.md"),
        ("us-state-fees", "licensure.state", "us/licensure/us-state-fees.md"),
        ("us-visitor-photo", None, "us/visas/us-visitor-photo.md"),
        ("gb-locum", None, "gb/gb-locum.md"),
        ("it-licence", "world.gb", "it/it-licence.md"),
        ("int-locum", "world.gb", "international/int-locum.md"),
        ("program-some-hospital", None, "us/programs/program-some-hospital.yaml"),
        ("award-some-grant", None, "awards/award-some-grant.yaml"),
    ],
)
def test_a_file_goes_where_its_like_lies(small: Small, identity: str, topic: str | None, where: str) -> None:
    path = new_file(small.root, identity, TODAY, topic)
    assert path.relative_to(small.root).as_posix() == where
    corpus = load_corpus(small.root)  # the template is well formed
    assert identity in {document.id for document in corpus.documents} | {record.id for record in corpus.records}
    problems = small.problems()
    assert {problem.path for problem in problems} == {path}
    assert "'TODO' is left" in problems[0].message + problems[-1].message


def test_a_document_takes_its_topic_from_its_neighbour(small: Small) -> None:
    new_file(small.root, "us-visitor-photo", TODAY)
    document = next(d for d in load_corpus(small.root).documents if d.id == "us-visitor-photo")
    assert (document.topics, document.jurisdiction, document.reviewed) == (("visa.b1",), "us", TODAY)


@pytest.mark.parametrize(
    ("identity", "topic", "message"),
    [
        ("us-visitor", None, "the id 'us-visitor' is taken"),
        ("us-oh", None, "the id 'us-oh' is taken"),
        ("US-Visitor", None, "is no id"),
        ("visitor", None, "is no id"),
        ("../us-visitor", None, "is no id"),
        ("us-photo", None, "no document is like 'us-photo'"),
        ("us-photo", "visa.photo", "unknown topic 'visa.photo'"),
        ("us-photo", "world.gb", "name a first topic of visa, licensure, observership, path for 'us-photo'"),
    ],
)
def test_what_cannot_be_started_is_told_and_nothing_written(
    small: Small, identity: str, topic: str | None, message: str
) -> None:
    before = sorted(small.root.rglob("*"))
    with pytest.raises(CorpusError, match=message):
        new_file(small.root, identity, TODAY, topic)
    assert sorted(small.root.rglob("*")) == before


def test_the_readme_shows_the_template(small: Small) -> None:
    small.change("topics.yaml", "visa.esta", "visa.application")
    path = new_file(small.root, "us-visa-something", date(2026, 11, 22), "visa.application")
    assert path.read_text(encoding="utf-8") in (ROOT / "README.md").read_text(encoding="utf-8")
