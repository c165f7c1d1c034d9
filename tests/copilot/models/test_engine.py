"""The engine seen from outside: its state file is private and never stale; one real server is started and killed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.core import paths
from copilot.core.errors import ModelUnreachable, NoModel, PortTaken
from copilot.core.private import write_private
from copilot.core.settings import Settings
from copilot.models import engine, profiles, pull
from copilot.models.chat import ServerChat
from copilot.models.profiles import ModelFile, Profile

SETTINGS = Settings(threads=2, context_tokens=512, idle_minutes=3.0)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """A verified profile whose weights are no model, and which the server's process does not know."""
    monkeypatch.setenv("RLLTE_COPILOT_MODELS", str(tmp_path / "models"))
    content = b"no weights"
    digest = hashlib.sha256(content).hexdigest()
    file = ModelFile("tiny.gguf", "", len(content), digest)
    profile = Profile("tiny", "chat", "Tiny", "MIT", 128, "gguf", 7, "lab/tiny", "1", (), (file,))
    profile.folder.mkdir(parents=True)
    profile.path.write_bytes(content)
    (profile.folder / pull.MARKER).write_text(json.dumps({file.name: {"bytes": len(content), "sha256": digest}}))
    return profile


def write_state(pid: int, started: str, name: str = "tiny", port: int = 1) -> Path:
    path = paths.state_dir() / f"engine-{name}.json"
    state = {"profile": name, "pid": pid, "started": started, "port": port, "api_key": "secret"}
    write_private(path, json.dumps({**state, "fingerprint": "f", "context": 128}))
    return path


def test_the_state_of_a_running_process_is_shown_without_its_key() -> None:
    path = write_state(os.getpid(), engine.process_start(os.getpid()))
    assert engine.status() == [{"profile": "tiny", "pid": os.getpid(), "port": 1, "context": 128}]
    assert path.exists()


def test_the_state_of_a_dead_process_is_dropped() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        path = write_state(process.pid, engine.process_start(process.pid))
        assert [row["pid"] for row in engine.status()] == [process.pid]
    assert engine.status() == []
    assert not path.exists()


def test_a_process_that_died_but_was_not_waited_for_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    path = write_state(process.pid, engine.process_start(process.pid))
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays in the table
    assert engine.status() == []
    assert not path.exists()
    process.communicate()


def test_a_pid_that_now_belongs_to_another_program_is_not_ours() -> None:
    path = write_state(os.getpid(), "another start")
    assert not engine.stop("tiny")
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1, "started": ""}'])
def test_a_broken_state_file_is_dropped(text: str) -> None:
    path = paths.state_dir() / "engine-tiny.json"
    path.write_text(text)
    assert engine.status() == []
    assert not path.exists()


@pytest.mark.parametrize(
    "change", [{"profile": None}, {"pid": 2**80}, {"port": "1"}, {"api_key": 3}, {"context": None}]
)
def test_a_state_with_a_wrong_part_is_dropped(change: dict[str, object]) -> None:
    path = write_state(os.getpid(), engine.process_start(os.getpid()))
    state = {**json.loads(path.read_text()), **change}
    path.write_text(json.dumps({key: value for key, value in state.items() if value is not None}))
    assert engine.status() == []
    assert not path.exists()


def test_stop_ends_the_process_and_says_whether_there_was_one() -> None:
    assert not engine.stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        path = write_state(process.pid, engine.process_start(process.pid))
        assert not engine.stop("another")
        assert process.poll() is None
        assert engine.stop("tiny")
        assert process.wait() == -signal.SIGTERM
    assert not path.exists()


def test_a_taken_port_is_named(tiny: Profile) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} on 127.0.0.1") as caught:
            engine.ensure(tiny, Settings(port=port))
        assert "RLLTE_COPILOT_PORT" in caught.value.hint
        write_state(os.getpid(), engine.process_start(os.getpid()), "other", port)
        with pytest.raises(PortTaken) as caught:
            engine.ensure(tiny, Settings(port=port))
    assert "models stop" in caught.value.hint
    assert [row["profile"] for row in engine.status()] == ["other"]


def test_without_weights_nothing_is_started(tiny: Profile) -> None:
    tiny.path.unlink()
    with pytest.raises(NoModel):
        engine.ensure(tiny, SETTINGS)
    assert list(paths.state_dir().glob("*.log")) == []


def test_a_process_that_ends_at_once_is_reported_with_its_log(tiny: Profile) -> None:
    older = paths.state_dir() / "engine-tiny.log"
    older.touch(mode=0o644)
    with pytest.raises(ModelUnreachable, match=r"ended with status 1(.|\n)*model profile named 'tiny'") as caught:
        engine.ensure(tiny, SETTINGS)
    assert stat.S_IMODE(older.stat().st_mode) == 0o600
    assert "engine-tiny.log" in caught.value.hint
    assert "7 MB" in caught.value.hint
    assert engine.status() == []


def test_a_system_without_openmp_is_told_what_to_install(tiny: Profile) -> None:
    log = paths.state_dir() / "engine-tiny.log"
    log.write_text("ImportError: libgomp.so.1: cannot open shared object file: No such file or directory\n")
    assert "libgomp1" in engine._failed(tiny, "ended with status 1", log).hint


def test_cores_are_counted_within_what_the_process_may_use() -> None:
    assert 1 <= engine.physical_cores() <= len(os.sched_getaffinity(0))


@pytest.fixture
def smallest() -> Iterator[Profile]:
    """The smallest model that is here; its engine is stopped whatever happens."""
    found = [profiles.get(name) for name in ("smollm2-135m", "qwen2.5-coder-0.5b")]
    yield next((profile for profile in found if pull.status(profile).ready), found[0])
    engine.stop()


@pytest.mark.model
@pytest.mark.xdist_group("e2e")
def test_a_real_engine_is_shared_guarded_replaced_and_stopped(smallest: Profile) -> None:
    first = engine.ensure(smallest, SETTINGS)
    assert first.base_url.startswith("http://127.0.0.1:")
    assert first.context_length == 512
    assert [row["pid"] for row in engine.status()] == [first.pid]
    state = paths.state_dir() / f"engine-{smallest.name}.json"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600

    environment = Path(f"/proc/{first.pid}/environ").read_bytes().split(b"\0")
    assert f"GOMP_SPINCOUNT={engine.SPIN_COUNT}".encode() in environment

    chat = ServerChat(smallest.name, first.base_url, first.api_key, first.context_length)
    assert "".join(chat.stream([{"role": "user", "content": "Say yes."}], max_tokens=4))
    assert chat.count_tokens("one two three") >= 3
    assert chat.reads() is None, "a few tokens do not tell"
    assert "".join(chat.stream([{"role": "user", "content": "Say yes to this. " * 60}], max_tokens=4))
    assert (chat.reads() or 0.0) > 1.0
    assert engine.ensure(smallest, SETTINGS) == first, "a second caller shares it"

    assert refused(first.base_url, "wrong") == 401
    assert refused(first.base_url, "") == 401
    stranger = ServerChat(smallest.name, first.base_url, "wrong", first.context_length)
    with pytest.raises(ModelUnreachable) as caught:
        list(stranger.stream([{"role": "user", "content": "Say yes."}], max_tokens=4))
    assert "RLLTE_COPILOT_API_KEY" in caught.value.hint

    before = state.read_text()
    assert started_beside(smallest, state) == 0, "one that was slower to start leaves the place to the first"
    assert state.read_text() == before
    assert engine.ensure(smallest, SETTINGS) == first

    os.kill(first.pid, signal.SIGKILL)
    second = engine.ensure(smallest, SETTINGS)
    assert second.pid != first.pid
    assert second.api_key != first.api_key

    other = engine.ensure(smallest, Settings(threads=2, context_tokens=256, idle_minutes=3.0))
    assert other.pid != second.pid, "other settings need another engine"
    assert other.context_length == 256
    assert [row["pid"] for row in engine.status()] == [other.pid]

    assert engine.stop(smallest.name)
    assert engine.status() == []
    assert not state.exists()
    with pytest.raises(ModelUnreachable):
        list(chat.stream([{"role": "user", "content": "Say yes."}], max_tokens=4))


@pytest.mark.model
@pytest.mark.xdist_group("e2e")
def test_a_real_engine_ends_itself_when_nobody_asks(smallest: Profile) -> None:
    endpoint = engine.ensure(smallest, Settings(threads=2, context_tokens=256, idle_minutes=0.01))
    state = paths.state_dir() / f"engine-{smallest.name}.json"
    _, status = os.waitpid(endpoint.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert not state.exists()


def started_beside(profile: Profile, state: Path) -> int:
    """The exit status of an engine that is started while another one serves."""
    command = [sys.executable, "-m", "copilot.models.server", "--profile", profile.name, "--state", str(state)]
    command += ["--threads", "2", "--context", "512", "--idle-seconds", "180"]
    command += ["--fingerprint", json.loads(state.read_text())["fingerprint"]]
    env = {**os.environ, "PYTHONPATH": str(paths.project_root())}
    return subprocess.run(command, env=env, capture_output=True, check=False, timeout=120).returncode


def refused(base_url: str, key: str) -> int:
    body = json.dumps({"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base_url}/chat/completions", data=body, headers=headers)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.HTTPError) as caught:
        direct.open(request, timeout=60)
    with caught.value:
        return caught.value.code
