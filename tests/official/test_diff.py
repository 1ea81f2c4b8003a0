"""Comparing versions place by place, and tying changes to our sources."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.official.archive import Archive, Version
from advisor.official.citation import parse_citation
from advisor.official.diff import Change, affected, changed_since, compare, compare_latest, word_changes
from advisor.official.models import OfficialText
from advisor.official.readers import read_bytes, read_file


def _changed(data: Path, *pairs: tuple[str, str]) -> tuple[OfficialText, OfficialText]:
    raw = (data / "ecfr_title.xml").read_text()
    new = raw
    for old, words in pairs:
        assert old in new
        new = new.replace(old, words)
    return read_bytes(raw.encode()), read_bytes(new.encode())


def test_the_same_text_has_no_changes(data: Path) -> None:
    assert compare(*_changed(data)) == []


def test_only_the_place_that_changed_is_named(data: Path) -> None:
    old, new = _changed(data, ("thirty (30) days", "sixty (60) days"))
    (change,) = compare(old, new)
    assert (change.citation, change.kind) == ("22 CFR 62.27(b)(1)(i)", "changed")
    runs = word_changes(change)
    assert [words for kind, words in runs if kind == "old"] == ["thirty", "(30)"]
    assert [words for kind, words in runs if kind == "new"] == ["sixty", "(60)"]


def test_added_removed_and_moved(data: Path) -> None:
    old, new = _changed(
        data,
        ("<P>(j) And this is the next.\n</P>", "<P>(j) A new one.\n</P><P>(k) And this is the next.\n</P>"),
        ("<P>(2) Second.\n</P>", ""),
    )
    kinds = {c.citation: c.kind for c in compare(old, new)}
    assert kinds["22 CFR 62.27(h)(2)"] == "removed"
    assert kinds["22 CFR 62.27(k)"] == "added"
    raw = (data / "ecfr_part.xml").read_text()
    words = "<P>(b) <I>Time.</I> Within 60 days, except as paragraphs (a)(1) and (2) of this section provide.</P>"
    moved = raw.replace(words, "<P>(b) [Reserved]</P>" + words.replace("(b)", "(c)"))
    changes = compare(read_bytes(raw.encode()), read_bytes(moved.replace("<P>(b) [Reserved]</P>", "").encode()))
    (move,) = changes
    assert (move.kind, move.before, move.citation) == ("moved", "8 CFR 248.1(b)", "8 CFR 248.1(c)")


def test_sources_are_tied_to_places_around_and_inside(data: Path) -> None:
    old, new = _changed(data, ("thirty (30) days", "sixty (60) days"))
    sources = {
        "around": parse_citation("22 CFR 62.27"),
        "exact": parse_citation("22 CFR 62.27(b)(1)(i)"),
        "inside": parse_citation("22 CFR 62.27(b)(1)(i)(A)"),
        "beside": parse_citation("22 CFR 62.27(c)"),
        "elsewhere": parse_citation("8 CFR 214.2(j)"),
    }
    day = dt.date(2026, 3, 4)
    notices = affected(compare(old, new), sources, day)
    assert [n.source for n in notices] == ["around", "exact", "inside"]
    assert {n.since for n in notices} == {day}


def _put(archive: Archive, body: bytes, day: dt.date) -> None:
    digest = hashlib.sha256(body).hexdigest()
    at = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    archive.put(
        "rule",
        body,
        Version(digest=digest, text_digest=digest, url="u", name="x.xml", fetched=at, confirmed=at, as_of=day),
    )


def test_changes_since_a_day(tmp_path: Path, data: Path) -> None:
    archive = Archive(tmp_path)
    raw = (data / "ecfr_title.xml").read_bytes()
    assert compare_latest(archive, "rule") == ([], None, None)
    for month, days in ((1, b"thirty (30)"), (3, b"sixty (60)"), (5, b"ninety (90)")):
        _put(archive, raw.replace(b"thirty (30)", days), dt.date(2026, month, 1))
    changes, before, after = compare_latest(archive, "rule")
    assert len(changes) == 1
    assert (before, after) == (dt.date(2026, 3, 1), dt.date(2026, 5, 1))
    assert "thirty" in changed_since(archive, "rule", dt.date(2026, 2, 1))[0].old
    assert "sixty" in changed_since(archive, "rule", dt.date(2026, 4, 1))[0].old
    assert "thirty" in changed_since(archive, "rule", dt.date(2025, 1, 1))[0].old
    assert changed_since(archive, "rule", dt.date(2026, 6, 1)) == []


@given(st.text(max_size=80), st.text(max_size=80))
def test_runs_of_words_give_both_sides_back(old: str, new: str) -> None:
    runs = word_changes(Change("x", "changed", old, new, ""))
    assert "".join(words for kind, words in runs if kind != "new") == old
    assert "".join(words for kind, words in runs if kind != "old") == new


def test_two_release_points_of_one_section(samples: Path) -> None:
    new, old = samples / "usc-md/8-usc-1184.md", next(iter(samples.glob("usc-md/older/8-usc-1184*.md")), None)
    if old is None or not new.is_file():
        pytest.skip("no pair of versions among the real files")
    changes = compare(read_file(old), read_file(new))
    assert changes
    assert all(c.old != c.new for c in changes)
    assert len(changes) < 40
