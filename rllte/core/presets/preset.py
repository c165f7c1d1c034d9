"""What a preset is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Preset:
    """Settings of one agent on one environment."""

    agent: str
    env_id: str
    num_envs: int
    num_train_steps: int
    agent_kwargs: dict[str, Any] = field(default_factory=dict[str, Any])
    train_kwargs: dict[str, Any] = field(default_factory=dict[str, Any])
    env_kwargs: dict[str, Any] = field(default_factory=dict[str, Any])
    """Of the environment's maker, besides number and seed."""
    rewards: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """Arguments of intrinsic rewards that were measured there, by the name of the reward."""
    note: str = ""
    """A sentence on why the settings are these."""
    source: str = "evals/LEADERBOARD.md"
