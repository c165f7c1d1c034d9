"""Runs a script in the sandbox and keeps a record. There is no way here, by any option, to run it outside.

A run folder holds `box/` (the program's, the only thing it could write) and, out of its reach, `log.txt`,
`metrics.jsonl` and `result.json`.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from copilot.core import paths
from copilot.core.errors import FULL, CopilotError, DiskFull, FileProblem, SandboxUnavailable
from copilot.core.types import RunResult
from copilot.sandbox import argv, bubblewrap, devices, landlock_process
from copilot.sandbox.folder import exchangeable, measure
from copilot.sandbox.limits import Limits
from copilot.sandbox.probe import SandboxReport, probe
from copilot.sandbox.process import Ended, Process
from copilot.sandbox.results import clean, metric, printable


@dataclass(frozen=True)
class LogLine:
    """A line that the program printed, cleaned."""

    text: str
    stream: str = "stdout"


@dataclass(frozen=True)
class MetricLine:
    """A metrics record that the program sent, checked."""

    values: dict[str, Any]


NAMES = 500
"""Metrics whose latest value a result holds; a program could make up new ones without end."""

OnEvent = Callable[[LogLine | MetricLine], None]


def run_script(
    script: Path,
    args: list[str],
    *,
    limits: Limits,
    run_dir: Path | None = None,
    readable: list[Path] | None = None,
    gpu: bool = False,
    on_event: OnEvent | None = None,
    cancel: threading.Event | None = None,
    weaker: bool = False,
    threads: int | None = None,
) -> RunResult:
    """Run a Python script to its end; blocks, in a thread that must live as long.

    Args:
        script: only this file is shown to the run, not its folder.
        args: for the script.
        limits: what it may use.
        run_dir: parent of the run folder; None: the data folder's `runs`.
        readable: folders of code to show read-only, under their own paths.
        gpu: show the graphics cards, which is weaker (`devices`).
        on_event: called for each line and metrics record, in the calling thread.
        cancel: ends the run when set.
        weaker: where the sandbox cannot hold, take the weaker one (tier B). A person's choice, never a program's.
        threads: how many torch and NumPy take, for runs side by side; None leaves it to them.

    Raises:
        SandboxUnavailable: isolation cannot hold here; nothing was run.
        DiskFull: the record could not be kept; the run has been ended.
        FileProblem: the run folder cannot be written, or lies where every run can read.
    """
    nodes = devices.found() if gpu else []
    report = probe(nodes=nodes, weaker=weaker and not gpu)  # cards are shown by the better one alone
    if not report.ok:
        message = f"Nothing was run: isolation cannot hold here ({report.detail})"
        raise SandboxUnavailable(message, hint=f"{report.remedy}{_other_way(weaker)}")
    parent = run_dir or paths.runs_dir()
    if holder := argv.holding(argv.read_only(script, readable or []), parent):
        raise FileProblem(
            f"Runs in {parent} could be read by every later run: each sees all of {holder}.",
            hint="Name a folder elsewhere with -o.",
        )
    if report.tier == "B":
        landlock_process.require_open(str(script))
        landlock_process.require_open(str(parent))
    folder = new_folder(parent)
    process = _process(report, script, args, folder / "box", readable or [], limits, nodes)
    process.threads = threads
    with _record(folder, on_event) as record:
        if report.tier == "B":
            record.take("stderr", landlock_process.NOTICE.encode())
        ended = process.run(record.take, cancel or threading.Event())
        with contextlib.suppress(OSError) if ended.fault else contextlib.nullcontext():
            record.explain(ended)
    fault: Exception | None = ended.fault or record.fault
    try:
        result = _finish(folder, ended, record.metrics, report, limits)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    if isinstance(fault, OSError) and fault.errno in FULL:
        raise _cannot_write(folder, fault) from fault
    return result


def _process(
    report: SandboxReport,
    script: Path,
    args: list[str],
    box: Path,
    readable: list[Path],
    limits: Limits,
    nodes: list[str],
) -> Process:
    """The program in the sandbox of the tier that holds."""
    if report.tier == "B":
        return landlock_process.LandlockProcess(script, args, box, readable, limits)
    bwrap = bubblewrap.find()
    if report.tier != "A" or bwrap is None:
        raise SandboxUnavailable("Nothing was run: bubblewrap has just gone.", hint=bubblewrap.remedy(""))
    return Process(bwrap, script, args, box, readable, limits, scoped="scope" in report.bounds, nodes=nodes)


def _other_way(asked: bool) -> str:
    """Named where it would hold, and taken only by who then asks for it."""
    with contextlib.suppress(CopilotError):  # what hinders the look at another way is not why nothing was run
        return WEAKER_WAY if not asked and probe(weaker=True).ok else ""
    return ""


def new_folder(parent: Path) -> Path:
    """A new run folder with an empty `box`, for this user alone.

    Raises:
        DiskFull, FileProblem: it cannot be made.
    """
    stamp = time.strftime("run-%Y%m%d-%H%M%S")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        if place := exchangeable(parent):
            raise FileProblem(
                f"Somebody else could exchange what lies in {place} while a run is going on there.",
                hint="Name a folder with -o in which only you (and root) may change anything.",
            )
        for attempt in range(1000):
            folder = parent / (stamp if attempt == 0 else f"{stamp}-{attempt}")
            try:
                folder.mkdir(mode=0o700)
            except FileExistsError:
                continue
            (folder / "box").mkdir(mode=0o700)
            return folder.resolve()
    except OSError as error:
        raise _cannot_write(parent, error) from error
    raise FileProblem(f"{parent} is full of runs.", hint="Delete some of them.")


def _cannot_write(folder: Path, error: OSError) -> CopilotError:
    if error.errno in FULL:
        return DiskFull(f"The disk of {folder} is full.", hint="Free some space, or name a folder with -o.")
    return FileProblem(f"Cannot write a run's folder in {folder}: {error.strerror}.", hint="Name another with -o.")


def _record(folder: Path, on_event: OnEvent | None) -> _Record:
    try:
        return _Record(folder, on_event)
    except OSError as error:
        raise _cannot_write(folder, error) from error


class _Record:
    """Writes the log and the metrics, line by line so that a killed supervisor leaves both, and passes both on."""

    def __init__(self, folder: Path, on_event: OnEvent | None) -> None:
        self._log = (folder / "log.txt").open("w", encoding="utf-8", buffering=1)
        self._rows = (folder / "metrics.jsonl").open("w", encoding="utf-8", buffering=1)
        self._on_event = on_event or (lambda event: None)
        self.fault: OSError | None = None
        self.metrics: dict[str, Any] = {}
        self._evaluated: dict[str, Any] = {}
        self._tail: list[str] = []
        self._left_out = 0

    def __enter__(self) -> _Record:
        return self

    def __exit__(self, *_: object) -> None:
        for file in (self._log, self._rows):
            try:
                file.close()  # writes what is left
            except OSError as error:
                self.fault = error

    def take(self, stream: str, line: bytes) -> None:
        if stream == "metrics":
            values = metric(line)
            if values is None:
                return
            self._rows.write(json.dumps(values, ensure_ascii=False) + "\n")
            self._keep(values)
            self._on_event(MetricLine(values))
            return
        text = clean(line)
        self._log.write(text + "\n")
        self._tail = [*self._tail[-20:], text]
        self._on_event(LogLine(text, stream))

    def _keep(self, values: dict[str, Any]) -> None:
        """The latest value of each name; those of an evaluation by themselves, below "eval", which is no one else's."""
        target = self._evaluated if values.get("kind") == "eval" else self.metrics
        for key, value in values.items():
            if value is None or key in {"kind", "eval"}:
                continue
            if key in target or len(target) < NAMES:
                target[key] = value
            else:
                self._left_out += 1
        if self._evaluated:
            self.metrics["eval"] = self._evaluated

    def explain(self, ended: Ended) -> None:
        """Say which rule a run met, in its log."""
        if self._left_out:
            self.take("stderr", f"[sandbox] of more than {NAMES} metrics only metrics.jsonl has all".encode())
        if ended.detail and ended.status == "sandbox_error":
            self.take("stderr", ended.detail.encode())
        if ended.status in RULES:
            self.take("stderr", f"[sandbox] ended: {RULES[ended.status]}".encode())
        elif ended.status == "error":
            text = "\n".join(self._tail)
            for sign, rule in HINTS.items():
                if sign in text:
                    self.take("stderr", f"[sandbox] {rule}".encode())
                    break


WEAKER_WAY = " Or, weaker and only if you trust the script: rllte-copilot run --weaker-sandbox SCRIPT"
RULES = {
    "timeout": "the time limit (--time-limit)",
    "oom": "the memory limit (--memory-limit)",
    "cpu": "the processor-time limit",
    "disk": "the limit of its folder",
    "output": "the limit of what it may print (bytes, or lines)",
    "nproc": "the limit of processes and threads",
    "cancelled": "cancelled",
}
HINTS = {
    "Name or service not known": "the network is off in runs",
    "Temporary failure in name resolution": "the network is off in runs",
    "Errno 1] Operation not permitted": "that call is refused in runs (the network is off, for one)",
    "Read-only file system": "a run may write below its own folder and /tmp only",
    "ModuleNotFoundError": "a run sees its script and installed packages, not the files beside the script",
    "File too large": "the limit of a single file",
    "can't start new thread": "the limit of processes and threads",
    "Resource temporarily unavailable": "the limit of processes and threads",
    "No space left on device": "/tmp and /dev/shm hold at most a quarter of the memory limit each",
    "MemoryError": "the memory limit (--memory-limit)",
    "bad_alloc": "the memory limit (--memory-limit)",
    "can't allocate memory": "the memory limit (--memory-limit)",
}


def _finish(folder: Path, ended: Ended, metrics: dict[str, Any], report: SandboxReport, limits: Limits) -> RunResult:
    result = RunResult(
        status=ended.status,
        exit_code=ended.exit_code,
        signal=ended.signal,
        wall_s=round(ended.wall_s, 3),
        peak_memory_mb=round(ended.peak_memory_mb, 1),
        metrics=metrics,
        artifacts=sorted(printable(path) for path in measure(str(folder / "box"), limits.files).listed),
        log=str(folder / "log.txt"),
        sandbox={"tier": report.tier, "layers": [*report.layers, ended.bounds]},
    )
    partial = folder / ".result.json"
    text = json.dumps(asdict(result), ensure_ascii=False, indent=1)
    partial.write_text(text, encoding="utf-8", errors="backslashreplace")  # a folder's name may be no text
    os.replace(partial, folder / "result.json")
    return result
