"""The archive: versions, damage, and what a crash leaves behind."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import OfficialError
from advisor.official.archive import Archive, Version

NOW = dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC)


def _version(data: bytes, at: dt.datetime = NOW, **facts: object) -> Version:
    digest = hashlib.sha256(data).hexdigest()
    base = {"digest": digest, "text_digest": digest, "url": "https://example.org/x", "name": "x.xml"}
    return Version.model_validate({**base, "fetched": at, "confirmed": at, **facts})


def test_keeps_the_newest_versions_and_their_bytes(tmp_path: Path) -> None:
    archive = Archive(tmp_path, keep=3)
    for i in range(5):
        body = f"body {i}".encode()
        assert archive.put("one", body, _version(body, NOW + dt.timedelta(days=i)))
    versions = archive.record("one").versions
    assert [archive.read("one", v) for v in versions] == [b"body 4", b"body 3", b"body 2"]
    assert len(list((tmp_path / "one").glob("*.raw"))) == 3
    assert archive.keys() == ["one"]


def test_the_same_bytes_are_confirmed_not_stored_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    later = NOW + dt.timedelta(days=3)
    assert archive.put("one", b"x", _version(b"x"))
    assert not archive.put("one", b"x", _version(b"x", later, etag='"2"'))
    newest = archive.record("one").versions
    assert len(newest) == 1
    assert (newest[0].fetched, newest[0].confirmed, newest[0].etag) == (NOW, later, '"2"')


def test_going_back_to_older_bytes_makes_them_the_newest(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for body in (b"a", b"b", b"a"):
        archive.put("one", body, _version(body))
    assert [archive.read("one", v) for v in archive.record("one").versions] == [b"a", b"b"]


def test_a_failure_keeps_the_copy_and_a_success_clears_it(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put("one", b"x", _version(b"x"))
    archive.fail("one", NOW, "500, trouble")
    assert archive.record("one").failure is not None
    assert archive.read("one") == b"x"
    archive.confirm("one", NOW + dt.timedelta(days=1), as_of=dt.date(2026, 3, 5))
    record = archive.record("one")
    assert record.failure is None
    assert record.versions[0].as_of == dt.date(2026, 3, 5)


def test_damage_is_noticed_and_told_in_one_line(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put("one", b"x", _version(b"x"))
    raw = next((tmp_path / "one").glob("*.raw"))
    raw.write_bytes(b"y")
    with pytest.raises(OfficialError, match="not those that were stored"):
        archive.read("one")
    raw.unlink()
    with pytest.raises(OfficialError, match="cannot be read"):
        archive.read("one")
    (tmp_path / "one" / "versions.json").write_text("{")
    with pytest.raises(OfficialError, match=r"versions\.json: the list of versions is damaged"):
        archive.record("one")


def test_what_was_never_fetched_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(OfficialError, match="advisor official fetch one"):
        Archive(tmp_path).read("one")


@pytest.mark.parametrize("key", ["", "..", "a/b", ".hidden", "a\\b"])
def test_keys_cannot_leave_the_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(OfficialError, match="no name of a text"):
        Archive(tmp_path).record(key)


def test_a_crash_while_writing_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(tmp_path)
    archive.put("one", b"old", _version(b"old"))

    def crash(self: Path, target: Path) -> Path:
        raise OSError("power cut")

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="power cut"):
        archive.put("one", b"new", _version(b"new"))
    monkeypatch.undo()
    assert archive.read("one") == b"old"
    assert [p.name for p in (tmp_path / "one").iterdir() if p.name.startswith(".writing-")] == []


@settings(max_examples=20, deadline=None)
@given(bodies=st.lists(st.binary(min_size=1, max_size=6), min_size=1, max_size=8), keep=st.integers(1, 4))
def test_newest_bytes_are_always_those_put_last(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes], keep: int
) -> None:
    archive = Archive(tmp_path_factory.mktemp("archive"), keep=keep)
    for body in bodies:
        archive.put("one", body, _version(body))
        assert archive.read("one") == body
    stored = {v.digest for v in archive.record("one").versions}
    assert len(stored) <= keep
    assert {p.stem for p in (archive.root / "one").glob("*.raw")} == stored
