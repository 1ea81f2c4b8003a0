"""Building and publishing: the same input gives the same build, and nothing that goes wrong takes the last one away."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.errors import DamagedBuildError, NoBuildError, SearchIndexError
from advisor.index import (
    Encoder,
    Figures,
    Input,
    SearchIndex,
    build_index,
    builds_dir,
    open_build,
    open_index,
    plan_build,
    read_builds,
    read_manifest,
    rollback,
)


@pytest.fixture
def index_dir(small_index_dir: Path, tmp_path: Path) -> Path:
    """A copy of the small index that a test may change."""
    return Path(shutil.copytree(small_index_dir, tmp_path / "index"))


def _edited(source: Input, words: str = "An edited title") -> Input:
    first = source.passages[0].model_copy(update={"title": words})
    return replace(source, passages=[first, *source.passages[1:]])


def test_the_same_input_gives_the_same_files(
    small_input: Input, encoder: Encoder, small_index_dir: Path, tmp_path: Path
) -> None:
    shutil.copy(small_index_dir / "vectors.sqlite", tmp_path)
    again = build_index(small_input, encoder, tmp_path)
    first = read_manifest(builds_dir(small_index_dir) / again.build)
    assert again.files == first.files


def test_a_second_build_of_the_same_input_changes_nothing(
    small_input: Input, encoder: Encoder, index_dir: Path
) -> None:
    before = read_builds(index_dir)
    stages: list[str] = []
    build_index(small_input, encoder, index_dir, progress=lambda stage, done, total: stages.append(stage))
    assert stages == ["nothing changed"]
    assert read_builds(index_dir) == before


def test_an_edit_embeds_only_what_changed(small_input: Input, encoder: Encoder, index_dir: Path) -> None:
    edited = _edited(small_input)
    statements = len(edited.passages[0].statements)
    assert plan_build(edited, encoder, index_dir).vectors == 1 + statements  # the title, and each statement below it
    assert plan_build(edited, encoder, index_dir).changed == [edited.passages[0].id]


def test_rollback_and_forth(small_input: Input, encoder: Encoder, index_dir: Path) -> None:
    first = read_builds(index_dir).current
    second = build_index(_edited(small_input), encoder, index_dir).build
    assert read_builds(index_dir).current == second != first
    assert rollback(index_dir) == first
    assert open_index(index_dir, encoder).manifest.build == first
    assert rollback(index_dir) == second


def test_nothing_to_roll_back_to(index_dir: Path) -> None:
    with pytest.raises(NoBuildError, match="no earlier build"):
        rollback(index_dir)


def test_only_so_many_builds_are_kept(small_input: Input, encoder: Encoder, index_dir: Path) -> None:
    for number in range(3):
        build_index(_edited(small_input, f"Title {number}"), encoder, index_dir, keep=2)
    assert len(list(builds_dir(index_dir).iterdir())) == 2


@pytest.mark.parametrize("name", ["dense.faiss", "passages.jsonl", "entry-kind.npy", "manifest.json"])
def test_a_flipped_byte_is_refused_and_the_previous_build_serves(
    name: str, small_input: Input, encoder: Encoder, index_dir: Path
) -> None:
    first = read_builds(index_dir).current
    second = build_index(_edited(small_input), encoder, index_dir).build
    path = builds_dir(index_dir) / second / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DamagedBuildError, match=second):
        open_build(builds_dir(index_dir) / second, encoder)
    assert open_index(index_dir, encoder).manifest.build == first


def test_a_truncated_file_is_refused(encoder: Encoder, index_dir: Path) -> None:
    folder = builds_dir(index_dir) / read_builds(index_dir).current
    path = folder / "dense.faiss"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DamagedBuildError, match=r"dense\.faiss is damaged"):
        open_index(index_dir, encoder)


def test_another_model_is_refused(encoder: Encoder, index_dir: Path) -> None:
    class Other:
        fingerprint = "another-model:0123"
        dimension = encoder.dimension
        passages = staticmethod(encoder.passages)
        questions = staticmethod(encoder.questions)

    with pytest.raises(DamagedBuildError, match="another-model"):
        open_index(index_dir, Other())


def test_a_damaged_build_is_built_again(small_input: Input, encoder: Encoder, index_dir: Path) -> None:
    folder = builds_dir(index_dir) / read_builds(index_dir).current
    (folder / "places.txt").write_text("")
    build_index(small_input, encoder, index_dir)
    assert open_index(index_dir, encoder).places


class _Never:
    """A gate that lets nothing through."""

    key = "never"

    def measure(self, index: SearchIndex) -> Figures:
        return {"Success@1": [1.0]}

    def refuse(self, index: SearchIndex, after: Figures, before: Figures) -> str | None:
        return "worse"


def test_a_gate_that_refuses_leaves_the_old_build_serving(
    small_input: Input, encoder: Encoder, index_dir: Path
) -> None:
    before = read_builds(index_dir)

    with pytest.raises(SearchIndexError, match="not published: worse"):
        build_index(_edited(small_input), encoder, index_dir, gate=_Never())
    assert read_builds(index_dir) == before
    forced = build_index(_edited(small_input), encoder, index_dir, gate=_Never(), forced="a trial")
    assert forced.forced == "a trial (worse)"
    assert open_index(index_dir, encoder).manifest.forced == "a trial (worse)"


def test_two_builds_at_once(small_input: Input, encoder: Encoder, index_dir: Path) -> None:
    from filelock import FileLock

    with FileLock(index_dir / "build.lock"), pytest.raises(SearchIndexError, match="another build is running"):
        build_index(_edited(small_input), encoder, index_dir)


def test_a_full_disk_is_told_and_leaves_the_old_build(
    small_input: Input, encoder: Encoder, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_builds(index_dir)

    def full(path: Path, passages: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("advisor.index.build.write_passages", full)
    with pytest.raises(SearchIndexError, match="No space left on device; the last build still serves"):
        build_index(_edited(small_input), encoder, index_dir)
    assert read_builds(index_dir) == before
    assert not list(builds_dir(index_dir).glob(".draft-*"))


def test_nothing_to_index(encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match="nothing to index"):
        build_index(Input([]), encoder, tmp_path)


_BUILDER = textwrap.dedent(
    """
    import sys, time
    from dataclasses import replace
    from pathlib import Path
    import advisor.index.build as build
    from advisor.index import load_encoder
    from advisor.rebuild import read_input
    from advisor.settings import Settings

    stop_at, folder, corpus = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    source = read_input(Settings(corpus_dir=corpus))
    first = source.passages[0].model_copy(update={"title": "Another title"})
    source = replace(source, passages=[first, *source.passages[1:]])

    def wait(*args):
        print("here", flush=True)
        time.sleep(60)

    if stop_at == "embedding":
        progress = lambda stage, done, total: stage.startswith("embedding st") and done and wait()
    else:
        progress = lambda stage, done, total: None
        setattr(build, stop_at, wait)
    build.build_index(source, load_encoder("e5", 1), folder, progress=progress)
    """
)


@pytest.mark.parametrize("stop_at", ["embedding", "write_passages", "sync_tree", "publish"])
def test_killed_at_any_moment_the_last_build_serves(
    stop_at: str, small_input: Input, small_corpus: Path, encoder: Encoder, index_dir: Path
) -> None:
    before = open_index(index_dir, encoder).manifest
    command = [sys.executable, "-c", _BUILDER, stop_at, str(index_dir), str(small_corpus)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "here"
        os.kill(process.pid, signal.SIGKILL)
    assert open_index(index_dir, encoder).manifest == before
    after = build_index(_edited(small_input, "Another title"), encoder, index_dir)  # the next build clears up
    assert after.build != before.build
    assert not list(builds_dir(index_dir).glob(".draft-*"))
