"""Keeps what was fetched: raw bytes and where they came from, several versions of each text.

One folder a text: `versions.json` and one file of bytes a version. Every write goes to a temporary file that is
flushed and renamed, so that a crash leaves either the old or the new state. Bytes are checked against their
digest when they are read.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from advisor.errors import OfficialError
from advisor.official.models import OfficialText
from advisor.official.readers.detect import read_bytes

__all__ = ["Archive", "Failure", "Record", "Version"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Version(_Frozen):
    """One stored version of a text.

    Attributes:
        digest: SHA-256 of the raw bytes, in hexadecimal.
        text_digest: SHA-256 of the text that was read from them; equal where only the wrapping changed.
        url: Where they came from.
        name: File name for the readers.
        fetched: When these bytes came.
        confirmed: When the publisher last said, or was seen to say, that they still stand.
        as_of: The date the publisher says the text speaks of.
        etag: Validator for conditional requests.
        last_modified: Validator for conditional requests.
        characters: Length of the text.
        licence: Terms of reuse, if the publisher states them.
    """

    digest: str
    text_digest: str
    url: str
    name: str
    fetched: dt.datetime
    confirmed: dt.datetime
    as_of: dt.date | None = None
    etag: str | None = None
    last_modified: str | None = None
    characters: int = 0
    licence: str = ""


class Failure(_Frozen):
    """The last attempt, if it failed."""

    at: dt.datetime
    message: str


class Record(_Frozen):
    """What the archive knows of a text.

    Attributes:
        versions: Good versions, the newest first.
        failure: The last attempt, if it failed.
        withdrawn: What the publisher said when it withdrew the text; empty while it stands.
    """

    versions: tuple[Version, ...] = ()
    failure: Failure | None = None
    withdrawn: str = ""


class Archive:
    """Stored versions of official texts below one folder.

    Args:
        root: The folder; made when something is first stored.
        keep: How many versions of a text are kept.
    """

    def __init__(self, root: Path, keep: int = 5) -> None:
        self.root, self.keep = root, keep

    def keys(self) -> list[str]:
        """List the texts of which anything is stored."""
        return sorted(p.parent.name for p in self.root.glob("*/versions.json"))

    def record(self, key: str) -> Record:
        """Return what is known of a text; empty for one that was never fetched.

        Raises:
            OfficialError: if the list of versions is damaged.
        """
        path = self._folder(key) / "versions.json"
        try:
            return Record.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return Record()
        except (ValidationError, OSError) as error:
            raise OfficialError(
                f"{path}: the list of versions is damaged ({type(error).__name__}); fetch again"
            ) from None

    def latest(self, key: str) -> Version | None:
        """Return the newest good version."""
        versions = self.record(key).versions
        return versions[0] if versions else None

    def put(self, key: str, data: bytes, version: Version) -> bool:
        """Store a version; the newest one with the same bytes is confirmed instead.

        Returns:
            Whether the bytes were new.
        """
        record = self.record(key)
        if record.versions and record.versions[0].digest == version.digest:
            newest = version.model_copy(update={"fetched": record.versions[0].fetched})
            self._write(key, Record(versions=(newest, *record.versions[1:])))
            return False
        folder = self._folder(key)
        folder.mkdir(parents=True, exist_ok=True)
        _write_atomically(folder / f"{version.digest}.raw", data)
        others = tuple(v for v in record.versions if v.digest != version.digest)
        kept = (version, *others)[: self.keep]
        self._write(key, Record(versions=kept))
        for old in others:
            if old not in kept:
                (folder / f"{old.digest}.raw").unlink(missing_ok=True)
        return True

    def confirm(
        self,
        key: str,
        now: dt.datetime,
        as_of: dt.date | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Note that the newest version still stands."""
        record = self.record(key)
        if not record.versions:
            return
        newest = record.versions[0]
        update = {
            "confirmed": now,
            "as_of": as_of or newest.as_of,
            "etag": etag or newest.etag,
            "last_modified": last_modified or newest.last_modified,
        }
        self._write(key, Record(versions=(newest.model_copy(update=update), *record.versions[1:])))

    def fail(self, key: str, now: dt.datetime, message: str, withdrawn: bool = False) -> None:
        """Note that an attempt failed, or that the publisher has withdrawn the text; the good versions
        stay."""
        update = {"failure": Failure(at=now, message=message), "withdrawn": message if withdrawn else ""}
        self._write(key, self.record(key).model_copy(update=update))

    def read(self, key: str, version: Version | None = None) -> bytes:
        """Return the bytes of a version, the newest by default.

        Raises:
            OfficialError: if there is none, or the bytes are not those that were stored.
        """
        chosen = version or self.latest(key)
        if chosen is None:
            raise OfficialError(f"{key}: never fetched; run `advisor official fetch {key}`")
        path = self._folder(key) / f"{chosen.digest}.raw"
        try:
            data = path.read_bytes()
        except OSError as error:
            raise OfficialError(f"{path}: cannot be read ({error.strerror}); fetch again") from None
        if hashlib.sha256(data).hexdigest() != chosen.digest:
            raise OfficialError(f"{path}: the bytes are not those that were stored; delete the folder and fetch again")
        return data

    def text(self, key: str, version: Version | None = None) -> OfficialText:
        """Read a version, the newest by default, as a document dated as the publisher says.

        Raises:
            OfficialError: if there is none or it cannot be read.
        """
        chosen = version or self.latest(key)
        data = self.read(key, chosen)
        assert chosen is not None  # noqa: S101  # read() has refused otherwise
        text = read_bytes(data, chosen.name)
        return text.model_copy(update={"source": key, "as_of": chosen.as_of or text.as_of})

    def forget(self, key: str) -> None:
        """Delete everything of a text."""
        shutil.rmtree(self._folder(key), ignore_errors=True)

    def _folder(self, key: str) -> Path:
        if not key or key.startswith(".") or "/" in key or "\\" in key:
            raise OfficialError(f"{key!r} is no name of a text")
        return self.root / key

    def _write(self, key: str, record: Record) -> None:
        folder = self._folder(key)
        folder.mkdir(parents=True, exist_ok=True)
        _write_atomically(folder / "versions.json", record.model_dump_json(indent=1).encode())


def _write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a crash, sees the old one or the new one whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):  # a folder cannot be flushed on every system
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
