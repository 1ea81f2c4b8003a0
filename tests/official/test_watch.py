"""Watching: change signals of the publishers, and what is published but not in force."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from starlette.responses import Response

from advisor.official.archive import Archive
from advisor.official.fetch import Fetcher
from advisor.official.transport import Transport
from advisor.official.wanted import Wanted, load_wanted
from advisor.official.watch import Signal, Watcher, effect_of, summary

from .conftest import Publisher
from .test_fetch import LIST, PAGE, RELEASE, TITLES, all_there

__all__ = ["all_there"]

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def wanted(tmp_path: Path, publisher: Publisher) -> Wanted:
    path = tmp_path / "official.toml"
    path.write_text(LIST.format(base=publisher.base))
    return load_wanted(path)


@pytest.fixture
def watcher(all_there: Publisher, tmp_path: Path, wanted: Wanted, transport: Transport) -> Watcher:
    archive = Archive(tmp_path / "archive")
    fetcher = Fetcher(wanted, archive, transport, now=lambda: NOW)
    assert {outcome.state for outcome in fetcher.run(fetcher.plan())} == {"new"}
    return Watcher(wanted, archive, transport, now=lambda: NOW)


def _of(signals: list[Signal], key: str, state: str) -> list[str]:
    return [s.message for s in signals if s.key == key and s.state == state]


def test_nothing_moved(watcher: Watcher) -> None:
    signals = watcher.poll()
    assert [s.key for s in signals if s.state in ("moved", "failed")] == []
    assert "5 quiet." in summary(signals)


def test_notes_and_documents_that_are_not_in_force_are_said_to_be_so(watcher: Watcher) -> None:
    signals = watcher.poll()
    assert "effective Jan. 1, 2031" in _of(signals, "rule", "pending")[0]
    coming = _of(signals, "coming", "pending")
    assert coming[0].endswith("(effective date postponed)")
    assert coming[1].endswith("(proposed, not in force)")
    text = summary(signals)
    assert text.startswith("Pending or limited in time:")
    assert "https://www.federalregister.gov/documents/2031/01/05/2031-00001/examples" in text


def test_what_moved_is_named(watcher: Watcher, publisher: Publisher, data: Path) -> None:
    titles = (data / "titles.json").read_bytes().replace(b"2026-01-10", b"2026-02-10")
    publisher.serve(TITLES, titles)
    entry = {"part": "62", "date": "2026-02-10", "amendment_date": "2026-02-10", "substantive": True}
    versions = [{"identifier": "62.27", **entry}, {"identifier": "62.99", **entry}]
    publisher.serve("/api/versioner/v1/versions/title-22.json", json.dumps({"content_versions": versions}).encode())
    publisher.serve("/download/download.shtml", f'<a href="{RELEASE}">'.replace("83", "84").encode())
    publisher.serve(PAGE, (data / "govuk.json").read_bytes().replace(b"2026-02-03T", b"2026-02-20T"))
    documents = json.loads((data / "federal_register.json").read_text())
    documents["results"].insert(0, {"document_number": "2032-1", "title": "New", "publication_date": "2032-01-01"})
    publisher.serve("/api/v1/documents.json", json.dumps(documents).encode())
    signals = watcher.poll()
    assert _of(signals, "rule", "moved") == ["changed since 2026-01-29: 62.27 (2026-02-10)"]
    assert _of(signals, "code", "moved") == ["release point Pub. L. 119-84"]
    assert _of(signals, "page", "moved") == ["updated 2026-02-20; held: 2026-02-03"]
    assert _of(signals, "coming", "moved") == ["2032-01-01: New"]


def test_a_title_may_move_without_our_section(watcher: Watcher, publisher: Publisher, data: Path) -> None:
    publisher.serve(TITLES, (data / "titles.json").read_bytes().replace(b"2026-01-10", b"2026-02-10"))
    publisher.serve("/api/versioner/v1/versions/title-22.json", b'{"content_versions": []}')
    assert _of(watcher.poll(), "rule", "quiet") == ["the title moved, but not this text"]


def test_one_that_cannot_be_asked_does_not_stop_the_others(watcher: Watcher, publisher: Publisher) -> None:
    publisher.handlers[PAGE] = lambda _: Response(b"", 404)
    signals = watcher.poll()
    assert "404" in _of(signals, "page", "failed")[0]
    assert _of(signals, "act", "quiet")
    assert "Failed:" in summary(signals)


def test_what_was_never_fetched_is_to_be_fetched(tmp_path: Path, wanted: Wanted, transport: Transport) -> None:
    signals = Watcher(wanted, Archive(tmp_path / "empty"), transport, now=lambda: NOW).poll()
    assert {s.message for s in signals} == {"never fetched"}


@pytest.mark.parametrize(
    ("document", "effect"),
    [
        ({"type": "Rule", "effective_on": "2026-01-01"}, None),
        ({"type": "Rule", "effective_on": "2026-06-01"}, "published, effective on 2026-06-01, not yet in force"),
        ({"type": "Proposed Rule"}, "proposed, not in force"),
        ({"type": "Rule", "dates": "The rule is postponed indefinitely."}, "effective date postponed"),
        ({"type": "Rule", "action": "Final rule; withdrawal."}, "withdrawal"),
        ({"type": "Notice", "title": "Information collection"}, None),
    ],
)
def test_effects(document: dict[str, str], effect: str | None) -> None:
    assert effect_of(document, dt.date(2026, 3, 1)) == effect
