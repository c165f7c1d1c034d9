"""What the library does not do is named and refused; words that only sound like it are not."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.names.lacks import refuse_lacks
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError, InvalidRequest, UnknownName


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        ("multi-agent PPO on CartPole", InvalidRequest, "multi-agent"),
        ("用多智能体 PPO 训练 CartPole", InvalidRequest, "多智能体"),
        ("offline RL with SAC from a dataset on Pendulum", InvalidRequest, "dataset"),
        ("train SAC on Pendulum from logged data", InvalidRequest, "dataset"),
        ("imitate an expert on CartPole with PPO", InvalidRequest, "imitation"),
        ("model-based PPO on CartPole", InvalidRequest, "model-based"),
        ("PPO on a real robot arm", InvalidRequest, "real robots"),
        ("PPO on CartPole across 4 GPUs", InvalidRequest, "graphics cards"),
        ("find the best learning rate of PPO on CartPole with Optuna", InvalidRequest, "hyper-parameters"),
        ("PPO on Isaac Gym Ant", UnknownName, "Isaac Gym"),
        ("PPO on Procgen CoinRun", UnknownName, "Procgen"),
        ("Train Rainbow on Pong", UnknownName, "Rainbow"),
        ("MAPPO on CartPole", UnknownName, "MAPPO"),
    ],
)
def test_refusals(request_: str, error: type[CopilotError], words: str) -> None:
    with pytest.raises(error) as caught:
        plan(request_, load_catalogue())
    assert words in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "PPO on CartPole, no self-play",
        "train an agent with 8 environments on one GPU",
        "PPO on Ant with random actions",
        "two agents compared: PPO and A2C",
        "PPO on cartpole_balance with the DeepMind Control Suite",
    ],
)
def test_what_only_sounds_like_it(text: str) -> None:
    refuse_lacks(text)
