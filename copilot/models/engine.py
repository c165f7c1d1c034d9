"""The embedded engine seen from outside: one background process per profile, found, started, checked and stopped here.

Its state file (mode 0600: it holds the key) says where it listens; a state that is broken, whose process is gone, or whose
pid now belongs to another program, is dropped. The process itself is `server`.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot.core import paths
from copilot.core.errors import ModelUnreachable, PortTaken
from copilot.core.locks import file_lock
from copilot.core.private import open_private
from copilot.core.settings import Settings
from copilot.models import own_server, pull
from copilot.models.profiles import Profile

SLOTS = 2
"""Requests served at once; each slot has the whole context length."""
PROMPT_CACHE_MIB = 512
"""Memory for prompts read before, beside those that the slots hold: room for the last ten or so. The engine's default, 8192,
is more than a laptop has: after 180 questions it had grown by 2 GB, see evals/LOG.md."""
START_TIMEOUT_S = 180.0
PATIENCE_S = 15.0
"""How long a silent engine may take to answer before it is ended: it may be at work for somebody else."""
SPIN_COUNT = "10000"
"""Threads that wait for each other sleep after so many turns. The engine's default spins 30 times as long: with one other
busy program on the machine (a training run, say) it writes 5 times slower, see evals/LOG.md."""

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback never goes through a proxy


@dataclass(frozen=True)
class Endpoint:
    """Where a model answers. `base_url` ends in /v1; `context_length` is in tokens."""

    base_url: str
    api_key: str
    context_length: int
    pid: int


def ensure(profile: Profile, settings: Settings) -> Endpoint:
    """The running engine of that profile, started when there is none.

    Raises:
        NoModel: the weights are not on this machine.
        PortTaken: the settings ask for a port on which another program listens.
        InvalidRequest: the settings name a program of the user's own that is not there.
        ModelUnreachable: the process ended or did not answer; the message holds the end of its log.
    """
    program = own_server.found(settings.llama_server) if settings.llama_server else ""
    threads = settings.threads or physical_cores()
    context = settings.context_tokens or profile.context_length
    fingerprint = _fingerprint(profile, threads, context, settings, program)
    state = alive(profile.name)
    if state is not None and state["fingerprint"] == fingerprint and healthy(state):
        return _endpoint(state)
    pull.require(profile)
    with file_lock(paths.state_dir() / f"engine-{profile.name}.lock", f"a start of {profile.name}", wait=True):
        state = alive(profile.name)  # another caller may have started it meanwhile
        if state is not None:
            if state["fingerprint"] == fingerprint and healthy(state, PATIENCE_S):
                return _endpoint(state)
            _end(profile.name, state)
        _check_port(settings.port)
        return _endpoint(_start(profile, settings, threads, context, fingerprint, program))


def status() -> list[dict[str, Any]]:
    """The engines that are running, without their keys."""
    rows = []
    for path in sorted(paths.state_dir().glob("engine-*.json")):
        state = alive(path.stem.removeprefix("engine-"))
        if state is not None:
            rows.append({key: state[key] for key in ("profile", "pid", "port", "context")})
    return rows


def stop(name: str | None = None) -> bool:
    """Stop the engine of that profile, or every engine; whether there was one."""
    stopped = False
    for path in sorted(paths.state_dir().glob("engine-*.json")):
        profile = path.stem.removeprefix("engine-")
        state = alive(profile)
        if state is not None and name in {None, profile}:
            _end(profile, state)
            stopped = True
    return stopped


def physical_cores() -> int:
    """Cores that this process may use, counting hyper-threads once where the system says so."""
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    groups = set()
    for cpu in usable:
        path = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        try:
            groups.add(path.read_text(encoding="ascii").strip())
        except OSError:
            groups.add(str(cpu))
    return max(1, len(groups))


def process_start(pid: int) -> str:
    """When the kernel says that a process started; with the pid it names one process for good. "" if unknown."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return ""
    return stat.rsplit(")", 1)[1].split()[19]


def slots(state: dict[str, Any]) -> list[dict[str, Any]] | None:
    """What each slot does; None when the server is too busy to say."""
    reply = _get(state, "/slots", timeout=10.0)
    return reply if isinstance(reply, list) else None


def _state_path(name: str) -> Path:
    return paths.state_dir() / f"engine-{name}.json"


def _fingerprint(profile: Profile, threads: int, context: int, settings: Settings, program: str) -> str:
    parts = (profile.name, profile.sha256, str(pull.require(profile)), threads, context, settings.port)
    if program:
        parts = (*parts, own_server.described(program))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


_STATE = {"profile": str, "pid": int, "started": str, "port": int, "api_key": str, "fingerprint": str, "context": int}


def alive(name: str) -> dict[str, Any] | None:
    """The state of that profile's engine, if its process lives; a state of no use is dropped."""
    path = _state_path(name)
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if all(type(state[key]) is kind for key, kind in _STATE.items()):
            os.kill(state["pid"], 0)
            if process_start(state["pid"]) == state["started"] and not _zombie(state["pid"]):
                return state
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        pass  # broken, or its process is gone: dropped below
    with contextlib.suppress(OSError):  # where nothing can be written, it stays, and counts for nothing
        path.unlink(missing_ok=True)
    return None


def _endpoint(state: dict[str, Any]) -> Endpoint:
    return Endpoint(f"http://127.0.0.1:{state['port']}/v1", state["api_key"], state["context"], state["pid"])


def _get(state: dict[str, Any], route: str, timeout: float) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{state['port']}{route}", headers={"Authorization": f"Bearer {state['api_key']}"}
    )
    try:
        with _direct.open(request, timeout=timeout) as reply:
            return json.loads(reply.read())
    except urllib.error.HTTPError as error:
        error.close()
        return None
    except (OSError, ValueError, http.client.HTTPException):
        return None


def healthy(state: dict[str, Any], timeout: float = 2.0) -> bool:
    """Whether the engine answers, its weights loaded."""
    return _get(state, "/health", timeout=timeout) is not None


def _check_port(port: int | None) -> None:
    if port is None:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            ours = next((row["profile"] for row in status() if row["port"] == port), None)
            hint = "End the program that listens there, or set RLLTE_COPILOT_PORT to a free port (or unset it)."
            if ours:
                hint = f"The engine of {ours} listens there; end it: rllte-copilot models stop"
            raise PortTaken(
                f"Port {port} on 127.0.0.1 cannot be used for the engine: {error.strerror}.", hint=hint
            ) from error


def _start(
    profile: Profile, settings: Settings, threads: int, context: int, fingerprint: str, program: str
) -> dict[str, Any]:
    log = paths.state_dir() / f"engine-{profile.name}.log"
    command = [sys.executable, "-m", "copilot.models.server", "--profile", profile.name]
    command += ["--state", str(_state_path(profile.name)), "--threads", str(threads), "--context", str(context)]
    command += ["--port", str(settings.port or 0), "--idle-seconds", str(settings.idle_minutes * 60)]
    command += ["--fingerprint", fingerprint, *(["--llama-server", program] if program else [])]
    search = os.pathsep.join(filter(None, [str(paths.project_root()), os.environ.get("PYTHONPATH")]))
    with open_private(log) as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,  # neither the caller's exit nor its Ctrl-C ends the engine
            cwd=paths.state_dir(),
            env={"GOMP_SPINCOUNT": SPIN_COUNT, **os.environ, "PYTHONPATH": search},
        )
    try:
        return _wait(profile, process, log, fingerprint, program)
    finally:
        process.returncode = process.returncode or 0  # meant to outlive this process: no warning about that


def _wait(
    profile: Profile, process: subprocess.Popen[bytes], log: Path, fingerprint: str, program: str
) -> dict[str, Any]:
    """The state of the engine that answers first: a caller that was ended may have left one that was starting."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        code = process.poll()
        state = alive(profile.name)
        if state is not None and state["fingerprint"] == fingerprint and healthy(state):
            return state
        if code is not None:
            raise _failed(profile, f"ended with status {code}", log, program)
        time.sleep(0.05)
    process.kill()
    process.wait()
    raise _failed(profile, f"did not answer within {START_TIMEOUT_S:.0f} s", log, program)


def _failed(profile: Profile, what: str, log: Path, program: str = "") -> ModelUnreachable:
    tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-6:])
    if program:
        hint = f"See {log}. It is {program}, as the setting llama_server has it; unset that for the embedded engine."
        return ModelUnreachable(f"The engine of {profile.name} {what}. The end of its log:\n{tail}", hint=hint)
    hint = f"See {log}; it needs about {profile.memory_mb} MB of memory. A smaller profile: --model smollm2-135m."
    if "libgomp" in tail:  # the one library of the system that the engine's wheel does not bring along
        hint = "Install the OpenMP runtime: sudo apt-get install -y libgomp1 (dnf, zypper: libgomp; pacman: gcc-libs)"
    return ModelUnreachable(f"The engine of {profile.name} {what}. The end of its log:\n{tail}", hint=hint)


def _end(name: str, state: dict[str, Any]) -> None:
    pid = int(state["pid"])
    with contextlib.suppress(OSError):  # a state that cannot be removed counts for nothing once its process is gone
        _state_path(name).unlink(missing_ok=True)
    try:
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            if process_start(pid) != state["started"] or _zombie(pid):
                return
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _zombie(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return True
    return stat.rsplit(")", 1)[1].split()[0] == "Z"
