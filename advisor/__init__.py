"""Answers visiting physicians' questions from a curated corpus, always with sources.

>>> from advisor import Advisor
>>> Advisor.open().ask("How long can a J-1 short-term scholar stay?").answer
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisor.answer import Advisor, Answer

__all__ = ["Advisor", "Answer", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Loaded on first use: `advisor --help` must not wait for numpy and FAISS.
    if name in {"Advisor", "Answer"}:
        from advisor import answer

        return getattr(answer, name)
    raise AttributeError(f"module 'advisor' has no attribute '{name}'")
