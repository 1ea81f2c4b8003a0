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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from advisor.corpus.refusals import Reason
from advisor.index.encoder import Vectors
from advisor.index.lexical import stems

__all__ = ["ScopeEvidence", "ScopeModel", "train_scope"]

OURS = "ours"
_NEAREST = 2
_VECTOR_STRENGTH, _WORD_STRENGTH = 0.3, 10.0
_MOST_ASKS = 12_000
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


def train_scope(
    ours: tuple[Sequence[str], Vectors],
    answerable: tuple[Sequence[str], Vectors],
    refused: dict[Reason, tuple[Sequence[str], Vectors]],
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
    ours = _some(*ours)
    groups = [np.concatenate([ours[1], answerable[1]]), *(refused[reason][1] for reason in reasons)]
    labels = np.concatenate([np.full(len(group), number) for number, group in enumerate(groups)])
    weight = np.concatenate([np.full(len(group), len(group) ** -0.5) for group in groups])
    weight[len(ours[1]) : len(groups[0])] *= _ANSWERABLE_WEIGHT
    weight *= len(weight) / weight.sum()
    linear = _fit(np.concatenate(groups), labels, weight, _VECTOR_STRENGTH)
    rows = np.concatenate([linear.coef_, linear.intercept_[:, None]], axis=1)
    if len(rows) == 1:  # two classes share one row
        rows = np.concatenate([-rows, rows]) / 2
    texts = [*ours[0], *answerable[0], *(text for reason in reasons for text in refused[reason][0])]
    words, bias = _word_model(texts, labels == 0, weight)
    return ScopeModel(
        labels=(OURS, *(reason.value for reason in reasons)),
        weights=np.round(rows, 5).astype(np.float32),
        examples=np.concatenate(groups[1:]),
        reasons=labels[labels > 0].astype(np.uint8),
        words=words,
        bias=bias,
    )


def _some(texts: Sequence[str], vectors: Vectors) -> tuple[Sequence[str], Vectors]:
    """At most `_MOST_ASKS` of the texts, in their order, with their vectors."""
    if len(texts) <= _MOST_ASKS:
        return texts, vectors
    checksums = np.array([crc32(text.encode()) for text in texts])
    chosen = np.sort(np.argsort(checksums, kind="stable")[:_MOST_ASKS])
    return [texts[number] for number in chosen], vectors[chosen]


def _fit(features: Any, labels: npt.NDArray[Any], weight: npt.NDArray[np.float64], strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=500, tol=1e-3)
    return model.fit(features, labels, sample_weight=weight)


def _word_model(
    texts: Sequence[str], ours: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]
) -> tuple[dict[str, tuple[float, float]], float]:
    """A linear model on stems, each text's sublinear tf-idf row brought to length one."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=stems, sublinear_tf=True, min_df=2)
    rows = vectorizer.fit_transform(texts)
    model = _fit(rows, ours, weight, _WORD_STRENGTH)
    rarity, weights = vectorizer.idf_, model.coef_[0]
    table = {
        word: (round(float(weights[column] * rarity[column]), 4), round(float(rarity[column]), 4))
        for word, column in sorted(vectorizer.vocabulary_.items())
    }
    return table, round(float(model.intercept_[0]), 4)
