"""A control group around a run: the kernel counts and bounds memory, tasks and processor time of all its processes at once.

Covers: whatever memory is charged to a process, its files in memory disks and what waits in pipes and sockets, without a
gap between two looks; forks beyond the limit; processor time of children that nobody waits for. Made below the group that
this process is in (so that what bounds us bounds the run), in version 2 or 1, where this user may: as root, or in a group
that was handed over; else as a scope of the service manager. What the kernel then says it holds is read back; where
anything differs there is no group, and the watch alone bounds the run ("soft").
Does not cover: memory of a graphics card. Of a supervisor that was killed an empty group stays until the next run.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from copilot.sandbox.limits import Limits

NAME = "rllte-run"
OWN_TASKS = 8
"""The keeper, bubblewrap, PID 1 and its thread are in the group too."""
MOUNTS, OWN = Path("/proc/self/mounts"), Path("/proc/self/cgroup")


@dataclass
class Counters:
    """What the kernel has counted; `oom` and `refused` are events so far."""

    oom: int = 0
    refused: int = 0
    processor_s: float = 0.0


@dataclass(frozen=True)
class Group:
    """One run's group: a folder per controller, all the same one in version 2."""

    version: int
    folders: dict[str, Path]
    settings: dict[Path, str]
    made_by: str = ""

    @property
    def layer(self) -> str:
        """How a report names it."""
        return f"control group (v{self.version}{self.made_by})"

    def entrances(self) -> list[str]:
        """The files that a process writes itself into."""
        return [str(folder / "cgroup.procs") for folder in dict.fromkeys(self.folders.values())]

    def enter(self, pid: int) -> None:
        """Put a process in, and so all that it starts from now on; `holds` says whether that was so."""
        for entrance in self.entrances():
            with contextlib.suppress(OSError):
                Path(entrance).write_text(str(pid), encoding="ascii")

    def holds(self, pid: int) -> bool:
        """Whether a process is in it and every limit is what was set: read from the kernel, not remembered."""
        try:
            inside = all(str(pid) in _text(Path(entrance)).split() for entrance in self.entrances())
            return inside and self.bounded()
        except OSError:
            return False

    def bounded(self) -> bool:
        """Whether the kernel has it, with every limit as it was set."""
        with contextlib.suppress(OSError):
            there = all(os.path.exists(entrance) for entrance in self.entrances())
            return there and all(_text(file) == value for file, value in self.settings.items())
        return False

    def counters(self) -> Counters:
        """What was counted until now; what cannot be read counts as nothing."""
        if self.version == 2:
            folder = self.folders["memory"]
            used = _field(folder / "cpu.stat", "usage_usec") / 1e6
            return Counters(_field(folder / "memory.events", "oom_kill"), _field(folder / "pids.events", "max"), used)
        found = Counters(_field(self.folders["memory"] / "memory.oom_control", "oom_kill"))
        if "pids" in self.folders:
            found.refused = _field(self.folders["pids"] / "pids.events", "max")
        if "cpuacct" in self.folders:
            with contextlib.suppress(OSError, ValueError):
                found.processor_s = int(_text(self.folders["cpuacct"] / "cpuacct.usage")) / 1e9
        return found

    def remove(self) -> None:
        """Once it is empty; what cannot be removed now is removed by a later run."""
        for folder in dict.fromkeys(self.folders.values()):
            with contextlib.suppress(OSError):
                folder.rmdir()


def make(limits: Limits) -> Group | None:
    """A group with these limits, or None where this user may not have one."""
    for version, parents in _parents():
        name = f"{NAME}-{os.getpid()}-{secrets.token_hex(4)}"
        folders: dict[str, Path] = {}
        try:
            for controller, parent in parents.items():
                _sweep(parent)
                folder = parent / name
                folder.mkdir(exist_ok=version == 2)
                folders[controller] = folder
            settings = _two(folders, limits) if version == 2 else _one(folders, limits)
            for file, value in settings.items():
                file.write_text(value, encoding="ascii")
            group = Group(version, folders, settings)
            if group.bounded():
                return group
        except OSError:
            pass
        Group(version, folders, {}).remove()
    return None


def around(pid: int, limits: Limits) -> Group | None:
    """The group that the service manager made for a run with this PID 1, if its limits are the run's."""
    unified = _mounts().get("cgroup2")
    for line in _text(Path(f"/proc/{pid}/cgroup")).split("\n"):
        if unified and line.startswith("0::") and Path(line[3:]).name.startswith(f"{NAME}-"):
            folder = Path(unified + line[3:])
            settings = _two({"memory": folder}, limits)
            settings.pop(folder / "memory.oom.group")  # the manager's to decide
            group = Group(2, {"memory": folder}, settings, ", scope")
            return group if group.holds(pid) else None
    return None


def _two(folders: dict[str, Path], limits: Limits) -> dict[Path, str]:
    folder = folders["memory"]
    settings = {"memory.max": str(limits.memory_mb * 2**20), "pids.max": str(limits.processes + OWN_TASKS)}
    settings["memory.oom.group"] = "1"  # a run that lost one of its processes is no run any more
    if (folder / "memory.swap.max").exists():
        settings["memory.swap.max"] = "0"
    return {folder / name: value for name, value in settings.items()}


def _one(folders: dict[str, Path], limits: Limits) -> dict[Path, str]:
    memory = str(limits.memory_mb * 2**20)
    settings = {folders["memory"] / "memory.limit_in_bytes": memory}
    swap = folders["memory"] / "memory.memsw.limit_in_bytes"
    if swap.exists():  # memory and swap together: after memory, as it may not be the smaller one
        settings[swap] = memory
    if "pids" in folders:
        settings[folders["pids"] / "pids.max"] = str(limits.processes + OWN_TASKS)
    return settings


def _parents() -> list[tuple[int, dict[str, Path]]]:
    """This process's own groups by controller, where memory is among them: version 2 first."""
    unified: Path | None = None
    found: dict[str, Path] = {}
    mounts = _mounts()
    for line in _text(OWN).split("\n"):
        if line.count(":") < 2:
            continue
        _, names, path = line.split(":", 2)
        if not names and "cgroup2" in mounts:
            unified = Path(mounts["cgroup2"] + path)
        for name in names.split(","):
            if name in {"memory", "pids", "cpuacct"} and name in mounts:
                found[name] = Path(mounts[name] + path)
    parents: list[tuple[int, dict[str, Path]]] = []
    if unified is not None and _gives(unified):
        parents.append((2, {"memory": unified}))
    if "memory" in found:
        parents.append((1, found))
    return parents


def _gives(unified: Path) -> bool:
    with contextlib.suppress(OSError):
        return {"memory", "pids"} <= set(_text(unified / "cgroup.subtree_control").split())
    return False


def _mounts() -> dict[str, str]:
    """Where each hierarchy lies: by controller, and "cgroup2"."""
    found: dict[str, str] = {}
    # a mount's name is anyone's to choose: no other space ends a word or a line
    for line in MOUNTS.read_bytes().split(b"\n"):
        words = [word.decode("utf-8", "surrogateescape") for word in line.split(b" ")]
        if len(words) < 4:
            continue
        _, where, kind, options, *_ = words
        if kind == "cgroup2":
            found.setdefault("cgroup2", where)
        elif kind == "cgroup":
            for name in options.split(","):
                found.setdefault(name, where)
    return found


def _sweep(parent: Path) -> None:
    """Remove groups of supervisors that were killed; one that holds processes cannot be removed."""
    for folder in parent.glob(f"{NAME}-*"):
        match = re.fullmatch(rf"{NAME}-(\d+)-[0-9a-f]+", folder.name)
        if match and not os.path.exists(f"/proc/{match[1]}"):
            with contextlib.suppress(OSError):
                folder.rmdir()


def _field(file: Path, name: str) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in _text(file).splitlines():
            key, _, value = line.partition(" ")
            if key == name:
                return int(value)
    return 0


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "surrogateescape").strip()
