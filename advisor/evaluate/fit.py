"""Fitting the two small models that ship with the package: the fusion of search and the calibration of answers.

The fusion learns from judged questions, written apart from the corpus. The calibration learns from them too, from
labelled questions of any other origin, and from the corpus itself: a share of its asks and of the examples of
refusals is held out, an index is built without them, and they are asked of it.
`docs/adr/0006-learned-fusion.md` tells why.
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

from advisor.answer.decide import DECISION_FEATURES, Calibration, decision_features, find_evidence, settle
from advisor.answer.split import asides, split_questions
from advisor.corpus import Passage
from advisor.corpus.refusals import Reason, Refusals
from advisor.errors import EvaluationError, InputError
from advisor.index import Encoder, Input, SearchIndex, build_index, open_index
from advisor.index.cache import CACHE_FILE
from advisor.search import Weights, detect_language, make_queries
from advisor.search.features import FEATURES, find_candidates

__all__ = ["Example", "Fitted", "Judged", "fit", "read_examples"]

Floats = npt.NDArray[np.float64]

_HELD_OUT = 3
"""One in so many asks and examples is held out."""

_MOST_ASKED = 1500

LEAST_TO_ASK_BACK = 0.7
"""Below this probability, showing something under the question whether it was meant would be guessing."""

FAR_ASKED_BACK = 0.03
"""The share of questions far from our subject that may be asked back: showing something then is odd, but claims nothing."""

FAR_UNSURE = 0.15
"""The share of them that may be met with the titles of what lies nearest."""

JUDGED_WEIGHT = 4.0
"""How much more a judged question counts than an ask: it was written by somebody who did not look at the text."""

FOREIGN_WEIGHT = 3.0
"""How much more an example in another language than English counts: among those from life there are few."""

NEAR = frozenset({Reason.OTHER_PROFESSION, Reason.PERSONAL_CHANCES, Reason.NO_SOURCE})
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
class Judged:
    """A question with the passages that answer it.

    Attributes:
        text: The question.
        relevant: Ids of passages that help to answer it.
    """

    text: str
    relevant: frozenset[str]


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
    judged: Sequence[Judged],
    extra: Sequence[Example] = (),
    false_answers: float = 0.02,
    report: Callable[[str], None] = print,
) -> Fitted:
    """Fit both models.

    Args:
        source: What the serving index in `index_dir` was built from.
        encoder: The embedding model.
        index_dir: The index that judged questions are asked of; its vector cache is used for the other.
        judged: Questions with the passages that answer them.
        extra: Labelled questions from elsewhere, for the calibration.
        false_answers: The share of questions that are not ours which may be answered.
        report: Told what is being done.

    Raises:
        EvaluationError: There is too little to learn from.
    """
    if len(judged) < 50:
        raise EvaluationError(f"only {len(judged)} judged questions to learn from; write more")
    index = open_index(index_dir, encoder)
    report(f"fitting the fusion on {len(judged)} judged questions")
    weights, figures = _fit_fusion(index, judged)
    kept, asked = _hold_out(source)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copy(index_dir / CACHE_FILE, place)
        report(f"building an index without {len(asked)} of the asks")
        build_index(kept, encoder, place)
        without = open_index(place, encoder)
        own = [Example(text, True) for text in asked] + _held_refusals(source.refusals)
        elsewhere = [Example(question.text, True, weight=JUDGED_WEIGHT) for question in judged] + list(extra)
        report(f"fitting the calibration on {len(own) + len(elsewhere)} questions")
        looked = [*_decisions(without, weights, own), *_decisions(index, weights, elsewhere)]
    calibration, more = _fit_calibration(looked, own + elsewhere, false_answers)
    return Fitted(weights, calibration, figures | more)


def _held(text: str) -> bool:
    """Whether a text is held out: by its own checksum, so that the choice outlives a change of order."""
    return crc32(text.encode()) % _HELD_OUT == 0


def _hold_out(source: Input) -> tuple[Input, list[str]]:
    """The input without the held-out asks and examples, and the held-out asks."""
    passages: list[Passage] = []
    asked: list[str] = []
    for passage in source.passages:
        out = [ask for ask in passage.asks if _held(ask)]
        asked += out
        passages.append(passage.model_copy(update={"asks": tuple(ask for ask in passage.asks if ask not in out)}))
    asked.sort(key=lambda ask: crc32(ask.encode() + b"order"))
    examples = {
        reason: tuple(text for text in texts if not _held(text)) for reason, texts in source.refusals.examples.items()
    }
    answerable = tuple(text for text in source.refusals.answerable if not _held(text))
    refusals = Refusals(examples=examples, answerable=answerable)
    return replace(source, passages=passages, refusals=refusals), asked[:_MOST_ASKED]


def _held_refusals(refusals: Refusals) -> list[Example]:
    refused = [
        Example(text, False, near=reason in NEAR)
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


def _fit_fusion(index: SearchIndex, judged: Sequence[Judged]) -> tuple[Weights, dict[str, float]]:
    """Fit the fusion; the figures are cross-fitted, the weights are of all questions."""
    found: list[tuple[Floats, npt.NDArray[np.bool_]]] = []
    for query, question in zip(make_queries(index, [q.text for q in judged]), judged, strict=True):
        candidates = find_candidates(index, query)
        right = np.array([index.ids[number] in question.relevant for number in candidates.numbers])
        if right.any():  # a question whose passages no side found teaches nothing about weighing
            found.append((candidates.features.astype(np.float64), right))
    halves = np.arange(len(found)) % 2
    first: list[bool] = []
    for half in (0, 1):
        learn = [pair for pair, place in zip(found, halves, strict=True) if place != half]
        coefficients, _ = _regression(*_stacked(learn))
        judge = [pair for pair, place in zip(found, halves, strict=True) if place == half]
        first += [bool(right[int((features @ coefficients).argmax())]) for features, right in judge]
    coefficients, bias = _regression(*_stacked(found))
    rounded = tuple(round(float(w), 4) for w in coefficients)
    figures = {"success@1 (cross-fitted, where any was found)": float(np.mean(first))}
    return Weights(features=FEATURES, weights=rounded, bias=round(bias, 4)), figures


def _stacked(found: Sequence[tuple[Floats, npt.NDArray[np.bool_]]]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    return np.concatenate([features for features, _ in found]), np.concatenate([right for _, right in found])


def _fit_calibration(
    looked: Sequence[_Looked], examples: Sequence[Example], false_answers: float
) -> tuple[Calibration, dict[str, float]]:
    columns = np.array([each.whole for each in looked])
    ours = np.array([example.ours for example in examples])
    # Both sides weigh the same, whatever their numbers: how often each is asked in life is not known.
    foreign = columns[:, DECISION_FEATURES.index("foreign")]
    weight = np.array([example.weight for example in examples]) * (1 + (FOREIGN_WEIGHT - 1) * foreign)
    weight[ours] /= weight[ours].sum()
    weight[~ours] /= weight[~ours].sum()
    halves = np.array([crc32(example.text.encode() + b"half") % 2 for example in examples])
    scores = np.zeros(len(examples))
    for half in (0, 1):
        learn, judge = halves != half, halves == half
        coefficients, bias = _regression(columns[learn], ours[learn], weight[learn] * len(examples))
        scores[judge] = [each.score(coefficients, bias) for each, chosen in zip(looked, judge, strict=True) if chosen]
    far = ~ours & ~np.array([example.near for example in examples])
    # The thresholds are chosen on questions from life and on judged ones: the corpus' own examples of refusals were
    # picked for being hard, and say nothing of how often such questions come.
    lived = np.array([example.weight > 1 for example in examples])
    answer = _threshold(scores[lived & ~ours], weight[lived & ~ours], false_answers)
    clarify = min(answer, max(LEAST_TO_ASK_BACK, _threshold(scores[lived & far], weight[lived & far], FAR_ASKED_BACK)))
    unsure = min(clarify, _threshold(scores[lived & far], weight[lived & far], FAR_UNSURE))
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
        "false answers (cross-fitted)": _share(scores >= answer, lived & ~ours, weight),
        "asked back though far (cross-fitted)": _share(scores >= clarify, lived & far, weight),
        "not answered (cross-fitted)": _share(scores < answer, lived & ours, weight),
        "neither answered nor asked back (cross-fitted)": _share(scores < clarify, lived & ours, weight),
    }


def _share(hit: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_], weight: Floats) -> float:
    return float(weight[hit & among].sum() / weight[among].sum())


def _threshold(scores: Floats, weight: Floats, share: float) -> float:
    """The lowest threshold that at most `share` of the weight of `scores` reaches."""
    order = np.argsort(-scores)
    passed = np.cumsum(weight[order]) / weight.sum()
    first = int(np.searchsorted(passed, share, side="right"))
    return float(np.nextafter(scores[order[min(first, len(order) - 1)]], 1.0)) + 1e-4


@dataclass(frozen=True)
class _Looked:
    """The numbers of one example.

    Attributes:
        whole: Of the message as one question.
        parts: Of each of its parts.
        beside: Of what is looked at beside them.
    """

    whole: tuple[float, ...]
    parts: tuple[tuple[float, ...], ...]
    beside: tuple[tuple[float, ...], ...]

    def score(self, coefficients: Floats, bias: float) -> float:
        """The probability by which the message is claimed: that of its likeliest part."""
        odds = [float(np.dot(coefficients, row)) + bias for row in self.beside]
        return max(settle(float(np.dot(coefficients, row)) + bias, odds) for row in self.parts)


def _decisions(index: SearchIndex, weights: Weights, examples: Sequence[Example]) -> Iterable[_Looked]:
    for example in examples:
        foreign = detect_language(example.text, "en") != "en"
        parts = split_questions(example.text)
        others = asides(example.text, parts)
        texts = list(dict.fromkeys([example.text, *parts, *others]))  # most messages are their only part
        rows = {
            text: decision_features(query.text, *find_evidence(index, query, weights), foreign)
            for text, query in zip(texts, make_queries(index, texts), strict=True)
        }
        yield _Looked(rows[example.text], tuple(rows[part] for part in parts), tuple(rows[other] for other in others))
