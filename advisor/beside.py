"""A second process that a rebuild hands work to; this module imports nothing, so that it starts at once."""

from __future__ import annotations

import gc
import os
import signal

__all__ = ["prepare"]


def prepare() -> None:
    """Begin the second process: on one core, without collecting garbage, and the first alone answers Ctrl-C."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when numpy is imported, which is later
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
