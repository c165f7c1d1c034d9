"""One sandboxed process tree: built from the policy, watched, ended wholly. Decides how it ended; prints nothing.

Covers: the pipes, the limits that are watched from outside, the kill, the wait until the last process is gone.
Does not cover: run folders and records (`run`).
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import random
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from copilot.core.errors import SandboxUnavailable
from copilot.sandbox import argv as view
from copilot.sandbox import seccomp
from copilot.sandbox.limits import Limits, Usage, exceeded, usage
from copilot.sandbox.results import Lines, measure, take_over

LOOK_S, FOLDER_S, GONE_S = 0.1, 0.5, 2.0
FIRST_UID, UIDS = 1_879_000_000, 60_000
"""Users that no system hands out; as root, each run becomes another one of them."""

OnLine = Callable[[str, bytes], None]
"""Called with "stdout", "stderr" or "metrics", and a line."""


@dataclass
class Ended:
    """How a process tree ended. `status` as in `RunResult`, or "cancelled"."""

    status: str
    exit_code: int | None
    signal: int | None
    wall_s: float
    peak_memory_mb: float
    detail: str = ""


class Process:
    """A program in the sandbox.

    Args:
        bwrap: path of bubblewrap.
        script: Python file to run.
        args: for the script.
        box: the writable folder, empty and owned by this user.
        readable: further paths to show.
        limits: what it may use.
    """

    def __init__(
        self, bwrap: str, script: Path, args: list[str], box: Path, readable: list[Path], limits: Limits
    ) -> None:
        self._bwrap, self._script, self._args = bwrap, script, args
        self._box, self._limits = str(box), limits
        self._binds = view.read_only(script, readable)
        self._status: dict[str, int] = {}
        self._init_pid: int | None = None
        self._init_handle: int | None = None
        self._complaint = b""

    def run(self, on_line: OnLine, cancel: threading.Event) -> Ended:
        """Run to the end; blocks. The calling thread must live as long as the run."""
        with contextlib.ExitStack() as stack:
            started = time.monotonic()
            readers, process = self._start(stack)
            reason, peak = self._watch(process, readers, on_line, cancel, started)
            self._end(process)
            wall = time.monotonic() - started
            if os.geteuid() == 0:
                take_over(self._box, os.getuid(), os.getgid())
        return self._verdict(reason, peak, wall)

    # starting ---------------------------------------------------------------------------------------------------------

    def _start(self, stack: contextlib.ExitStack) -> tuple[dict[str, int], subprocess.Popen[bytes]]:
        pipes = {name: os.pipe() for name in ("stdout", "stderr", "metrics", "status", "info")}
        for read, _ in pipes.values():
            os.set_blocking(read, False)
            stack.callback(_close, read)
        writes = {name: write for name, (_, write) in pipes.items()}
        filter_fd = _memory_file("filter", seccomp.program(platform.machine()))
        uid = FIRST_UID + random.SystemRandom().randrange(UIDS) if os.geteuid() == 0 else os.getuid()
        accounts = {
            name: _memory_file("account", text.format(uid=uid).encode()) for name, text in view.ACCOUNTS.items()
        }
        binds, box, prefix = self._placed(uid, stack)
        command = view.bubblewrap(
            self._bwrap, binds, box, self._limits, filter_fd=filter_fd, info_fd=writes["info"], accounts=accounts
        )
        inside = f"{view.INSIDE}/{view.script_name(self._script)}"
        program = [sys.executable, "-I", "-B", "-u", inside, *self._args]
        setenv = ["--setenv", "RLLTE_METRICS_FD", str(writes["metrics"])]
        init = [sys.executable, "-I", "-S", f"{view.INSIDE}/init.py", str(writes["status"]), self._rlimits(), *program]
        passed = [writes["metrics"], writes["status"], writes["info"], filter_fd, *accounts.values()]
        try:
            process = subprocess.Popen(
                [*prefix, *command, *setenv, "--", *init],
                env=view.environment(),
                stdin=subprocess.DEVNULL,
                stdout=writes["stdout"],
                stderr=writes["stderr"],
                pass_fds=passed,
                close_fds=True,
                cwd="/",
                start_new_session=True,
            )
        finally:
            for descriptor in (*writes.values(), filter_fd, *accounts.values()):
                _close(descriptor)
        stack.callback(self._end, process)
        return {name: read for name, (read, _) in pipes.items()}, process

    def _placed(self, uid: int, stack: contextlib.ExitStack) -> tuple[list[view.Bind], str, list[str]]:
        """Where bubblewrap finds the host paths; as root through `launch`, which stages them and leaves root."""
        if os.geteuid() != 0:
            return self._binds, self._box, []
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rllte-stage-"))
        os.chmod(folder, 0o755)
        os.chown(self._box, uid, uid)
        staged = [(bind.host, str(number), False) for number, bind in enumerate(self._binds)]
        moved = [view.Bind(f"{folder}/{number}", bind.inside) for number, bind in enumerate(self._binds)]
        staged.append((self._box, "box", True))
        launch = str(Path(__file__).with_name("launch.py"))
        prefix = [sys.executable, "-I", "-S", launch, str(uid), folder, json.dumps(staged), "--"]
        return moved, f"{folder}/box", prefix

    def _rlimits(self) -> str:
        limits, megabyte = self._limits, 2**20
        return json.dumps(
            {
                "NPROC": limits.processes,
                "FSIZE": limits.file_mb * megabyte,
                "DATA": (limits.memory_mb + limits.memory_mb // 4 + 256) * megabyte,  # behind the watch, not before it
                "CPU": int(limits.processor_s) + 1,
                "NOFILE": limits.open_files,
                "CORE": 0,
                "MEMLOCK": 0,
                "MSGQUEUE": 0,
                "STACK": 8 * megabyte,
            }
        )

    # watching ---------------------------------------------------------------------------------------------------------

    def _watch(
        self,
        process: subprocess.Popen[bytes],
        readers: dict[str, int],
        on_line: OnLine,
        cancel: threading.Event,
        started: float,
    ) -> tuple[str | None, Usage]:
        peak, printed, next_folder = Usage(), 0, started + FOLDER_S
        lines = {name: Lines() for name in readers}
        reason: str | None = None
        with selectors.DefaultSelector() as selector:
            for name, descriptor in readers.items():
                selector.register(descriptor, selectors.EVENT_READ, name)
            next_look = started
            while selector.get_map():
                for key, _ in selector.select(LOOK_S):
                    data = os.read(key.fd, 65536)
                    if not data:
                        selector.unregister(key.fd)
                    printed += len(data) if key.data in {"stdout", "stderr", "metrics"} else 0
                    for line in lines[key.data].feed(data) if data else lines[key.data].close():
                        self._take(key.data, line, on_line)
                now = time.monotonic()
                if reason is None and now >= next_look:
                    next_look = now + LOOK_S
                    reason = self._judge(process.pid, peak, now - started)
                if reason is None and now >= next_folder:
                    found = measure(self._box, self._limits.files)
                    next_folder = now + FOLDER_S + 4 * (time.monotonic() - now)
                    if found.files > self._limits.files or found.megabytes > self._limits.disk_mb:
                        reason = "disk"
                if reason is None and printed > self._limits.output_mb * 2**20:
                    reason = "output"
                if reason is None and cancel.is_set():
                    reason = "cancelled"
                if reason is not None:
                    break
        return reason, peak

    def _judge(self, pid: int, peak: Usage, wall_s: float) -> str | None:
        used = usage(pid)
        peak.memory_mb = max(peak.memory_mb, used.memory_mb)
        peak.processor_s = max(peak.processor_s, used.processor_s)
        peak.tasks = max(peak.tasks, used.tasks)
        return exceeded(self._limits, used, wall_s)

    def _take(self, stream: str, line: bytes, on_line: OnLine) -> None:
        if stream == "status":
            with contextlib.suppress(ValueError):
                self._status |= json.loads(line)
        elif stream == "info":
            self._take_info(line)
        elif stream == "stderr" and not self._status:
            self._complaint += line + b"\n"
        else:
            on_line(stream, line)

    def _take_info(self, line: bytes) -> None:
        number = line.partition(b'"child-pid":')[2].strip(b" ,}")
        if number.isdigit():
            self._init_pid = int(number)
            with contextlib.suppress(OSError):
                self._init_handle = os.pidfd_open(self._init_pid)

    # ending -----------------------------------------------------------------------------------------------------------

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """End bubblewrap; its PID namespace goes with it. Returns when the last process inside is gone."""
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        process.wait()
        if self._init_handle is not None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._init_handle, selectors.EVENT_READ)
                selector.select(GONE_S)
            os.close(self._init_handle)
            self._init_handle = None

    def _verdict(self, reason: str | None, peak: Usage, wall: float) -> Ended:
        code = self._status.get("code")
        exit_code = code if code is not None and code >= 0 else None
        number = -code if code is not None and code < 0 else None
        text = self._complaint.decode("utf-8", "replace").strip()
        if reason is None:
            if code == 0:
                reason = "ok"
            elif "ready" not in self._status:
                reason = "sandbox_error"
            elif number in {signal.SIGXCPU, signal.SIGKILL} and peak.processor_s >= self._limits.processor_s * 0.9:
                reason = "cpu"
            elif peak.tasks >= self._limits.processes * 0.9:
                reason = "nproc"
            else:
                reason = "error"
        return Ended(reason, exit_code, number, wall, peak.memory_mb, text)


def _memory_file(name: str, content: bytes) -> int:
    descriptor = os.memfd_create(name)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _close(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.close(descriptor)


def require_machine() -> None:
    """Raise where the filter has no table.

    Raises:
        SandboxUnavailable: with what is supported.
    """
    if platform.system() != "Linux" or platform.machine() not in seccomp.AUDIT_ARCH:
        raise SandboxUnavailable(
            f"Runs are isolated on Linux, {' and '.join(seccomp.AUDIT_ARCH)}; this is {platform.system()} "
            f"{platform.machine()}.",
            hint="Use a Linux machine; the script also runs without the copilot: python train.py",
        )
