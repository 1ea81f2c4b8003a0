"""Measure ours against other retrieval stacks, side by side: `python -m tests.bench`, or `make bench`.

`python -m tests.bench scale` measures the dense side against its size instead, `python -m tests.bench official` what two
whole parts of the CFR cost. All print Markdown; `--write` puts it into `docs/benchmarks.md` as well.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from advisor.evaluate.dataset import read_questions
from advisor.index import load_encoder
from advisor.settings import load_settings
from tests.bench import official, scale, tables
from tests.bench.collection import Collection, export_ours, import_files
from tests.bench.environment import ROOT, prepare
from tests.bench.model import embed_all
from tests.bench.systems import TITLES
from tests.official.conftest import samples_dir


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("peers", "scale", "official"), default="peers")
    parser.add_argument("--systems", nargs="+", choices=tuple(TITLES), default=list(TITLES))
    parser.add_argument("--split", choices=("dev", "test", "all"), default="test", help="of our own questions")
    parser.add_argument("--asks", action="store_true", help="give the asks of our passages to the others too")
    parser.add_argument("--passages", type=Path, help='another collection, {"id", "title", "text"} a line')
    parser.add_argument("--queries", type=Path, help='its questions, {"id", "text"} a line')
    parser.add_argument("--qrels", type=Path, help="its judgements, in TREC format")
    parser.add_argument("--work", type=Path, help="a folder to keep vectors and figures in")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(scale.SIZES), help="with scale")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    arguments = parser.parse_args()
    files = (arguments.passages, arguments.queries, arguments.qrels)
    if any(files) and not all(files):
        parser.error("--passages, --queries and --qrels go together")
    return arguments


def _peers(arguments: argparse.Namespace, folder: Path) -> str:
    settings = load_settings()
    if arguments.passages:
        collection, source = import_files(arguments.passages, arguments.queries, arguments.qrels, folder)
    else:
        collection, source = export_ours(settings, folder, arguments.split, arguments.asks)
    (folder / "source.pickle").write_bytes(pickle.dumps(source))
    print("embedding", file=sys.stderr, flush=True)
    encoder = load_encoder(settings.model, settings.threads, settings.models_dir)
    embedding = embed_all(encoder, folder, [text for _, text in collection.passages()], source)
    results = {name: _measured(name, folder) for name in arguments.systems if _fits(name, collection)}
    found = ", ".join(f"{name} {version}" for name, version in sorted(next(iter(results.values()))["versions"].items()))
    asked = "with their asks, " if arguments.asks else ""
    counts = f"{len(collection.passages()):,} passages, {asked}{len(collection.queries())} questions"
    parts = [
        f"{tables.circumstances()} {counts}. Embedding model: {encoder.fingerprint}. {found}.",
        tables.quality(results, collection.qrels()),
        tables.cost(results, embedding),
    ]
    return "\n\n".join(parts)


def _official() -> str:
    samples = samples_dir()
    if samples is None:
        raise SystemExit("no real files: set OFFICIAL_SAMPLES to a folder of official texts")
    settings = load_settings()
    encoder = load_encoder(settings.model, settings.threads, settings.models_dir)
    asked = read_questions(sorted((ROOT / "tests" / "eval").glob("questions-*.jsonl")))
    questions = [question.text for question in asked if question.split == "test"]
    return official.report(samples, encoder, questions)


def _fits(name: str, collection: Collection) -> bool:
    """Whether a system says anything of its own on a collection: on plain passages, ours is ours_plain."""
    return collection.ours or name not in {"ours_plain", "ours_answers"}


def _measured(name: str, folder: Path) -> dict[str, Any]:
    print(f"measuring {TITLES[name]}", file=sys.stderr, flush=True)
    command = [str(prepare()), "-m", "tests.bench.worker", name, str(folder)]
    # Threads that spin while they wait steal the core that another works on; telemetry would be timed too.
    quiet = {"OMP_WAIT_POLICY": "passive", "HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | quiet)
    figures: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return figures


def main() -> None:
    """Run what the arguments say."""
    arguments = _arguments()
    if arguments.what == "scale":
        part, text = "scale", scale.report(arguments.sizes)
    elif arguments.what == "official":
        part, text = "official", _official()
    else:
        with tempfile.TemporaryDirectory() as folder:
            place = arguments.work or Path(folder)
            place.mkdir(parents=True, exist_ok=True)
            text = _peers(arguments, place)
        own = "peers-asks" if arguments.asks else "peers"
        part = own if not arguments.passages else ""
    print(text)
    if arguments.write and part:
        tables.write_page(part, text)


if __name__ == "__main__":
    main()
