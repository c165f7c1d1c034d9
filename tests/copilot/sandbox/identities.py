"""Who starts the runs of a test: root, or an ordinary user. Root in the tests' own process, a user that root became in a
child: the same `run_script`, whose events and result come back as lines of JSON.

Covers: a home, a data folder and a folder per test that the identity owns; any program started as it. Does not cover: root
where the tests run as an ordinary user; that is reported (`require`), not passed over.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from copilot.core import errors, paths
from copilot.core.types import RunResult
from copilot.sandbox import LogLine, MetricLine

NAMES = ("root", "user")
HERE = "root" if os.geteuid() == 0 else "user"
"""The identity of the tests themselves."""
USER = 61_234 + int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", ""))) or 0)
EXPECT = "SANDBOX_TESTS_EXPECT"
BECOME = Path(__file__).with_name("become.py")
REMEMBERED = "sandbox-selftest.json"


def require(name: str) -> None:
    """Skip, or fail where it was expected (`SANDBOX_TESTS_EXPECT="root user"`), what this identity cannot show here."""
    if name == "root" and HERE != "root":
        reason = "not shown for root: the tests run as an ordinary user (run them as root, too)"
        if name in os.environ.get(EXPECT, "").split():
            pytest.fail(f"{reason}; {EXPECT} expects it")
        pytest.skip(reason)


@dataclass
class Identity:
    """One of the two, with what it owns."""

    name: str
    home: Path
    namespace: int = -1
    """Descriptor of a mount namespace in which the user reaches the project; -1: it does so anyway."""
    folder: Path = field(default=Path())
    """Of the test that runs now."""

    @property
    def here(self) -> bool:
        """Whether the tests' own process has this identity."""
        return self.name == HERE

    @property
    def uid(self) -> int:
        """Its number."""
        return os.geteuid() if self.here else USER

    def give(self, path: Path) -> Path:
        """Make a path that the test made the identity's own."""
        os.chown(path, self.uid, self.uid if not self.here else os.getegid())
        return path

    def make(self, relative: str, content: str = "", mode: int = 0o644) -> Path:
        """A file of the identity's in the folder of the test."""
        path = self.folder / relative
        path.write_text(content, encoding="utf-8")
        path.chmod(mode)
        return self.give(path)

    def command(self, *argv: str) -> list[str]:
        """What starts a program as this identity."""
        if self.here:
            return list(argv)
        return [sys.executable, "-I", "-S", str(BECOME), str(self.uid), str(self.namespace), *argv]

    def popen(self, *argv: str, **more: Any) -> subprocess.Popen[str]:
        """Start a program as this identity, in the project's folder; descriptors are inherited."""
        more = {"cwd": paths.project_root(), "text": True, "close_fds": False, **more}
        return subprocess.Popen(self.command(*argv), **more)

    def python(
        self, code: str, *args: str, wrap: tuple[str, ...] = (), **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run a text to its end as this identity, outside of any sandbox; what it prints comes back.

        Args:
            code: may import the copilot.
            args: for it.
            wrap: a program that starts it in turn, with its arguments.
            more: for `subprocess.Popen`.
        """
        more = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL, **more}
        with self.popen(*wrap, sys.executable, "-c", code, *args, **more) as process:
            text, _ = process.communicate(timeout=120)
        return subprocess.CompletedProcess(code, process.returncode, text or "", "")

    @contextlib.contextmanager
    def test(self) -> Iterator[None]:
        """A new folder, gone afterwards, however deep it has become."""
        self.folder = Path(tempfile.mkdtemp(dir=self.home, prefix="test-"))
        self.give(self.folder)
        try:
            yield
        finally:
            subprocess.run(["rm", "-rf", str(self.folder)], check=False)


@contextlib.contextmanager
def living_identity(name: str) -> Iterator[Identity]:
    """The identity with its home, until the end of the session."""
    with contextlib.ExitStack() as stack:
        home = Path(tempfile.mkdtemp(dir="/var/tmp", prefix=f"rllte-{name}-")).resolve()
        stack.callback(subprocess.run, ["rm", "-rf", str(home)], check=False)
        identity = Identity(name, home)
        identity.give(home)
        if not identity.here:
            identity.namespace = _namespace(stack)
            seen = identity.python("import copilot; print(copilot.__file__)")
            expected = str(paths.project_root() / "copilot" / "__init__.py")
            assert seen.stdout.split() == [expected], f"others cannot read the project (umask?): {seen.stdout}"
        yield identity


def _namespace(stack: contextlib.ExitStack) -> int:
    """A mount namespace in which others reach this Python and this project; it lives as long as the descriptor."""
    needed = {str(paths.project_root()), sys.prefix, sys.base_prefix}
    needed |= {os.path.realpath(path) for path in needed}
    maker = [sys.executable, "-I", "-S", str(BECOME), *sorted(needed)]
    with subprocess.Popen(maker, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        descriptor = os.open(f"/proc/{process.pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
        process.stdin.close()
    os.set_inheritable(descriptor, True)
    stack.callback(os.close, descriptor)
    return descriptor


CHILD = """
import json, os, sys, threading
from dataclasses import asdict
from pathlib import Path
from copilot.core.errors import CopilotError
from copilot.sandbox import Limits, LogLine, run_script

source = sys.stdin.buffer.raw
asked = json.loads(source.readline())
cancel = threading.Event()
threading.Thread(target=lambda: (source.read(1), cancel.set()), daemon=True).start()
after = asked.pop("cancel_after")
after is None or threading.Timer(after, cancel.set).start()

def send(**what):
    print(json.dumps(what), flush=True)

def on_event(event):
    send(log=[event.text, event.stream]) if isinstance(event, LogLine) else send(metric=event.values)

try:
    result = run_script(
        Path(asked["script"]), asked["args"], limits=Limits(**asked["limits"]), run_dir=Path(asked["run_dir"]),
        readable=[Path(path) for path in asked["readable"]], on_event=on_event, cancel=cancel,
    )
    own = dict(line.split(":", 1) for line in open("/proc/self/status"))  # what getrusage says was begun by the parent
    send(result=asdict(result), peak_mb=int(own["VmHWM"].split()[0]) / 1024)
except CopilotError as error:
    send(error=[type(error).__name__, error.message, error.hint])
os._exit(0)
"""


def run_elsewhere(
    identity: Identity, request: dict[str, Any], cancel: threading.Event | None = None
) -> tuple[RunResult, list[LogLine | MetricLine], float]:
    """`run_script` in a child that is this identity; the result, the events and the supervisor's peak of memory in MB.

    Raises:
        CopilotError: what the child raised.
    """
    events: list[LogLine | MetricLine] = []
    last: dict[str, Any] = {}
    done = threading.Event()
    with identity.popen(sys.executable, "-c", CHILD, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        listener = threading.Thread(target=_forward, args=(cancel, done, process.stdin))
        listener.start()
        try:
            for line in process.stdout:
                last = json.loads(line)
                if "log" in last:
                    events.append(LogLine(*last["log"]))
                elif "metric" in last:
                    events.append(MetricLine(last["metric"]))
        finally:
            done.set()
            listener.join()
    if "error" in last:
        kind, message, hint = last["error"]
        raise getattr(errors, kind)(message, hint=hint)
    assert "result" in last, f"the supervisor ended with {process.returncode}"
    return RunResult(**last["result"]), events, last["peak_mb"]


def _forward(cancel: threading.Event | None, done: threading.Event, to: Any) -> None:
    """Tell the child when the test cancels."""
    while cancel is not None and not done.wait(0.005):
        if cancel.is_set():
            with contextlib.suppress(OSError):
                to.write("x")
                to.flush()
            return


def as_request(script: Path, args: list[str], limits: Any, run_dir: Path, readable: list[Path]) -> dict[str, Any]:
    """What `run_elsewhere` sends."""
    return {
        "script": str(script),
        "args": args,
        "limits": asdict(limits),
        "run_dir": str(run_dir),
        "readable": [str(path) for path in readable],
        "cancel_after": None,
    }
