"""Checks the corpus against the texts it cites, and knows the mismatches that a person has looked at.

`corpus/official-explained.toml` has an entry for each of those: what looks wrong and why it is right. An entry that
explains nothing any more is a mismatch itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from advisor.corpus import Document
from advisor.errors import InputError
from advisor.official.crossrefs import find_citations
from advisor.official.lookup import Library
from advisor.official.ties import Tie, ties
from advisor.official.verify import Mismatch, Statement, verify

__all__ = ["EXPLAINED", "Explained", "OfficialCheck", "check_official", "load_explained"]

EXPLAINED = "official-explained.toml"
"""The list's name in the corpus folder."""

_LINK: Final = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_BESIDES_LAW: Final = re.compile(
    r"(?!(?:and|items?|to|note|notes|see|table|through|section|secs?|part|et|seq)\b)[A-Za-z]{3,}"
)
"""A word in a citation, beside the places of law that it names, which says that the source is something else too."""

_Words = Annotated[str, Field(min_length=1)]


class Explained(BaseModel):
    """A mismatch that a person has looked at.

    Attributes:
        file: The document, below the corpus folder.
        anchor: The section.
        says: The citation that is said not to exist, or the quantity that is said not to stand in the rule.
        reason: Why it is right all the same.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: _Words
    anchor: _Words
    says: _Words
    reason: Annotated[str, Field(min_length=10)]


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid")

    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class OfficialCheck:
    """What the check found.

    Attributes:
        unexplained: Mismatches that nobody has looked at.
        explained: How many somebody has.
        unused: Entries of the list that explain nothing.
        not_held: Places cited whose text is not among those fetched, each with where it is cited first.
        statements: How many statements were checked.
        numbers: Of how many of them the numbers were; the others rest on other sources too.
    """

    unexplained: tuple[Mismatch, ...]
    explained: int
    unused: tuple[Explained, ...]
    not_held: tuple[Mismatch, ...]
    statements: int
    numbers: int

    @property
    def well(self) -> bool:
        """Whether nothing is left for a person to look at."""
        return not self.unexplained and not self.unused


def load_explained(folder: Path) -> tuple[Explained, ...]:
    """Read the list in the corpus folder; empty if there is none.

    Raises:
        InputError: It cannot be read as what it is.
    """
    path = folder / EXPLAINED
    try:
        return _List.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).explained
    except FileNotFoundError:
        return ()
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"not valid TOML: {error}", path) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", path) from None


def check_official(
    documents: Sequence[Document], library: Library, explained: Sequence[Explained], root: Path
) -> OfficialCheck:
    """Check that every place exists that a document cites, and that the numbers of a statement stand in what it cites.

    The numbers of a statement that also rests on something else (guidance, a programme's page) are not looked for.

    Args:
        documents: Of the corpus.
        library: The archived texts.
        explained: What a person has looked at.
        root: The corpus folder, to which the files of `explained` are relative.
    """
    held = ties(documents)
    alone = _resting_on_law_alone(documents)
    found: list[tuple[Tie, Mismatch]] = []
    numbers = 0
    for tie in held:
        checks_numbers = (tie.passage, tie.statement) in alone
        numbers += checks_numbers
        words = _LINK.sub(r"\1", tie.statement)
        statement = Statement(str(tie.path), tie.line, words, tie.citation)
        for mismatch in verify([statement], library):
            if checks_numbers or mismatch.problem != "number not in the rule":
                found.append((tie, mismatch))
    used: set[Explained] = set()
    unexplained: list[Mismatch] = []
    not_held: dict[str, Mismatch] = {}
    open_ties: list[Tie] = []
    for tie, mismatch in found:
        if mismatch.problem == "not fetched":
            not_held.setdefault(mismatch.citation, mismatch)
            open_ties.append(tie)
            continue
        entry = next((e for e in explained if _explains(e, tie, mismatch, root)), None)
        if entry:
            used.add(entry)
        else:
            unexplained.append(mismatch)
    count = len(found) - len(unexplained) - sum(m.problem == "not fetched" for _, m in found)
    return OfficialCheck(
        unexplained=tuple(unexplained),
        explained=count,
        unused=tuple(e for e in explained if e not in used and not any(_is_at(e, tie, root) for tie in open_ties)),
        not_held=tuple(not_held.values()),
        statements=len(held),
        numbers=numbers,
    )


def _resting_on_law_alone(documents: Iterable[Document]) -> set[tuple[str, str]]:
    """The statements, by passage and words, all of whose sources are places of law."""
    return {
        (f"{document.id}#{section.slug}", statement.text)
        for document in documents
        for section in document.sections
        for statement in section.statements
        if all(_is_law(document.sources[key].citation) for key in statement.sources if key in document.sources)
    }


def _is_law(citation: str) -> bool:
    """Whether a source is places of law and nothing else: "22 CFR 62.27(c); border practice" is something else too."""
    rest = citation
    for start, end, _ in reversed(find_citations(citation)):
        rest = rest[:start] + rest[end:]
    return rest != citation and not _BESIDES_LAW.search(rest)


def _explains(entry: Explained, tie: Tie, mismatch: Mismatch, root: Path) -> bool:
    return _is_at(entry, tie, root) and (entry.says == mismatch.citation or f"'{entry.says}'" in mismatch.detail)


def _is_at(entry: Explained, tie: Tie, root: Path) -> bool:
    same_file = (root / entry.file).resolve() == tie.path.resolve()
    return same_file and tie.passage.endswith(f"#{entry.anchor}")
