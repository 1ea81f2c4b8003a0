"""Every setting of the advisor, one model.

Values come from the environment (`ADVISOR_…`) and from a `.env` file in the working directory, in that order. An
`ADVISOR_…` variable that is no setting is an error: a misspelt setting must not be a silent one.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from advisor.errors import SettingsError

__all__ = ["Settings", "load_settings"]

PREFIX = "ADVISOR_"
PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent if (PACKAGE.parent / "corpus" / "topics.yaml").is_file() else None
"""The source checkout that this package runs from; None when it was installed from a wheel."""


def _data_dir() -> Path:
    return CHECKOUT / "data" if CHECKOUT else user_data_path("advisor", appauthor=False)


def _corpus_dir() -> Path:
    return CHECKOUT / "corpus" if CHECKOUT else PACKAGE / "_corpus"


def _index_dir() -> Path:
    return CHECKOUT / "index" if CHECKOUT else _data_dir() / "index"


class Settings(BaseSettings):
    """All settings; `docs/settings.md` lists them for operators."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(
        default_factory=_data_dir, description="Where the bot keeps its database, models and official texts."
    )
    corpus_dir: Path = Field(default_factory=_corpus_dir, description="The curated corpus to build the index from.")
    index_dir: Path = Field(default_factory=_index_dir, description="Where builds of the index are kept.")
    model: str = Field(
        "e5",
        description="The embedding model: `e5` (multilingual), `minilm` (English), or the folder of a sentence-transformers model.",
    )
    keep_builds: int = Field(3, ge=1, le=100, description="How many builds of the index are kept for rollback.")
    threads: int = Field(0, ge=0, le=256, description="Threads of the question encoder; 0 takes one for each core.")

    telegram_token: SecretStr | None = Field(None, description="The bot's token, from @BotFather.")
    telegram_base_url: str = Field(
        "https://api.telegram.org", description="Another Bot API server, such as a local one or the emulator."
    )
    telegram_poll_seconds: int = Field(25, ge=0, le=50, description="How long one long poll waits for updates.")
    database_url: str | None = Field(
        None, description="An SQLAlchemy address; unset, an SQLite file in the data folder."
    )
    workers: int = Field(4, ge=1, le=64, description="Chats answered side by side.")
    retention_days: int = Field(
        30, ge=1, le=3650, description="After how many days stored questions and answers are deleted."
    )
    index_check_seconds: float = Field(
        10.0, gt=0, le=3600, description="How often a running bot looks for a new build of the index."
    )

    official_contact: str | None = Field(
        None,
        description="A mail address for the User-Agent when official texts are fetched; publishers ask for one.",
    )
    official_bases: dict[str, str] = Field(
        {},
        description="Other base addresses of publishers of official texts, such as a mirror, as a JSON object; "
        "the keys are those of [publishers] in corpus/official.toml.",
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least serious log entry that is written."
    )
    log_format: Literal["console", "json"] = Field("console", description="Log entries for people or for machines.")

    @cached_property
    def database(self) -> str:
        """The address of the database, the default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'advisor.db'}"

    @property
    def official_dir(self) -> Path:
        """Where fetched official texts are kept."""
        return self.data_dir / "official"

    @property
    def models_dir(self) -> Path:
        """Where converted embedding models and cached vectors are kept."""
        return self.data_dir / "models"


def load_settings(**overrides: object) -> Settings:
    """Read the settings.

    Args:
        overrides: Values that win over the environment, by field name; None is no override.

    Raises:
        SettingsError: A setting is unknown, or a value cannot be used. The value itself is never repeated: it may
            be a secret.
    """
    names = {PREFIX + field.upper() for field in Settings.model_fields}
    written = [*os.environ, *(dotenv_values(".env") if Path(".env").is_file() else {})]
    for name in sorted(written):
        if name.upper().startswith(PREFIX) and name.upper() not in names:
            raise SettingsError(
                f"unknown setting {name}; docs/settings.md lists the settings, unset it or mend its name"
            )
    try:
        return Settings.model_validate(
            {**Settings().model_dump(), **{k: v for k, v in overrides.items() if v is not None}}
        )
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(f"{name}: {first['msg']}") from None
