"""A llama-server of the user's own: found, started with the engine's options, and gone when its keeper is."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from copilot.core import paths
from copilot.core.errors import InvalidRequest, ModelUnreachable
from copilot.core.settings import Settings
from copilot.models import engine, own_server, profiles, pull
from copilot.models.engine import process_start
from copilot.models.profiles import Profile

FAKE = f"""#!{sys.executable}
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
given = sys.argv[1:]
with open(os.path.dirname(os.path.abspath(__file__)) + "/started.json", "w") as file:
    json.dump({{"argv": given, "key": os.environ["LLAMA_API_KEY"], "pid": os.getpid(), "env": dict(os.environ)}}, file)
if os.environ.get("FAKE_ENDS"):
    sys.exit("cannot load the weights")
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"[]" if self.path == "/slots" else b"{{}}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
HTTPServer((given[given.index("--host") + 1], int(given[given.index("--port") + 1])), Handler).serve_forever()
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A fake llama-server that says how it was started."""
    path = tmp_path / "llama-server"
    path.write_text(FAKE)
    path.chmod(0o755)
    return path


@pytest.fixture
def weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Profile:
    """A profile of the package whose weights seem to be here, for its keeper too."""
    monkeypatch.setenv("RLLTE_COPILOT_MODELS", str(tmp_path / "models"))
    profile = profiles.get("qwen2.5-coder-0.5b")
    profile.folder.mkdir(parents=True)
    files = {file.name: {"bytes": file.bytes, "sha256": file.sha256} for file in profile.files}
    for file in profile.files:
        with (profile.folder / file.name).open("wb") as out:
            out.truncate(file.bytes)
    (profile.folder / pull.MARKER).write_text(json.dumps(files))
    return profile


def gone(pid: int) -> bool:
    for _ in range(100):
        if not process_start(pid) or engine._zombie(pid):
            return True
        time.sleep(0.05)
    return False


def test_a_program_is_found_by_its_path_or_in_the_path(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_server.found(str(program)) == str(program)
    monkeypatch.setenv("PATH", str(program.parent))
    assert own_server.found("llama-server") == str(program)
    link = program.parent / "shim"
    link.symlink_to(program)
    assert own_server.found(str(link)) == str(link), "some programs go by the name of the link"
    program.chmod(0o644)
    with pytest.raises(InvalidRequest, match="no program llama-server") as caught:
        own_server.found("llama-server")
    assert "RLLTE_COPILOT_LLAMA_SERVER" in caught.value.hint


def test_it_serves_in_the_engines_place_and_ends_with_it(program: Path, weights: Profile) -> None:
    settings = Settings(llama_server=str(program), threads=3, context_tokens=512, idle_minutes=1.0)
    endpoint = engine.ensure(weights, settings)
    started = json.loads((program.parent / "started.json").read_text())
    argv = started["argv"]
    value = {name: argv[argv.index(name) + 1] for name in ("--model", "--alias", "--ctx-size", "--threads", "--host")}
    assert value == {
        "--model": str(weights.path),
        "--alias": weights.name,
        "--ctx-size": str(512 * engine.SLOTS),
        "--threads": "3",
        "--host": "127.0.0.1",
    }
    assert endpoint.base_url == f"http://127.0.0.1:{argv[argv.index('--port') + 1]}/v1"
    assert started["key"] == endpoint.api_key
    assert endpoint.api_key not in " ".join(argv), "other users see the arguments of a process"
    assert endpoint.pid != started["pid"]
    assert engine.ensure(weights, settings) == endpoint
    assert engine.stop(weights.name)
    assert gone(started["pid"])
    assert gone(endpoint.pid)


def test_it_ends_with_its_keeper_however_that_ends(program: Path, weights: Profile) -> None:
    endpoint = engine.ensure(weights, Settings(llama_server=str(program), threads=1))
    started = json.loads((program.parent / "started.json").read_text())
    os.kill(endpoint.pid, signal.SIGKILL)
    assert gone(started["pid"])
    engine.stop(weights.name)


def test_its_keeper_ends_with_it(program: Path, weights: Profile) -> None:
    endpoint = engine.ensure(weights, Settings(llama_server=str(program), threads=1, idle_minutes=0.1))
    os.kill(json.loads((program.parent / "started.json").read_text())["pid"], signal.SIGKILL)
    assert gone(endpoint.pid)
    assert engine.status() == []


def test_one_that_ends_at_once_is_told_with_what_it_said(
    program: Path, weights: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_ENDS", "1")
    with pytest.raises(ModelUnreachable, match=r"cannot load the weights(.|\n)*ended with status 1"):
        engine.ensure(weights, Settings(llama_server=str(program), threads=1))
    assert not (paths.state_dir() / f"engine-{weights.name}.json").exists()


def test_it_needs_to_be_there_before_anything_is_started(weights: Profile) -> None:
    with pytest.raises(InvalidRequest, match="no program no-such-server"):
        engine.ensure(weights, Settings(llama_server="no-such-server"))
    assert list(paths.state_dir().glob("*.log")) == []


def test_it_hears_its_own_variables_but_those_that_name_other_weights_fetch_or_move_it(
    program: Path, weights: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {"LLAMA_ARG_N_GPU_LAYERS": "9", "LLAMA_ARG_FLASH_ATTN": "on"}
    gone = (
        "LLAMA_ARG_HF_REPO",
        "LLAMA_ARG_MODEL_URL",
        "LLAMA_ARG_MODEL",
        "LLAMA_ARG_API_PREFIX",
        "LLAMA_ARG_SSL_KEY_FILE",
    )
    for name, value in {**kept, **dict.fromkeys((*gone, "HF_TOKEN", "LLAMA_API_KEY"), "x")}.items():
        monkeypatch.setenv(name, value)
    endpoint = engine.ensure(weights, Settings(llama_server=str(program), threads=1))
    started = json.loads((program.parent / "started.json").read_text())
    assert {name: value for name, value in started["env"].items() if name.startswith(("LLAMA_", "HF_TOKEN"))} == {
        **kept,
        "LLAMA_API_KEY": endpoint.api_key,
        "LLAMA_ARG_CACHE_RAM": str(engine.PROMPT_CACHE_MIB),
    }
    assert "--offline" in started["argv"]
    monkeypatch.setenv("LLAMA_ARG_N_GPU_LAYERS", "0")
    monkeypatch.setenv("LLAMA_ARG_CACHE_RAM", "9")
    assert engine.ensure(weights, Settings(llama_server=str(program), threads=1)).pid != endpoint.pid
    started = json.loads((program.parent / "started.json").read_text())
    assert started["env"]["LLAMA_ARG_CACHE_RAM"] == "9", "the user's own word goes before"
    engine.stop(weights.name)


KEEPER = """
import sys, time
from copilot.models import own_server
own_server._tied = lambda: None  # as where the system does not end a child with its parent
print(own_server.start(sys.argv[1], [], "key", 0, {}).process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_signal_that_ends_its_keeper_ends_it_and_what_stands_between(program: Path, wrapped: bool) -> None:
    if wrapped:
        inner = program.rename(program.parent / "inner")
        program.write_text(f'#!/bin/sh\n{inner} "$@"\necho over\n')
        program.chmod(0o755)
    command = [sys.executable, "-c", KEEPER, str(program)]
    env = {**os.environ, "PYTHONPATH": str(paths.project_root())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, start_new_session=True) as keeper:
        assert keeper.stdout
        child = int(keeper.stdout.readline())
        said = program.parent / "started.json"
        for _ in range(200):
            if said.exists() and said.read_text().endswith("}"):
                break
            time.sleep(0.05)
        served = json.loads(said.read_text())["pid"]
        assert (served == child) != wrapped
        keeper.terminate()
        assert keeper.wait(20) == 0
    assert gone(child)
    assert gone(served)


def test_a_port_is_ours_where_this_user_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert own_server.is_ours(port)
        monkeypatch.setattr(own_server.os, "getuid", lambda: 12345)
        assert not own_server.is_ours(port)
    assert not own_server.is_ours(port), "nobody listens there"
