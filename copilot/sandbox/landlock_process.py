"""Tier B: a run without namespaces, held by Landlock and the filter alone. Weaker; only where a person asked for it.

Covers: the same supervisor, watch, limits, folders and records as tier A; what is started instead of bubblewrap, what a
run may open, and how one knows that nothing of it is left.
Does not cover: see `landlock`; what a run's user may do by a file's name alone; a run counts among the user's own processes.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import selectors
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

from copilot.core.errors import SandboxUnavailable
from copilot.sandbox import argv as view
from copilot.sandbox import landlock, proc, seccomp
from copilot.sandbox.limits import Limits, Meter, Usage
from copilot.sandbox.process import GONE_S, Ended, Process, memory_file
from copilot.sandbox.watch import OnLine, Watch

GONE_AT_LAST_S = 10.0
"""Hundreds of processes, of a program that forks without end, are killed at once and then take their time to go."""
TEMPORARY = ".tmp"
"""In the run's own folder: there is no /tmp of its own."""
SHELF = "lib"
"""Beside the run's own folder, with a link to each folder of code: Python lists the folder that it finds a package in, and
the one where a package truly lies may hold anything else."""
NOTICE = (
    "[sandbox] WEAKER sandbox (tier B: Landlock, no namespaces): this run can see that files exist, their sizes and dates, "
    "and shares your user's quotas"
)


class LandlockProcess(Process):
    """A program under Landlock.

    Args:
        script: Python file to run.
        args: for the script.
        box: the writable folder, empty and owned by this user; as root, its parent is opened to the run's user meanwhile.
        readable: further paths to show.
        limits: what it may use.

    Raises:
        SandboxUnavailable: Landlock does not suffice here; or, as root, another user cannot reach Python or the library.
    """

    def __init__(self, script: Path, args: list[str], box: Path, readable: list[Path], limits: Limits) -> None:
        super().__init__("", script, args, box, readable, limits)
        self._shelf = {path.name: str(path.resolve()) for path in readable}
        self._watch, self._gone_s = LandlockWatch, GONE_AT_LAST_S
        if reason := landlock.missing():
            raise SandboxUnavailable(
                f"The weaker sandbox cannot hold: {reason}.", hint="Use bubblewrap, or a newer Linux."
            )
        for bind in self._binds:
            require_open(bind.host)

    def run(self, on_line: OnLine, cancel: threading.Event) -> Ended:
        temporary, parent = f"{self._box}/{TEMPORARY}", os.path.dirname(self._box)
        shelf, before = _shelf(self._box), os.stat(parent)
        os.mkdir(temporary, mode=0o700)
        os.mkdir(shelf)
        os.chmod(shelf, 0o755)
        for name, place in self._shelf.items():
            os.symlink(place, f"{shelf}/{name}")
        try:
            return super().run(on_line, cancel)
        finally:
            if os.geteuid() == 0:
                os.chown(parent, -1, before.st_gid)
                os.chmod(parent, stat.S_IMODE(before.st_mode))
            for name in self._shelf:
                os.unlink(f"{shelf}/{name}")
            os.rmdir(shelf)
            with contextlib.suppress(OSError):
                os.rmdir(temporary)

    def _command(self, uid: int, inner: dict[str, int], stack: contextlib.ExitStack) -> tuple[list[str], list[int]]:
        filter_fd = memory_file(stack, seccomp.program(platform.machine(), weaker=True))
        if os.geteuid() == 0:
            for folder in (self._box, f"{self._box}/{TEMPORARY}"):
                os.chown(folder, uid, uid)
            parent = os.path.dirname(self._box)
            if stat.S_IMODE(os.stat(parent).st_mode) == 0o700:
                os.chown(parent, -1, uid)
                os.chmod(parent, 0o710)
        descriptors = {name: inner[name] for name in ("lifeline", "status", "go", "info")}
        return self._call({**descriptors, "filter": filter_fd, "uid": uid}, self._box), [filter_fd]

    def _call(self, differing: dict[str, int], box: str) -> list[str]:
        plan = {
            **differing,
            "limits": per_process(self._limits),
            "tasks": 0 if "NPROC" in per_process(self._limits) else self._limits.processes,
            "readable": [*(bind.host for bind in self._binds), _shelf(box)],
            "box": box,
            # not -I: the path to the shelf comes by the environment, which holds nothing that is not from here
            "argv": [sys.executable, "-P", "-s", "-B", "-u", str(self._script.resolve()), *self._args],
        }
        launch = str(Path(__file__).with_name("landlock_launch.py"))
        return [sys.executable, "-I", "-S", launch, json.dumps(plan)]

    def _environment(self, inner: dict[str, int]) -> dict[str, str]:
        own = {"HOME": self._box, "TMPDIR": f"{self._box}/{TEMPORARY}", "RLLTE_METRICS_FD": str(inner["metrics"])}
        return super()._environment(inner) | own | {"PYTHONPATH": _shelf(self._box)}

    def policy(self) -> list[str]:
        """The whole call, with the same word for all that differs from run to run."""
        words = [f"{name}={value}" for name, value in view.environment().items()]
        return [*self._call({}, view.BOX), *words, f"Landlock {landlock.abi()}"]

    def _gone(self, keeper: subprocess.Popen[bytes], watch: Watch) -> bool:
        """The keeper ends by itself only when nothing is left below it; where it was killed, the first process does."""
        return (keeper.returncode is not None and keeper.returncode >= 0) or watch.gone(GONE_S)


class LandlockWatch(Watch):
    """The watch, without a PID namespace: tasks are counted here, and no memory disk is the run's own."""

    def is_first(self, pid: int) -> bool:
        """The keeper's child, that is."""
        return int(proc.fields(int(proc.fields(pid)[proc.PARENT]))[proc.PARENT]) == os.getpid()

    def meter(self, pid: int) -> Meter:
        """Of processes alone."""
        return _ProcessMeter(pid)

    def exceeded(self, used: Usage, wall_s: float) -> str | None:
        """The number of tasks too: the kernel counts them together with the user's others."""
        reason = super().exceeded(used, wall_s)
        return "nproc" if reason is None and used.tasks > self._limits.processes else reason

    def gone(self, seconds: float) -> bool:
        """Whether the first process has ended as it should: it says how the program ended, and before that ends all."""
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._readers["status"], selectors.EVENT_READ)
            while selector.select(max(0.0, deadline - time.monotonic())):
                if not self._read("status"):
                    return self._begun is None or "code" in self.status
        return False


class _ProcessMeter(Meter):
    def disks_mb(self) -> float:
        """None: its temporary files lie in its folder and count as disk."""
        return 0.0


def per_process(limits: Limits) -> dict[str, int]:
    """What the kernel keeps for each process; the number of tasks only where the run has a user of its own."""
    return {name: value for name, value in limits.per_process().items() if name != "NPROC" or os.geteuid() == 0}


def require_open(path: str) -> None:
    """As root, a run becomes another user: what it needs must be open to everyone.

    Raises:
        SandboxUnavailable: names the folder that is not.
    """
    if os.geteuid() != 0:
        return
    for way in dict.fromkeys((os.path.abspath(path), os.path.realpath(path))):
        for place in (Path(way), *Path(way).parents):
            if not place.exists():
                continue
            mode = place.stat().st_mode
            if not mode & (stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH):
                raise SandboxUnavailable(
                    f"The weaker sandbox cannot hold: as root a run becomes another user, who cannot reach {path}: "
                    f"{place} is closed to others.",
                    hint="Run the copilot as an ordinary user, or keep Python, the script and runs (-o) where all may read.",
                )


def _shelf(box: str) -> str:
    return os.path.join(os.path.dirname(box), SHELF)
