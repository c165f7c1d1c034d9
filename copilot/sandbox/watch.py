"""The watch over one run: reads its pipes, starts the program once it can be ended for sure, and judges its limits.

Covers: everything that decides how a run ends, from the supervisor's own counters. Does not cover: starting and ending
the processes (`process`), what one look at them costs and shows (`limits`, `folder`).
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from copilot.sandbox.cgroup import Counters, Group
from copilot.sandbox.folder import Deleted, measure
from copilot.sandbox.limits import Limits, Meter, Usage, exceeded
from copilot.sandbox.proc import tree
from copilot.sandbox.results import Lines, metric

LOOK_S, FOLDER_S = 0.1, 0.5
READY_S = 60.0
"""A sandbox that has not begun by then never will."""
COMPLAINT_BYTES = 64 * 1024
STATUS = ("ready", "code", "cpu", "tasks")
"""What PID 1 says; all of it numbers."""
PID_DIGITS = 9

OnLine = Callable[[str, bytes], None]
"""Called with "stdout", "stderr" or "metrics", and a line."""
GroupOf = Callable[[int], Group | None]


class Watch:
    """Of one run.

    Args:
        readers: the read ends of "stdout", "stderr", "metrics", "status" and "info", not blocking.
        go: write end of the pipe whose first byte starts the program.
        box: its folder.
        limits: what it may use.
        on_line: called for each line, in the thread that calls `until_ended`.
        group_of: the control group around a process, if it is in one whose limits hold.
    """

    def __init__(
        self, readers: dict[str, int], go: int, box: str, limits: Limits, on_line: OnLine, group_of: GroupOf
    ) -> None:
        self.status: dict[str, float] = {}
        self.peak = Usage()
        self.group: Group | None = None
        self._counted = Counters()
        self.complaint = b""
        self._readers, self._go, self._box, self._limits, self._on_line = readers, go, box, limits, on_line
        self._group_of = group_of
        self._deleted, self._meter = Deleted(box), Meter(0)
        self._lines = {name: Lines() for name in readers}
        self._printed = self._printed_lines = 0
        self._init_pid = 0
        self._init: int | None = None
        self._begun: float | None = None
        self._next_look = self._next_folder = 0.0

    def until_ended(self, cancel: threading.Event) -> str | None:
        """Watch until the pipes end (None) or a limit is passed (its status); "sandbox_error" where nothing began."""
        started = time.monotonic()
        with selectors.DefaultSelector() as selector:
            for name, descriptor in self._readers.items():
                selector.register(descriptor, selectors.EVENT_READ, name)
            while selector.get_map():
                for key, _ in selector.select(LOOK_S):
                    if not self._read(key.data):
                        selector.unregister(key.fd)
                now = time.monotonic()
                if self._begun is None:
                    self._release(now)
                if cancel.is_set():
                    return "cancelled"
                if self._begun is None and now - started > READY_S:
                    return "sandbox_error"
                if self._begun is not None and (reason := self._judge(now, now - self._begun)):
                    return reason
        self.counted()  # while the keeper stays, as a service manager takes a group away as soon as it is empty
        return None

    def gone(self, seconds: float) -> bool:
        """Whether PID 1, and with it all processes of the run, is gone within this time; what is left is killed.

        Where PID 1 is not known, the end of the status pipe says it: PID 1 and all that comes before it hold it open.
        """
        if self._init is None:
            with contextlib.suppress(OSError):
                self._read("info")
        if self._init is not None:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._init, signal.SIGKILL)
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._readers["status"] if self._init is None else self._init, selectors.EVENT_READ)
            while selector.select(max(0.0, deadline - time.monotonic())):
                if self._init is not None or not self._read("status"):
                    return True
        return False

    def counted(self) -> Counters:
        """By the kernel, of the whole group, until now or until it was taken away; nothing where there is none."""
        if self.group:
            now, last = self.group.counters(), self._counted
            self._counted = Counters(
                max(now.oom, last.oom), max(now.refused, last.refused), max(now.processor_s, last.processor_s)
            )
        return self._counted

    def close(self) -> None:
        """Let go of PID 1."""
        if self._init is not None:
            os.close(self._init)
            self._init = None

    # reading ----------------------------------------------------------------------------------------------------------

    def _read(self, name: str) -> bool:
        """Take what a pipe holds; False at its end."""
        try:
            data = os.read(self._readers[name], 65536)
        except BlockingIOError:
            return True
        self._printed += len(data) if name in {"stdout", "stderr", "metrics"} else 0
        lines = self._lines[name].feed(data) if data else self._lines[name].close()
        self._printed_lines += len(lines)
        for line in lines:
            self._take(name, line)
        return bool(data)

    def _take(self, name: str, line: bytes) -> None:
        if name == "status":
            values = metric(line) or {}
            self.status |= {key: values[key] for key in STATUS if isinstance(values.get(key), (int, float))}
        elif name == "info":
            self._take_info(line)
        elif name == "stderr" and not self.status:
            self.complaint = (self.complaint + line + b"\n")[-COMPLAINT_BYTES:]
        else:
            self._on_line(name, line)

    def _take_info(self, line: bytes) -> None:
        number = line.partition(b'"child-pid":')[2].strip(b" ,}")
        if not number.isdigit() or len(number) > PID_DIGITS or self._init is not None:
            return
        with contextlib.suppress(OSError):
            handle = os.pidfd_open(int(number))
            if self.is_first(int(number)):
                self._init_pid, self._init = int(number), handle
            else:  # it has ended, and the number is another's
                os.close(handle)

    # what differs where a run has no PID namespace --------------------------------------------------------------------

    def is_first(self, pid: int) -> bool:
        """Whether this is the run's first process, which the others end with."""
        return _is_first_of_a_namespace(pid)

    def meter(self, pid: int) -> Meter:
        """What looks at the processes below it."""
        return Meter(pid)

    def exceeded(self, used: Usage, wall_s: float) -> str | None:
        """The status of the first limit that is passed, or None."""
        return exceeded(self._limits, used, wall_s)

    # deciding ---------------------------------------------------------------------------------------------------------

    def _release(self, now: float) -> None:
        """Start the program, now that PID 1 waits and is held: whatever happens next, it can be ended, and counted."""
        if "ready" in self.status and self._init is not None:
            self.group = self._group_of(self._init_pid)
            self._meter = self.meter(self._init_pid)
            self._meter.disks_mb()
            with contextlib.suppress(BrokenPipeError):
                os.write(self._go, b"1")
            self._begun, self._next_look, self._next_folder = now, now + LOOK_S, now + FOLDER_S

    def _judge(self, now: float, wall_s: float) -> str | None:
        reason: str | None = None
        if now >= self._next_look:
            self._next_look = now + LOOK_S
            used, counted = self._meter.look(), self.counted()
            used.processor_s = counted.processor_s or used.processor_s
            self.peak.memory_mb = max(self.peak.memory_mb, used.memory_mb)
            self.peak.processor_s = max(self.peak.processor_s, used.processor_s)
            self.peak.tasks = max(self.peak.tasks, used.tasks)
            judged = replace(used, memory_mb=self._judged_mb(used.memory_mb))
            reason = "oom" if counted.oom else self.exceeded(judged, wall_s)
        if reason is None and now >= self._next_folder:
            reason = self._look_at_folder()
            # what takes long to look at is looked at less often
            self._next_folder = now + FOLDER_S + 4 * (time.monotonic() - now)
        if reason is None and self._printed > self._limits.output_mb * 2**20:
            reason = "output"
        return "output" if reason is None and self._printed_lines > self._limits.output_lines else reason

    def _judged_mb(self, seen_mb: float) -> float:
        """The memory that counts: none where a group's kernel decides; above the limit, with what is shared once."""
        if self.group is not None:
            return 0.0
        if seen_mb <= self._limits.memory_mb:
            return seen_mb
        begun = time.monotonic()
        exact_mb = self._meter.exact_mb()
        self._next_look += 4 * (time.monotonic() - begun)
        return exact_mb

    def _look_at_folder(self) -> str | None:
        named, limits = measure(self._box, self._limits.files), self._limits
        nameless = self._deleted.look(tree(self._init_pid)[1:])
        much = named.megabytes + nameless.megabytes > limits.disk_mb
        many = named.files + nameless.files > limits.files
        return "disk" if much or many or named.hidden or nameless.hidden else None


def _is_first_of_a_namespace(pid: int) -> bool:
    with open(f"/proc/{pid}/status", "rb") as file:
        line = next((line for line in file if line.startswith(b"NSpid:")), b"")
    numbers = line.split()[1:]
    return len(numbers) > 1 and numbers[-1] == b"1"
