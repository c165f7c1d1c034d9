"""Whether isolation holds on this machine: the real sandbox, a script that tries what must fail, once per boot.

Covers: missing or untrusted bubblewrap, switched-off namespaces, a filter that is not applied, a limit or size that does not
arrive, anything that the self-test can reach though it must not. Anything unexpected means no.
Does not cover: the limits that are watched from outside.

Tier B, Landlock alone, is tried only where the caller says that it may be weaker, and only where tier A does not hold.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import SandboxUnavailable
from copilot.sandbox import argv, bubblewrap, landlock, results, selftest
from copilot.sandbox.landlock_process import LandlockProcess, per_process
from copilot.sandbox.limits import Limits
from copilot.sandbox.process import Process, require_machine

UNEXPECTED = "Report this line with your system's name; nothing is run until it holds. Look again: rllte-copilot doctor"
LAYERS = ["namespaces", "seccomp", "no capabilities", "rlimits", "memory watch (soft)"]
WEAKER_LAYERS = ["Landlock ABI {abi}", "seccomp", "rlimits", "memory watch (soft)", "weaker: no namespaces"]
WEAKER_REMEDY = "Use bubblewrap instead: https://github.com/containers/bubblewrap"


@dataclass(frozen=True)
class SandboxReport:
    """What holds. `remedy` is what to do where it does not."""

    ok: bool
    tier: str
    layers: list[str] = field(default_factory=list[str])
    detail: str = ""
    remedy: str = ""


def probe(*, fresh: bool = False, weaker: bool = False) -> SandboxReport:
    """Try the sandbox; a success is remembered until the next boot or change of anything that it rests on.

    Args:
        fresh: try again even so.
        weaker: where tier A does not hold, try tier B.
    """
    try:
        require_machine()
    except SandboxUnavailable as error:
        return SandboxReport(False, "none", detail=error.message, remedy=error.hint)
    report = _probe_bubblewrap(fresh)
    if report.ok or not weaker:
        return report
    lesser = _probe_landlock(fresh)
    return lesser if lesser.ok else replace(report, detail=f"{report.detail}; nor can the weaker one: {lesser.detail}")


def _probe_bubblewrap(fresh: bool) -> SandboxReport:
    found = bubblewrap.find()
    if found is None:
        return SandboxReport(
            False, "none", detail="bubblewrap is not installed, or not root's own.", remedy=bubblewrap.remedy("")
        )
    holds = SandboxReport(True, "A", [*LAYERS, *_of_root()])
    cache = "sandbox-selftest.json"
    return _probe(lambda folder: _selftest(found, folder), holds, cache, bubblewrap.remedy, fresh)


def _probe_landlock(fresh: bool) -> SandboxReport:
    layers = [layer.format(abi=landlock.abi()) for layer in WEAKER_LAYERS]
    holds = SandboxReport(True, "B", [*layers, *_of_root()])
    return _probe(_selftest_weaker, holds, "sandbox-selftest-weaker.json", lambda detail: WEAKER_REMEDY, fresh)


def _of_root() -> list[str]:
    return ["unprivileged user"] if os.geteuid() == 0 else []


def _probe(
    make: Callable[[Path], Process],
    holds: SandboxReport,
    name: str,
    remedy: Callable[[str], str],
    fresh: bool,
) -> SandboxReport:
    """What is remembered of a tier, or what its self-test finds."""
    try:
        cache, key = paths.state_dir() / name, _key(make(Path("/nowhere")))
        if not fresh and _remembered(cache) == key:
            return holds
        report = _try(make, holds, remedy)
    except SandboxUnavailable as error:
        return SandboxReport(False, "none", detail=error.message, remedy=error.hint)
    if report.ok:
        partial = cache.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps({"key": key, **asdict(report)}), encoding="utf-8")
        partial.replace(cache)
    return report


def _try(make: Callable[[Path], Process], holds: SandboxReport, remedy: Callable[[str], str]) -> SandboxReport:
    answers: dict[str, object] = {}

    def take(stream: str, line: bytes) -> None:
        if stream == "metrics":
            answers.update(results.metric(line) or {})

    with tempfile.TemporaryDirectory(dir=_place(holds.tier), prefix="selftest-") as folder:
        box = Path(folder) / "box"
        box.mkdir(mode=0o700)
        try:
            ended = make(box).run(take, threading.Event())
        except OSError as error:
            return SandboxReport(False, "none", detail=str(error), remedy=remedy(str(error)))
    if ended.status == "sandbox_error" or not answers:
        detail = results.clean(ended.detail.encode()) or f"the self-test ended with {ended.status}"
        return SandboxReport(False, "none", detail=detail, remedy=remedy(detail))
    broken = [name for name in selftest.probes(holds.tier) if answers.get(name) is not True]
    if broken:
        return SandboxReport(False, "none", detail=f"these do not hold: {', '.join(broken)}", remedy=UNEXPECTED)
    return holds


def _place(tier: str) -> Path | None:
    """Where a self-test may write: the user that root becomes in tier B cannot be expected to reach root's own folders."""
    return None if tier == "B" and os.geteuid() == 0 else paths.state_dir()


def _selftest(bwrap: str, folder: Path) -> Process:
    script, limits = Path(selftest.__file__), Limits(time_s=30, memory_mb=512)
    expected = {"rlimits": limits.per_process, "disk_bytes": limits.each_shared_mb * 2**20}
    args = [json.dumps(expected), *argv.named(argv.read_only(script, []))]
    return Process(bwrap, script, args, folder, [], limits)


def _selftest_weaker(box: Path) -> Process:
    script, limits = Path(selftest.__file__), Limits(time_s=30, memory_mb=512)
    binds = argv.read_only(script, [])
    expected = {"tier": "B", "rlimits": per_process(limits)}
    named = [*(bind.host for bind in binds if bind.host != str(script.resolve())), *landlock.DEVICES]
    return LandlockProcess(script, [json.dumps(expected), *named], box, [], limits)


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
    except (OSError, ValueError, KeyError, TypeError):
        return None
