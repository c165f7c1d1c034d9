"""What results depend on besides script and seed: versions of libraries and the machine. Nothing is imported for it."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from copilot.core.catalogue import load_catalogue

LIBRARIES = ("torch", "gymnasium", "numpy")
RUN_MB = 1500
"""Memory that one run is taken to need where its limit does not say less: what agents on vectors take, threefold."""


def versions() -> dict[str, str]:
    """Of rllte, torch, gymnasium, NumPy and Python, as they are now."""
    found = {"rllte": load_catalogue().rllte_version}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return {**found, "python": platform.python_version()}


def facts(spec: dict[str, Any] | None, *, gpu: bool) -> dict[str, Any]:
    """Of this machine, and the device that the plan names."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": cores(),
        "memory_mb": _meminfo("MemTotal"),
        "device": device(spec) or "cpu",
        "gpu": gpu,
        "threads": 1,
    }


def device(spec: dict[str, Any] | None) -> str:
    """The devices that a plan names, "" where it names none."""
    runs = (spec or {}).get("runs")
    plans = list(runs.values()) if isinstance(runs, dict) else [spec or {}]
    named = dict.fromkeys(str(plan["device"]) for plan in plans if isinstance(plan, dict) and plan.get("device"))
    return ", ".join(named)


def jobs(runs: int, memory_mb: int, *, gpu: bool, busy: int = 0) -> int:
    """How many runs go on at once: as many as there are cores and free memory for; with a graphics card one.

    Args:
        runs: to be run.
        memory_mb: the limit of each.
        gpu: whether they use the graphics card.
        busy: runs of other experiments that go on already; each has a core, and its memory.
    """
    if gpu:
        return 1
    free = _meminfo("MemAvailable")
    idle = cores() - busy
    most = idle if free is None else min(idle, free // min(memory_mb, RUN_MB))
    return max(1, min(most, runs))


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What differs between two sets of versions, a phrase each."""
    return [
        f"{name} {before.get(name, 'not recorded')} -> {now.get(name, 'not installed')}"
        for name in dict.fromkeys([*before, *now])
        if before.get(name) != now.get(name)
    ]


def _meminfo(key: str) -> int | None:
    """In megabytes."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(f"{key}:"))
    except (OSError, ValueError, StopIteration):
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"
