"""Is the bot answering? Exits with 1 if there is no database, or if an update has waited too long in it.

    python healthcheck.py /data/advisor.db

For container health checks and liveness probes: it loads nothing of the bot and takes a few milliseconds. An update is
done when its reply is committed, so a slow or silent Telegram does not make the bot unhealthy.
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

PATIENCE = "-5 minutes"
"""An answer takes a fraction of a second; whatever waits longer than this is stuck."""

WAITING = "SELECT count(*) FROM updates WHERE done_at IS NULL AND received_at < datetime('now', ?)"


def examine(database: Path) -> str | None:
    """What is wrong with the bot whose database this is; None if nothing is."""
    if not database.is_file():
        return "there is no database: the bot has not started"
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            (waiting,) = connection.execute(WAITING, (PATIENCE,)).fetchone()
    except sqlite3.Error as error:
        return f"the database cannot be read: {error}"
    return f"{waiting} update(s) wait for more than five minutes" if waiting else None


if __name__ == "__main__":
    sys.exit(examine(Path(sys.argv[1])))
