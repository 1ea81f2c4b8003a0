"""The scope model: is a question ours, and if not, why not.

Three small witnesses, made at each build from the corpus' own asks and the examples of `corpus/refusals.yaml`: a
linear model on vectors, which knows every language the embedding model knows; a linear model on words, which knows
that "nurse" is one; and the nearest examples themselves. How much each counts is fitted with the calibration of
answers (`advisor.answer.decide`).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from advisor.corpus.refusals import Reason
from advisor.index.encoder import Vectors
from advisor.index.lexical import stems
from advisor.index.softmax import fit_softmax

__all__ = ["ScopeEvidence", "ScopeModel", "sample_asks", "train_scope"]

OURS = "ours"
_NEAREST = 2
_VECTOR_STRENGTH, _WORD_STRENGTH = 0.3, 1.5
_LEAST_TEXTS = 2
"""A word counts when it stands in so many texts."""

_MOST_ASKS = 6_000
"""Questions of ours that are learned from, chosen by their checksums; more take longer and teach nothing new."""

_ANSWERABLE_WEIGHT = 3.0
"""How much more an example that resembles a refusal counts than an ask."""


@dataclass(frozen=True)
class ScopeEvidence:
    """What the witnesses say of one question.

    Attributes:
        vector: Log odds that it is ours, by its vector.
        words: Log odds that it is ours, by its words; 0 when it has none that are known.
        refused: Mean cosine of its two nearest examples of refusals; -1 if there are none.
        reason: Of the refusals, the likeliest.
    """

    vector: float
    words: float
    refused: float
    reason: Reason


class ScopeModel:
    """See the module.

    Args:
        labels: `ours` and the reasons, in the order of the rows of `weights`.
        weights: Shape (labels, dimension + 1), the last column the intercepts.
        examples: Shape (n, dimension): the examples of refusals.
        reasons: Shape (n,): the label of each example.
        words: Stem → (weight × inverse document frequency squared, inverse document frequency).
        bias: Log odds of a text by the word model before its first word.
    """

    def __init__(
        self,
        labels: tuple[str, ...],
        weights: Vectors,
        examples: Vectors,
        reasons: npt.NDArray[np.uint8],
        words: dict[str, tuple[float, float]],
        bias: float,
    ) -> None:
        self.labels = labels
        self._weights, self._examples, self._reasons = weights, examples, reasons
        self._words, self._bias = words, bias

    def evidence(self, question: Vectors, words: Sequence[str]) -> ScopeEvidence:
        """What there is to say of a question.

        Args:
            question: Its vector, shape (dimension,), in the space of the index.
            words: Its stems.
        """
        if len(self.labels) == 1:
            return ScopeEvidence(0.0, 0.0, -1.0, Reason.NO_SOURCE)
        logits = self._weights[:, :-1] @ question + self._weights[:, -1]
        others = float(np.logaddexp.reduce(logits[1:]))
        likeness = self._examples @ question
        nearest = np.argpartition(-likeness, _NEAREST)[:_NEAREST]
        shares = np.exp(logits[1:] - logits[1:].max())
        shares /= shares.sum()
        for example in nearest:  # an example that is nearly the question itself outweighs the linear model
            shares[self._reasons[example] - 1] += max(0.0, float(likeness[example]))
        return ScopeEvidence(
            vector=float(logits[0]) - others,
            words=self._word_odds(words),
            refused=float(likeness[nearest].mean()),
            reason=Reason(self.labels[1 + int(shares.argmax())]),
        )

    def _word_odds(self, stemmed: Sequence[str]) -> float:
        counts = Counter(word for word in stemmed if word in self._words)
        if not counts:
            return 0.0
        total = length = 0.0
        for word, count in counts.items():
            weight, rarity = self._words[word]
            frequency = 1.0 + math.log(count)
            total += frequency * weight
            length += (frequency * rarity) ** 2
        return self._bias + total / math.sqrt(length)

    def save(self, folder: Path) -> None:
        """Write the model into `folder`."""
        folder.mkdir()
        np.save(folder / "weights.npy", self._weights)
        np.save(folder / "examples.npy", self._examples)
        np.save(folder / "reasons.npy", self._reasons)
        table = {"labels": self.labels, "bias": self._bias, "words": self._words}
        (folder / "words.json").write_text(json.dumps(table, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> ScopeModel:
        """Read a model that `save` wrote."""
        table = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        weights, examples, reasons = (np.load(folder / f"{name}.npy") for name in ("weights", "examples", "reasons"))
        words = {word: (weight, rarity) for word, (weight, rarity) in table["words"].items()}
        return cls(tuple(table["labels"]), weights, examples, reasons, words, table["bias"])


def sample_asks(texts: Sequence[str], vectors: Vectors) -> tuple[Sequence[str], Vectors]:
    """Of the questions that are ours, as many as are learned from, in their order, with their vectors."""
    if len(texts) <= _MOST_ASKS:
        return texts, vectors
    checksums = np.array([crc32(text.encode()) for text in texts])
    chosen = np.sort(np.argsort(checksums, kind="stable")[:_MOST_ASKS])
    return [texts[number] for number in chosen], vectors[chosen]


def train_scope(
    ours: tuple[Sequence[str], Vectors],
    answerable: tuple[Sequence[str], Vectors],
    refused: Mapping[Reason, tuple[Sequence[str], Vectors]],
) -> ScopeModel:
    """Fit the model; the same input gives the same model.

    Args:
        ours: Texts and vectors of questions that are ours.
        answerable: The same of questions that are ours though they resemble refusals.
        refused: The same of examples, by reason; without any, everything is ours.
    """
    reasons = [reason for reason, (texts, _) in refused.items() if texts]
    dimension = ours[1].shape[1]
    if not reasons or not ours[0]:
        nothing = np.zeros((0, dimension), dtype=np.float32)
        return ScopeModel((OURS,), nothing, nothing, np.zeros(0, dtype=np.uint8), {}, 0.0)
    groups = [np.concatenate([ours[1], answerable[1]]), *(refused[reason][1] for reason in reasons)]
    labels = np.concatenate([np.full(len(group), number) for number, group in enumerate(groups)])
    weight = np.concatenate([np.full(len(group), len(group) ** -0.5) for group in groups])
    weight[len(ours[1]) : len(groups[0])] *= _ANSWERABLE_WEIGHT
    weight *= len(weight) / weight.sum()
    rows = fit_softmax(np.concatenate(groups), labels, weight, _VECTOR_STRENGTH)
    texts = [*ours[0], *answerable[0], *(text for reason in reasons for text in refused[reason][0])]
    words, bias = _word_model([stems(text) for text in texts], labels == 0, weight)
    return ScopeModel(
        labels=(OURS, *(reason.value for reason in reasons)),
        weights=np.round(rows, 5),
        examples=np.concatenate(groups[1:]),
        reasons=labels[labels > 0].astype(np.uint8),
        words=words,
        bias=bias,
    )


def _word_model(
    texts: Sequence[Sequence[str]], ours: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]
) -> tuple[dict[str, tuple[float, float]], float]:
    """A linear model on the stems of texts, each text's sublinear tf-idf row brought to length one.

    Rarity is the smoothed inverse document frequency, ln((1 + n) / (1 + df)) + 1.
    """
    counts = [Counter(text) for text in texts]
    frequency = Counter(word for words in counts for word in words)
    vocabulary = sorted(word for word, texts_with in frequency.items() if texts_with >= _LEAST_TEXTS)
    column = {word: number for number, word in enumerate(vocabulary)}
    known = [[(column[word], count) for word, count in words.items() if word in column] for words in counts]
    columns, times = np.array([entry for row in known for entry in row], dtype=np.float64).reshape(-1, 2).T
    rarity = np.log((1 + len(texts)) / (1 + np.array([frequency[word] for word in vocabulary]))) + 1
    values = (1 + np.log(times)) * rarity[columns.astype(np.intp)]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in known])])
    rows = csr_array((values, columns.astype(np.int32), starts), shape=(len(texts), len(vocabulary)))
    lengths = np.sqrt(rows.power(2).sum(axis=1))
    rows = (rows.multiply(1 / np.maximum(lengths, 1e-9)[:, None])).tocsr().astype(np.float32)
    fitted = fit_softmax(rows, ours.astype(np.intp), weight, _WORD_STRENGTH)
    odds = (fitted[1] - fitted[0]).astype(np.float64)
    table = {
        word: (round(float(weighed), 4), round(float(rare), 4))
        for word, weighed, rare in zip(vocabulary, odds[:-1] * rarity, rarity, strict=True)
    }
    return table, round(float(odds[-1]), 4)
