"""The glossary: every way of writing a term leads to the name we use."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.corpus import Corpus, Glossary, load_corpus
from advisor.corpus.glossary import load_glossary
from advisor.errors import CorpusError
from tests.corpus.conftest import Small


def test_surfaces_are_all_ways_of_writing(small: Small) -> None:
    glossary = load_corpus(small.root).glossary
    name = "international medical graduate"
    assert list(glossary.surfaces()) == [
        (name, name),
        ("IMG", name),
        ("FMG", name),
        ("médico extranjero", name),
        ("bahar ka doctor", name),
    ]


def test_a_corpus_without_a_glossary_has_an_empty_one(tmp_path: Path) -> None:
    assert load_glossary(tmp_path / "glossary.yaml") == Glossary()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{es:", "{spanish:", "terms.img.languages"),
        ("    sources: [dictionary]", "    sources: []", "terms.img.sources"),
        ("  img:", "  IMG:", "terms.IMG"),
        ("    meaning: A phys", "    sense: A phys", "unknown key 'terms.img.sense'"),
    ],
)
def test_a_term_that_does_not_fit_is_told(small: Small, old: str, new: str, message: str) -> None:
    path = small.change("glossary.yaml", old, new)
    with pytest.raises(CorpusError) as caught:
        load_glossary(path)
    assert message in caught.value.message
    assert caught.value.line is not None


@pytest.mark.parametrize("surface", ["IMG", "FMG", "GC", "PGY", "D/S", "WT", "LOR", "USCE"])
def test_what_people_type_is_in_the_real_glossary(real: Corpus, surface: str) -> None:
    assert surface.lower() in {found.lower() for found, _ in real.glossary.surfaces()}


@pytest.mark.parametrize("language", ["es", "pt", "fr", "ar", "ru", "hi", "ur", "zh"])
def test_the_real_glossary_knows_words_of_many_languages(real: Corpus, language: str) -> None:
    known = sum(1 for term in real.glossary.terms.values() if term.languages.get(language))
    assert known >= 50
