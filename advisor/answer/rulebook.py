"""The rules under our statements, as the last rebuild found them: their exact words, and which changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from advisor.corpus.models import Quote
from advisor.errors import DamagedBuildError
from advisor.index import plain

__all__ = ["FILE", "Change", "RuleBook", "statement_key"]

FILE = "rules.json"
"""Its name in the folder of the index of official texts."""


class Change(NamedTuple):
    """A rule that changed after a statement was last read against it.

    Attributes:
        day: The date of the first text that has the change.
        reviewed: The date of the statement.
    """

    day: date
    reviewed: date


class RuleBook(BaseModel):
    """What is known of the rules under statements.

    Attributes:
        quotes: The quotes, each once.
        quoted: Key of a statement → number of its quote.
        changed: Key of a statement → when its rule changed, and when the statement was last read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    quotes: tuple[Quote, ...] = ()
    quoted: dict[str, int] = {}
    changed: dict[str, Change] = {}

    @classmethod
    def of(cls, quotes: Mapping[str, Quote], changed: Mapping[str, Change]) -> RuleBook:
        """Put together what was found, by the keys of the statements."""
        each = list(dict.fromkeys(quotes.values()))
        return cls(
            quotes=tuple(each),
            quoted={key: each.index(quote) for key, quote in quotes.items()},
            changed=dict(changed),
        )

    @classmethod
    def load(cls, folder: Path) -> RuleBook:
        """Read the book in `folder`; empty where there is none.

        Raises:
            DamagedBuildError: It cannot be read.
        """
        try:
            return cls.model_validate_json((folder / FILE).read_bytes())
        except FileNotFoundError:
            return cls()
        except (OSError, ValidationError) as error:
            raise DamagedBuildError(f"{folder / FILE} cannot be read; run 'advisor index build'") from error

    def save(self, folder: Path) -> None:
        """Write the book into `folder`, in one rename."""
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{FILE}"
        draft.write_text(self.model_dump_json(), encoding="utf-8")
        draft.replace(folder / FILE)

    def quote(self, text: str) -> Quote | None:
        """The rule under a statement."""
        number = self.quoted.get(statement_key(text))
        return None if number is None else self.quotes[number]

    def change(self, text: str) -> Change | None:
        """When the rule under a statement changed, if it did after the statement was last read."""
        return self.changed.get(statement_key(text))


def statement_key(text: str) -> str:
    """What a statement is kept under: the digest of its plain words, the same for what stands in an answer."""
    return hashlib.sha256(plain(text).encode()).hexdigest()[:16]
