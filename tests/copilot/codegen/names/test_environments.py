"""Names of environments in any spelling, variants, and words that only look like names."""

from __future__ import annotations

import pytest

from copilot.codegen.names.environments import environment_mentions, read_environment
from copilot.codegen.request.reading import Reading
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import UnknownName

CATALOGUE = load_catalogue()


def named(text: str) -> list[str]:
    return [mention.name for mention in environment_mentions(Reading(text), CATALOGUE)]


@pytest.mark.parametrize(
    ("text", "env_id"),
    [
        ("TD3, Pong, 1M steps", "Pong-v5"),
        ("PPO 训练 Boxing", "Boxing-v5"),
        ("dqn on ms pacman", "MsPacman-v5"),
        ("Ms. Pac-Man with PPO", "MsPacman-v5"),
        ("Montezuma's Revenge", "MontezumaRevenge-v5"),
        ("q*bert", "Qbert-v5"),
        ("James Bond", "Jamesbond-v5"),
        ("River Raid", "Riverraid-v5"),
        ("wizard of wor", "WizardOfWor-v5"),
        ("Up 'n Down", "UpNDown-v5"),
        ("Yars' Revenge", "YarsRevenge-v5"),
        ("key corridor S4R3", "MiniGrid-KeyCorridorS4R3-v0"),
        ("Door Key 6x6", "MiniGrid-DoorKey-6x6-v0"),
        ("empty 8x8 of minigrid", "MiniGrid-Empty-8x8-v0"),
        ("MiniGrid's locked room", "MiniGrid-LockedRoom-v0"),
        ("动态障碍 8x8", "MiniGrid-Dynamic-Obstacles-8x8-v0"),
        ("四房间", "MiniGrid-FourRooms-v0"),
        ("ball in cup catch", "ball_in_cup_catch"),
        ("walker-walk", "walker_walk"),
        ("cartpole swing-up - the sparse one -", "cartpole_swingup_sparse"),
        ("the hardcore version of the bipedal walker", "BipedalWalkerHardcore-v3"),
        ("lunar lander with continuous actions", "LunarLanderContinuous-v3"),
        ("月球着陆器的连续动作版本", "LunarLanderContinuous-v3"),
        ("frozen lake 8x8", "FrozenLake8x8-v1"),
        ("slippery cliff walking", "CliffWalkingSlippery-v1"),
        ("ALE/Asteroids-v5", "Asteroids-v5"),
        ("BreakoutNoFrameskip-v4", "BreakoutNoFrameskip-v4"),
        ("PongNoFrameskip", "PongNoFrameskip-v4"),
        ("用PPO训练PongNoFrameskip，16个环境", "PongNoFrameskip-v4"),
        ("打砖块", "Breakout-v5"),
        ("太空侵略者", "SpaceInvaders-v5"),
        ("half cheetah", "HalfCheetah-v5"),
        ("CartPole v1", "CartPole-v1"),
    ],
)
def test_spoken_names(text: str, env_id: str) -> None:
    assert named(text) == [env_id]


def test_common_words_count_only_where_they_are_meant() -> None:
    assert named("PPO on Pong with a memory of 5000 steps") == ["Pong-v5"]
    assert named("PPO on Pitfall, memory of 3000 states") == ["Pitfall-v5"]
    assert named("Venture, PPO") == ["Venture-v5"]
    assert named("ppo, boxing, 100k") == ["Boxing-v5"]
    assert named("PPO on Pong and boxing") == ["Pong-v5", "Boxing-v5"]


@pytest.mark.parametrize("text", ["PPO on CartPole-v0", "Pong v4", "PPO in DoorKey 7x7", "PPO on SuperMarioBros-v0"])
def test_versions_and_sizes_that_do_not_exist(text: str) -> None:
    with pytest.raises(UnknownName):
        named(text)


@pytest.mark.parametrize(("text", "word"), [("PPO 玩 Doom", "Doom"), ("SAC on walker_jump", "walker_jump")])
def test_unknown_environments_are_named(text: str, word: str) -> None:
    with pytest.raises(UnknownName, match=word):
        read_environment(Reading(text), CATALOGUE)


def test_a_slip_in_a_short_name_is_told_what_it_is_like() -> None:
    with pytest.raises(UnknownName) as caught:
        read_environment(Reading("PPO on Pogn with RND"), load_catalogue())
    assert "Pong-v5" in caught.value.hint
