"""Which build serves: one small file, `current`, replaced in a single rename."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from advisor.errors import NoBuildError, SearchIndexError

__all__ = ["Builds", "builds_dir", "publish", "read_builds", "rollback", "sync_tree"]


class Builds(BaseModel):
    """The build that serves, and those that served before it, newest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    current: str
    previous: tuple[str, ...] = ()


def builds_dir(index_dir: Path) -> Path:
    """Where the builds of an index stand, each in a folder named by its id."""
    return index_dir / "builds"


def read_builds(index_dir: Path) -> Builds:
    """Read which build serves.

    Raises:
        NoBuildError: None does.
        SearchIndexError: The file `current` cannot be read.
    """
    path = index_dir / "current"
    try:
        return Builds.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoBuildError(f"no index in {index_dir}; run 'advisor index build'") from None
    except (ValidationError, UnicodeDecodeError) as error:
        raise SearchIndexError(f"{path} cannot be read; run 'advisor index build'") from error


def publish(index_dir: Path, build: str, keep: int) -> None:
    """Let `build` serve from now on, and delete all but the newest `keep` builds.

    Args:
        index_dir: The folder of the index.
        build: The id of a complete build below `builds/`.
        keep: How many builds stay on disk, this one included.
    """
    try:
        before = read_builds(index_dir)
        earlier = (before.current, *before.previous)
    except SearchIndexError:
        earlier = ()
    previous = tuple(dict.fromkeys(name for name in earlier if name != build))[: keep - 1]
    _switch(index_dir, Builds(current=build, previous=previous))
    for folder in builds_dir(index_dir).iterdir():
        if folder.name not in {build, *previous}:
            with suppress(OSError):  # on systems that hold open files fast, the next build clears it away
                shutil.rmtree(folder)


def rollback(index_dir: Path) -> str:
    """Let the build before the present one serve again; give its id.

    Raises:
        NoBuildError: There is no earlier build.
    """
    builds = read_builds(index_dir)
    kept = [name for name in builds.previous if (builds_dir(index_dir) / name).is_dir()]
    if not kept:
        raise NoBuildError(f"no earlier build in {index_dir} to go back to")
    _switch(index_dir, Builds(current=kept[0], previous=(*kept[1:], builds.current)))
    return kept[0]


def _switch(index_dir: Path, builds: Builds) -> None:
    draft = index_dir / f".current-{os.getpid()}"
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps(builds.model_dump()) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(index_dir / "current")
    finally:
        draft.unlink(missing_ok=True)
    _sync(index_dir)


def sync_tree(folder: Path) -> None:
    """Make sure that everything in `folder` is on the disk before anything points at it."""
    for path in (folder, *folder.rglob("*")):
        _sync(path)


def _sync(path: Path) -> None:
    with suppress(PermissionError):  # not every system lets a folder be opened
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
