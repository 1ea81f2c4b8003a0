"""Fitting the two small models that ship with the package: the fusion of search and the calibration of answers.

Both learn from the corpus itself: a share of its asks and of the examples of refusals is held out, an index is built
without them, and they are asked of it. `docs/adr/0006-learned-fusion.md` tells why.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from advisor.answer.decide import DECISION_FEATURES, Calibration, decision_features
from advisor.corpus import Passage
from advisor.corpus.refusals import Reason, Refusals
from advisor.errors import EvaluationError, InputError
from advisor.index import Encoder, Input, SearchIndex, build_index, open_index
from advisor.search import make_queries, rank
from advisor.search.features import FEATURES, find_candidates
from advisor.search.rank import Weights

__all__ = ["Example", "Fitted", "fit", "read_examples"]

Floats = npt.NDArray[np.float64]

_HELD_OUT = 3
"""One in so many asks and examples is held out."""

_MOST_ASKED = 3000

_NEAR = frozenset({Reason.OTHER_PROFESSION, Reason.PERSONAL_CHANCES, Reason.NO_SOURCE})
"""Reasons for declining what lies near our subject."""


@dataclass(frozen=True)
class Example:
    """A question that should be answered, or should not.

    Attributes:
        text: The question.
        ours: Whether it should be answered.
        near: Whether it is of a neighbouring subject: asking back is no mistake then.
        weight: How much it counts.
    """

    text: str
    ours: bool
    near: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class Fitted:
    """The fitted models and how they do on what they were not fitted on."""

    weights: Weights
    calibration: Calibration
    figures: dict[str, float]


def read_examples(path: Path, weight: float) -> list[Example]:
    """Read labelled questions: `{"text", "answerable", "near"}` a line, `near` only for what is not answerable.

    Raises:
        InputError: A line is not such an object.
    """
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            examples.append(Example(str(row["text"]), bool(row["answerable"]), bool(row.get("near")), weight))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError('expected {"text", "answerable"} as JSON', path, number) from error
    return examples


def fit(
    source: Input,
    encoder: Encoder,
    index_dir: Path,
    extra: Sequence[Example] = (),
    false_answers: float = 0.02,
    report: Callable[[str], None] = print,
) -> Fitted:
    """Fit both models.

    Args:
        source: What the index is built from.
        encoder: The embedding model.
        index_dir: An index whose vector cache is used, so that little is computed anew.
        extra: Labelled questions from elsewhere, for the calibration.
        false_answers: The share of questions that are not ours which may be answered.
        report: Told what is being done.

    Raises:
        EvaluationError: There is too little to learn from.
    """
    kept, asked = _hold_out(source)
    if len(asked) < 100:
        raise EvaluationError(f"only {len(asked)} asks to learn from; write more asks")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if (index_dir / "vectors.sqlite").exists():
            shutil.copy(index_dir / "vectors.sqlite", place)
        build_index(kept, encoder, place)
        index = open_index(place, encoder)
        report(f"fitting the fusion on {len(asked)} asks that the index does not hold")
        weights, figures = _fit_fusion(index, asked)
        report("fitting the calibration")
        examples = [Example(text, True) for text, _ in asked] + _held_refusals(source.refusals) + list(extra)
        calibration, more = _fit_calibration(index, weights, examples, false_answers)
        return Fitted(weights, calibration, figures | more)


def _held(text: str) -> bool:
    """Whether a text is held out: by its own checksum, so that the choice outlives a change of order."""
    return crc32(text.encode()) % _HELD_OUT == 0


def _hold_out(source: Input) -> tuple[Input, list[tuple[str, str]]]:
    """The input without the held-out asks and examples, and the held-out asks with their passages' ids."""
    passages: list[Passage] = []
    asked: list[tuple[str, str]] = []
    for passage in source.passages:
        out = [ask for ask in passage.asks if _held(ask)]
        asked += [(ask, passage.id) for ask in out]
        passages.append(passage.model_copy(update={"asks": tuple(ask for ask in passage.asks if ask not in out)}))
    asked.sort(key=lambda pair: crc32(pair[0].encode() + b"order"))
    examples = {
        reason: tuple(text for text in texts if not _held(text)) for reason, texts in source.refusals.examples.items()
    }
    answerable = tuple(text for text in source.refusals.answerable if not _held(text))
    refusals = Refusals(examples=examples, answerable=answerable)
    return replace(source, passages=passages, refusals=refusals), asked[:_MOST_ASKED]


def _held_refusals(refusals: Refusals) -> list[Example]:
    refused = [
        Example(text, False, near=reason in _NEAR)
        for reason, texts in refusals.examples.items()
        for text in texts
        if _held(text)
    ]
    return refused + [Example(text, True) for text in refusals.answerable if _held(text)]


def _regression(features: Floats, labels: npt.NDArray[np.bool_], weight: Floats | None = None) -> tuple[Floats, float]:
    """Logistic regression on standardised columns; coefficients for the columns as they are."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    model: Any = LogisticRegression(C=1.0, max_iter=1000)
    model.fit((features - mean) / spread, labels, sample_weight=weight)
    coefficients = model.coef_[0] / spread
    return coefficients, float(model.intercept_[0] - coefficients @ mean)


def _fit_fusion(index: SearchIndex, asked: Sequence[tuple[str, str]]) -> tuple[Weights, dict[str, float]]:
    number_of = {identity: number for number, identity in enumerate(index.ids)}
    half = len(asked) // 2
    rows: list[Floats] = []
    labels: list[npt.NDArray[np.bool_]] = []
    found = []
    for query, (_, identity) in zip(make_queries(index, [text for text, _ in asked]), asked, strict=True):
        candidates = find_candidates(index, query)
        right = candidates.numbers == number_of[identity]
        found.append((candidates.features.astype(np.float64), right))
    for features, right in found[:half]:
        if right.any():  # a passage that no side found teaches nothing about weighing
            rows.append(features)
            labels.append(right)
    coefficients, bias = _regression(np.concatenate(rows), np.concatenate(labels))
    ranks = []
    for features, right in found[half:]:
        scores = features @ coefficients
        ranks.append(int((scores > scores[right][0]).sum()) if right.any() else 10_000)
    ranked = np.array(ranks)
    weights = Weights(features=FEATURES, weights=tuple(round(float(w), 4) for w in coefficients), bias=round(bias, 4))
    return weights, {
        "held-out asks, success@1": float((ranked < 1).mean()),
        "held-out asks, recall@5": float((ranked < 5).mean()),
    }


def _fit_calibration(
    index: SearchIndex, weights: Weights, examples: Sequence[Example], false_answers: float
) -> tuple[Calibration, dict[str, float]]:
    columns = np.array(list(_decisions(index, weights, [example.text for example in examples])))
    ours = np.array([example.ours for example in examples])
    # Both sides weigh the same, whatever their numbers: how often each is asked in life is not known.
    weight = np.array([example.weight for example in examples])
    weight[ours] /= weight[ours].sum()
    weight[~ours] /= weight[~ours].sum()
    halves = np.array([crc32(example.text.encode() + b"half") % 2 for example in examples])
    scores = np.zeros(len(examples))
    for half in (0, 1):
        learn, judge = halves != half, halves == half
        coefficients, bias = _regression(columns[learn], ours[learn], weight[learn] * len(examples))
        scores[judge] = 1 / (1 + np.exp(-(columns[judge] @ coefficients + bias)))
    far = ~ours & ~np.array([example.near for example in examples])
    answer = _threshold(scores[~ours], weight[~ours], false_answers)
    clarify = min(answer, _threshold(scores[far], weight[far], false_answers))
    unsure = min(clarify, _threshold(scores[far], weight[far], 4 * false_answers))
    coefficients, bias = _regression(columns, ours, weight * len(examples))
    calibration = Calibration(
        features=DECISION_FEATURES,
        weights=tuple(round(float(w), 4) for w in coefficients),
        bias=round(bias, 4),
        answer=round(answer, 4),
        clarify=round(clarify, 4),
        unsure=round(unsure, 4),
    )
    return calibration, {
        "false answers (cross-fitted)": float((weight[~ours] * (scores[~ours] >= answer)).sum()),
        "asked back though far (cross-fitted)": float(
            (weight[far] * (scores[far] >= clarify)).sum() / weight[far].sum()
        ),
        "not answered (cross-fitted)": float((weight[ours] * (scores[ours] < answer)).sum()),
        "neither answered nor asked back (cross-fitted)": float((weight[ours] * (scores[ours] < clarify)).sum()),
    }


def _threshold(scores: Floats, weight: Floats, share: float) -> float:
    """The lowest threshold that at most `share` of the weight of `scores` reaches."""
    order = np.argsort(-scores)
    passed = np.cumsum(weight[order]) / weight.sum()
    first = int(np.searchsorted(passed, share, side="right"))
    return float(np.nextafter(scores[order[min(first, len(order) - 1)]], 1.0)) + 1e-4


def _decisions(index: SearchIndex, weights: Weights, texts: Sequence[str]) -> Iterable[tuple[float, ...]]:
    for query in make_queries(index, texts):
        hits = rank(index, query, 10, weights)
        yield decision_features(query.text, hits, index.scope.evidence(query.vector, query.text))
