"""`advisor corpus …` on the small corpus: what each command prints, writes and exits with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

from advisor.cli import app
from advisor.corpus import as_markdown, load_corpus, report
from tests.corpus.conftest import Small

Run = Callable[..., Result]


@pytest.fixture
def run(small: Small, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(small.root.parent)
    monkeypatch.setenv("ADVISOR_CORPUS_DIR", str(small.root))
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(small.root.parent / "data"))
    return lambda *arguments: CliRunner().invoke(app, ["corpus", *arguments])


def test_check_tells_problems_and_exits_with_1(small: Small, run: Run) -> None:
    assert run("check").exit_code == 0
    path = small.change("us/visas/us-visitor.md", "(#observe)", "(#watch)")
    result = run("check")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{path}:")
    assert run("check", str(small.root / "us/states/us-oh.yaml")).exit_code == 0


def test_new_writes_a_file_and_says_what_to_do(small: Small, run: Run) -> None:
    result = run("new", "us-visitor-photo", "--topic", "visa.esta")
    path = small.root / "us/visas/us-visitor-photo.md"
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{path}: fill in")
    assert "topics: [visa.esta]" in path.read_text(encoding="utf-8")
    assert run("new", "us-visitor-photo").exit_code != 0


def test_report_prints_tables(run: Run) -> None:
    result = run("report")
    assert result.exit_code == 0
    assert "# Totals\nWhat\tNumber\nDocuments\t1\n" in result.stdout


def test_report_writes_its_page_beside_the_corpus(small: Small, run: Run) -> None:
    assert run("report", "--write").exit_code == 2  # no docs folder there
    page = small.root.parent / "docs" / "corpus.md"
    page.parent.mkdir()
    assert run("report", "--write").exit_code == 0
    assert page.read_text(encoding="utf-8") == as_markdown(report(load_corpus(small.root)))


def test_stale_lists_old_sources(small: Small, run: Run) -> None:
    small.change("us/visas/us-visitor.md", "as_of: 2026-01-29", "as_of: 1994")
    result = run("stale", "--days", "3650")
    assert result.exit_code == 0
    assert "0\t1994-12-31\tus-visitor#observe\t22 CFR 41.31\n" in result.stdout
    assert "us-oh" not in result.stdout
