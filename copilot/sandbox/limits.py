"""How much a run may use, and the watch that ends it when it uses more.

Covers: wall clock, processor time, memory, processes and open files of all the run's processes together; bytes and files
in its folder; what it prints. Per process the kernel enforces part of it (`init`); the whole is polled here, ten times a
second, so a burst between two looks can pass the memory limit by what fits in a tenth of a second ("soft").
Does not cover: memory of a graphics card.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
# a process's name is the program's to choose, and a carriage return in it must not begin a line: bytes, "\n" alone
_RESIDENT = re.compile(rb"^(?:RssAnon|RssShmem):[\t ]+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Limits:
    """Of one run, all its processes together."""

    time_s: float = 3600.0
    """Wall-clock seconds."""
    cpu_s: float | None = None
    """Processor seconds; None: the wall-clock limit on every processor."""
    memory_mb: int = 4096
    processes: int = 512
    """Processes and threads."""
    open_files: int = 1024
    """Per process."""
    file_mb: int = 1024
    """Of a single file."""
    disk_mb: int = 2048
    files: int = 20_000
    output_mb: int = 16
    shared_mb: int = 512
    """Of /dev/shm, where workers exchange batches, and of /tmp, each."""

    @property
    def processor_s(self) -> float:
        """The processor limit in effect."""
        return self.cpu_s if self.cpu_s is not None else self.time_s * (os.cpu_count() or 1)


@dataclass
class Usage:
    """What the processes of a run use at one look."""

    memory_mb: float = 0.0
    processor_s: float = 0.0
    tasks: int = 0


def usage(root: int) -> Usage:
    """Of all processes below `root`, PID 1 of a run; those that end meanwhile are left out."""
    total = Usage()
    for pid in tree(root)[1:]:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            status = Path(f"/proc/{pid}/status").read_bytes()
        except OSError:
            continue
        total.processor_s += sum(int(field) for field in fields[11:15]) / TICKS  # own and waited-for children
        total.tasks += int(fields[17])
        total.memory_mb += sum(int(kilobytes) for kilobytes in _RESIDENT.findall(status)) / 1024
    return total


def tree(root: int) -> list[int]:
    """`root` and its descendants."""
    found, pending = [], [root]
    while pending:
        pid = pending.pop()
        found.append(pid)
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                children = Path(f"/proc/{pid}/task/{thread}/children").read_text(encoding="utf-8")
                pending.extend(int(child) for child in children.split())
        except OSError:
            continue
    return found


def exceeded(limits: Limits, used: Usage, wall_s: float) -> str | None:
    """The status of the first limit that is passed, or None."""
    if wall_s > limits.time_s:
        return "timeout"
    if used.memory_mb > limits.memory_mb:
        return "oom"
    if used.processor_s > limits.processor_s:
        return "cpu"
    return None
