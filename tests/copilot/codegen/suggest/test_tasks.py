"""What is known of tasks agrees with Gymnasium and with the catalogue."""

from __future__ import annotations

import gymnasium as gym

from copilot.codegen.suggest import tasks
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def test_thresholds_are_gymnasium_s() -> None:
    assert {name: gym.registry[name].reward_threshold for name in tasks.THRESHOLDS} == tasks.THRESHOLDS


def test_every_task_that_is_named_is_in_the_catalogue() -> None:
    named = [*tasks.THRESHOLDS, *tasks.MEASURED, *(name for ladder in tasks.LADDERS for name in ladder)]
    assert not [name for name in named if CATALOGUE.environment(name) is None]


def test_targets() -> None:
    assert tasks.target("CartPole-v1", CATALOGUE) == 475
    assert tasks.target("MiniGrid-DoorKey-8x8-v0", CATALOGUE) == tasks.GRID
    assert tasks.target("walker_walk", CATALOGUE) == tasks.CONTROL_SUITE
    assert tasks.target("Breakout-v5", CATALOGUE) is None and tasks.target("Mine-v0", CATALOGUE) is None


def test_the_next_task() -> None:
    assert tasks.harder("CartPole-v1", CATALOGUE) == "Acrobot-v1"
    assert tasks.harder("MiniGrid-DoorKey-6x6-v0", CATALOGUE) == "MiniGrid-DoorKey-8x8-v0"
    assert tasks.harder("Breakout-v5", CATALOGUE) is None


def test_kinds_of_observation() -> None:
    kinds = {
        name: CATALOGUE.environment(name) or {} for name in ("CartPole-v1", "MiniGrid-DoorKey-6x6-v0", "walker_walk")
    }
    assert tasks.kind_of_observation(kinds["CartPole-v1"], {}) == "vector"
    assert tasks.kind_of_observation(kinds["MiniGrid-DoorKey-6x6-v0"], {"flat": False}) == "grid"
    assert tasks.kind_of_observation(kinds["walker_walk"], {"from_pixels": True}) == "pixels"
    assert tasks.kind_of_observation(kinds["walker_walk"], {}) == "vector"


def test_sparse_and_memory() -> None:
    assert all(tasks.HARD_TO_FIND.search(name) for name in ("MountainCar-v0", "MiniGrid-DoorKey-6x6-v0", "Pitfall-v5"))
    assert not any(tasks.HARD_TO_FIND.search(name) for name in ("CartPole-v1", "MiniGrid-Empty-5x5-v0", "Breakout-v5"))
    assert tasks.NEEDS_MEMORY.search("MiniGrid-MemoryS7-v0") and not tasks.NEEDS_MEMORY.search("CartPole-v1")
