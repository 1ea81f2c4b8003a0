"""The embedding model of the benchmark, one for all: ours, with the vectors of passages computed beforehand.

Computing the vectors takes the same time in every library, and much longer than anything a library does itself; so it
is timed once, and what each library adds is timed by itself. Questions are always computed when they are asked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from advisor.index import Encoder, EntryKind, Input, Vectors
from advisor.index.cache import CachedEncoder
from advisor.index.entries import make_entries


class KnownPassages:
    """An encoder that knows the vectors of some passages.

    Attributes:
        cache: The file of all vectors computed beforehand, as `build_index` uses it.
        computed: How many passages it had to compute all the same.
    """

    def __init__(self, encoder: Encoder, folder: Path, texts: Sequence[str]) -> None:
        self._encoder = encoder
        self.fingerprint, self.dimension = encoder.fingerprint, encoder.dimension
        self.cache = folder / "vectors.sqlite"
        self.computed = 0
        self._known = dict(zip(texts, np.load(folder / "passages.npy"), strict=True))

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See `advisor.index.Encoder`."""
        unknown = [text for text in texts if text not in self._known]
        if unknown:
            self.computed += len(unknown)
            self._known |= dict(zip(unknown, self._encoder.passages(unknown), strict=True))
        return np.stack([self._known[text] for text in texts])

    def questions(self, texts: Sequence[str]) -> Vectors:
        """See `advisor.index.Encoder`."""
        return self._encoder.questions(texts)


def embed_all(encoder: Encoder, folder: Path, passages: Sequence[str], source: Input) -> dict[str, float]:
    """Compute every vector that an index will need, and keep them in `folder`.

    Args:
        encoder: The model.
        folder: Where `vectors.sqlite`, `passages.npy` and `embedding.json` go; what is there is not computed again.
        passages: The texts that others index.
        source: What our index is built from.

    Returns:
        Texts and seconds of the first run: `passages`, `passages_s` for the texts that all others index, and
        `entries`, `entries_s` for those of our own index.
    """
    entries = make_entries(source.passages)
    asked = [t for t, k in zip(entries.texts, entries.kind, strict=True) if k in (EntryKind.TITLE, EntryKind.ASK)]
    said = [t for t, k in zip(entries.texts, entries.kind, strict=True) if k not in (EntryKind.TITLE, EntryKind.ASK)]
    asked += [*source.refusals.answerable, *(t for texts in source.refusals.examples.values() for t in texts)]
    figures: dict[str, float] = {"passages": len(passages), "entries": len(asked) + len(said)}
    kept = folder / "embedding.json"
    if kept.exists():
        before: dict[str, float] = json.loads(kept.read_text(encoding="utf-8"))
        if all(before[name] == figures[name] for name in ("passages", "entries")):
            figures = before
        else:  # another collection: its seconds must not be those of what happens to be missing
            (folder / "vectors.sqlite").unlink(missing_ok=True)
    with closing(CachedEncoder(encoder, folder / "vectors.sqlite")) as cached:
        start = time.perf_counter()
        np.save(folder / "passages.npy", cached.passages(passages))
        middle = time.perf_counter()
        cached.questions(asked)
        cached.passages(said)
        figures = {"passages_s": middle - start, "entries_s": time.perf_counter() - middle} | figures
    kept.write_text(json.dumps(figures), encoding="utf-8")
    return figures
