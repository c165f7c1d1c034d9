"""How much a run may use, and the watch that ends it when it uses more.

Covers: wall clock, processor time, memory, processes and open files of all the run's processes together; files in its two
memory disks; bytes and files in its folder; what it prints. Per process the kernel enforces part of it (`init`), and the
whole where there is a control group (`cgroup`); else the whole is polled here, ten times a second, so a burst between two
looks can pass the memory limit by what fits in a tenth of a second ("soft").
Does not cover: memory of a graphics card; without a group, what waits in pipes and sockets, and the kernel's own
bookkeeping.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass, fields
from pathlib import Path

from copilot.core.errors import InvalidRequest
from copilot.sandbox import proc

TICKS = os.sysconf("SC_CLK_TCK")
LARGEST = 1_000_000_000
"""Of any limit: 31 years, 954 TB."""
ENTRY_BYTES = 1024
"""Of the kernel's memory, for one entry of a memory disk."""
# a process's name is the program's to choose, and a carriage return in it must not begin a line: bytes, "\n" alone
_RESIDENT = re.compile(rb"^(?:RssAnon|RssShmem|VmSwap|HugetlbPages):[\t ]+(\d+) kB$", re.MULTILINE)
_PROPORTIONAL = re.compile(
    rb"^(?:Pss_Anon|Pss_Shmem|SwapPss|Private_Hugetlb|Shared_Hugetlb):[\t ]+(\d+) kB$", re.MULTILINE
)


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
    output_lines: int = 400_000
    """However short: each costs the reader more than its bytes."""
    shared_mb: int = 512
    """Of /dev/shm, where workers exchange batches, and of /tmp, each; at most a quarter of the memory. Counted in it."""

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if value is not None and not 0 < value <= LARGEST:
                raise InvalidRequest(
                    f"The limit {limit.name} is {value}; it must be a number above 0, and at most {LARGEST:,}.",
                    hint="Leave it out: it has a default.",
                )

    @property
    def processor_s(self) -> float:
        """The processor limit in effect."""
        return self.cpu_s if self.cpu_s is not None else self.time_s * (os.cpu_count() or 1)

    @property
    def each_shared_mb(self) -> int:
        """The size in effect of each of the two memory disks."""
        return max(1, min(self.shared_mb, self.memory_mb // 4))

    def per_process(self, *, cards: bool = False) -> dict[str, int]:
        """What the kernel keeps for each process, by the names of `resource`; with or without graphics cards."""
        megabyte = 2**20
        return {
            "NPROC": self.processes,
            "FSIZE": min(self.file_mb, self.disk_mb) * megabyte,
            # behind the watch, not before it; a card's driver reserves far more addresses than it uses
            **({} if cards else {"DATA": (self.memory_mb + self.memory_mb // 4 + 256) * megabyte}),
            "CPU": int(self.processor_s) + 1,
            "NOFILE": self.open_files,
            "CORE": 1,  # no file is that small, and a program of the host that takes dumps is not called (0 would call it)
            "MEMLOCK": 0,
            "MSGQUEUE": 0,
            "STACK": 8 * megabyte,
        }


@dataclass
class Usage:
    """What the processes of a run use at one look."""

    memory_mb: float = 0.0
    processor_s: float = 0.0
    tasks: int = 0


class Meter:
    """Looks at all processes below one, PID 1 of a run, again and again.

    Processor time of processes that ended is kept as it was last seen: a program whose children are reaped by the kernel
    (SIGCHLD ignored) would lose it. What they used after that look is not counted. One that is missed by a look, as its
    parent's threads come and go, has not ended.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._living: dict[tuple[int, bytes], float] = {}
        self._ended_s = 0.0

    def look(self) -> Usage:
        """What is used now; processes that end meanwhile are left out."""
        total, waited_s, living = Usage(), 0.0, dict[tuple[int, bytes], float]()
        for pid in proc.tree(self._root):
            try:
                seen = proc.fields(pid)
                status = Path(f"{proc.living_thread(pid, seen)}/status").read_bytes()
            except OSError:
                continue
            waited_s += (int(seen[proc.WAITED_USER]) + int(seen[proc.WAITED_SYSTEM])) / TICKS
            if pid == self._root:
                continue
            living[pid, seen[proc.BEGAN]] = (int(seen[proc.USER_TICKS]) + int(seen[proc.SYSTEM_TICKS])) / TICKS
            total.tasks += int(seen[proc.THREADS])
            total.memory_mb += sum(int(kilobytes) for kilobytes in _RESIDENT.findall(status)) / 1024
        for process, used in self._living.items():
            if process not in living:
                if proc.is_still(*process):
                    living[process] = used
                else:
                    self._ended_s += used
        self._living = living
        total.processor_s = sum(living.values()) + max(waited_s, self._ended_s)
        total.memory_mb += self.disks_mb()
        return total

    def exact_mb(self) -> float:
        """Memory with what processes share counted once: slow, and asked for only before a run would be ended for it."""
        total = self.disks_mb()
        for pid in proc.tree(self._root)[1:]:
            with contextlib.suppress(OSError):
                try:
                    text, wanted = Path(f"/proc/{pid}/smaps_rollup").read_bytes(), _PROPORTIONAL
                except OSError:  # it hides it, or its first thread has ended: it counts whole
                    place = proc.living_thread(pid, proc.fields(pid))
                    text, wanted = Path(f"{place}/status").read_bytes(), _RESIDENT
                total += sum(int(kilobytes) for kilobytes in wanted.findall(text)) / 1024
        return total

    def disks_mb(self) -> float:
        """Memory that files take."""
        return disks_mb(self._root)


def disks_mb(root: int) -> float:
    """Memory that the files of a run's /tmp and /dev/shm take, and that an entry takes even if it is empty.

    Raises:
        PermissionError: this system lets nobody look; uncounted they must not be.
    """
    total = 0.0
    for disk in ("tmp", "dev/shm"):
        try:
            info = os.statvfs(f"/proc/{root}/root/{disk}")
        except PermissionError:
            if not _ends(root):
                raise
            continue
        except OSError:  # it has just ended
            continue
        total += ((info.f_blocks - info.f_bfree) * info.f_frsize + (info.f_files - info.f_ffree) * ENTRY_BYTES) / 2**20
    return total


def _ends(pid: int) -> bool:
    """Whether a process is giving up what it had: without memory, its root is closed to an ordinary user."""
    try:
        return Path(f"/proc/{pid}/statm").read_bytes().split()[0] == b"0"
    except OSError:
        return True


def exceeded(limits: Limits, used: Usage, wall_s: float) -> str | None:
    """The status of the first limit that is passed, or None."""
    if wall_s > limits.time_s:
        return "timeout"
    if used.memory_mb > limits.memory_mb:
        return "oom"
    if used.processor_s > limits.processor_s:
        return "cpu"
    return None
