"""How much memory this process has and had, as Linux counts it."""

from __future__ import annotations

from pathlib import Path


def memory_mb() -> tuple[float, float]:
    """Resident size now and at its peak, in MiB.

    `getrusage` will not do: its peak is inherited from the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    now, peak = (int(status.split(f"{name}:")[1].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak
