"""Reading one Markdown document: YAML front matter, `##` sections, asks blocks, cited statements.

The format is described in `corpus/README.md`. Citations are written as in Pandoc, `[@key]` or `[@key; @other]`, behind
the full stop of what they support; heading attributes as in Pandoc too, `## Heading {#slug status=postponed}`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin
from pydantic import BaseModel, ValidationError

from advisor.corpus.models import Document, DocumentHead, Section, Statement
from advisor.errors import CorpusError

try:  # the same loader in C, several times as fast; a PyYAML built without libyaml has it not
    from yaml import CSafeLoader as _SafeLoader
except ImportError:
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

__all__ = ["load_table", "load_yaml", "parse_document", "validate"]

Model = TypeVar("Model", bound=BaseModel)

_CITATION = re.compile(r"\s*\[(@[a-z0-9-]+(?:\s*;\s*@[a-z0-9-]+)*)\]")
_HEADING = re.compile(r"^(?P<title>.*?)\s*\{#(?P<slug>[^\s}]+)(?P<attributes>(?:\s+[a-z]+=[^\s}]+)*)\s*\}$")
_ASKS = re.compile(r"^::: asks *\n(?P<list>.*?)^::: *$", re.DOTALL | re.MULTILINE)
_ASK = re.compile(r"^[-*] +(?P<ask>\S.*?) *$")
_MARKDOWN = MarkdownIt("commonmark").use(front_matter_plugin).disable(["html_block", "inline"])
"""Blocks alone: what stands within a line is kept as it was written."""


class _OnceLoader(_SafeLoader):
    """A safe loader that refuses the same key twice in one mapping."""


def _mapping(loader: _OnceLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[object] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if not isinstance(key, Hashable):
            raise yaml.constructor.ConstructorError(None, None, "a key must be one word", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' stands twice", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_OnceLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load_yaml(text: str, path: Path, offset: int = 0) -> dict[str, Any]:
    """Read a YAML mapping.

    Args:
        text: The YAML.
        path: The file it came from, for error messages.
        offset: Lines of that file before `text`.

    Raises:
        CorpusError: It is not YAML, or not a mapping, or has a key twice.
    """
    try:
        data = yaml.load(text, Loader=_OnceLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 + offset if error.problem_mark else offset + 1
        raise CorpusError(f"not valid YAML: {error.problem or error}", path, line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a forbidden character, a day such as 2026-02-31
        what = " ".join(str(error).split()) or type(error).__name__
        raise CorpusError(f"not valid YAML: {what}", path, offset + 1) from error
    if not isinstance(data, dict):
        raise CorpusError("expected a mapping of keys to values", path, offset + 1)
    return data


def validate(model: type[Model], data: dict[str, Any], text: str, path: Path, offset: int = 0) -> Model:
    """Build `model` from `data`, turning pydantic's complaint into one line that names file and line.

    Args:
        model: The pydantic model.
        data: What `load_yaml` gave.
        text: The YAML it came from, searched for the line of the faulty key.
        path: The file.
        offset: Lines of that file before `text`.

    Raises:
        CorpusError: The data do not fit the model.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # A misspelt key is both unknown and missing; that it is unknown tells where it stands.
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        where = ".".join(str(part) for part in first["loc"])
        message = f"{where}: {first['msg'].removeprefix('Value error, ')}"
        if first["type"] == "extra_forbidden":
            message = f"unknown key '{where}'"
        raise CorpusError(message, path, offset + _line_of(first["loc"], text)) from error


def load_table(model: type[Model], path: Path) -> Model:
    """Read a table that a corpus may have or not: a YAML file of `model`, whose keys are all optional.

    Raises:
        CorpusError: It does not fit the schema.
    """
    if not path.exists():
        return model()
    text = path.read_text(encoding="utf-8")
    return validate(model, load_yaml(text, path), text, path)


def _line_of(location: Sequence[int | str], text: str) -> int:
    """The line, from 1, on which the last key of `location` that occurs in the YAML `text` stands."""
    lines, at = text.splitlines(), 0
    for part in location:
        if not isinstance(part, str):
            continue
        pattern = re.compile(rf"^\s*(?:- )?['\"]?{re.escape(part)}['\"]?\s*:")
        at = next((i for i in range(at, len(lines)) if pattern.match(lines[i])), at)
    return at + 1


def parse_document(text: str, path: Path) -> Document:
    """Read one document.

    Args:
        text: The whole file.
        path: Its path, for error messages and for `Document.path`.

    Returns:
        The document, every statement with its source keys and line.

    Raises:
        CorpusError: The first thing found wrong, with file and line.
    """
    text, asks = _take_asks(text, path)
    tokens = _MARKDOWN.parse(text)
    if not tokens or tokens[0].type != "front_matter":
        raise CorpusError("expected YAML front matter between '---' lines at the top", path, 1)
    head_text = tokens[0].content
    head = validate(DocumentHead, load_yaml(head_text, path, offset=1), head_text, path, offset=1)
    chunks = list(_split(tokens[1:], path))
    if not chunks:
        raise CorpusError("no '## Heading {#slug}' section", path)
    ends = [*(_line(chunk[0]) for chunk in chunks[1:]), text.count("\n") + 2]
    sections = tuple(
        _section(chunk, [ask for at, ask in asks if _line(chunk[0]) < at < end], path)
        for chunk, end in zip(chunks, ends, strict=True)
    )
    return Document(**head.model_dump(), sections=sections, path=path)


def _take_asks(text: str, path: Path) -> tuple[str, list[tuple[int, str]]]:
    """Take the `::: asks` blocks out of a document, which hold most of its lines and nothing but a plain list.

    Returns:
        The text with empty lines in their place, and each ask with its line.
    """
    asks: list[tuple[int, str]] = []

    def take(block: re.Match[str]) -> str:
        first = text.count("\n", 0, block.start()) + 2
        for number, line in enumerate(block["list"].splitlines(), first):
            found = _ASK.match(line)
            if found:
                asks.append((number, found["ask"]))
            elif line.strip():
                raise CorpusError("an asks block holds a plain list only", path, number)
        return "\n" * block[0].count("\n")

    rest = _ASKS.sub(take, text)
    left = re.search(r"^:::.*$", rest, re.MULTILINE)
    if left:
        raise CorpusError(
            "an asks block begins with '::: asks' and ends with ':::'", path, rest.count("\n", 0, left.start()) + 1
        )
    return rest, asks


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _split(tokens: Iterable[Token], path: Path) -> Iterator[list[Token]]:
    """Cut the token stream at its `##` headings; nothing may stand before the first."""
    chunk: list[Token] = []
    for token in tokens:
        if token.type == "heading_open":
            if token.tag != "h2":
                raise CorpusError("only '##' headings; one question a section", path, _line(token))
            if chunk:
                yield chunk
            chunk = []
        elif not chunk and token.type != "heading_open":
            raise CorpusError("text before the first '##' heading", path, _line(token))
        chunk.append(token)
    if chunk:
        yield chunk


def _section(tokens: list[Token], asks: list[str], path: Path) -> Section:
    heading, line = tokens[1].content, _line(tokens[0])
    match = _HEADING.match(heading)
    if not match:
        raise CorpusError(f"the heading '{heading}' lacks its '{{#slug}}'", path, line)
    attributes: dict[str, str] = {}
    for name, value in (pair.split("=", 1) for pair in match["attributes"].split()):
        if name not in {"status", "effective", "until", "jurisdiction"}:
            raise CorpusError(f"unknown heading attribute '{name}'", path, line)
        if name in attributes:
            raise CorpusError(f"the heading attribute '{name}' stands twice", path, line)
        attributes[name] = value
    statements = tuple(_statements(tokens[3:], path))
    if not statements:
        raise CorpusError(f"the section '{match['slug']}' says nothing", path, line)
    data = {"slug": match["slug"], "heading": match["title"], "asks": tuple(asks), "line": line, **attributes}
    return validate(Section, data | {"statements": statements}, "", path, offset=line - 1)


def _statements(tokens: list[Token], path: Path) -> Iterator[Statement]:
    depth = 0
    step: int | None = None
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
        elif token.type == "list_item_open":
            step = int(token.info) if token.info else None
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
        elif token.type == "inline":
            yield from _cited(token, depth > 0, step if depth else None, path)
        elif token.type not in {"paragraph_open", "paragraph_close", "list_item_close"}:
            raise CorpusError(f"only paragraphs and lists in a section, not {token.type}", path, _line(token))
        if depth > 1:
            raise CorpusError("a list within a list; write two sections", path, _line(token))


def _cited(token: Token, bullet: bool, step: int | None, path: Path) -> Iterator[Statement]:
    """Cut a paragraph at its citations: each run of text up to a `[@…]` is one statement."""
    text, start = token.content, 0
    for match in _CITATION.finditer(text):
        line = _line(token) + text.count("\n", 0, start)
        words = " ".join(text[start : match.start()].split())
        if len(words) < 2:
            raise CorpusError("a citation with no statement before it", path, line)
        keys = tuple(dict.fromkeys(key.strip().removeprefix("@") for key in match[1].split(";")))
        yield Statement(text=words, sources=keys, bullet=bullet, step=step, line=line)
        start = match.end()
    rest = text[start:].strip()
    if rest:
        line = _line(token) + text.count("\n", 0, start + text[start:].index(rest))
        raise CorpusError(f"a statement without a source: '{rest[:60]}'", path, line)
