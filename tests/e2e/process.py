"""The real bot as a process of its own, started, stopped and killed as an operator or a power cut would do it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["REPOSITORY", "BotProcess", "environment"]

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


def environment(**settings: object) -> dict[str, str]:
    """The environment of a bot: ours without the settings of whoever runs the tests, and `settings` by short name."""
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("ADVISOR_")}
    given = {f"ADVISOR_{name.upper()}": str(value) for name, value in settings.items()}
    return inherited | {"PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"} | given


@dataclass
class BotProcess:
    """`advisor bot` with settings of its own, in a folder of its own.

    Attributes:
        folder: Its working directory; what it writes to standard output and standard error is kept there.
        settings: By their names in the environment.
    """

    folder: Path
    settings: dict[str, str]
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @classmethod
    def prepare(
        cls, folder: Path, models: Path, index: Path, corpus: Path, token: str, url: str, **settings: object
    ) -> BotProcess:
        """A bot that is not started yet.

        Args:
            folder: For its data, its copy of the index and its output.
            models: The folder of converted models, which all bots share.
            index: The folder of the index; it is copied, since a test may build anew.
            corpus: The folder of the corpus.
            token: Of the account that it plays.
            url: Of the Bot API server.
            settings: Further settings, by their names in lower case.
        """
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "models").symlink_to(models)
        shutil.copytree(index, folder / "index")
        defaults: dict[str, object] = {
            "index_dir": folder / "index",
            "corpus_dir": corpus,
            "data_dir": folder / "data",
            "telegram_token": token,
            "telegram_base_url": url,
            "telegram_poll_seconds": 5,
            "threads": 1,
            "log_format": "json",
        }
        return cls(folder, environment(**defaults | settings))

    def start(self) -> None:
        """Start it; it is serving when it asks for updates."""
        with (self.folder / "stdout").open("ab") as out, (self.folder / "stderr").open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "advisor", "bot"], cwd=self.folder, env=self.settings, stdout=out, stderr=errors
            )

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The process."""
        assert self._process is not None, "the bot was not started"
        return self._process

    def kill(self) -> None:
        """SIGKILL: nothing of it gets a chance to tidy up."""
        self.running.kill()
        self.running.wait(PATIENCE)

    def stop(self) -> int:
        """SIGTERM, and wait; gives the exit code."""
        self.running.terminate()
        return self.wait()

    def wait(self) -> int:
        """Wait until it ends by itself; gives the exit code."""
        return self.running.wait(PATIENCE)

    def end(self) -> None:
        """Make sure that it is gone, whatever a test did."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    @property
    def log(self) -> str:
        """What it wrote to standard error, in all its lives."""
        return (self.folder / "stderr").read_text(encoding="utf-8")

    @property
    def output(self) -> str:
        """What it wrote to standard output."""
        return (self.folder / "stdout").read_text(encoding="utf-8")

    @property
    def database_url(self) -> str:
        """The address of its database."""
        return f"sqlite+aiosqlite:///{self.folder / 'data' / 'advisor.db'}"
