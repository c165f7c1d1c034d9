"""The letters of papers are read where the agent has what they stand for, else told; small ones are names."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import UnknownName

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("PPO on CartPole, K=4, T=64", {"n_epochs": 4, "num_steps": 64}),
        ("PPO on CartPole with T=64, N=16, K=4, M=64, c1=1, c2=0.01",
         {"num_steps": 64, "num_envs": 16, "n_epochs": 4, "batch_size": 64, "vf_coef": 1.0, "ent_coef": 0.01}),
        ("PPO on CartPole, T = 64 steps, N = 16 actors, K = 4 epochs",
         {"num_steps": 64, "num_envs": 16, "n_epochs": 4, "num_train_steps": 98304}),
        ("PPO on CartPole, T = 200k steps", {"num_train_steps": 200_000, "num_steps": 128}),
        ("A2C on CartPole with T=16, N=8", {"num_steps": 16, "num_envs": 8}),
        ("用 PPO 训练 CartPole，T=64，K=4", {"num_steps": 64, "n_epochs": 4}),
    ],
)  # fmt: skip
def test_they_are_read_and_told(words: str, expected: dict[str, Any]) -> None:
    made = plan(words, CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    values = {**made.spec.agent_kwargs, **made.spec.model_dump()}
    assert {name: values[name] for name in expected} == expected
    assert any("as in papers" in note for note in made.notes)


def test_of_a_module_they_are_its_own() -> None:
    spec = plan("PPO with RE3 on CartPole, k=5", CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec) and spec.modules["reward"].kwargs == {"k": 5}
    spec = plan("DQN on CartPole with n-step replay, N=3", CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec) and spec.modules["storage"].kwargs["n_step"] == 3


def test_of_an_agent_without_rollouts_they_are_told() -> None:
    assert any("'K=10' was not understood" in note for note in plan("DQN on CartPole, K=10", CATALOGUE).notes)


@pytest.mark.parametrize("words", ["t=64", "warmth=3"])
def test_other_names_are_refused(words: str) -> None:
    with pytest.raises(UnknownName):
        plan(f"PPO on CartPole, {words}", CATALOGUE)
