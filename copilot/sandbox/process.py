"""One sandboxed process tree: built from the policy, watched, ended wholly. Decides how it ended; prints nothing.

Supervisor (this) -> `launch`, the keeper -> bubblewrap -> `init`, PID 1 inside -> the program. The program starts only
when the supervisor holds PID 1; the end of the lifeline, a pipe, ends all of it whatever state it is in.
Covers: the pipes, the start, the kill, the wait until the last process is gone.
Does not cover: limits (`watch`), run folders and records (`run`).
"""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path

from copilot.core.errors import SandboxUnavailable
from copilot.sandbox import argv as view
from copilot.sandbox import cgroup, scope, seccomp, user
from copilot.sandbox.folder import take_over
from copilot.sandbox.launch import STAGE
from copilot.sandbox.limits import Limits
from copilot.sandbox.watch import GroupOf, OnLine, Watch

GONE_S = 2.0
SPARE_TASKS = 4
"""A program that got this close to the limit of its tasks has met it: the last ones come and go between two looks."""
LEFT_OVER = "a process of the run could not be ended; its folder is left as it is until the next start of the machine"
SOFT = "memory watch (soft)"


@dataclass
class Ended:
    """How a process tree ended. `status` as in `RunResult`, or "cancelled"."""

    status: str
    exit_code: int | None
    signal: int | None
    wall_s: float
    peak_memory_mb: float
    detail: str = ""
    fault: Exception | None = None
    """What went wrong in the supervisor itself."""
    bounds: str = SOFT
    """What bounded all its processes together, as a report names it."""


class Process:
    """A program in the sandbox.

    Args:
        bwrap: path of bubblewrap.
        script: Python file to run.
        args: for the script.
        box: the writable folder, empty and owned by this user.
        readable: further paths to show.
        limits: what it may use.
        scoped: where this process may make no control group, ask the service manager for one.
        nodes: devices to show.

    `threads` may be set before `run`: of the numeric libraries in the program; None leaves it to them.
    """

    def __init__(
        self,
        bwrap: str,
        script: Path,
        args: list[str],
        box: Path,
        readable: list[Path],
        limits: Limits,
        scoped: bool = False,
        nodes: Sequence[str] = (),
    ) -> None:
        self._bwrap, self._script, self._args = bwrap, script, args
        self._box, self._limits, self._scoped = str(box), limits, scoped
        self._binds = [*view.read_only(script, readable), *view.of_devices(list(nodes))]
        self._rlimits = limits.per_process(cards=bool(nodes))
        self.threads: int | None = None

    def run(self, on_line: OnLine, cancel: threading.Event) -> Ended:
        """Run to the end; blocks. The calling thread must live as long as the run."""
        started = time.monotonic()
        with contextlib.ExitStack() as stack:
            uid = user.of_a_run(stack)
            group = self._group(stack)
            ends = _Ends(stack)
            watch = self._watch(ends.readers, ends.go.fileno(), self._box, self._limits, on_line, self._group_of(group))
            stack.callback(watch.close)
            keeper = self._start(ends, uid, asks=group is None and self._scoped)
            if group is not None:  # while its interpreter loads: to enter takes the kernel some time
                group.enter(keeper.pid)
            with contextlib.suppress(BrokenPipeError):
                ends.lifeline.write(b"1")
            reason: str | None = None
            fault: Exception | None = None
            gone = False
            try:
                reason = watch.until_ended(cancel)
            except Exception as error:  # noqa: BLE001 (whatever it is, the run must end and leave its record)
                reason, fault = "sandbox_error", error
            finally:
                gone = self._end(keeper, ends, watch)
                if gone:
                    fault = _hand_over(self._box) or fault
            return self._verdict(reason, watch, time.monotonic() - started, fault, gone)

    _watch: type[Watch] = Watch
    _gone_s = GONE_S

    # starting ---------------------------------------------------------------------------------------------------------

    def _group(self, stack: contextlib.ExitStack) -> cgroup.Group | None:
        group = cgroup.make(self._limits)
        if group is not None:
            stack.callback(group.remove)
        return group

    def _group_of(self, group: cgroup.Group | None) -> GroupOf:
        """How the watch finds the group that PID 1 is in, if it is in one whose limits hold."""
        if group is None:
            return lambda pid: cgroup.around(pid, self._limits) if self._scoped else None
        return lambda pid: group if group.holds(pid) else None

    def _start(self, ends: _Ends, uid: int, *, asks: bool) -> subprocess.Popen[bytes]:
        """Start the keeper, which starts all the others; it `asks` the service manager for a group."""
        inner = ends.inner
        with contextlib.ExitStack() as stack:
            stack.callback(ends.close_inner)
            command, more = self._command(uid, inner, stack)
            passed = [inner[name] for name in ("metrics", "status", "info", "go", "lifeline")]
            return subprocess.Popen(
                scope.around(command, self._limits) if asks else command,
                env=self._environment(inner) | (scope.environment() if asks else {}),
                stdin=subprocess.DEVNULL,
                stdout=inner["stdout"],
                stderr=inner["stderr"],
                pass_fds=[*passed, *more],
                close_fds=True,
                cwd="/",
                start_new_session=True,
            )

    def _command(self, uid: int, inner: dict[str, int], stack: contextlib.ExitStack) -> tuple[list[str], list[int]]:
        """The keeper's call, and the descriptors that it needs besides the run's pipes."""
        binds, box, staged = self._placed(uid)
        filter_fd = memory_file(stack, seccomp.program(platform.machine()))
        accounts = {name: memory_file(stack, text.format(uid=uid).encode()) for name, text in view.ACCOUNTS.items()}
        command = view.bubblewrap(
            self._bwrap, binds, box, self._limits, filter_fd=filter_fd, info_fd=inner["info"], accounts=accounts
        )
        launch = [
            sys.executable,
            "-I",
            "-S",
            str(Path(__file__).with_name("launch.py")),
            str(inner["lifeline"]),
            str(uid),
        ]
        plan = [word for host, name, writable in staged for word in ("bind", host, name, str(int(writable)))]
        plan += [word for name, value in self._environment(inner).items() for word in ("set", name, value)]
        return [*launch, *plan, "--", *command, *self._program(inner)], [filter_fd, *accounts.values()]

    def _environment(self, inner: dict[str, int]) -> dict[str, str]:
        """What the keeper, and with it all the others, learn of the environment."""
        return view.environment() | ({} if self.threads is None else {"OMP_NUM_THREADS": str(self.threads)})

    def _program(self, inner: dict[str, int]) -> list[str]:
        """What bubblewrap runs, after its own options."""
        script = f"{view.INSIDE}/{view.script_name(self._script)}"
        setenv = ["--setenv", "RLLTE_METRICS_FD", str(inner["metrics"])]
        init = [sys.executable, "-I", "-S", f"{view.INSIDE}/init.py", str(inner["status"]), str(inner["go"])]
        return [
            *setenv,
            "--",
            *init,
            ",".join(f"{name}={value}" for name, value in self._rlimits.items()),
            sys.executable,
            "-I",
            "-B",
            "-u",
            script,
            *self._args,
        ]

    def _placed(self, uid: int) -> tuple[list[view.Bind], str, list[tuple[str, str, bool]]]:
        """Where bubblewrap finds the host paths, and what `launch` stages for it: as root alone, which then is left."""
        if os.geteuid() != 0:
            return self._binds, self._box, []
        os.chown(self._box, uid, uid)
        staged = [(bind.host, str(number), False) for number, bind in enumerate(self._binds)]
        moved = [replace(bind, host=f"{STAGE}/{number}") for number, bind in enumerate(self._binds)]
        return moved, f"{STAGE}/box", [*staged, (self._box, "box", True)]

    def policy(self) -> list[str]:
        """The whole call, with one number for all that differs from run to run; a self-test's result rests on it."""
        command = view.bubblewrap(
            self._bwrap,
            self._binds,
            view.BOX,
            self._limits,
            filter_fd=0,
            info_fd=0,
            accounts=dict.fromkeys(view.ACCOUNTS, 0),
        )
        program = self._program(dict.fromkeys(("metrics", "status", "go"), 0))
        return [*command, *program, *(f"{name}={value}" for name, value in view.environment().items())]

    # ending -----------------------------------------------------------------------------------------------------------

    def _end(self, keeper: subprocess.Popen[bytes], ends: _Ends, watch: Watch) -> bool:
        """End the run; returns whether the last process inside is gone."""
        ends.lifeline.close()
        try:
            keeper.wait(self._gone_s)
        except subprocess.TimeoutExpired:
            keeper.kill()
        gone = self._gone(keeper, watch)
        with contextlib.suppress(subprocess.TimeoutExpired):
            keeper.wait(GONE_S)
        return gone and keeper.returncode is not None

    def _gone(self, keeper: subprocess.Popen[bytes], watch: Watch) -> bool:
        """Whether nothing of the run is left, now that its keeper has ended or was killed."""
        return watch.gone(GONE_S)

    def _verdict(self, reason: str | None, watch: Watch, wall_s: float, fault: Exception | None, gone: bool) -> Ended:
        """From how the program ended and from the supervisor's own counters alone."""
        code = watch.status.get("code")
        exit_code = int(code) if code is not None and code >= 0 else None
        number = int(-code) if code is not None and code < 0 else None
        counted = watch.counted()
        processor_s = counted.processor_s or max(watch.peak.processor_s, watch.status.get("cpu", 0.0))
        tasks = max(watch.peak.tasks, watch.status.get("tasks", 0))
        if reason is None:
            if counted.oom:
                reason = "oom"
            elif code == 0:
                reason = "ok"
            elif "ready" not in watch.status:
                reason = "sandbox_error"
            elif number in {signal.SIGXCPU, signal.SIGKILL} and processor_s >= self._limits.processor_s * 0.9:
                reason = "cpu"
            elif counted.refused or tasks >= max(self._limits.processes - SPARE_TASKS, 1 + self._limits.processes // 2):
                reason = "nproc"
            else:
                reason = "error"
        detail = watch.complaint.decode("utf-8", "replace").strip()
        if fault is not None:
            reason, detail = "sandbox_error", f"the supervisor failed: {type(fault).__name__}: {fault}"
        if not gone:
            reason, detail = "sandbox_error", LEFT_OVER
        bounds = watch.group.layer if watch.group else SOFT
        peak_mb = max(watch.peak.memory_mb, self._limits.memory_mb if counted.oom else 0)
        return Ended(reason, exit_code, number, wall_s, peak_mb, detail, fault, bounds)


class _Ends:
    """All pipes of a run: the ends that stay here, closed with the stack, and the ends that go along with the run."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self.readers: dict[str, int] = {}
        self.inner: dict[str, int] = {}
        stack.callback(self.close_inner)
        for name in ("stdout", "stderr", "metrics", "status", "info"):
            self.readers[name], self.inner[name] = os.pipe()
            os.set_blocking(self.readers[name], False)
            stack.callback(os.close, self.readers[name])
        self.inner["go"], write = os.pipe()
        self.go = stack.enter_context(FileIO(write, "wb"))
        self.inner["lifeline"], write = os.pipe()
        self.lifeline = stack.enter_context(FileIO(write, "wb"))

    def close_inner(self) -> None:
        """Once the run has its own: an end that stayed open here would never be seen to close."""
        while self.inner:
            os.close(self.inner.popitem()[1])


def _hand_over(box: str) -> Exception | None:
    try:
        take_over(box, os.getuid(), os.getgid())
    except OSError as error:
        return error
    return None


def memory_file(stack: contextlib.ExitStack, content: bytes) -> int:
    """A descriptor that holds `content`, open as long as the stack."""
    descriptor = os.memfd_create("sandbox")
    stack.callback(os.close, descriptor)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def require_machine() -> None:
    """Raise where the filter has no table, or the kernel does not say which processes belong to a run.

    Raises:
        SandboxUnavailable: with what is supported.
    """
    if platform.system() != "Linux" or platform.machine() not in seccomp.AUDIT_ARCH:
        raise SandboxUnavailable(
            f"Runs are isolated on Linux, {' and '.join(seccomp.AUDIT_ARCH)}; this is {platform.system()} "
            f"{platform.machine()}.",
            hint="Use a Linux machine; the script also runs without the copilot: python train.py",
        )
    if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):
        raise SandboxUnavailable(
            "This kernel does not list a process's children (CONFIG_PROC_CHILDREN), so nobody could count what a run uses.",
            hint="Use a distribution's own kernel; the script also runs without the copilot: python train.py",
        )
