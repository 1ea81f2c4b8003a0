"""Each check can fail: the small corpus is in order, and one change breaks one rule."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.corpus import check_corpus, fold
from advisor.errors import CorpusError
from tests.corpus.conftest import TODAY, Small

DOCUMENT = "us/visas/us-visitor.md"
STATE = "us/states/us-oh.yaml"


def test_the_small_corpus_is_in_order(small: Small) -> None:
    assert small.problems() == []


BROKEN = {
    "an ask stands twice": (DOCUMENT, "- job on b1", "- Can I observe on B1?", "also stands in us-visitor#observe"),
    "an ask stands in a record too": (STATE, "cleveland license img", "job on b1", "also stands in us-visitor#work"),
    "too few asks": (DOCUMENT, "- job on b1\n", "", "3 asks; give 4 to 25"),
    "too many asks": (DOCUMENT, "- job on b1\n", "".join(f"- job {n}\n" for n in range(25)), "28 asks"),
    "a slug stands twice": (DOCUMENT, "{#work", "{#observe", "the slug 'observe' stands twice"),
    "a link to no section": (DOCUMENT, "(#observe)", "(#watch)", "the link '#watch' leads nowhere"),
    "a link to no document": (DOCUMENT, "(#observe)", "(us-other#observe)", "leads nowhere"),
    "a section is too long": (DOCUMENT, "Yes, a visitor", "Yes " * 250 + "a visitor", "words in one section"),
    "an unknown topic": (DOCUMENT, "[visa.b1]", "[visa.b9]", "unknown topic 'visa.b9'"),
    "an unknown source": (DOCUMENT, "watch. [@rule]", "watch. [@law]", "unknown source key 'law'"),
    "an unused source": (DOCUMENT, "[@page; @rule]", "[@rule]", "source 'page' is declared but not used"),
    "reviewed on a day to come": (DOCUMENT, "reviewed: 2026-11-22", "reviewed: 2026-11-23", "still to come"),
    "a source from the years to come": (DOCUMENT, "as_of: 2026-01-29", "as_of: 2027", "which is still to come"),
    "vacated without a date": (DOCUMENT, "status=proposed effective=2027-01", "status=vacated", "since when"),
    "the id is not the file's name": (DOCUMENT, "id: us-visitor", "id: us-guest", "is not the file's name"),
    "something is left to fill in": (DOCUMENT, "Yes, a visitor", "TODO a visitor", "'TODO' is left on 1 line(s)"),
    "a document that cannot be read": (DOCUMENT, "title: V", "titel: V", "unknown key 'titel'"),
    "a record that cannot be read": (STATE, "board:", "bord:", "unknown key 'bord'"),
    "an unknown source of a record": (STATE, '"2 years", sources: [law]', '"2 years", sources: [rule]', "key 'rule'"),
    "an unknown source of a permit": (STATE, "    sources: [law]", "    sources: [rule]", "unknown source key 'rule'"),
    "an id of a record that is not its file's": (STATE, "id: us-oh", "id: us-ky", "is not the file's name"),
    "a branch of topics with a dot": ("topics.yaml", "world:", "w.orld:", "the topic id 'w.orld' is not one"),
    "a topic outside its branch": ("topics.yaml", "visa.esta", "vise.esta", "'vise.esta' must be 'visa.'"),
    "a topic with capitals": ("topics.yaml", "visa.esta", "visa.ESTA", "'visa.ESTA' must be 'visa.'"),
    "an unknown source of a term": ("glossary.yaml", "[dictionary]", "[lexicon]", "unknown source key 'lexicon'"),
    "a term that cannot be read": ("glossary.yaml", "meaning:", "means:", "unknown key"),
    "an example stands twice": ("refusals.yaml", "write me a poem", "My head hurts what should I take?", "in medical"),
    "an example is an ask": ("refusals.yaml", "write me a poem", "Is watching allowed?", "is an ask of us-visitor#obs"),
    "an answerable example is one": ("refusals.yaml", "can a doctor on J-1 bring a spouse", "Write me a poem", "off_"),
    "an unknown reason": ("refusals.yaml", "off_topic:", "boring:", "examples.boring"),
    "an unknown source of a referral": ("referrals.yaml", "sources: [cgfns]", "sources: [icn]", "source key 'icn'"),
    "a referral without words": ("referrals.yaml", "[nurse, enfermer*]", "[]", "words"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "message"), BROKEN.values(), ids=BROKEN)
def test_each_check_can_fail(small: Small, name: str, old: str, new: str, message: str) -> None:
    path = small.change(name, old, new)
    found = [problem for problem in small.problems() if message in problem.message]
    assert [problem.path for problem in found] == [path] * len(found)
    assert found, [str(problem) for problem in small.problems()]
    assert 1 <= found[0].line <= len(path.read_text(encoding="utf-8").splitlines())


def test_an_unused_source_of_a_table_is_told(small: Small) -> None:
    source = "    citation: X1\n    url: https://x.example\n    publisher: Xs\n    kind: data\n    checked: seen\n"
    for name in ("glossary.yaml", "referrals.yaml"):
        small.change(name, "sources:\n  ", f"sources:\n  spare:\n{source}  ")
    assert [problem.message for problem in small.problems()] == ["source 'spare' is declared but not used"] * 2


def test_a_source_that_stands_twice_under_two_keys_is_told(small: Small) -> None:
    small.change(DOCUMENT, "    citation: Some hospital, observers", "    citation: 22 CFR 41.31")
    small.change(DOCUMENT, "https://hospital.example/observers", "https://www.ecfr.gov/current/title-22/section-41.31")
    small.change(
        DOCUMENT,
        "    kind: program\n    checked: secondary",
        "    kind: program\n    as_of: 2026-01-29\n    checked: seen",
    )
    assert [problem.message for problem in small.problems()] == ["source 'page' is the same as 'rule'"]


def test_an_id_that_stands_twice_is_told(small: Small) -> None:
    path = small.write("gb/us-visitor.md", (small.root / DOCUMENT).read_text(encoding="utf-8"))
    messages = [problem.message for problem in small.problems() if "the id" in problem.message]
    assert messages == [f"the id 'us-visitor' also stands in {path}"]


def test_sources_must_be_read_again_after_their_period(small: Small) -> None:
    due = small.problems(today=date(2027, 11, 23))
    assert {problem.message for problem in due} == {
        "source 'rule' was last reviewed 2026-11-22: read it again",
        "source 'page' was last reviewed 2026-11-22: read it again",
    }
    assert "source 'law'" in " ".join(problem.message for problem in small.problems(today=date(2028, 11, 22)))


def test_a_word_may_stand_for_three_terms_but_not_for_four(small: Small) -> None:
    term = "  {0}:\n    term: term {0}\n    synonyms: [img]\n    meaning: Another one.\n    sources: [dictionary]\n"
    path = small.root / "glossary.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "".join(map(term.format, "ab")), encoding="utf-8")
    assert small.problems() == []
    path.write_text(path.read_text(encoding="utf-8") + term.format("c"), encoding="utf-8")
    (problem,) = small.problems()
    assert problem.message.startswith("'IMG' stands for 4 terms: international medical graduate, term a")


def test_a_file_that_is_no_utf_8_is_told(small: Small) -> None:
    (small.root / DOCUMENT).write_bytes(b"---\nid: \xff\n---\n")
    (problem,) = small.problems()
    assert "not UTF-8" in problem.message


def test_tables_may_be_missing_but_topics_may_not(small: Small) -> None:
    for name in ("glossary.yaml", "refusals.yaml", "referrals.yaml"):
        (small.root / name).unlink()
    assert small.problems() == []
    (small.root / "topics.yaml").unlink()
    with pytest.raises(CorpusError, match=r"topics\.yaml is missing"):
        check_corpus(small.root, TODAY)


def test_only_some_files_are_reported(small: Small) -> None:
    document = small.change(DOCUMENT, "[visa.b1]", "[visa.b9]")
    state = small.change(STATE, "id: us-oh", "id: us-ky")
    assert {problem.path for problem in small.problems()} == {document, state}
    assert {problem.path for problem in small.problems(only=(state,))} == {state}


def test_problems_name_file_and_line(small: Small) -> None:
    path = small.change(DOCUMENT, "(#observe)", "(#watch)")
    (problem,) = small.problems()
    assert str(problem) == f"{path}:{problem.line}: the link '#watch' leads nowhere"
    assert "#watch" in path.read_text(encoding="utf-8").splitlines()[problem.line - 1]


def test_folding_takes_away_what_a_reader_does_not_see() -> None:
    assert fold("Can I  OBSERVE, on B-1?") == fold("can i observe on b 1")
    assert fold("можно ли?") == "можно ли"
    assert fold("observe") != fold("observer")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_readme_is_no_document(small: Small) -> None:
    small.write("README.md", "# The corpus\n")
    assert small.problems() == []
    assert Path("README.md") not in {problem.path for problem in small.problems()}
