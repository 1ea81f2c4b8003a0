"""Text → the tokens of multilingual-e5: the most probable way to cut it into pieces of the vocabulary.

The unigram model of SentencePiece (Kudo, 2018, arXiv:1808.06226), as XLM-RoBERTa uses it. No piece runs across a
space, so each word is cut alone, and remembered: most words come again. The library `tokenizers` gives the same
tokens, but takes a quarter of a gigabyte and most of a second to load this vocabulary.
"""

from __future__ import annotations

import math
import re
from array import array
from functools import lru_cache

from advisor.index.e5_weights import E5Weights

__all__ = ["E5Tokenizer"]

UNKNOWN_PENALTY = 10.0
"""How much less likely an unknown character is than the rarest piece; SentencePiece's own figure."""

REMEMBERED = 16384
LONGEST_REMEMBERED = 32
"""Characters; languages without spaces write whole sentences as one word, which is not worth remembering."""

_SPACES = re.compile(" {2,}")


class E5Tokenizer:
    """Cuts text into tokens; safe in many threads.

    Args:
        weights: Where vocabulary and normal form come from.
    """

    def __init__(self, weights: E5Weights) -> None:
        pieces = weights.pieces()
        self._scores = array("f", weights.scores.tobytes())  # the numbers alone: as objects they take ten times as much
        self._unknown = weights.unknown
        self._unknown_score = min(self._scores) - UNKNOWN_PENALTY
        self._longest = max(map(len, pieces))
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        del self._ids[pieces[self._unknown]]  # a name for what is not in the text; never cut out of it
        self._normal = weights.normal_form()
        self._known = lru_cache(REMEMBERED)(self._cut)

    def __call__(self, text: str) -> list[int]:
        """The ids of the pieces of `text`, without `<s>` and `</s>`."""
        words = _SPACES.sub(" ", text.translate(self._normal)).removeprefix(" ").split(" ")
        ids: list[int] = []
        for word in words:
            ids += self._known(f" {word}") if len(word) < LONGEST_REMEMBERED else self._cut(f" {word}")
        return ids

    def _cut(self, word: str) -> tuple[int, ...]:
        # Viterbi: the best cut of a beginning is the best of shorter beginnings and one piece more.
        length = len(word)
        best = [0.0] + [-math.inf] * length
        last = [(0, self._unknown)] * (length + 1)  # where the last piece of the best cut starts, and its id
        for start in range(length):
            for end in range(start + 1, min(length, start + self._longest) + 1):
                piece = self._ids.get(word[start:end])
                if piece is not None and best[start] + self._scores[piece] > best[end]:
                    best[end] = best[start] + self._scores[piece]
                    last[end] = (start, piece)
            if best[start] + self._unknown_score > best[start + 1]:
                best[start + 1] = best[start] + self._unknown_score
                last[start + 1] = (start, self._unknown)
        ids = []
        end = length
        while end:
            end, piece = last[end]
            ids.append(piece)
        return tuple(reversed(ids))
