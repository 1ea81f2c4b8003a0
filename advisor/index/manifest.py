"""A build's manifest: what it was made from and the digest of every file, so that damage shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from advisor.errors import DamagedBuildError

__all__ = ["FORMAT", "MANIFEST", "Manifest", "content_id", "read_manifest", "seal"]

FORMAT = 5
"""Raised when the layout of a build changes; an older build is then rebuilt, not read."""

MANIFEST = "manifest.json"


class Manifest(BaseModel):
    """What a build is.

    Attributes:
        build: Its id: the digest of content, model and settings.
        format: The layout of its files.
        model: Fingerprint of the embedding model.
        passages: How many passages.
        entries: How many vectors.
        dense: `whole` when every vector is compared, or `lists`.
        recall: Of the dense side against exact search, on a sample.
        forced: Why a build that failed the evaluation gate was published all the same.
        files: Every other file of the build with its SHA-256.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    build: str
    format: int = FORMAT
    model: str
    passages: int
    entries: int
    dense: str
    recall: float
    forced: str | None = None
    files: dict[str, str] = {}


def content_id(parts: Iterable[str]) -> str:
    """The id of a build made from `parts`: 16 hexadecimal digits, the same for the same input."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part.encode()).digest())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> dict[str, str]:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: _sha256(folder / name) for name in names if name != MANIFEST}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest with the digests of all files of `folder`; give it back complete."""
    sealed = manifest.model_copy(update={"files": _files(folder)})
    text = json.dumps(sealed.model_dump(), indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return sealed


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a build and hold every file against it.

    Raises:
        DamagedBuildError: A file is missing, changed or unknown, or the layout is another version's.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        raise DamagedBuildError(
            f"build {folder.name}: its manifest cannot be read; run 'advisor index build'"
        ) from error
    if manifest.format != FORMAT:
        raise DamagedBuildError(
            f"build {folder.name} has format {manifest.format}, not {FORMAT}; run 'advisor index build'"
        )
    found = _files(folder)
    for name in sorted(manifest.files.keys() | found.keys()):
        if manifest.files.get(name) != found.get(name):
            what = "is missing" if name not in found else "is damaged" if name in manifest.files else "does not belong"
            raise DamagedBuildError(f"build {folder.name}: {name} {what}; run 'advisor index build'")
    return manifest
