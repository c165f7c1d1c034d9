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
from typing import Any, NoReturn

from copilot.core.private import write_private
from copilot.models import engine, own_server, profiles, pull
from copilot.models.own_server import OwnServer
from copilot.models.profiles import Profile


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--context", type=int, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--idle-seconds", type=float, required=True)
    parser.add_argument("--fingerprint", required=True)
    parser.add_argument("--llama-server", default="")
    return parser.parse_args()


def main() -> int:
    """Serve until idle; returns the exit status."""
    given = _arguments()
    profile = profiles.get(given.profile)
    pid = os.getpid()
    state = {
        "profile": profile.name,
        "pid": pid,
        "started": engine.process_start(pid),
        "api_key": secrets.token_urlsafe(32),
        "fingerprint": given.fingerprint,
        "context": given.context,
    }
    serve = _own if given.llama_server else _embedded
    server, state["port"] = serve(given, profile, str(state["api_key"]))
    _wait(server, state)
    other = engine.alive(profile.name)
    if other is None or other["fingerprint"] != given.fingerprint:  # else another one was quicker, and serves
        write_private(given.state, json.dumps(state))
        _until_idle(server, state, given.state, given.idle_seconds)
        if _ours(given.state):
            given.state.unlink(missing_ok=True)
    sys.stdout.flush()
    if isinstance(server, OwnServer):
        server.end()
    os._exit(0)  # the server's threads have no join, and nothing is left to write


def _embedded(given: argparse.Namespace, profile: Profile, key: str) -> tuple[object, int]:
    """The engine within this process, and its port; it ends with the process."""
    import xllamacpp

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
    params.cache_ram_mib = engine.PROMPT_CACHE_MIB
    params.endpoint_slots = True
    params.endpoint_metrics = True
    params.ui = False
    if profile.template_path is not None:
        params.chat_template = profile.template_path.read_text(encoding="utf-8")
    server = xllamacpp.Server(params)
    return server, int(server.listening_address.rsplit(":", 1)[1])


def _own(given: argparse.Namespace, profile: Profile, key: str) -> tuple[OwnServer, int]:
    """A process of the user's own llama-server with the same options, and its port."""
    options = ["--model", str(pull.require(profile)), "--alias", profile.name, "--parallel", str(engine.SLOTS)]
    options += ["--ctx-size", str(given.context * engine.SLOTS), "--threads", str(given.threads)]
    if profile.template_path is not None:
        options += ["--chat-template-file", str(profile.template_path)]
    usual = {"LLAMA_ARG_CACHE_RAM": str(engine.PROMPT_CACHE_MIB)}  # older ones know no such option, and pass over this
    server = own_server.start(given.llama_server, options, key, given.port, usual)
    return server, server.port


def _wait(server: object, state: dict[str, Any]) -> None:
    """Return when it answers; end where it never does, for nobody else would end it."""
    deadline = time.monotonic() + engine.START_TIMEOUT_S
    while not engine.healthy(state):
        _require_running(server)
        if time.monotonic() > deadline:
            _give_up(server, f"did not answer within {engine.START_TIMEOUT_S:.0f} s")
        time.sleep(0.05)
    if isinstance(server, OwnServer) and not own_server.is_ours(int(state["port"])):
        _give_up(server, f"does not hold its port: another user's program listens on {state['port']}")


def _require_running(server: object) -> None:
    """End this process with the server's status where the server has ended by itself."""
    if isinstance(server, OwnServer) and server.ended() is not None:
        _give_up(server, f"ended with status {server.ended()}")


def _give_up(server: object, what: str) -> NoReturn:
    sys.stderr.write(f"The llama-server {what}.\n")
    sys.stderr.flush()
    if isinstance(server, OwnServer):
        server.end()
    os._exit(1)


def _ours(path: Path) -> bool:
    """Whether the state still names this process: `stop` takes it away, and a later engine replaces it."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["pid"] == os.getpid())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _until_idle(server: object, state: dict[str, Any], path: Path, idle_seconds: float) -> None:
    """Return once no slot has worked for `idle_seconds`; slots count every completion, whoever asked for it."""
    seen: object = None
    last = time.monotonic()
    while time.monotonic() - last < idle_seconds:
        time.sleep(max(0.1, min(5.0, idle_seconds / 4)))
        _require_running(server)
        if not _ours(path):
            return
        slots = engine.slots(state)
        busy = slots is None or any(slot.get("is_processing") for slot in slots)
        tasks = None if slots is None else [slot.get("id_task") for slot in slots]
        if busy or tasks != seen:
            seen, last = tasks, time.monotonic()


if __name__ == "__main__":
    raise SystemExit(main())
