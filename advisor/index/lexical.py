"""The lexical side: BM25 over stems of the words of a passage."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer
from bm25s.tokenization import Tokenized

from advisor.corpus import Passage
from advisor.index.entries import plain

__all__ = ["LexicalIndex", "build_lexical", "lexical_texts", "stems"]

_NOTHING = "\N{EMPTY SET}"
_WORD = re.compile(r"\w+(?:[.-]\w+)*")
_PARTS = re.compile(r"[.-]")
_STEMMER = Stemmer.Stemmer("english")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "or",
        "our",
        "should",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "am",
        "im",
        "please",
        "hi",
        "hello",
        "thanks",
        "thank",
    ]
)


def stems(text: str) -> list[str]:
    """The stems of the words of `text`, without stop words; `J-1` counts as one word and as its parts joined."""
    words: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if "-" in word or "." in word:
            parts = _PARTS.split(word)
            words += [part for part in parts if part not in _STOP and len(part) > 1]
            words.append("".join(parts))
        elif word not in _STOP and (len(word) > 1 or word.isdigit()):
            words.append(word)
    return [_stem(word) for word in words]


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))


class LexicalIndex:
    """BM25 scores of passages."""

    def __init__(self, bm25: Any, size: int) -> None:
        self._bm25 = bm25
        self.size = size
        self._vocabulary: dict[str, int] = bm25.vocab_dict

    def scores(self, words: Sequence[str]) -> npt.NDArray[np.float32]:
        """The score of every passage for a question given as stems: shape (size,), zero where no word is shared."""
        known = [self._vocabulary[word] for word in words if word in self._vocabulary]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        scores: npt.NDArray[np.float32] = self._bm25.get_scores_from_ids(known)
        return scores

    def save(self, folder: Path) -> None:
        """Write the index into `folder`."""
        self._bm25.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """Read an index of `size` passages that `save` wrote."""
        return cls(bm25s.BM25.load(str(folder), load_corpus=False), size)


def lexical_texts(passages: Sequence[Passage]) -> list[str]:
    """What is indexed of each passage: document title, heading, asks and statements."""
    return [" ".join((passage.document, passage.title, *passage.asks, plain(passage.text))) for passage in passages]


def build_lexical(texts: Sequence[str]) -> LexicalIndex:
    """Index the words of `texts`, one for each passage."""
    words = [stems(text) or [_NOTHING] for text in texts]
    vocabulary = {word: number for number, word in enumerate(sorted(set(chain.from_iterable(words))))}
    tokens = Tokenized(ids=[[vocabulary[word] for word in row] for row in words], vocab=vocabulary)
    bm25 = bm25s.BM25(k1=1.2, b=0.75)
    bm25.index(tokens, show_progress=False)  # with ids of our own: the library's depend on the order of a set
    return LexicalIndex(bm25, len(texts))
