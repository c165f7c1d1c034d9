"""Agents and modules by their spoken names; parts of agents' names, and names that the library lacks."""

from __future__ import annotations

import pytest

from copilot.codegen.names.literal import (
    agent_mentions,
    component_mentions,
    odd_agents,
    read_agent,
    read_components,
    spaced,
)
from copilot.codegen.request.reading import Reading
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import UnknownName

CATALOGUE = load_catalogue()


def agents(text: str) -> list[str]:
    return [mention.name for mention in agent_mentions(Reading(text), CATALOGUE)]


def modules(text: str) -> list[str]:
    return [mention.name for mention in component_mentions(Reading(text), CATALOGUE)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("discrete SAC", ["SACDiscrete"]),
        ("离散版 SAC", ["SACDiscrete"]),
        ("PPO-LSTM", ["PPOLSTM"]),
        ("DrQ-v2", ["DrQv2"]),
        ("soft actor critic", ["SAC"]),
        ("the residual CNN from the IMPALA paper as PPO's encoder", ["PPO"]),
        ("PPO，编码器换成 IMPALA 的残差网络", ["PPO"]),
        ("QR-DQN", []),
    ],
)
def test_agents(text: str, names: list[str]) -> None:
    assert agents(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("PPO with the residual network of IMPALA", ["EspeholtResidualEncoder"]),
        ("IMPALA 的残差网络", ["EspeholtResidualEncoder"]),
        ("Nature CNN", ["MnihCnnEncoder"]),
        ("好奇心论文里 Pathak 的 CNN", ["PathakCnnEncoder"]),
        ("the disagreement bonus", ["Disagreement"]),
        ("everybody is in disagreement", []),
        ("an experience replay of 10k", []),
        ("the plain replay buffer", ["VanillaReplayStorage"]),
        ("gaussian noise", ["NormalNoise"]),
        ("DrAC with gaussian noise augmentation", ["GaussianNoise"]),
        ("随机裁剪的数据增强", ["RandomCrop"]),
        ("augmentation: crop", ["RandomCrop"]),
        ("OU 过程", ["OrnsteinUhlenbeckNoise"]),
        ("优先经验回放", ["PrioritizedReplayStorage"]),
        ("the Rényi state entropy reward", ["RISE"]),
    ],
)
def test_modules(text: str, names: list[str]) -> None:
    assert modules(text) == names


@pytest.mark.parametrize("text", ["QR-DQN on Pong", "Rainbow on Pong", "PPO-Lagrangian on Ant", "用 ACER 训练 Pong"])
def test_algorithms_that_the_library_lacks(text: str) -> None:
    with pytest.raises(UnknownName):
        read_agent(Reading(text), CATALOGUE)


def test_those_that_are_denied_are_no_matter() -> None:
    assert odd_agents(Reading("PPO instead of TRPO"), CATALOGUE) == []


@pytest.mark.parametrize("text", ["augmentation = mixup", "数据增强用 mixup", "with a ViT", "the NovelD bonus"])
def test_modules_that_the_library_lacks(text: str) -> None:
    with pytest.raises(UnknownName):
        read_components(Reading(text), CATALOGUE, "DrAC")


def test_names_with_blanks() -> None:
    assert spaced("RandomCutoutColor") == "random cutout color"
    assert spaced("RND") == "RND"


@pytest.mark.parametrize(
    ("text", "reward"),
    [
        ("They say curiosity alone is enough. PPO on MountainCar with E3B", "E3B"),
        ("先只靠好奇心。PPO在MountainCar上用E3B", "E3B"),
        ("PPO on MountainCar with curiosity and E3B", "Fabric"),
        ("PPO on MountainCar with curiosity. Use the Mnih encoder", "ICM"),
    ],
)
def test_curiosity_at_large_is_the_reward_that_another_sentence_names(text: str, reward: str) -> None:
    found, _ = read_components(Reading(text), load_catalogue(), "PPO")
    assert found["reward"][0] == reward
