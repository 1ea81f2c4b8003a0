"""What two whole parts of the CFR cost: reading, cutting into passages, embedding, indexing, asking.

The texts are real files: those of OFFICIAL_SAMPLES, or of the folder beside the checkout. Every question is asked of
the index of official texts as it stands beside the curated one.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from advisor.index import Encoder, Input, build_index, open_index
from advisor.official import load_wanted
from advisor.official.passages import text_passages
from advisor.official.readers import read_file
from advisor.search import search
from tests.bench import tables
from tests.bench.memory import memory_mb

PARTS = {"22 CFR part 62": "ecfr-xml/title-22_*.xml", "8 CFR part 214": "ecfr-xml/title-8_*.xml"}
"""What is wanted → the file that holds it."""

_LIST = """
texts = [ {{ key = "text", publisher = "ecfr", cites = ["{cited}"] }} ]
[publishers.ecfr]
name = "Electronic Code of Federal Regulations"
base = "https://www.ecfr.gov"
format = "ecfr"
kind = "regulation"
delay = 1.0
"""


def report(samples: Path, encoder: Encoder, questions: list[str]) -> str:
    """Measure; Markdown.

    Args:
        samples: The folder of real files.
        encoder: The embedding model.
        questions: Asked of the finished index.
    """
    rows, passages = [], []
    for cited, pattern in PARTS.items():
        start = time.perf_counter()
        document = read_file(next(samples.glob(pattern)))
        read = time.perf_counter()
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(_LIST.format(cited=cited))
            file.flush()
            wanted = load_wanted(Path(file.name))
        cut = text_passages(document, wanted.texts[0], "eCFR")
        done = time.perf_counter()
        characters = sum(len(passage.text) for passage in cut)
        rows.append([cited, f"{characters:,}", f"{len(cut):,}", f"{read - start:.1f}", f"{done - read:.1f}"])
        passages += cut
    with tempfile.TemporaryDirectory() as folder:
        start, worked = time.perf_counter(), time.process_time()
        build_index(Input(passages), encoder, Path(folder))
        built, worked = time.perf_counter() - start, time.process_time() - worked
        index = open_index(Path(folder), encoder)
        times = []
        for question in questions:
            begun = time.perf_counter()
            search(index, [question])
            times.append((time.perf_counter() - begun) * 1000)
    texts = tables.table(["text", "characters", "passages", "reading the file, s", "cutting, s"], rows)
    head = ["embedding and indexing, s", "of processor time, s", "peak memory, MB", "one question, median, ms"]
    cost = tables.table(
        head, [[f"{built:.0f}", f"{worked:.0f}", f"{memory_mb()[1]:.0f}", f"{float(np.median(times)):.1f}"]]
    )
    return f"{tables.circumstances()} Embedding model: {encoder.fingerprint}.\n\n{texts}\n\n{cost}"
