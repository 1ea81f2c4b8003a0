"""One system measured in a process of its own: `python -m tests.bench.worker SYSTEM FOLDER`, figures as JSON."""

from __future__ import annotations

import json
import pickle
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from advisor.index import load_encoder
from advisor.settings import load_settings
from tests.bench.collection import Collection
from tests.bench.environment import versions
from tests.bench.memory import memory_mb
from tests.bench.model import KnownPassages
from tests.bench.systems import load_system

DEPTH = 10
"""Passages for each question: what a reader would look at; MRR is thus of the first ten."""

ASKERS = 32
WARM_UP = 5


def measure(name: str, folder: Path) -> dict[str, object]:
    """Build, ask every question alone, then all of them by many askers.

    Args:
        name: The system.
        folder: Of the collection and the vectors.
    """
    collection = Collection(folder, ours=True)
    source = pickle.loads((folder / "source.pickle").read_bytes())  # our own file, written a moment ago
    passages, queries = collection.passages(), collection.queries()
    start = time.perf_counter()
    system = load_system(name)
    imported = time.perf_counter() - start
    settings = load_settings()
    plain = load_encoder(settings.model, settings.threads, settings.models_dir)
    encoder = KnownPassages(plain, folder, [text for _, text in passages])
    start = time.perf_counter()
    system.build(passages, source, encoder)
    built = time.perf_counter() - start
    for text in list(queries.values())[:WARM_UP]:
        system.search(text, DEPTH)
    run, alone, encoding = {}, [], []
    for identity, text in queries.items():
        start = time.perf_counter()
        plain.questions([text])
        middle = time.perf_counter()
        run[identity] = dict(system.search(text, DEPTH))
        alone.append(time.perf_counter() - middle)
        encoding.append(middle - start)
    texts = list(queries.values())
    with ThreadPoolExecutor(ASKERS) as askers:
        start = time.perf_counter()
        list(askers.map(lambda text: system.search(text, DEPTH), texts))
        together = time.perf_counter() - start
    serving, peak = memory_mb()
    return {
        "run": run,
        "import_s": imported,
        "index_s": built,
        "computed": encoder.computed,
        "median_ms": float(np.median(alone)) * 1000,
        "p95_ms": float(np.quantile(alone, 0.95)) * 1000,
        "encode_median_ms": float(np.median(encoding)) * 1000,
        "per_second_alone": len(texts) / sum(alone),
        "per_second_together": len(texts) / together,
        "serving_mb": serving,
        "peak_mb": max(peak, getattr(system, "build_peak_mb", 0.0)),
        "versions": versions(),
    }


if __name__ == "__main__":
    measured = measure(sys.argv[1], Path(sys.argv[2]))
    (Path(sys.argv[2]) / f"{sys.argv[1]}.json").write_text(json.dumps(measured), encoding="utf-8")
