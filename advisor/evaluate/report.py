"""The report of an evaluation: Markdown, and plots of risk against coverage and of calibration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from advisor.answer import AnswerStatus
from advisor.errors import EvaluationError
from advisor.evaluate.answers import Outcome, groups, summary
from advisor.evaluate.curves import Calibrated, RiskCoverage, calibration, risk_coverage
from advisor.evaluate.dataset import Question
from advisor.evaluate.stats import Comparison, bootstrap

__all__ = ["comparison_table", "confidence_curves", "render", "save_plots", "table"]

Measured = Mapping[str, Mapping[str, float]]

_GROUPED: tuple[tuple[str, Callable[[Question], str]], ...] = (
    ("topic", lambda question: question.subject),
    ("branch", lambda question: question.branch),
    ("language", lambda question: question.language),
    ("kind", lambda question: question.kind),
)
_OF_GROUPS = ("vital-fact recall", "citation precision", "false answers", "false refusals", "status accuracy")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def confidence_curves(outcomes: Sequence[Outcome]) -> tuple[RiskCoverage, Calibrated]:
    """Both curves, over the messages with one question: the confidence of several is of their weakest part.

    Raises:
        EvaluationError: There is no such message.
    """
    single = [outcome for outcome in outcomes if not outcome.answer.parts]
    if not single:
        raise EvaluationError("no question to measure")
    pair = [outcome.answer.confidence for outcome in single], [outcome.right for outcome in single]
    return risk_coverage(*pair), calibration(*pair)


def render(outcomes: Sequence[Outcome], measured: Measured, title: str) -> str:
    """The whole report in Markdown.

    Args:
        outcomes: Every question with its answer.
        measured: Measures of retrieval, name → question → figure.
        title: Its first line.
    """
    curve, held = confidence_curves(outcomes)
    names = list(measured)
    statuses: Counter[tuple[AnswerStatus, AnswerStatus]] = Counter(
        (outcome.question.expect, outcome.answer.status) for outcome in outcomes
    )
    shown = [status for status in AnswerStatus if any(statuses[expect, status] for expect in AnswerStatus)]
    parts = [
        f"# {title}",
        "Means over questions with 95 % bootstrap intervals. A passage of grade 1 or more counts as relevant.",
        "## Retrieval",
        table(["measure", "questions", "mean"], [_row(name, list(measured[name].values())) for name in names]),
        "## Answers",
        table(["figure", "questions", "mean"], [[n, i.count, str(i)] for n, i in summary(outcomes).items()]),
        table(
            ["expected", *(f"became {status.value}" for status in shown)],
            [
                [expect.value, *(statuses[expect, status] for status in shown)]
                for expect in (AnswerStatus.ANSWERED, AnswerStatus.CLARIFY, AnswerStatus.DECLINED)
            ],
        ),
        "## Confidence",
        f"AURC {curve.area:.4f} (best possible in this ranking {curve.best:.4f}); expected calibration error "
        f"{held.error:.3f}; Brier score {held.brier:.3f}. An answer counts as right if one of the first three passages "
        "found is judged relevant.",
        table(
            ["confidence", "right", "questions"],
            [
                [f"{sure:.2f}", f"{right:.2f}", count]
                for sure, right, count in zip(held.confidence, held.right, held.count, strict=True)
            ],
        ),
    ]
    for name, key in _GROUPED:
        parts += [f"## By {name}", _grouped(outcomes, measured, name, key)]
    return "\n\n".join(parts) + "\n"


def _row(name: str, values: Sequence[float]) -> list[object]:
    interval = bootstrap(values)
    return [name, interval.count, str(interval)]


def _grouped(outcomes: Sequence[Outcome], measured: Measured, name: str, key: Callable[[Question], str]) -> str:
    rows = []
    for group, members in groups(outcomes, key).items():
        figures = summary(members)
        found = [_mean(figure, members) for figure in measured.values()]
        said = [f"{figures[n].mean:.2f}" if figures[n].count else "–" for n in _OF_GROUPS]
        rows.append([group, len(members), *found, *said])
    return table([name, "questions", *measured, *_OF_GROUPS], rows)


def _mean(figure: Mapping[str, float], members: Sequence[Outcome]) -> str:
    values = [figure[member.question.id] for member in members if member.question.id in figure]
    return f"{sum(values) / len(values):.2f}" if values else "–"


def comparison_table(found: Mapping[str, Comparison], first: str, second: str) -> str:
    """Two systems side by side, each measure with the interval of the difference and the p of the paired test."""
    rows = [
        [name, f"{c.first:.3f}", f"{c.second:.3f}", _signed(c), f"{c.p:.4f}", c.difference.count]
        for name, c in found.items()
    ]
    return table(["measure", first, second, "difference", "p", "questions"], rows)


def _signed(comparison: Comparison) -> str:
    change = comparison.difference
    return f"{change.mean:+.3f} [{change.low:+.3f}, {change.high:+.3f}]"


def save_plots(outcomes: Sequence[Outcome], folder: Path) -> list[Path]:
    """Draw both curves into `folder`, as SVG and as PNG.

    Raises:
        EvaluationError: matplotlib is not installed, or there is nothing to draw.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise EvaluationError("matplotlib is not installed; run: pip install matplotlib") from None
    curve, held = confidence_curves(outcomes)
    answered = [outcome.answer.status is AnswerStatus.ANSWERED for outcome in outcomes if not outcome.answer.parts]
    figures = {"risk-coverage": Figure(figsize=(6, 4)), "calibration": Figure(figsize=(5, 5))}
    _draw_risk(figures["risk-coverage"].subplots(), curve, sum(answered) / len(answered))
    _draw_calibration(figures["calibration"].subplots(), held)
    written = []
    for name, figure in figures.items():
        for suffix in ("svg", "png"):
            path = folder / f"{name}.{suffix}"
            # Without a date the same figures give the same file.
            figure.savefig(path, bbox_inches="tight", dpi=150, metadata={"Date": None} if suffix == "svg" else None)
            written.append(path)
    return written


def _draw_risk(axes: Any, curve: RiskCoverage, coverage: float) -> None:
    axes.plot(curve.coverage, curve.risk, label=f"AURC {curve.area:.4f}")
    axes.axvline(coverage, linestyle="--", color="grey", label=f"answered: {coverage:.0%}")
    axes.set(xlabel="coverage: share of questions answered", ylabel="risk: share of those that is wrong")
    axes.set(xlim=(0, 1), ylim=(0, max(0.05, float(curve.risk.max()) * 1.05)))
    axes.legend()


def _draw_calibration(axes: Any, held: Calibrated) -> None:
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey", label="perfect")
    axes.plot(held.confidence, held.right, marker="o", label=f"ECE {held.error:.3f}")
    axes.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
