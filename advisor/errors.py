"""Every error the advisor raises on purpose, as one tree.

    AdvisorError
    ├── InputError               something a person wrote is wrong: a file, a setting, an argument
    │   ├── CorpusError          a file of the corpus
    │   └── SettingsError        a setting, in the environment or in `.env`
    ├── SearchIndexError         reading or building the index (see `advisor.index`)
    │   ├── NoBuildError         nothing has been built yet
    │   └── DamagedBuildError    a build on disk is not what its manifest says
    ├── ModelError               an embedding model is missing or is not the one expected
    ├── OfficialError            an official text could not be fetched, read or found
    ├── StoreError               the database cannot be opened
    ├── EvaluationError          a measurement could not be made, or a gate was not passed
    └── ChannelError             the chat platform refused us for good (a wrong token, for example)

The text of each is one line fit for a user: what is wrong, where, and how to mend it.
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "AdvisorError",
    "ChannelError",
    "CorpusError",
    "DamagedBuildError",
    "EvaluationError",
    "InputError",
    "ModelError",
    "NoBuildError",
    "OfficialError",
    "SearchIndexError",
    "SettingsError",
    "StoreError",
]


class AdvisorError(Exception):
    """Root of the tree; the command line prints its text and exits with `exit_code`."""

    exit_code = 1


class InputError(AdvisorError):
    """Something a person wrote is wrong.

    Args:
        message: What is wrong and how to mend it.
        path: The file it stands in, if any.
        line: The line in that file, counted from 1, if known.
    """

    exit_code = 2

    def __init__(self, message: str, path: Path | str | None = None, line: int | None = None) -> None:
        self.message, self.path, self.line = message, path, line
        where = "" if path is None else f"{path}:{line}: " if line is not None else f"{path}: "
        super().__init__(where + message)


class CorpusError(InputError):
    """A file of the corpus cannot be read as what it claims to be."""


class SettingsError(InputError):
    """A setting is unknown or has a value that cannot be used."""


class SearchIndexError(AdvisorError):
    """The index cannot be built or read."""


class NoBuildError(SearchIndexError):
    """There is no build of the index to open."""


class DamagedBuildError(SearchIndexError):
    """A build does not agree with its manifest: a changed byte, a missing file, another model."""


class ModelError(AdvisorError):
    """An embedding model is missing, or its weights are not the expected ones."""


class OfficialError(AdvisorError):
    """An official text could not be fetched, read or found."""


class StoreError(AdvisorError):
    """The database cannot be opened."""


class EvaluationError(AdvisorError):
    """A measurement could not be made, or a gate was not passed."""


class ChannelError(AdvisorError):
    """The chat platform refuses us in a way that trying again cannot mend."""

    exit_code = 2
