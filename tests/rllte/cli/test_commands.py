"""The library's command line, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest


def rllte(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = "from rllte.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, cwd=cwd, check=False)


def test_train_eval_and_list(tmp_path: Path) -> None:
    done = rllte("train", "ppo", "CartPole-v1", "--num-train-steps", "256", "--device", "auto", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "mean reward of 10 episodes" in done.stdout
    [file] = (tmp_path / "logs" / "ppo_cartpole-v1").rglob("*.safetensors")
    assert "deviation" in rllte("eval", "近端策略优化", "CartPole-v1", str(file), cwd=tmp_path).stdout
    assert "PPO" in rllte("list", "agent", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("PPOO", "CartPole-v1"), "'PPO'"),
        (("PPO", "CartPole-v1", "--num-envs", "0"), "num_envs is 0"),
        (("PPO", "CartPole-v1", "--num-train-steps", "0"), "num_train_steps is 0"),
        (("PPO", "CartPole-v1", "--seed", "-1"), "seed is -1"),
        (("PPO", "CartPole-v1", "--device", "foo"), "device 'foo'"),
        (("PPO", "CartPole-v1", "--log-dir", "/proc/foo"), "/proc/foo"),
        (("PPO", "Blackjack-v1"), "FlattenObservation"),
    ],
)
def test_a_mistake_is_a_sentence(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = rllte("train", *arguments, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
