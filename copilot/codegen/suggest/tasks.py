"""What is known of tasks beside the catalogue: the reward that counts as learned, how rewards are found, what comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable

from copilot.codegen.settings.values import Entry
from copilot.core.catalogue import Catalogue

THRESHOLDS = {
    "CartPole-v1": 475.0,
    "MountainCar-v0": -110.0,
    "MountainCarContinuous-v0": 90.0,
    "Acrobot-v1": -100.0,
    "LunarLander-v3": 200.0,
    "LunarLanderContinuous-v3": 200.0,
    "BipedalWalker-v3": 300.0,
    "BipedalWalkerHardcore-v3": 300.0,
    "CarRacing-v3": 900.0,
    "FrozenLake-v1": 0.7,
    "FrozenLake8x8-v1": 0.85,
    "Taxi-v4": 8.0,
    "HalfCheetah-v5": 4800.0,
    "Hopper-v5": 3800.0,
    "Swimmer-v5": 360.0,
    "Ant-v5": 6000.0,
    "InvertedPendulum-v5": 950.0,
    "InvertedDoublePendulum-v5": 9100.0,
    "Reacher-v5": -3.75,
    "Pusher-v5": 0.0,
}
"""`reward_threshold` of Gymnasium's registry; a test compares them."""

MEASURED = {
    "MountainCar-v0": -140.0,  # below the threshold that hardly any published agent holds: presets reach -129 to -139
    "Pendulum-v1": -200.0,  # no threshold; presets reach -145 (SAC) and -184 to -165 (PPO)
    "rllte/Memory-v0": 0.9,  # 1 is the most; PPOLSTM reaches it on each seed
}
"""From evals/LEADERBOARD.md, where there is no threshold or none that agents of today hold."""

GRID = 0.9
"""MiniGrid: an episode pays at most 1; on DoorKey-6x6 what has learned is between 0.93 and 0.97 (evals/LEADERBOARD.md)."""
CONTROL_SUITE = 900.0
"""DeepMind Control Suite: a thousand steps pay at most 1 each."""

HARD_TO_FIND = re.compile(
    r"MountainCar-v0|MountainCarContinuous|MiniGrid-(?!Empty-5x5|Empty-Random-5x5|Dynamic)|_sparse$|FrozenLake8x8|"
    r"^(?:MontezumaRevenge|Pitfall|PrivateEye|Venture|Gravitar|Solaris|Freeway)-|BitFlipping"
)
"""Tasks whose first reward a random policy seldom finds: a goal that pays once, or Atari's hard games (papers/rnd.md)."""
NEEDS_MEMORY = re.compile(r"MiniGrid-Memory|MiniGrid-RedBlueDoors|rllte/Memory")
"""Tasks where what was seen before decides."""

LADDERS = (
    ("CartPole-v1", "Acrobot-v1", "LunarLander-v3"),
    ("MountainCar-v0", "Acrobot-v1", "LunarLander-v3"),
    ("Pendulum-v1", "InvertedPendulum-v5", "HalfCheetah-v5", "Humanoid-v5"),
    ("MountainCarContinuous-v0", "LunarLanderContinuous-v3", "BipedalWalker-v3", "BipedalWalkerHardcore-v3"),
    ("MiniGrid-Empty-5x5-v0", "MiniGrid-Empty-8x8-v0", "MiniGrid-DoorKey-5x5-v0", "MiniGrid-DoorKey-6x6-v0"),
    ("MiniGrid-DoorKey-6x6-v0", "MiniGrid-DoorKey-8x8-v0", "MiniGrid-DoorKey-16x16-v0", "MiniGrid-KeyCorridorS3R1-v0"),
    ("FrozenLake-v1", "FrozenLake8x8-v1"),
    ("rllte/Memory-v0", "MiniGrid-MemoryS7-v0", "MiniGrid-MemoryS11-v0", "MiniGrid-MemoryS13-v0"),
    ("cartpole_balance", "cartpole_swingup", "cheetah_run", "walker_run", "humanoid_run"),
    ("Hopper-v5", "Walker2d-v5", "Ant-v5", "Humanoid-v5"),
)
"""Tasks of one kind, each harder than the one before."""


def target(env_id: str, catalogue: Catalogue) -> float | None:
    """The mean reward from which a task counts as learned; None where nobody says."""
    if env_id in MEASURED:
        return MEASURED[env_id]
    if env_id in THRESHOLDS:
        return THRESHOLDS[env_id]
    suite = (catalogue.environment(env_id) or {}).get("suite")
    return GRID if suite == "minigrid" else CONTROL_SUITE if suite == "dmc" else None


def harder(env_id: str, catalogue: Catalogue) -> str | None:
    """The next task of the same kind, if its spaces are known here."""
    for ladder in LADDERS:
        if env_id in ladder[:-1]:
            after = ladder[ladder.index(env_id) + 1 :]
            return next((name for name in after if trainable(catalogue.environment(name))), None)
    return None


def trainable(environment: Entry | None) -> bool:
    """Whether its spaces are known, so that an agent can be chosen for it."""
    return bool(environment and environment["action_space"] and environment["observation_space"])


def observed(environment: Entry, env_kwargs: dict[str, object]) -> str:
    """The kind of observation that these arguments of the maker bring about."""
    if env_kwargs.get("from_pixels"):
        return "Box3"
    return "Dict" if env_kwargs.get("fully_numerical") else str(environment["observation_space"])


def kind_of_observation(environment: Entry, env_kwargs: dict[str, object]) -> str:
    """As costs are measured: "vector", "grid" (pictures of a few cells) or "pixels"."""
    if observed(environment, env_kwargs) != "Box3":
        return "vector"
    return "grid" if environment["suite"] == "minigrid" else "pixels"


def fitting(environment: Entry, env_kwargs: dict[str, object], catalogue: Catalogue) -> list[str]:
    """Agents that can see and act there."""
    seen = observed(environment, env_kwargs)
    return [
        entry["name"]
        for entry in catalogue.of("agent")
        if environment["action_space"] in entry["action_spaces"] and seen in entry["observation_spaces"]
    ]


def known(names: Iterable[str], catalogue: Catalogue) -> list[str]:
    """Those of the catalogue's environments, in the order given."""
    return [name for name in names if catalogue.environment(name) is not None]
