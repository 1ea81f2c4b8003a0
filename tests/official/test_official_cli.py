"""The commands, end to end, against the loopback publisher."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from advisor.errors import OfficialError
from advisor.official.cli import app

from .conftest import Publisher
from .test_fetch import LIST, PAGE, all_there

__all__ = ["all_there"]

runner = CliRunner()


@pytest.fixture
def place(tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus folder with a list for the loopback publisher, and an empty data folder."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "official.toml").write_text(LIST.format(base=publisher.base))
    monkeypatch.setenv("ADVISOR_CORPUS_DIR", str(tmp_path / "corpus"))
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("place", "all_there")
def test_fetch_status_show_diff_watch(publisher: Publisher, data: Path) -> None:
    fetched = runner.invoke(app, ["fetch"])
    assert fetched.exit_code == 0, fetched.output
    assert "rule: new: " in fetched.output
    status = runner.invoke(app, ["status"])
    assert "2026-01-29" in status.output
    shown = runner.invoke(app, ["show", "22 CFR 62.27(b)(1)(i)"])
    assert "no more than thirty (30) days" in shown.output
    assert "as of 2026-01-29: https://www.ecfr.gov/current/title-22/section-62.27#p-62.27(b)(1)(i)" in shown.output
    objects = runner.invoke(app, ["show", "--json", "INA 212(e)"])
    assert json.loads(objects.output.splitlines()[0])["citation"] == "8 USC 1182(e)"
    publisher.serve(PAGE, (data / "govuk.json").read_bytes().replace(b"No fee", b"One fee"))
    assert runner.invoke(app, ["fetch", "--again", "page"]).exit_code == 0
    compared = runner.invoke(app, ["diff", "page"])
    assert "page: 1 change(s)" in compared.output
    assert "One" in compared.output
    watched = runner.invoke(app, ["watch"])
    assert watched.exit_code == 0
    assert "quiet." in watched.output


@pytest.mark.usefixtures("place")
def test_fetch_fails_with_one_line_a_text() -> None:
    failed = runner.invoke(app, ["fetch", "page", "act"])
    assert failed.exit_code == 1
    assert sum(": failed: " in line for line in failed.output.splitlines()) == 2


@pytest.mark.usefixtures("place")
def test_another_base(publisher: Publisher) -> None:
    moved = runner.invoke(app, ["fetch", "act", "--base", f"legislation={publisher.base}/other"])
    assert moved.exit_code == 1
    assert publisher.paths() == ["/other/ukpga/1901/7/data.xml"]
    assert runner.invoke(app, ["fetch", "--base", "nonsense"]).exit_code != 0


def test_parse_prints_one_object_a_paragraph(data: Path, tmp_path: Path) -> None:
    result = runner.invoke(app, ["parse", str(data / "ecfr_title.xml"), "--json"])
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert {"citation", "path", "heading", "text"} <= set(rows[0])
    assert rows[-1]["citation"] == "22 CFR part 62 Appendix A"
    plain = runner.invoke(app, ["parse", str(data / "fam.txt")])
    assert "9 FAM 499.1-2(b)\tb. (U) Nothing else." in plain.output
    missing = runner.invoke(app, ["parse", str(tmp_path / "none.xml")])
    assert isinstance(missing.exception, OfficialError)
