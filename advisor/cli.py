"""The command line: one command a verb, and no logic. Rooms are imported when a command needs them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from advisor.errors import AdvisorError

__all__ = ["app", "main"]

app = typer.Typer(
    name="advisor",
    help="Answers visiting physicians' questions on observerships, visas and licences, always with sources.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
corpus = typer.Typer(help="Read, check and extend the curated corpus.", no_args_is_help=True)
app.add_typer(corpus, name="corpus")


@corpus.command("check")
def corpus_check(
    files: Annotated[list[Path] | None, typer.Argument(help="Report on these files alone.")] = None,
) -> None:
    """Check the corpus; print every problem as file:line and exit with 1 if there is one."""
    from advisor.corpus import check_corpus
    from advisor.settings import load_settings

    problems = check_corpus(load_settings().corpus_dir, datetime.now(UTC).date(), files or ())
    for problem in problems:
        typer.echo(str(problem))
    typer.echo(f"{len(problems)} problem(s)" if problems else "The corpus is in order.", err=bool(problems))
    raise typer.Exit(1 if problems else 0)


def main() -> None:
    """Run the command line; what the advisor raises on purpose becomes one line and an exit code."""
    try:
        app()
    except AdvisorError as error:
        typer.echo(f"advisor: {error}", err=True)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        typer.echo("advisor: stopped", err=True)
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
