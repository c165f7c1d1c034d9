"""Whether isolation holds on this machine: the real sandbox, a script that tries what must fail, once per boot.

Covers: missing or untrusted bubblewrap, switched-off namespaces, a filter that is not applied, a limit or size that does not
arrive, anything that the self-test can reach though it must not. Anything unexpected means no.
Does not cover: the limits that are watched from outside.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import SandboxUnavailable
from copilot.sandbox import argv, bubblewrap, results, selftest
from copilot.sandbox.limits import Limits
from copilot.sandbox.process import Process, require_machine

UNEXPECTED = "Report this line with your system's name; nothing is run until it holds. Look again: rllte-copilot doctor"
LAYERS = ["namespaces", "seccomp", "no capabilities", "rlimits", "memory watch (soft)"]


@dataclass(frozen=True)
class SandboxReport:
    """What holds. `remedy` is what to do where it does not."""

    ok: bool
    tier: str
    layers: list[str] = field(default_factory=list[str])
    detail: str = ""
    remedy: str = ""


def probe(*, fresh: bool = False) -> SandboxReport:
    """Try the sandbox; a success is remembered until the next boot or change of anything that it rests on.

    Args:
        fresh: try again even so.
    """
    try:
        require_machine()
    except SandboxUnavailable as error:
        return SandboxReport(False, "none", detail=error.message, remedy=error.hint)
    found = bubblewrap.find()
    if found is None:
        return SandboxReport(
            False, "none", detail="bubblewrap is not installed, or not root's own.", remedy=bubblewrap.remedy("")
        )
    try:
        cache, key = paths.state_dir() / "sandbox-selftest.json", _key(_selftest(found, Path("/nowhere")))
        if not fresh and _remembered(cache) == key:
            return _holds()
        report = _try(found)
    except SandboxUnavailable as error:
        return SandboxReport(False, "none", detail=error.message, remedy=error.hint)
    if report.ok:
        partial = cache.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps({"key": key, **asdict(report)}), encoding="utf-8")
        partial.replace(cache)
    return report


def _holds() -> SandboxReport:
    return SandboxReport(True, "A", [*LAYERS, *(["unprivileged user"] if os.geteuid() == 0 else [])])


def _try(bwrap: str) -> SandboxReport:
    answers: dict[str, object] = {}

    def take(stream: str, line: bytes) -> None:
        if stream == "metrics":
            answers.update(results.metric(line) or {})

    with tempfile.TemporaryDirectory(dir=paths.state_dir(), prefix="selftest-") as folder:
        try:
            ended = _selftest(bwrap, Path(folder)).run(take, threading.Event())
        except OSError as error:
            return SandboxReport(False, "none", detail=str(error), remedy=bubblewrap.remedy(str(error)))
    if ended.status == "sandbox_error" or not answers:
        detail = results.clean(ended.detail.encode()) or f"the self-test ended with {ended.status}"
        return SandboxReport(False, "none", detail=detail, remedy=bubblewrap.remedy(detail))
    broken = [name for name in selftest.PROBES if answers.get(name) is not True]
    if broken:
        return SandboxReport(False, "none", detail=f"these do not hold: {', '.join(broken)}", remedy=UNEXPECTED)
    return _holds()


def _selftest(bwrap: str, folder: Path) -> Process:
    script, limits = Path(selftest.__file__), Limits(time_s=30, memory_mb=512)
    expected = {"rlimits": limits.per_process, "disk_bytes": limits.each_shared_mb * 2**20}
    args = [json.dumps(expected), *argv.named(argv.read_only(script, []))]
    return Process(bwrap, script, args, folder, [], limits)


def _key(process: Process) -> str:
    """What a result rests on: boot, kernel, bubblewrap, user, the view and the call, and this package's own text."""
    policy = process.policy()
    parts = [platform.release(), str(os.stat(policy[0]).st_mtime_ns), str(os.geteuid()), *policy]
    parts += [str(Path.home()), sys.version]
    parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
    parts += [os.readlink(f"/proc/self/ns/{name}") for name in ("mnt", "user")]  # another container is another case
    own = sorted(Path(__file__).parent.glob("*.py"))
    parts += [hashlib.sha256(file.read_bytes()).hexdigest() for file in own]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _remembered(cache: Path) -> str | None:
    try:
        return str(json.loads(cache.read_text(encoding="utf-8"))["key"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
