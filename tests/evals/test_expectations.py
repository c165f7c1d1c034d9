"""What cannot be expected of an experiment is found by the catalogue."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.core.catalogue import load_catalogue
from evals import expectations

CATALOGUE = load_catalogue()


def faults(agent: str, env_id: str, **more: Any) -> str:
    return "; ".join(expectations.faults({"agent": agent, "env_id": env_id, **more}, CATALOGUE))


def module(primitive: str, name: str, **kwargs: Any) -> dict[str, Any]:
    return {primitive: {"name": name, "kwargs": kwargs}}


@pytest.mark.parametrize(
    ("agent", "env_id", "more"),
    [
        ("PPO", "CartPole-v1", {"seeds": [0, 3], "device": "cuda:1", "tag": "a-b", "eval_episodes": 5}),
        ("DQN", "BreakoutNoFrameskip-v4", {"env_kwargs": {"frame_stack": 2}}),
        (
            "DrQv2",
            "walker_walk",
            {"env_kwargs": {"from_pixels": True}, "modules": module("augmentation", "RandomCrop")},
        ),
        ("PPO", "MiniGrid-Unlock-v0", {"pretrain_steps": 5, "modules": module("reward", "RND", beta=0.5)}),
        (
            "PPO",
            "MiniGrid-Unlock-v0",
            {"env_kwargs": {"fully_observable": False}, "modules": module("encoder", "VanillaMlpEncoder")},
        ),
        ("PPO", "CartPole-v1", {"modules": {"reward": {"name": "Fabric", "kwargs": {}, "parts": ["RE3", "RND"]}}}),
    ],
)
def test_what_can_be_has_no_fault(agent: str, env_id: str, more: dict[str, Any]) -> None:
    assert faults(agent, env_id, **more) == ""


@pytest.mark.parametrize(
    ("agent", "env_id", "more", "fault"),
    [
        ("TRPO", "CartPole-v1", {}, "no agent named 'TRPO'"),
        ("PPO", "CartPole-v7", {}, "no environment named 'CartPole-v7'"),
        ("PPO", "CartPoleNoFrameskip-v4", {}, "no environment named"),
        ("DQN", "Pendulum-v1", {}, "DQN takes Discrete"),
        ("DrAC", "FrozenLake-v1", {}, "FrozenLake-v1 has Discrete"),
        ("PPO", "CartPole-v1", {"sedes": [1]}, "unknown fields ['sedes']"),
        ("PPO", "CartPole-v1", {"num_envs": 0}, "num_envs is 0"),
        ("PPO", "CartPole-v1", {"num_train_steps": 1e6}, "num_train_steps is 1000000.0"),
        ("PPO", "CartPole-v1", {"seeds": [1, 1]}, "seeds are [1, 1]"),
        ("PPO", "CartPole-v1", {"device": "gpu"}, "device is 'gpu'"),
        ("PPO", "CartPole-v1", {"tag": "a b"}, "tag is 'a b'"),
        ("PPO", "CartPole-v1", {"pretrain_steps": 10}, "needs an intrinsic reward"),
        ("PPO", "CartPole-v1", {"agent_kwargs": {"gamma": 0.9}}, "no argument gamma"),
        ("PPO", "CartPole-v1", {"agent_kwargs": {"seed": 1}}, "no argument seed"),
        ("PPO", "CartPole-v1", {"agent_kwargs": {"lr": -1.0}}, "lr is -1.0"),
        ("PPO", "CartPole-v1", {"agent_kwargs": {"clip_range": 0}}, "clip_range is 0"),
        ("PPO", "CartPole-v1", {"agent_kwargs": {"batch_size": 6.5}}, "batch_size is 6.5"),
        ("PPO", "CartPole-v1", {"agent_kwargs": {"init_fn": "kaiming"}}, "init_fn is 'kaiming'"),
        ("PPO", "CartPole-v1", {"train_kwargs": {"anneal_lr": 1}}, "anneal_lr is 1"),
        ("PPO", "CartPole-v1", {"env_kwargs": {"frame_stack": 2}}, "no argument frame_stack"),
        ("PPO", "Pong-v5", {"train_kwargs": {"normalize_obs": True}}, "vectors"),
        ("PPO", "CartPole-v1", {"modules": module("encoder", "MnihCnnEncoder")}, "CartPole-v1 has Box1"),
        ("PPO", "Pong-v5", {"modules": module("augmentation", "RandomCrop")}, "PPO takes no augmentation RandomCrop"),
        ("PPO", "CartPole-v1", {"modules": module("reward", "RND", k=3)}, "no argument k"),
        ("PPO", "CartPole-v1", {"modules": module("reward", "Fabric")}, "of Fabric, its parts"),
        (
            "DQN",
            "rllte/BitFlipping-v0",
            {"modules": {**module("storage", "HerReplayStorage"), **module("reward", "RND")}},
            "exclude each other",
        ),
    ],
)
def test_what_cannot_be_is_found(agent: str, env_id: str, more: dict[str, Any], fault: str) -> None:
    assert fault in faults(agent, env_id, **more)


def test_numbers_of_an_expectation_are_also_those_of_schedules() -> None:
    expect = {"env_id": "CartPole-v1", "agent_kwargs": {"epsilon_schedule": "linear(1.0, 0.02, 5000)", "double": True}}
    assert expectations.said_numbers(expect) == {1.0, 0.02, 5000.0}


@pytest.mark.parametrize(
    ("proof", "cannot_be"),
    [
        ({"agent": "DQN", "env_id": "Pendulum-v1"}, True),
        ({"agent": "DQN", "env_id": "CartPole-v1"}, False),
        ({"env_id": "CartPole-v1", "primitive": "encoder", "component": "MnihCnnEncoder"}, True),
        ({"env_id": "Pong-v5", "primitive": "encoder", "component": "MnihCnnEncoder"}, False),
        ({"agent": "PPO", "primitive": "augmentation", "component": "RandomCrop"}, True),
        ({"agent": "DrAC", "primitive": "augmentation", "component": "RandomCrop"}, False),
        ({"agent": "PPO", "argument": "lr", "value": -0.1}, True),
        ({"agent": "PPO", "argument": "lr", "value": 0.1}, False),
        ({"agent": "PPO", "argument": "num_envs", "value": 0}, True),
        ({"agent": "PPO", "argument": "nonsense", "value": 0}, False),
    ],
)
def test_a_proof_shows_that_something_cannot_be(proof: dict[str, Any], cannot_be: bool) -> None:
    assert expectations.refuted(proof, CATALOGUE) is cannot_be
