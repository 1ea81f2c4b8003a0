"""The bot's fixed words and their catalogues: `python -m tests.tools.messages` lists the words that need a translation.

With `--update` it adds to each catalogue what is missing there, with no translation yet, and drops what nothing says
any more. A message is whatever stands second in a call of `translate`; a call whose message cannot be told from the
source is an error, so that no word escapes translation.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from advisor.messages import LOCALES

PACKAGE = Path(__file__).parents[2] / "advisor"
FOLDER = PACKAGE / "messages" / "locale"


HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {language}\\n"\n\n'

_Scope = dict[str, list[ast.expr]]


class UnknownMessageError(Exception):
    """A call of `translate` whose message cannot be told from the source."""


def messages(package: Path = PACKAGE) -> list[str]:
    """Every message that the package says, sorted."""
    found: set[str] = set()
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        scope = _imported(tree, package) | _assigned(tree)
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            for call in _calls(function):
                try:
                    found.update(_strings(call.args[1], scope | _assigned(function)))
                except UnknownMessageError as error:
                    raise UnknownMessageError(f"{path}:{call.lineno}: {error}") from None
    return sorted(found)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate":
            yield node


def _assigned(tree: ast.AST) -> _Scope:
    """What each name is bound to: by assignments, and by the loops of comprehensions over tables."""
    scope: _Scope = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            bound = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
            bound = [(node.target, node.value)]
        elif isinstance(node, ast.comprehension) and isinstance(node.target, ast.Tuple):
            bound = [
                (name, ast.Subscript(node.iter, ast.Constant(place))) for place, name in enumerate(node.target.elts)
            ]
        else:
            continue
        for target, value in bound:
            if isinstance(target, ast.Name):
                scope.setdefault(target.id, []).append(value)
    return scope


def _imported(tree: ast.Module, package: Path) -> _Scope:
    """What the modules of the package that a module imports bind, as `module.NAME`; and `NAME` if imported by name."""
    scope: _Scope = {}
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith(package.name):
            continue
        home = package.joinpath(*str(node.module).split(".")[1:])
        for alias in node.names:
            name = alias.asname or alias.name
            inside, itself = home / f"{alias.name}.py", home.with_suffix(".py")
            if inside.exists():
                bound = _assigned(ast.parse(inside.read_text(encoding="utf-8")))
                scope |= {f"{name}.{key}": value for key, value in bound.items()}
            elif itself.exists():
                bound = _assigned(ast.parse(itself.read_text(encoding="utf-8")))
                scope |= {name: bound[alias.name]} if alias.name in bound else {}
    return scope


def _strings(node: ast.expr, scope: _Scope) -> Iterator[str]:
    """The strings that an expression can have as its value."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=first, orelse=second):
            yield from _strings(first, scope)
            yield from _strings(second, scope)
        case ast.Dict(values=values):
            for value in values:
                yield from _strings(value, scope)
        case ast.Subscript(value=table, slice=ast.Constant(value=int(column))):
            for row in _rows(table, scope):
                yield from _strings(row.elts[column], scope)
        case ast.Subscript(value=table):
            yield from _strings(table, scope)
        case ast.Name() | ast.Attribute() if ast.unparse(node) in scope:
            for value in scope[ast.unparse(node)]:
                yield from _strings(value, scope)
        case _:
            raise UnknownMessageError(f"cannot tell the message from `{ast.unparse(node)}`")


def _rows(node: ast.expr, scope: _Scope) -> Iterator[ast.Tuple]:
    for value in scope.get(ast.unparse(node), [node]):
        if not isinstance(value, ast.Tuple | ast.List):
            raise UnknownMessageError(f"`{ast.unparse(node)}` is no table")
        yield from (row for row in value.elts if isinstance(row, ast.Tuple))


def read(language: str) -> Catalog:
    """The catalogue of a language; a line that is not understood raises `PoFileError`."""
    with (FOLDER / f"{language}.po").open("rb") as lines:
        return read_po(lines, locale=language, abort_invalid=True)


def write(language: str, translations: dict[str, str]) -> None:
    """Write the catalogue of a language, sorted."""
    catalog = Catalog(locale=language)
    for message, text in translations.items():
        catalog.add(message, text)
    lines = BytesIO()
    write_po(lines, catalog, width=100, omit_header=True, sort_output=True)
    (FOLDER / f"{language}.po").write_bytes(HEADER.format(language=language).encode() + lines.getvalue())


def main() -> None:
    """List the messages, or bring the catalogues up to date."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--update", action="store_true", help="add what is missing to the catalogues, drop the rest")
    options = parser.parse_args()
    found = messages()
    if not options.update:
        print(*found, sep="\n")
        return
    for language in LOCALES[1:]:
        known = {str(entry.id): str(entry.string) for entry in read(language) if entry.id}
        write(language, {message: known.get(message, "") for message in found})
        print(f"{language}: {sum(not known.get(message) for message in found)} of {len(found)} to translate")


if __name__ == "__main__":
    main()
