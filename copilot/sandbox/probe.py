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
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import SandboxUnavailable
from copilot.sandbox import argv, bubblewrap, devices, landlock, results, scope, selftest
from copilot.sandbox.landlock_process import LandlockProcess, per_process
from copilot.sandbox.limits import Limits
from copilot.sandbox.process import Process, require_machine

UNEXPECTED = "Report this line with your system's name; nothing is run until it holds. Look again: rllte-copilot doctor"
LAYERS = ["namespaces", "seccomp", "no capabilities", "rlimits"]
WEAKER_LAYERS = ["Landlock ABI {abi}", "seccomp", "rlimits", "weaker: no namespaces"]
WEAKER_REMEDY = "Use bubblewrap instead: https://github.com/containers/bubblewrap"


@dataclass(frozen=True)
class SandboxReport:
    """What holds. `remedy` is what to do where it does not; `bounds` is what bounds all processes of a run together."""

    ok: bool
    tier: str
    layers: list[str] = field(default_factory=list[str])
    detail: str = ""
    remedy: str = ""
    bounds: str = ""


def probe(*, fresh: bool = False, nodes: Sequence[str] = (), weaker: bool = False) -> SandboxReport:
    """Try the sandbox; a success is remembered until the next boot or change of anything that it rests on.

    Args:
        fresh: try again even so.
        nodes: devices that a run asks for.
        weaker: where tier A does not hold, try tier B.
    """
    try:
        require_machine()
    except SandboxUnavailable as error:
        return SandboxReport(False, "none", detail=error.message, remedy=error.hint)
    report = _probe_bubblewrap(fresh, nodes)
    if report.ok or not weaker:
        return report
    lesser = _probe_landlock(fresh)
    return lesser if lesser.ok else replace(report, detail=f"{report.detail}; nor can the weaker one: {lesser.detail}")


def _probe_bubblewrap(fresh: bool, nodes: Sequence[str]) -> SandboxReport:
    found = bubblewrap.find()
    if found is None:
        return SandboxReport(
            False, "none", detail="bubblewrap is not installed, or not root's own.", remedy=bubblewrap.remedy("")
        )
    holds = SandboxReport(True, "A", [*LAYERS, *_of_root(), *([devices.LAYER] if nodes else [])])
    cache = "sandbox-selftest-gpu.json" if nodes else "sandbox-selftest.json"

    def tried(scoped: bool) -> SandboxReport:
        make = partial(_selftest, found, nodes=nodes, scoped=scoped)
        return _probe(make, holds, cache, bubblewrap.remedy, fresh)

    report = tried(scope.possible())
    # a manager that refuses is no reason to run nothing
    return report if report.ok or not scope.possible() else tried(False)


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
        if not fresh and (report := _remembered(cache, key)):
            return report
        report = _try(make, holds, remedy)
    except SandboxUnavailable as error:
        return SandboxReport(False, "none", detail=error.message, remedy=error.hint)
    if report.ok:
        written = cache.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        written.write_text(json.dumps({"key": key, "report": asdict(report)}), encoding="utf-8")
        written.replace(cache)
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
    return replace(holds, bounds=ended.bounds)


def _place(tier: str) -> Path | None:
    """Where a self-test may write: the user that root becomes in tier B cannot be expected to reach root's own folders."""
    return None if tier == "B" and os.geteuid() == 0 else paths.state_dir()


def _selftest(bwrap: str, folder: Path, nodes: Sequence[str] = (), *, scoped: bool = False) -> Process:
    script, limits = Path(selftest.__file__), Limits(time_s=30, memory_mb=512)
    rlimits = limits.per_process(cards=bool(nodes))
    names = [os.path.basename(node) for node in nodes]
    expected = {"rlimits": rlimits, "disk_bytes": limits.each_shared_mb * 2**20, "devices": names}
    args = [json.dumps(expected), *argv.named([*argv.read_only(script, []), *argv.of_devices(list(nodes))])]
    return Process(bwrap, script, args, folder, [], limits, scoped, nodes)


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
    parts += [str(Path.home()), sys.version, str(scope.possible())]
    parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
    parts += [os.readlink(f"/proc/self/ns/{name}") for name in ("mnt", "user")]  # another container is another case
    parts += _own_texts()
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


@lru_cache(maxsize=1)
def _own_texts() -> list[str]:
    """This package's text as it was when this process loaded it."""
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(Path(__file__).parent.glob("*.py"))]


def _remembered(cache: Path, key: str) -> SandboxReport | None:
    try:
        kept = json.loads(cache.read_text(encoding="utf-8"))
        return SandboxReport(**kept["report"]) if kept["key"] == key and kept["report"]["ok"] else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
