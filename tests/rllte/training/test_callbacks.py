"""Weights & Biases, with a stand-in for its package: what is sent, when, and what is said where it is missing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rllte.agent import DQN, IMPALA, PPO
from rllte.core.errors import ParameterError
from rllte.env import make_rllte_env
from rllte.training.callbacks import WandB


class FakeWandB(ModuleType):
    """The module `wandb` and its run in one: writes down what it is called with, in order."""

    def __init__(self) -> None:
        super().__init__("wandb")
        self.begun: dict[str, Any] = {}
        self.calls: list[str] = []
        self.rows: list[tuple[int, dict[str, Any]]] = []

    def init(self, **kwargs: Any) -> FakeWandB:
        self.begun = kwargs
        self.calls.append("init")
        return self

    def log(self, row: dict[str, Any], *, step: int) -> None:
        self.rows.append((step, row))
        self.calls.append(next(iter(row)).split("/")[0])

    def finish(self) -> None:
        self.calls.append("finish")


@pytest.fixture
def wandb(monkeypatch: pytest.MonkeyPatch) -> FakeWandB:
    fake = FakeWandB()
    monkeypatch.setitem(sys.modules, "wandb", fake)
    return fake


def agent(folder: Path, cls: Any = PPO, **kwargs: Any) -> Any:
    env, eval_env = (make_rllte_env("CartPole-v1", num_envs=2, seed=seed, asynchronous=False) for seed in (1, 9))
    return cls(env=env, eval_env=eval_env, log_dir=folder, hidden_dim=8, **kwargs)


def test_a_run_begins_gets_losses_and_evaluations_and_ends(wandb: FakeWandB, tmp_path: Path) -> None:
    made = agent(tmp_path, num_steps=32)
    made.train(192, eval_interval=2, num_eval_episodes=2, callbacks=[WandB("mine", mode="offline")])
    folder = made.logger.folder
    assert wandb.begun == {"project": "mine", "mode": "offline", "dir": str(folder), "name": folder.name}
    assert wandb.calls == ["init", "train", "train", "eval", "train", "eval", "finish"]
    assert [step for step, _ in wandb.rows] == [64, 128, 128, 192, 192]
    written = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    for (step, sent), row in zip(wandb.rows, written, strict=True):
        assert all(type(value) in (int, float) for value in sent.values()), "plain numbers"
        for name, value in sent.items():
            kind, key = name.split("/")
            assert (row["kind"], row["step"]) == (kind, step)
            assert row[key] == pytest.approx(value, rel=1e-4, abs=1e-6), name  # written are six digits
    assert {"train/policy_loss", "train/value_loss", "train/episode_reward"} <= wandb.rows[0][1].keys()
    assert {"eval/episode_reward", "eval/episode_length"} <= wandb.rows[-1][1].keys()


@pytest.mark.parametrize(
    ("cls", "settings"),
    [
        (DQN, {"num_init_steps": 20, "batch_size": 16, "storage_size": 500}),
        (IMPALA, {"num_steps": 16, "num_actors": 2, "batch_size": 2}),
    ],
)
def test_the_other_loops_send_their_losses_too(
    cls: Any, settings: dict[str, Any], wandb: FakeWandB, tmp_path: Path
) -> None:
    agent(tmp_path, cls, **settings).train(128, num_eval_episodes=2, log_interval=1, callbacks=[WandB("mine")])
    assert wandb.calls[0] == "init" and wandb.calls[-2:] == ["eval", "finish"]
    assert "train" in wandb.calls
    steps = [step for step, _ in wandb.rows]
    assert steps == sorted(steps), "Weights & Biases drops what is of an earlier step"
    assert any(name.endswith("_loss") for name in wandb.rows[0][1])


def test_a_run_ends_even_where_training_does_not(wandb: FakeWandB, tmp_path: Path) -> None:
    made = agent(tmp_path, num_steps=32)
    update, made.update = made.update, lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        made.train(192, callbacks=[WandB("mine")])
    assert wandb.calls == ["init", "finish"]
    made.update = update
    made.train(64, num_eval_episodes=2, callbacks=[WandB("mine")])
    assert wandb.calls[2:] == ["init", "train", "eval", "finish"]


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(ParameterError, match="wandb, which is not installed: pip install wandb"):
        WandB("mine")
