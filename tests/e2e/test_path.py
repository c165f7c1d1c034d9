"""The whole path on real parts: a real model, a real index, a real sandbox, a real agent."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.core import paths
from tests.e2e.conftest import Cli, one_object

pytestmark = [pytest.mark.model, pytest.mark.xdist_group("e2e")]

REQUEST = "Train PPO on CartPole-v1 with 8 environments for 50000 steps"


def test_ask_cites_lines_that_exist(cli: Cli) -> None:
    data = one_object(cli("ask", "How do I train PPO on CartPole?", "--json"))
    assert not data["refused"]
    assert data["model"]
    assert data["citations"]
    for citation in data["citations"]:
        text = (paths.project_root() / citation["source"]).read_text(encoding="utf-8").splitlines()
        first, last = citation["lines"]
        assert 1 <= first <= last <= len(text)
        assert "PPO" in "\n".join(text[first - 1 : last])
    assert data["timings"]["retrieval_s"] < 30


def test_what_the_corpus_does_not_hold_is_refused(cli: Cli) -> None:
    data = one_object(cli("ask", "What is the best recipe for lasagne with spinach?", "--json"))
    assert data["refused"]
    assert data["citations"] == []


def test_generate_then_run_in_the_sandbox_then_plain(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = one_object(cli("generate", REQUEST, "-o", str(out), "--json"))
    assert made["kind"] == "experiment"
    assert all(check["ok"] for check in made["checks"])
    assert made["spec"]["num_envs"] == 8
    assert made["spec"]["num_train_steps"] == 50_000
    ran = one_object(cli("run", str(out / "train.py"), "--json", "--", "--num-train-steps", "4096"))
    assert ran["status"] == "ok", Path(ran["log"]).read_text()
    assert ran["metrics"]["episode_reward"] > 0
    plain = subprocess.run(
        [sys.executable, str(out / "train.py"), "--num-train-steps", "2048"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert plain.returncode == 0, plain.stderr


def test_a_second_ingestion_does_nothing(cli: Cli) -> None:
    data = one_object(cli("ingest", "--json"))
    assert (data["added"], data["updated"], data["deleted"], data["failed"]) == (0, 0, 0, [])
    assert data["skipped"] > 0


def test_everything_works_with_the_network_cut(cli: Cli, tmp_path: Path) -> None:
    """A network namespace has only its own, downed loopback; it is raised, since the engine lives on it."""
    unshare, ip = shutil.which("unshare"), shutil.which("ip")
    assert unshare is not None
    raise_loopback = "ip link set lo up 2>/dev/null || true; " if ip else f"{sys.executable} -c '{_RAISE}'; "
    prefix = (unshare, "-rn", "sh", "-c", raise_loopback + 'exec "$@"', "sh")
    cli("models", "stop")
    answered = one_object(cli("ask", "How do I train PPO on CartPole?", "--json", prefix=prefix))
    assert answered["citations"]
    made = one_object(cli("generate", REQUEST, "-o", str(tmp_path / "out"), "--json", prefix=prefix))
    assert all(check["ok"] for check in made["checks"])
    cli("models", "stop")


_RAISE = (
    'import fcntl,socket,struct; s=socket.socket(); r=struct.pack("16sh14s",b"lo",1|64,b""); fcntl.ioctl(s,0x8914,r)'
)


@pytest.mark.parametrize(
    ("args", "kind", "hint"),
    [
        (["ask", "x", "--model", "qwen2.5-coder-1.5"], "unknown_name", "qwen2.5-coder-1.5b"),
        (["ask", "How?", "--model", "vicuna-7b-v1.5"], "no_model", "models pull vicuna-7b-v1.5"),
        (["generate", "Train PPO on CartPol-v1 for 1000 steps", "--no-model"], "unknown_name", "CartPole-v1"),
        (["run", "nothing.py"], "file_problem", "generate"),
    ],
)
def test_errors_are_objects_with_a_hint_and_exit_code_3(cli: Cli, args: list[str], kind: str, hint: str) -> None:
    done = cli(*args, "--json")
    assert done.returncode == 3, done.stdout + done.stderr
    error = one_object(done)["error"]
    assert error["kind"] == kind
    assert hint in error["hint"]
    assert "Traceback" not in done.stderr


def test_wrong_usage_is_exit_code_2(cli: Cli) -> None:
    assert cli("aks").returncode == 2
