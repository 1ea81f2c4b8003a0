"""What the commands of `advisor evaluate` do: measure the questions, compare two builds, fit, measure TREC files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from pydantic import BaseModel

from advisor.answer import Advisor, AnswerStatus
from advisor.corpus.refusals import load_referrals
from advisor.errors import EvaluationError, InputError
from advisor.evaluate.answers import FIGURES, Outcome, answer_questions
from advisor.evaluate.dataset import Question, read_questions
from advisor.evaluate.fit import JUDGED_WEIGHT, NEAR, Example, Fitted, Judged, fit, read_examples
from advisor.evaluate.project import learn_projection
from advisor.evaluate.report import comparison_table, render, save_plots, table
from advisor.evaluate.retrieval import judgements, measure, read_qrels, read_run, search_run, write_trec
from advisor.evaluate.stats import Comparison, bootstrap, compare_paired
from advisor.index import Encoder, Input, SearchIndex, builds_dir, open_build, open_index
from advisor.index.cache import CACHE_FILE
from advisor.index.meaning import save_projection
from advisor.settings import CHECKOUT, Settings

__all__ = [
    "compare_builds",
    "evaluate_questions",
    "evaluate_trec",
    "fit_models",
    "learn_and_save_projection",
    "load_questions",
    "save_models",
]

EXTRA_WEIGHT = 48.0
"""How much more a question of a file of one's own counts than an ask, in the calibration: real people wrote it."""

Measured = Mapping[str, Mapping[str, float]]


def load_questions(files: Sequence[Path] = (), split: str = "all") -> list[Question]:
    """The questions of the files named, or of those of the source checkout; of `dev`, `test` or `all` splits.

    Raises:
        InputError: None is named and there is no checkout, or a file cannot be read.
    """
    if not files and CHECKOUT:
        files = sorted((CHECKOUT / "tests" / "eval").glob("questions-*.jsonl"))
    if not files:
        raise InputError("the questions are part of the source checkout; name a file of questions")
    return [question for question in read_questions(files) if split in {"all", question.split}]


def evaluate_trec(run: Path, qrels: Path) -> str:
    """Measure a run of anybody's against judgements, both in TREC format; a Markdown table."""
    measured = measure(read_run(run), read_qrels(qrels))
    rows = []
    for name, values in measured.items():
        interval = bootstrap(list(values.values()))
        rows.append([name, f"{interval.mean:.4f}", f"[{interval.low:.4f}, {interval.high:.4f}]", interval.count])
    return table(["measure", "mean", "95 % interval", "questions"], rows)


def evaluate_questions(advisor: Advisor, questions: Sequence[Question], out: Path) -> str:
    """Measure search and answers; write report, plots, answers, run and judgements into `out`; give the report.

    Raises:
        EvaluationError: There are no questions.
    """
    measured, outcomes, run = _measure(advisor, questions)
    now = datetime.now(UTC).date()
    splits = "/".join(sorted({question.split for question in questions}))
    title = f"Evaluation of build {advisor.index.manifest.build}, {len(questions)} questions ({splits}), {now}"
    report = render(outcomes, measured, title)
    out.mkdir(parents=True, exist_ok=True)
    save_plots(outcomes, out)
    write_trec(run, judgements(questions), out)
    with (out / "answers.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(_row(outcome), ensure_ascii=False) + "\n" for outcome in outcomes)
    plots = "![Risk against coverage](risk-coverage.svg)\n\n![Calibration](calibration.svg)\n"
    (out / "report.md").write_text(f"{report}\n## Plots\n\n{plots}", encoding="utf-8")
    return report


def _measure(
    advisor: Advisor, questions: Sequence[Question]
) -> tuple[Measured, list[Outcome], dict[str, dict[str, float]]]:
    if not questions:
        raise EvaluationError("no questions of this split")
    run = search_run(advisor.index, {question.id: question.text for question in questions})
    return measure(run, judgements(questions)), answer_questions(advisor, questions, run), run


def _row(outcome: Outcome) -> dict[str, object]:
    figures = {name: figure(outcome) for name, figure in FIGURES.items()}
    answer = outcome.answer.model_dump(mode="json", exclude={"passages": {"__all__": {"text"}}})
    expected = {"topic": outcome.question.topic, "expect": outcome.question.expect.value}
    return answer | expected | {"right": outcome.right} | {k: v for k, v in figures.items() if v is not None}


def compare_builds(first: str, second: str, questions: Sequence[Question], encoder: Encoder, settings: Settings) -> str:
    """Two builds on the same questions, with paired tests; a Markdown table.

    Args:
        first: The id of a build of the index, its folder, or the folder of another index.
        second: The same.
        questions: What is asked of both.
        encoder: The model of both.
        settings: Where the builds stand, and the corpus with its referrals.

    Raises:
        SearchIndexError: A build cannot be opened.
    """
    referrals = load_referrals(settings.corpus_dir / "referrals.yaml")
    sides = []
    for name in (first, second):
        index = _open(name, encoder, settings)
        measured, outcomes, _ = _measure(Advisor(index, referrals), questions)
        sides.append((index.manifest.build, measured, {outcome.question.id: outcome for outcome in outcomes}))
    (one, found_one, said_one), (two, found_two, said_two) = sides
    compared: dict[str, Comparison] = {
        name: compare_paired(list(found_one[name].values()), list(found_two[name].values())) for name in found_one
    }
    for name, figure in FIGURES.items():
        pairs = [(figure(said_one[question.id]), figure(said_two[question.id])) for question in questions]
        both = [(a, b) for a, b in pairs if a is not None and b is not None]
        if both:
            compared[name] = compare_paired([a for a, _ in both], [b for _, b in both])
    return comparison_table(compared, one, two)


def _open(name: str, encoder: Encoder, settings: Settings) -> SearchIndex:
    folder = Path(name)
    if (folder / "current").is_file():
        return open_index(folder, encoder)
    return open_build(folder if folder.is_dir() else builds_dir(settings.index_dir) / name, encoder)


def fit_models(
    source: Input,
    encoder: Encoder,
    index_dir: Path,
    questions: Sequence[Question],
    extra: Path | None = None,
    report: Callable[[str], None] = print,
) -> Fitted:
    """Fit the fusion and the calibration on development questions; what stands in the test split is never looked at.

    Args:
        source: What the serving build was made from.
        encoder: The embedding model.
        index_dir: Where that build stands.
        questions: Of any split.
        extra: More labelled questions, for the calibration (see `read_examples`).
        report: Told what is being done.
    """
    ours = [question for question in questions if question.split == "dev"]
    judged = [
        Judged(question.text, frozenset(question.relevant))
        for question in ours
        if question.kind in {"single", "twin"} and question.expect is AnswerStatus.ANSWERED
    ]
    examples = [
        Example(question.text, False, near=question.reason in NEAR, weight=JUDGED_WEIGHT)
        for question in ours
        if question.kind == "refuse"
    ]
    examples += read_examples(extra, EXTRA_WEIGHT) if extra else []
    return fit(source, encoder, index_dir, judged, examples, report=report)


def learn_and_save_projection(source: Input, encoder: Encoder, index_dir: Path, report: Callable[[str], None]) -> Path:
    """Learn the projection of meanings from `source` and write it to where the package reads it; gives the path."""
    projection = learn_projection(source.passages, encoder, index_dir / CACHE_FILE, report)
    return save_projection(projection, Path(str(resources.files("advisor.index"))))


def save_models(fitted: Fitted) -> list[Path]:
    """Write the models to where the package reads them; gives the two paths."""
    models: list[tuple[str, str, BaseModel]] = [
        ("advisor.search", "weights.json", fitted.weights),
        ("advisor.answer", "calibration.json", fitted.calibration),
    ]
    paths = []
    for package, name, model in models:
        path = Path(str(resources.files(package).joinpath(name)))
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(model.model_dump(), indent=1) + "\n", encoding="utf-8")
        draft.replace(path)
        paths.append(path)
    return paths
