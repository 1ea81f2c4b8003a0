"""The report counts what is there, and the page made from it is current."""

from __future__ import annotations

from advisor.corpus import Corpus, Table, as_markdown, load_corpus, report
from tests.corpus.conftest import ROOT, Small


def table(tables: list[Table], title: str) -> dict[str, tuple[str, ...]]:
    (found,) = [table for table in tables if table.title == title]
    return {row[0]: row[1:] for row in found.rows}


def test_totals(small: Small) -> None:
    totals = table(report(load_corpus(small.root)), "Totals")
    assert {name: value for name, (value,) in totals.items()} == {
        "Documents": "1",
        "Sections": "2",
        "Statements in documents": "3",
        "Asks of sections": "8",
        "Asks a section, on average": "4.0",
        "Records": "1",
        "Statements made from records": "4",
        "Sources, counted in each file": "3",
        "Different addresses of sources": "3",
        "Terms of the glossary": "1",
        "Ways of writing them": "5",
        "Countries": "1",
        "Topics without a section": "2",
    }


def test_sources_by_kind_check_and_age(small: Small) -> None:
    tables = report(load_corpus(small.root))
    kinds = table(tables, "Sources by kind and check")
    assert kinds["regulation"] == ("1", "0", "0", "1", "0.0 %")
    assert kinds["statute"] == ("0", "0", "1", "1", "100.0 %")
    assert kinds["guidance"] == ("0", "0", "0", "0", "-")
    assert kinds["all"] == ("1", "1", "1", "3", "33.3 %")
    ages = table(tables, "Sources by age")
    assert list(ages) == ["undated", "2026", "2025"]
    assert ages["2026"] == ("1", "33.3 %")


def test_a_statement_counts_as_the_weakest_of_its_sources(small: Small) -> None:
    evidence = table(report(load_corpus(small.root)), "Statements by evidence")
    assert evidence["documents"] == ("2", "1", "0", "3", "0.0 %")
    assert evidence["records"] == ("0", "0", "4", "4", "100.0 %")


def test_empty_fields_of_records(small: Small) -> None:
    fields = table(report(load_corpus(small.root)), "Records with empty fields")
    assert fields["state.attempts"] == ("1", "1", "100.0 %")
    assert fields["state.training_img"] == ("1", "0", "0.0 %")
    assert fields["state.routes"] == ("1", "1", "100.0 %")
    assert fields["award.amount"] == ("0", "0", "-")
    assert "state.name" not in fields


def test_folders_countries_and_topics(small: Small) -> None:
    tables = report(load_corpus(small.root))
    assert table(tables, "Folders") == {"us/states": ("1", "0", "0"), "us/visas": ("1", "2", "3")}
    assert table(tables, "Countries") == {"us": ("1", "2", "3")}
    topics = table(tables, "Topics")
    assert topics["visa.b1"] == ("Visitors", "2")
    assert topics["visa.esta"] == ("Visa Waiver Program", "0")


def test_the_page_has_every_table_and_aligns_numbers(small: Small) -> None:
    tables = report(load_corpus(small.root))
    page = as_markdown(tables)
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == [table.title for table in tables]
    assert "| Documents | 1 |" in page
    assert "| Topic | Title | Sections |\n| --- | --- | ---: |" in page


def test_an_empty_corpus_has_a_report_too(small: Small) -> None:
    (small.root / "us/visas/us-visitor.md").unlink()
    (small.root / "us/states/us-oh.yaml").unlink()
    totals = table(report(load_corpus(small.root)), "Totals")
    assert totals["Asks a section, on average"] == ("0.0",)


def test_the_page_of_the_real_corpus_is_current(real: Corpus) -> None:
    page = (ROOT.parent / "docs" / "corpus.md").read_text(encoding="utf-8")
    assert page == as_markdown(report(real)), "run: advisor corpus report --write"
