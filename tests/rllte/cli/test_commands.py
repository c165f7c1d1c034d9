"""The library's command line, in a process of its own."""

import subprocess
import sys
from pathlib import Path


def rllte(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = "from rllte.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, cwd=cwd, check=False)


def test_train_and_list(tmp_path: Path) -> None:
    done = rllte("train", "PPO", "CartPole-v1", "--num-train-steps", "256", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "mean reward of 10 episodes" in done.stdout
    assert "PPO" in rllte("list", "agent", cwd=tmp_path).stdout


def test_a_typo_is_a_sentence(tmp_path: Path) -> None:
    done = rllte("train", "PPOO", "CartPole-v1", cwd=tmp_path)
    assert done.returncode == 3
    assert "'PPO'" in done.stderr
    assert "Traceback" not in done.stderr
