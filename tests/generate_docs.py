"""Writes the generated parts of the documentation: `python -m tests.generate_docs`; `--check` only tells.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end: NAME -->`, and `PARTS` says what makes it.
Everything outside the marks is written by people and is left alone.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from annotated_types import Ge, Gt, Le
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from advisor.cli import app
from advisor.official.cli import app as official
from advisor.settings import PREFIX, Settings
from advisor.telegram.texts import COMMANDS

__all__ = ["DOCS", "PARTS", "commands", "outdated", "renew"]

DOCS = Path(__file__).resolve().parent.parent / "docs"

_PART = re.compile(r"(?P<open><!-- generated: (?P<name>\w+) -->\n).*?(?P<close><!-- end: (?P=name) -->)", re.DOTALL)
_WIDTH = 116

_ROOMS = {"advisor official": official}
"""Commands that hand everything on to the commands of a room, which is imported only then."""

_FOLDERS = {
    "data_dir": "`data/` in a checkout, else the user's data folder",
    "corpus_dir": "`corpus/` in a checkout, else the copy in the package",
    "index_dir": "`index/` in a checkout, else `index/` in the data folder",
}
"""Defaults that depend on where the package runs from, in words."""


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _default(name: str, field: FieldInfo) -> str:
    if field.default_factory is not None:
        return _FOLDERS[name]
    return "unset" if field.default is None else f"`{field.default}`"


def _values(field: FieldInfo) -> str:
    """What a setting may be, as a reader would say it."""
    kinds = [kind for kind in get_args(field.annotation) or (field.annotation,) if kind is not type(None)]
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{kind}`" for kind in kinds)
    low = next((f"{bound.ge} to" for bound in field.metadata if isinstance(bound, Ge)), None)
    above = next((f"over {bound.gt}, up to" for bound in field.metadata if isinstance(bound, Gt)), None)
    high = next((f"{bound.le}" for bound in field.metadata if isinstance(bound, Le)), None)
    if high:
        return f"{low or above} {high}"
    if get_origin(field.annotation) is dict:
        return "a JSON object"
    return {Path: "a folder", SecretStr: "a secret"}.get(kinds[0], "text")


def settings() -> str:
    """A table of every setting."""
    fields = Settings.model_fields.items()
    rows = (
        [f"`{PREFIX}{name.upper()}`", _default(name, field), _values(field), field.description or ""]
        for name, field in fields
    )
    return _table(["Setting", "Default", "Values", "What it does"], rows)


def commands() -> Iterator[tuple[Any, typer.Context]]:
    """Every command of the command line, each with its context, whose `command_path` is how it is called."""

    def walk(command: Any, name: str, parent: typer.Context | None) -> Iterator[tuple[Any, typer.Context]]:
        command.rich_markup_mode = None  # plain text, without boxes and colours
        context = typer.Context(command, info_name=name, parent=parent, terminal_width=_WIDTH, max_content_width=_WIDTH)
        yield command, context
        for child, behind in getattr(command, "commands", {}).items():
            room = _ROOMS.get(f"{name} {child}")
            yield from walk(typer.main.get_command(room) if room else behind, child, context)

    yield from walk(typer.main.get_command(app), "advisor", None)


def command_line() -> str:
    """Every command with its help, as `--help` prints it."""
    return "\n".join(
        f"### `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"
        for command, context in commands()
    )


def bot() -> str:
    """A table of the bot's commands, as its menu shows them."""
    return _table(["Command", "What it does"], ([f"`/{name}`", what] for name, what in COMMANDS))


PARTS: dict[str, Callable[[], str]] = {"settings": settings, "cli": command_line, "bot": bot}
"""Name of a generated part → what makes it."""


def renew(text: str) -> str:
    """The text of a page with its generated parts made anew.

    Raises:
        KeyError: It names a part that nothing makes.
    """
    return _PART.sub(lambda part: f"{part['open']}\n{PARTS[part['name']]()}\n{part['close']}", text)


def outdated() -> dict[Path, str]:
    """The pages whose generated parts are not current, each with the text it should have."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
    return {path: new for path, text in pages.items() if (new := renew(text)) != text}


def main() -> None:
    """Bring the pages up to date, or tell which are not and exit with 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.generate_docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a page is out of date")
    check: bool = parser.parse_args().check
    pages = outdated()
    for path, text in pages.items():
        print(f"{path.relative_to(DOCS.parent)}: {'out of date' if check else 'written'}")
        if not check:
            path.write_text(text, encoding="utf-8")
    sys.exit(1 if check and pages else 0)


if __name__ == "__main__":
    main()
