"""Ctrl-C in the midst of training: the signal itself, to a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rllte.agent import IMPALA, PPO, SAC
from rllte.env import make_rllte_env

SMALL: dict[str, dict[str, Any]] = {
    "PPO": {"num_steps": 16, "hidden_dim": 8},
    "SAC": {"num_init_steps": 20, "batch_size": 8, "storage_size": 500, "hidden_dim": 8},
    "IMPALA": {"num_steps": 8, "num_actors": 2, "num_learners": 1, "batch_size": 1, "hidden_dim": 8},
}
CLASSES: dict[str, Any] = {"PPO": PPO, "SAC": SAC, "IMPALA": IMPALA}


def build(name: str, folder: Path) -> Any:
    env = make_rllte_env("Pendulum-v1", num_envs=2, seed=1)
    return CLASSES[name](env=env, seed=1, log_dir=folder, **SMALL[name])


def train(name: str, folder: str) -> None:
    """What the child does: train for ever, and say when it has learned for a while."""
    from rllte.training.callbacks import Callback

    class Says(Callback):
        def on_update(self, agent: Any, metrics: Any) -> None:
            if agent.num_updates >= 3:
                print("learning", flush=True)  # noqa: T201 (to the parent)

    build(name, Path(folder)).train(10**9, log_interval=1, callbacks=[Says()])


@pytest.mark.parametrize("name", list(CLASSES))
def test_an_interrupt_leaves_a_checkpoint_from_which_training_goes_on(name: str, tmp_path: Path) -> None:
    call = f"from tests.rllte.training.test_session_interrupt import train; train({name!r}, {str(tmp_path)!r})"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONUNBUFFERED": "1"}
    child = subprocess.Popen(
        [sys.executable, "-c", call], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        for line in child.stdout:
            if line == "learning\n":
                break
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    finally:
        child.kill()
    assert "KeyboardInterrupt" in err, out + err
    assert "interrupted; saved" in out
    assert "agent.load() goes on from it" in err
    [file] = tmp_path.glob("default/*/model/*.safetensors")
    agent = build(name, tmp_path / "again")
    agent.load(file)
    step = agent.global_step
    assert step > 0
    agent.train(64, log_interval=10**9)
    assert agent.global_step >= step + 64
