"""A refused `load` leaves everything as it was, whichever part it was that did not fit."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch as th
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from rllte.agent import DQN, PPG, PPO, SAC
from rllte.core.errors import CheckpointError, IncompatibleError
from rllte.env import make_rllte_env
from rllte.training import checkpoint
from rllte.xploit.storage import PrioritizedReplayStorage
from rllte.xplore.reward import RND

Change = Callable[[dict[str, th.Tensor], dict[str, Any]], Any]


def make(cls: Any, folder: Path, env_id: str, seed: int = 1, prioritized: bool = False, **kwargs: Any) -> Any:
    env = make_rllte_env(env_id, num_envs=2, seed=seed, asynchronous=False)
    made = cls(env=env, seed=seed, log_dir=folder, hidden_dim=8, **kwargs)
    if prioritized:
        spaces = (made.observation_space, made.action_space)
        made.set(storage=PrioritizedReplayStorage(*spaces, storage_size=100, batch_size=16, num_envs=2))
    return made


def small(cls: Any, folder: Path, env_id: str, **kwargs: Any) -> Any:
    return make(cls, folder, env_id, **{"batch_size": 16, "num_init_steps": 20, "storage_size": 100, **kwargs})


def everything(made: Any) -> dict[str, Any]:
    """Weights, statistics, optimisers, counters, generator, and what the storage holds."""
    parts = checkpoint.parts(made)
    found: dict[str, Any] = {"generator": th.get_rng_state()}
    for name, module in {"policy": parts.policy, **parts.networks}.items():
        found |= {f"{name}.{key}": tensor for key, tensor in module.state_dict().items()}
    for name, optimizer in parts.optimizers.items():
        for index, state in optimizer.state_dict()["state"].items():
            found |= {f"{name}.{index}.{key}": th.as_tensor(value) for key, value in state.items()}
    found |= {f"memory.{name}": tensor for name, tensor in made.memory().items()}
    counters = (made.global_step, made.global_episode, made.num_updates, made.span, made.best_reward)
    found |= {"counters": counters, "normalized": made.normalizes_obs, "scaled": made.reward_scaler is not None}
    return copy.deepcopy({**found, "updates": getattr(made.irs, "updates", None)})


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether all of `one` is in `other`; modules that were first brought together by `load` have optimisers after it."""
    return one.keys() <= other.keys() and all(
        th.equal(value, other[key]) if isinstance(value, th.Tensor) else value == other[key]
        for key, value in one.items()
    )


def refused(made: Any, file: Path, words: str) -> None:
    before = everything(made)
    with pytest.raises(CheckpointError, match=words):
        made.load(file)
    assert same(before, everything(made))


def changed(file: Path, change: Change) -> Path:
    tensors = load_file(file)
    with safe_open(str(file), "pt") as opened:
        header = json.loads(opened.metadata()["rllte"])
    change(tensors, header)
    save_file(tensors, file, metadata={"rllte": json.dumps(header)})
    return file


def without(name: str) -> Change:
    return lambda tensors, header: tensors.pop(name)


def put(name: str, tensor: th.Tensor) -> Change:
    return lambda tensors, header: tensors.update({name: tensor})


def head(**values: Any) -> Change:
    return lambda tensors, header: header.update(values)


@pytest.mark.parametrize("begun", [True, False])
def test_a_storage_of_another_size_is_refused_and_changes_nothing(begun: bool, tmp_path: Path) -> None:
    first = small(SAC, tmp_path, "Pendulum-v1", storage_size=200)
    first.set(reward=RND(first.env))
    first.train(60, normalize_obs=True, normalize_reward=True)
    file = first.save(tmp_path / "a.safetensors", storage=True)
    second = small(SAC, tmp_path, "Pendulum-v1", seed=5)
    second.set(reward=RND(second.env))
    if begun:
        second.train(40, normalize_obs=True, normalize_reward=True)
    refused(second, file, "storage_size")
    refused(second, file, "storage_size")


def test_an_agent_that_refused_a_file_learns_as_if_it_had_not_seen_it(tmp_path: Path) -> None:
    first = make(PPO, tmp_path, "CartPole-v1", num_steps=16)
    first.train(64, normalize_obs=True)
    file = changed(first.save(tmp_path / "a.safetensors"), without("policy.critic.1.bias"))
    learned = []
    for loads in (False, True):
        made = make(PPO, tmp_path, "CartPole-v1", seed=5, num_steps=16)
        if loads:
            refused(made, file, "critic.1.bias")
            made.set(reward=RND(made.env, beta=0.0))  # modules can still be set: nothing has been brought together
        made.train(64)
        learned.append(th.cat([parameter.detach().flatten() for parameter in made.policy.parameters()]))
    assert th.equal(*learned)


def test_a_file_with_normalisation_is_refused_by_an_agent_without_and_changes_nothing(tmp_path: Path) -> None:
    first = make(PPO, tmp_path, "CartPole-v1", num_steps=16)
    first.train(32, normalize_obs=True)
    file = first.save(tmp_path / "a.safetensors")
    second = make(PPO, tmp_path, "CartPole-v1", seed=5, num_steps=16)
    second.train(32)
    before = everything(second)
    with pytest.raises(IncompatibleError, match="normalize_obs=True came after"):
        second.load(file)
    assert same(before, everything(second))


STORAGES: dict[str, Change] = {
    "no rewards": without("storage.rewards"),
    "rewards of another dtype": put("storage.rewards", th.zeros(41, 2, dtype=th.float64)),
    "rewards of a step less": put("storage.rewards", th.zeros(20, 2)),
    "actions of another shape": put("storage.actions", th.zeros(31, 2, 3, dtype=th.int64)),
    "observations of another shape": put("storage.layout.observations", th.zeros(31, 2, 5)),
    "no sizes": without("storage.sizes"),
    "a negative number of steps": put("storage.steps", th.tensor(-3)),
    "starts of another number": put("storage.episode_starts", th.zeros(3, dtype=th.int64)),
    "no table of ends": without("storage.ends.observations"),
    "no priorities": without("storage.priorities"),
    "a priority less": put("storage.priorities", th.zeros(5, dtype=th.float64)),
    "no highest priority": without("storage.highest"),
}


@pytest.mark.parametrize("change", STORAGES.values(), ids=STORAGES.keys())
def test_a_damaged_storage_is_refused_and_changes_nothing(change: Change, tmp_path: Path) -> None:
    first = small(DQN, tmp_path, "CartPole-v1", prioritized=True)
    first.train(60)
    file = changed(first.save(tmp_path / "a.safetensors", storage=True), change)
    second = small(DQN, tmp_path, "CartPole-v1", seed=5, prioritized=True)
    second.train(40)
    refused(second, file, "saved storage")


def test_a_storage_drawn_uniformly_does_not_fit_one_drawn_by_priority(tmp_path: Path) -> None:
    first = small(DQN, tmp_path, "CartPole-v1")
    first.train(40)
    file = first.save(tmp_path / "a.safetensors", storage=True)
    second = small(DQN, tmp_path, "CartPole-v1", seed=5, prioritized=True)
    second.train(40)
    refused(second, file, "'priorities'")


HEADERS: dict[str, Change] = {
    "updates in words": head(updates="many"),
    "a span of one": head(span=[3]),
    "a span of texts": head(span="ab"),
    "a best reward in words": head(best_reward="good"),
    "a discount in words": head(reward_discount="0.9"),
    "normalisation as a number": head(normalize_obs=1),
}


@pytest.mark.parametrize("change", HEADERS.values(), ids=HEADERS.keys())
def test_a_damaged_header_is_refused_and_changes_nothing(change: Change, tmp_path: Path) -> None:
    first = make(PPO, tmp_path, "CartPole-v1", num_steps=16)
    first.train(32, normalize_reward=True)
    file = changed(first.save(tmp_path / "a.safetensors"), change)
    refused(make(PPO, tmp_path, "CartPole-v1", seed=5, num_steps=16), file, "header")


@pytest.mark.parametrize(
    "change", [without("storage.1.obs.observations"), put("storage.1.obs.observations", th.zeros(3, 4))]
)
def test_what_ppg_remembers_is_compared_first(change: Change, tmp_path: Path) -> None:
    first = make(PPG, tmp_path, "CartPole-v1", num_steps=16)
    first.train(96)
    file = changed(first.save(tmp_path / "a.safetensors", storage=True), change)
    second = make(PPG, tmp_path, "CartPole-v1", seed=5, num_steps=16)
    second.train(32)
    refused(second, file, "saved rollout 1")


class Stubborn(RND):
    """A reward whose predictor refuses every state, after the other networks have taken theirs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = _Refuses(2, 2)


class _Refuses(th.nn.Linear):
    def load_state_dict(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("not this one")


def test_a_module_of_ones_own_that_refuses_its_state_changes_nothing(tmp_path: Path) -> None:
    first = make(PPO, tmp_path, "CartPole-v1", num_steps=16)
    first.set(reward=Stubborn(first.env))
    first.train(64)
    file = first.save(tmp_path / "a.safetensors")
    second = make(PPO, tmp_path, "CartPole-v1", seed=5, num_steps=16)
    second.set(reward=Stubborn(second.env))
    second.train(32)
    refused(second, file, "RuntimeError: not this one")
