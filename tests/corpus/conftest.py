"""A small corpus that is in order, for tests that break one thing in it; and the real one, read once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from advisor.corpus import Corpus, Problem, check_corpus, load_corpus

ROOT = Path(__file__).parents[2] / "corpus"
TODAY = date(2026, 11, 22)

DOCUMENT = """\
---
id: us-visitor
title: Visiting a hospital
jurisdiction: us
topics: [visa.b1]
audience: [graduate]
reviewed: 2026-11-22
sources:
  rule:
    citation: 22 CFR 41.31
    url: https://www.ecfr.gov/current/title-22/section-41.31
    publisher: U.S. Department of State
    kind: regulation
    as_of: 2026-01-29
    checked: seen
  page:
    citation: Some hospital, observers
    url: https://hospital.example/observers
    publisher: Some hospital
    kind: program
    checked: secondary
---

## May a visitor observe? {#observe}

::: asks
- can i observe on b1
- observership tourist visa
- visitante en hospital
- is watching allowed
:::

Yes, a visitor may watch. [@rule]

- The host decides what a visitor sees. [@page; @rule]

## May a visitor work? {#work status=proposed effective=2027-01}

::: asks
- job on b1
- paid work tourist
- trabajar con visa de turista
- salary for observer
:::

No, a visitor may not work; see [watching](#observe). [@rule]
"""

STATE = """\
id: us-oh
name: "Ohio"
reviewed: 2026-11-22
board: {value: "State Medical Board of Ohio", sources: [law]}
training_img: {value: "2 years", sources: [law]}
permits:
  - name: "visiting certificate"
    who: "physicians licensed abroad"
    hands_on: "hands-on"
    sources: [law]
asks:
  - "cleveland license img"
sources:
  law:
    citation: "R.C. 4731.09"
    url: https://codes.ohio.gov/ohio-revised-code/section-4731.09
    publisher: "Ohio"
    kind: statute
    as_of: 2025
    checked: unverified
"""

TOPICS = """\
visa:
  title: U.S. visas
  children:
    visa.b1: Visitors
    visa.esta: Visa Waiver Program
licensure:
  title: Licences
  children:
    licensure.state: State licences
world:
  title: Other countries
  children:
    world.gb: United Kingdom
"""

GLOSSARY = """\
sources:
  dictionary:
    citation: A dictionary
    url: https://dictionary.example
    publisher: A publisher
    kind: secondary
    checked: seen
terms:
  img:
    term: international medical graduate
    synonyms: [IMG, FMG]
    languages: {es: [médico extranjero], ur-latn: [bahar ka doctor]}
    meaning: A physician whose medical school is outside the U.S. and Canada.
    sources: [dictionary]
"""

REFUSALS = """\
examples:
  medical_advice:
    - my head hurts what should i take
  off_topic:
    - write me a poem
answerable:
  - can a doctor on J-1 bring a spouse
"""

REFERRALS = """\
sources:
  cgfns:
    citation: CGFNS
    url: https://www.cgfns.org
    publisher: CGFNS International
    kind: program
    checked: seen
referrals:
  nurses:
    topic: nurses in the U.S.
    reason: other_profession
    words: [nurse, enfermer*]
    body: CGFNS answers questions of nurses.
    sources: [cgfns]
"""

FILES = {
    "us/visas/us-visitor.md": DOCUMENT,
    "us/states/us-oh.yaml": STATE,
    "topics.yaml": TOPICS,
    "glossary.yaml": GLOSSARY,
    "refusals.yaml": REFUSALS,
    "referrals.yaml": REFERRALS,
}


class Small:
    """The small corpus in a folder of its own.

    Args:
        root: An empty folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def change(self, name: str, old: str, new: str) -> Path:
        """Replace `old`, which must stand in the file, everywhere in it."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    def problems(self, only: tuple[Path, ...] = (), today: date = TODAY) -> list[Problem]:
        return check_corpus(self.root, today, only)


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path / "corpus")


@pytest.fixture(scope="session")
def real() -> Corpus:
    return load_corpus(ROOT)
