"""The benchmark's tables in Markdown, and their place in `docs/benchmarks.md`."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from advisor import __version__
from advisor.evaluate.report import table
from advisor.evaluate.retrieval import MEASURES, measure
from advisor.evaluate.stats import compare_paired
from tests.bench.environment import ROOT
from tests.bench.systems import TITLES

PAGE = ROOT / "docs" / "benchmarks.md"
REFERENCE = "ours"
UNRANKED = "ours_answers"
"""Shows a handful of passages, by design, so measures of rankings do not fit it."""

Figures = Mapping[str, Any]


def circumstances() -> str:
    """Date, machine and version, in one sentence."""
    cores = len(os.sched_getaffinity(0))
    processor = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    name = processor[1].strip() if processor else platform.machine()
    busy = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, advisor {__version__}, Python {platform.python_version()}, {name}, "
        f"{cores} cores, load of the machine afterwards {busy:.1f} (more than {cores} means that others used it too)."
    )


def quality(results: Mapping[str, Figures], qrels: Mapping[str, Mapping[str, int]]) -> str:
    """Measures of every system, with the p of the paired randomisation test against ours."""
    measured = {name: measure(result["run"], qrels) for name, result in results.items() if name != UNRANKED}
    reference = measured.get(REFERENCE) or next(iter(measured.values()))
    rows = []
    for name, found in measured.items():
        cells = []
        for metric in MEASURES:
            values, best = list(found[metric].values()), list(reference[metric].values())
            p = compare_paired(best, values).p
            cells.append(f"{sum(values) / len(values):.3f}" + ("" if found is reference else f" (p {_p(p)})"))
        rows.append([TITLES[name], *cells])
    return table(["system", *MEASURES], rows)


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def cost(results: Mapping[str, Figures], embedding: Mapping[str, float]) -> str:
    """Times and memory of every system."""
    head = ["system", "embedding, s", "indexing, s", "median, ms", "p95, ms", "× encoder", "q/s, 1 asker"]
    head += ["q/s, 32 askers", "serving, MB", "peak, MB"]
    rows = []
    for name, r in results.items():
        own = name in {REFERENCE, UNRANKED}
        embedded = "–" if name == "bm25" else f"{embedding['entries_s' if own else 'passages_s']:.0f}"
        times = f"{r['median_ms'] / r['encode_median_ms']:.2f}" if name != "bm25" else "–"
        figures = [f"{r['index_s']:.1f}", f"{r['median_ms']:.1f}", f"{r['p95_ms']:.1f}", times]
        figures += [f"{r[key]:.0f}" for key in ("per_second_alone", "per_second_together", "serving_mb", "peak_mb")]
        rows.append([TITLES[name], embedded, *figures])
    return table(head, rows)


def scale_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Cost of the dense side against its size."""
    head = ["vectors", "index", "build, s", "memory, MB", "median, ms", "p95, ms", "recall@10"]
    lines = []
    for row in rows:
        cells = [f"{row['size']:,}", row["kind"], f"{row['build_s']:.1f}", f"{row['memory_mb']:.0f}"]
        lines.append([*cells, f"{row['median_ms']:.2f}", f"{row['p95_ms']:.2f}", f"{row['recall']:.4f}"])
    return table(head, lines)


def write_page(part: str, text: str) -> None:
    """Put `text` between the marks `<!-- part -->` and `<!-- /part -->` of the page."""
    page = PAGE.read_text(encoding="utf-8")
    marks = re.compile(rf"(<!-- {part} -->\n).*?(<!-- /{part} -->)", re.DOTALL)
    PAGE.write_text(marks.sub(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", page), encoding="utf-8")
