"""Starting a document or a record from a template, in the folder where its like lies.

Whatever a writer still has to fill in is marked `TODO`; the checks refuse a file in which one is left.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

from advisor.corpus.corpus import document_paths, record_paths
from advisor.corpus.parser import parse_document
from advisor.corpus.records import Award, Program
from advisor.corpus.topics import load_topics
from advisor.errors import CorpusError

__all__ = ["PLACEHOLDER", "new_file"]

PLACEHOLDER = "TODO"

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_FOLDERS = {"visa": "us/visas", "licensure": "us/licensure", "observership": "us/observerships", "path": "us/paths"}
"""Where documents on the United States lie, by the branch of their first topic."""

_SOURCE = """\
    citation: TODO what a reader would quote, such as 22 CFR 62.21
    url: https://example.org/TODO
    publisher: TODO who speaks
    kind: {kind}
    as_of: {year}
    checked: unverified"""

_DOCUMENT = """\
---
id: {id}
title: TODO what the document is about
jurisdiction: {jurisdiction}
topics: [{topic}]
audience: [graduate]
reviewed: {reviewed}
sources:
  first:
{source}
---

## TODO one question, as a person would ask it? {{#first-question}}

::: asks
- TODO a short way to ask it on a phone
- TODO with abbreviations or a misspelling
- TODO from somebody's situation, as in a forum
- TODO in another language
- TODO as on an FAQ page
:::

TODO the direct answer, complete in itself. [@first]

- TODO a condition or an exception. [@first]
"""

_PROGRAM = """\
id: {id}
name: "TODO name of the programme"
institution: "TODO institution"
url: https://example.org/TODO
place: {{city: "TODO", state: "OH"}}
reviewed: {reviewed}
who: {{value: "TODO who may come", sources: [page]}}
length: {{value: "TODO how long", sources: [page]}}
fee: {{value: "TODO what it costs, with the date", sources: [page]}}
hands_on: {{value: "observation", sources: [page]}}
asks:
  - "TODO how people ask for it"
sources:
  page:
{source}
"""

_AWARD = """\
id: {id}
name: "TODO name of the award"
funder: "TODO who pays"
url: https://example.org/TODO
reviewed: {reviewed}
who: {{value: "TODO who may apply", sources: [page]}}
amount: {{value: "TODO how much, with the date", sources: [page]}}
deadline: {{value: "TODO when to apply", sources: [page]}}
asks:
  - "TODO how people ask for it"
sources:
  page:
{source}
"""


class _Place(NamedTuple):
    """Where a new document goes and what it is about."""

    folder: str
    jurisdiction: str
    topic: str


def new_file(root: Path, identity: str, reviewed: date, topic: str | None = None) -> Path:
    """Write the template of a document, or of a record for an id `program-…` or `award-…`.

    Args:
        root: The corpus folder.
        identity: The id, which is also the file's name.
        reviewed: The day to put down as the day of review.
        topic: What the document is about; left out, it is taken from the document whose id is nearest.

    Returns:
        The file written.

    Raises:
        CorpusError: The id is taken or not an id, the topic is unknown, or the place cannot be told.
    """
    if not _ID.fullmatch(identity):
        raise CorpusError(f"'{identity}' is no id: lower-case words joined by hyphens, as in us-visa-refusal")
    taken = [*document_paths(root), *(path for _, path in record_paths(root))]
    for path in taken:
        if path.stem == identity:
            raise CorpusError(f"the id '{identity}' is taken", path)
    kind = identity.partition("-")[0]
    values = {"id": identity, "reviewed": reviewed.isoformat()}
    if kind in {"program", "award"}:
        record_type, template = (Program, _PROGRAM) if kind == "program" else (Award, _AWARD)
        path = root / record_type.folder / f"{identity}.yaml"
        values["source"] = _SOURCE.format(kind="program", year=reviewed.year)
    else:
        place, template = _place(root, identity, topic), _DOCUMENT
        path = root / place.folder / f"{identity}.md"
        values["source"] = _SOURCE.format(kind="guidance", year=reviewed.year)
        values |= {"jurisdiction": place.jurisdiction, "topic": place.topic}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template.format(**values), encoding="utf-8")
    return path


def _place(root: Path, identity: str, topic: str | None) -> _Place:
    topics = load_topics(root / "topics.yaml").titles
    prefix = identity.partition("-")[0]
    abroad = len(prefix) == 2 and prefix not in {"us", "eu"}
    if topic is None:
        topic = f"world.{prefix}" if abroad and f"world.{prefix}" in topics else _nearest_topic(root, identity)
    if topic not in topics:
        raise CorpusError(f"unknown topic '{topic}'; topics.yaml lists them", root / "topics.yaml")
    if abroad:
        return _Place(prefix, prefix, topic)
    if prefix != "us":
        return _Place("international", "int", topic)
    folder = _FOLDERS.get(topic.partition(".")[0])
    if folder is None:
        raise CorpusError(
            f"name a first topic of {', '.join(_FOLDERS)} for '{identity}'; others may follow in the file"
        )
    return _Place(folder, "us", topic)


def _nearest_topic(root: Path, identity: str) -> str:
    """The first topic of the document whose id begins with the same two words or more, the longest run first."""
    words = identity.split("-")
    for count in range(len(words) - 1, 1, -1):
        beginning = "-".join(words[:count])
        for path in document_paths(root):
            if path.stem == beginning or path.stem.startswith(f"{beginning}-"):
                return parse_document(path.read_text(encoding="utf-8"), path).topics[0]
    raise CorpusError(f"no document is like '{identity}'; say what it is about, such as --topic visa.b1")
