"""The engine's own process: one llama-server on loopback, which ends itself when nobody has asked for a while.

Started by `engine.ensure` as `python -m copilot.models.server`; nobody imports it.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import time
from pathlib import Path

from copilot.core.private import write_private
from copilot.models import engine, profiles, pull


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--context", type=int, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--idle-seconds", type=float, required=True)
    parser.add_argument("--fingerprint", required=True)
    return parser.parse_args()


def main() -> int:
    """Serve until idle; returns the exit status."""
    import xllamacpp

    given = _arguments()
    profile = profiles.get(given.profile)
    key = secrets.token_urlsafe(32)
    params = xllamacpp.CommonParams()
    params.model.path = str(pull.require(profile))
    params.model_alias = {profile.name}
    params.n_ctx = given.context * engine.SLOTS
    params.n_parallel = engine.SLOTS
    params.kv_unified = False
    params.cpuparams.n_threads = given.threads
    params.cpuparams_batch.n_threads = given.threads
    params.hostnames = ["127.0.0.1"]
    params.port = given.port
    params.api_keys = [key]
    params.cache_prompt = True
    params.endpoint_slots = True
    params.ui = False
    if profile.template_path is not None:
        params.chat_template = profile.template_path.read_text(encoding="utf-8")
    server = xllamacpp.Server(params)
    address = server.listening_address
    pid = os.getpid()
    state = {
        "profile": profile.name,
        "pid": pid,
        "started": engine.process_start(pid),
        "port": int(address.rsplit(":", 1)[1]),
        "api_key": key,
        "fingerprint": given.fingerprint,
        "context": given.context,
    }
    other = engine.alive(profile.name)
    if other is None or other["fingerprint"] != given.fingerprint:  # else another one was quicker, and serves
        write_private(given.state, json.dumps(state))
        _until_idle(state, given.state, given.idle_seconds)
        if _ours(given.state):
            given.state.unlink(missing_ok=True)
    sys.stdout.flush()
    os._exit(0)  # the server's threads have no join, and nothing is left to write


def _ours(path: Path) -> bool:
    """Whether the state still names this process: `stop` takes it away, and a later engine replaces it."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["pid"] == os.getpid())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _until_idle(state: dict[str, object], path: Path, idle_seconds: float) -> None:
    """Return once no slot has worked for `idle_seconds`; slots count every completion, whoever asked for it."""
    seen: object = None
    last = time.monotonic()
    while time.monotonic() - last < idle_seconds:
        time.sleep(max(0.1, min(5.0, idle_seconds / 4)))
        if not _ours(path):
            return
        slots = engine.slots(state)
        busy = slots is None or any(slot.get("is_processing") for slot in slots)
        tasks = None if slots is None else [slot.get("id_task") for slot in slots]
        if busy or tasks != seen:
            seen, last = tasks, time.monotonic()


if __name__ == "__main__":
    raise SystemExit(main())
