"""Checks of the tables beside the documents: topics, glossary, refusals and referrals."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from advisor.corpus.glossary import Glossary
from advisor.corpus.models import Source
from advisor.corpus.problem import Problem, find_line, fold
from advisor.corpus.refusals import Referrals, Refusals
from advisor.corpus.topics import Topics

__all__ = ["SURFACE_TERMS", "check_glossary", "check_referrals", "check_refusals", "check_topics"]

SURFACE_TERMS = 3
"""A word that stands for more terms than this widens a question to everything and so to nothing."""

_BRANCH = re.compile(r"[a-z]+")
_LEAF = re.compile(r"(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+")


def check_topics(topics: Topics, path: Path) -> Iterator[Problem]:
    """Ids are `branch` and `branch.leaf`: lower case, and every leaf begins with the id of its branch."""
    for branch, topic in topics.branches.items():
        if not _BRANCH.fullmatch(branch):
            yield Problem(path, find_line(path, f"{branch}:"), f"the topic id '{branch}' is not one lower-case word")
        for leaf in topic.children:
            if not leaf.startswith(branch) or not _LEAF.fullmatch(leaf.removeprefix(branch)):
                line = find_line(path, f"{leaf}:")
                yield Problem(path, line, f"the topic id '{leaf}' must be '{branch}.' and lower-case words")


def check_glossary(glossary: Glossary, path: Path) -> Iterator[Problem]:
    """Sources are declared and used, and no way of writing stands for more than `SURFACE_TERMS` terms."""
    used = {key for term in glossary.terms.values() for key in term.sources}
    yield from _keys(path, glossary.sources, used)
    meant: dict[str, dict[str, str]] = defaultdict(dict)
    for surface, term in glossary.surfaces():
        meant[fold(surface)].setdefault(term, surface)
    for terms in meant.values():
        if len(terms) > SURFACE_TERMS:
            surface = next(iter(terms.values()))
            names = ", ".join(terms)
            yield Problem(path, find_line(path, surface), f"'{surface}' stands for {len(terms)} terms: {names}")


def check_refusals(refusals: Refusals, asks: Mapping[str, str], path: Path) -> Iterator[Problem]:
    """No example stands twice, and no question that is to be declined is also an ask.

    Args:
        refusals: The table.
        asks: Every ask of the corpus, folded, and where it stands.
        path: The table's file.
    """
    seen: dict[str, str] = {}
    lists = {reason.value: examples for reason, examples in refusals.examples.items()}
    for name, examples in {**lists, "answerable": refusals.answerable}.items():
        for example in examples:
            key = fold(example)
            if key in seen:
                yield Problem(path, find_line(path, example), f"the example '{example}' also stands in {seen[key]}")
            elif key in asks and name != "answerable":
                yield Problem(path, find_line(path, example), f"the example '{example}' is an ask of {asks[key]}")
            seen.setdefault(key, name)


def check_referrals(referrals: Referrals, path: Path) -> Iterator[Problem]:
    """Sources are declared and used."""
    used = {key for referral in referrals.referrals.values() for key in referral.sources}
    yield from _keys(path, referrals.sources, used)


def _keys(path: Path, declared: Mapping[str, Source], used: Collection[str]) -> Iterator[Problem]:
    for key in sorted(set(used) - declared.keys()):
        yield Problem(path, find_line(path, key), f"unknown source key '{key}'")
    for key in sorted(declared.keys() - set(used)):
        yield Problem(path, find_line(path, f"{key}:"), f"source '{key}' is declared but not used")
