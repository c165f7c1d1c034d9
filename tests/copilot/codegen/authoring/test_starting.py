"""A request that names only what kind of thing it wants gets one to start from, and is told so."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring import AgentSpec, design
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("request_", "kind", "env_id", "agent"),
    [
        ("write my own encoder and use it for Pong", "encoder", "Pong-v5", "PPO"),
        ("write a custom encoder for CartPole", "encoder", "CartPole-v1", "PPO"),
        ("写一个自己的编码器，用在 Pong 上", "encoder", "Pong-v5", "PPO"),
        ("I want my own intrinsic reward", "reward", "MountainCar-v0", "PPO"),
        ("自定义一个内在奖励", "reward", "MountainCar-v0", "PPO"),
        ("create a custom replay buffer", "storage", "CartPole-v1", "DQN"),
        ("write my own storage for PPO", "storage", "CartPole-v1", "PPO"),
        ("write a new data augmentation", "augmentation", "Pong-v5", "DrAC"),
        ("implement a custom action distribution", "distribution", "CartPole-v1", "PPO"),
        ("write my own distribution for Pendulum", "distribution", "Pendulum-v1", "PPO"),
        ("write a custom distribution for DDPG", "distribution", "Pendulum-v1", "DDPG"),
        ("write a custom policy network for PPO", "policy", "CartPole-v1", "PPO"),
        ("write my own RL agent and train it on CartPole", "agent", "CartPole-v1", "PPO"),
    ],
)
def test_where_nothing_is_said_of_it_there_is_one_to_start_from(
    request_: str, kind: str, env_id: str, agent: str
) -> None:
    plan = design(request_, CATALOGUE, model=False)
    spec = plan.spec
    assert ("agent" if isinstance(spec, AgentSpec) else spec.primitive, spec.env_id, spec.agent) == (
        kind,
        env_id,
        agent,
    )
    assert any(note.startswith(f"Nothing is said of what the {kind} does") for note in plan.notes)
    assert not plan.unread


def test_what_the_note_proposes_to_say_gives_the_same() -> None:
    plan = design("write a custom encoder for Pong", CATALOGUE, model=False)
    told = next(note for note in plan.notes if "start from" in note).split("'")[1]
    assert design(told, CATALOGUE, model=False).spec.body == plan.spec.body


@pytest.mark.parametrize(
    "request_",
    [
        "write a hyperbolic encoder",
        "write a reservoir replay buffer",
        "write an encoder that sees further",
        "write me an agent that is really good at exploring",
        "写一个看得更远的编码器",
    ],
)
def test_what_says_more_than_its_kind_is_not_passed_over(request_: str) -> None:
    with pytest.raises(InvalidRequest, match="outside of what is rendered"):
        design(request_, CATALOGUE, model=False)


def test_what_says_what_it_does_needs_no_start() -> None:
    plan = design("write an encoder with two hidden layers of 32 units", CATALOGUE, model=False)
    assert not any("start from" in note for note in plan.notes)
