"""The topic tree, `corpus/topics.yaml`: ids that documents may name and the titles a reader sees."""

from __future__ import annotations

from pathlib import Path

from advisor.corpus.models import Strict
from advisor.corpus.parser import load_yaml, validate
from advisor.errors import CorpusError

__all__ = ["Topic", "Topics", "load_topics"]


class Topic(Strict):
    """A branch of the tree: its title and its leaves, id → title."""

    title: str
    children: dict[str, str]


class Topics(Strict):
    """The whole tree, branch id → branch, in the order of the file."""

    branches: dict[str, Topic]

    @property
    def titles(self) -> dict[str, str]:
        """Every id, branches and leaves, with its title."""
        titles = {key: branch.title for key, branch in self.branches.items()}
        for branch in self.branches.values():
            titles |= branch.children
        return titles


def load_topics(path: Path) -> Topics:
    """Read `topics.yaml`.

    Raises:
        CorpusError: There is none, so that this is no corpus; or it lacks a title, or is not YAML.
    """
    if not path.is_file():
        raise CorpusError(
            "no corpus here: topics.yaml is missing; set ADVISOR_CORPUS_DIR to the right folder", path.parent
        )
    text = path.read_text(encoding="utf-8")
    branches = load_yaml(text, path)
    return validate(Topics, {"branches": branches}, text, path)
