"""What a request means: the experiment, checked by pydantic, and what was assumed on the way."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Module(BaseModel):
    """A component that replaces one of the agent's own."""

    model_config = ConfigDict(extra="forbid")

    name: str
    kwargs: dict[str, Any] = Field(default_factory=dict)
    parts: list[str] = Field(default_factory=list)
    """Of a mixer of intrinsic rewards: the rewards that it mixes."""


class ExperimentSpec(BaseModel):
    """One training run."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["experiment"] = "experiment"
    agent: str
    env_id: str
    num_envs: int = Field(ge=1)
    num_train_steps: int = Field(ge=1)
    seed: int = Field(default=1, ge=0)
    device: str = "cpu"
    tag: str = "default"
    env_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Of the maker, besides number, seed and device."""
    agent_kwargs: dict[str, Any] = Field(default_factory=dict)
    modules: dict[str, Module] = Field(default_factory=dict)
    """By primitive: encoder, policy, storage, distribution, augmentation, reward."""
    train_kwargs: dict[str, Any] = Field(default_factory=dict)


class Plan(BaseModel):
    """The experiment and, a sentence each, what was assumed or not understood."""

    spec: ExperimentSpec
    notes: list[str] = Field(default_factory=list)
