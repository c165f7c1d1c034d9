"""Checkpoints: everything comes back, and a bad file changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch as th
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from rllte.agent import PPO
from rllte.common.prototype import BaseReward
from rllte.core.errors import CheckpointError, FileError, ParameterError
from rllte.env import make_rllte_env
from rllte.xploit.policy import OnPolicySharedActorCritic

Tensors = dict[str, th.Tensor]
Header = dict[str, Any]


class Curious(BaseReward):
    """A reward with a network, an optimiser and a decaying weight."""

    def __init__(self, envs: Any, **kwargs: Any) -> None:
        super().__init__(envs, kappa=0.5, **kwargs)
        self.network = nn.Linear(4, 1)
        self.optimizer = th.optim.Adam(self.network.parameters())

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        return self.scale(self.network(samples["observations"]).squeeze(-1).detach())

    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        self.optimizer.zero_grad()
        self.network(samples["observations"]).pow(2).mean().backward()
        self.optimizer.step()
        self.updates += 1


class Plain(BaseReward):
    """Another reward."""

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        return samples["rewards"]

    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        pass


def agent(folder: Path, seed: int = 1, **kwargs: Any) -> Any:
    env = make_rllte_env("CartPole-v1", num_envs=2, seed=seed)
    return PPO(env=env, seed=seed, log_dir=folder, **{"hidden_dim": 16, "num_steps": 16, **kwargs})


def weights(made: Any) -> th.Tensor:
    return th.cat([p.detach().flatten() for p in made.policy.parameters()])


def everything(made: Any) -> list[th.Tensor]:
    states = made.policy.optimizers["opt"].state_dict()["state"]
    values = [th.as_tensor(state[key]) for _, state in sorted(states.items()) for key in sorted(state)]
    return [weights(made), *values, th.get_rng_state()]


def test_going_on_from_a_checkpoint_is_going_on(tmp_path: Path) -> None:
    first = agent(tmp_path)
    first.train(64)
    file = first.save(tmp_path / "a.safetensors")
    first.train(64)
    second = agent(tmp_path, seed=5)
    second.load(file)
    second.train(64)
    assert second.global_step == first.global_step == 128
    assert th.equal(weights(first), weights(second))


def test_init_model_path_takes_the_weights_alone_whenever_it_is_given(tmp_path: Path) -> None:
    first = agent(tmp_path)
    first.train(64)
    file = first.save(tmp_path / "a.safetensors")
    for begun in (False, True):
        second = agent(tmp_path, seed=5, lr=0.0)
        if begun:
            second.eval(1)
        before = th.get_rng_state()
        second.freeze(init_model_path=file)
        assert th.equal(before, th.get_rng_state())
        second.train(32, init_model_path=str(file))
        assert th.equal(weights(first), weights(second))
        assert second.global_step == 32
    with pytest.raises(CheckpointError, match="nowhere"):
        second.train(32, init_model_path="nowhere.safetensors")


def test_the_intrinsic_reward_goes_on_too(tmp_path: Path) -> None:
    first = agent(tmp_path)
    first.set(reward=Curious(first.env))
    first.train(96)
    file = first.save(tmp_path / "a.safetensors")
    second = agent(tmp_path, seed=5)
    second.set(reward=Curious(second.env))
    second.load(file)
    assert second.irs.weight == first.irs.weight == 0.5**3
    assert th.equal(first.irs.network.weight, second.irs.network.weight)
    assert th.equal(first.irs.rwd_norm.var, second.irs.rwd_norm.var)
    assert first.irs.optimizer.state_dict()["state"][0]["step"] == second.irs.optimizer.state_dict()["state"][0]["step"]
    agent(tmp_path).load(file)  # without an intrinsic reward: the rest goes on
    other = agent(tmp_path)
    other.set(reward=Plain(other.env))
    with pytest.raises(CheckpointError, match="Curious"):
        other.load(file)


def test_an_intrinsic_reward_begins_fresh_where_the_file_has_none(tmp_path: Path) -> None:
    first = agent(tmp_path)
    file = first.save(tmp_path / "a.safetensors")
    second = agent(tmp_path)
    second.set(reward=Curious(second.env))
    second.load(file)
    assert second.irs.weight == 1.0


def without(name: str) -> Callable[[Tensors, Header], Any]:
    return lambda tensors, header: tensors.pop(name)


def put(name: str, tensor: th.Tensor) -> Callable[[Tensors, Header], Any]:
    return lambda tensors, header: tensors.update({name: tensor})


def head(**values: Any) -> Callable[[Tensors, Header], Any]:
    return lambda tensors, header: header.update(values)


BAD: dict[str, Callable[[Tensors, Header], Any]] = {
    "another format": head(format="rllte-checkpoint-0"),
    "no step": lambda tensors, header: header.pop("step"),
    "a step in words": head(step="many"),
    "a negative episode": head(episode=-1),
    "a true step": head(step=True),
    "another agent": head(agent="A2C"),
    "other spaces": head(observation_space="Box(3)"),
    "no optimisers": lambda tensors, header: header.pop("optimizers"),
    "optimisers as a list": head(optimizers=["Adam"]),
    "another optimiser": head(optimizers={"opt": "SGD"}),
    "a reward as a number": head(reward=3),
    "a reward without count": head(reward={"class": "Curious"}),
    "a weight missing": without("policy.critic.1.bias"),
    "a weight too many": put("policy.extra", th.zeros(1)),
    "a weight of another shape": put("policy.critic.1.bias", th.zeros(7)),
    "a weight of another dtype": put("policy.critic.1.bias", th.zeros(1, dtype=th.float64)),
    "a state missing": without("optimizer.opt.0.exp_avg"),
    "a state of one element": put("optimizer.opt.0.exp_avg", th.zeros(1)),
    "a state of another dtype": put("optimizer.opt.0.exp_avg", th.zeros(16, 4, dtype=th.float64)),
    "an unknown state": put("optimizer.opt.0.moment", th.zeros(16, 4)),
    "a parameter without number": put("optimizer.opt.foo.exp_avg", th.zeros(1)),
    "a parameter out of range": put("optimizer.opt.99.exp_avg", th.zeros(1)),
    "a negative parameter": put("optimizer.opt.-1.exp_avg", th.zeros(1)),
    "no generator": without("rng.torch"),
    "a short generator": put("rng.torch", th.zeros(3, dtype=th.uint8)),
    "a generator of floats": put("rng.torch", th.zeros(5056)),
    "a generator of nonsense": put("rng.torch", th.zeros(5056, dtype=th.uint8)),
    "a network missing": without("reward.network.weight"),
    "a network of another shape": put("reward.network.bias", th.zeros(2)),
    "a network's state of one element": put("optimizer.reward.optimizer.0.exp_avg", th.zeros(())),
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_and_changes_nothing(change: Callable[[Tensors, Header], Any], tmp_path: Path) -> None:
    first = agent(tmp_path)
    first.set(reward=Curious(first.env))
    first.train(64)
    file = first.save(tmp_path / "a.safetensors")
    tensors = load_file(file)
    with safe_open(str(file), "pt") as opened:
        header = json.loads(opened.metadata()["rllte"])
    change(tensors, header)
    save_file(tensors, file, metadata={"rllte": json.dumps(header)})
    second = agent(tmp_path, seed=5)
    second.set(reward=Curious(second.env))
    second.train(32)
    before = [tensor.clone() for tensor in everything(second)]
    with pytest.raises(CheckpointError):
        second.load(file)
    assert all(th.equal(old, new) for old, new in zip(before, everything(second), strict=True))
    assert (second.global_step, second.irs.updates) == (32, 1)


@pytest.mark.parametrize("metadata", [None, {"rllte": "{oops"}, {"rllte": "[1]"}, {"rllte": "[" * 100_000}])
def test_a_header_that_is_none(metadata: dict[str, str] | None, tmp_path: Path) -> None:
    save_file({"a": th.zeros(1)}, tmp_path / "a.safetensors", metadata=metadata)
    with pytest.raises(CheckpointError, match="not a checkpoint of this library"):
        agent(tmp_path).load(tmp_path / "a.safetensors")


@pytest.mark.parametrize("size", [0, 7, 0.5])
def test_a_cut_file(size: float, tmp_path: Path) -> None:
    file = agent(tmp_path).save(tmp_path / "a.safetensors")
    raw = file.read_bytes()
    file.write_bytes(raw[: int(len(raw) * size) if size < 1 else int(size)])
    with pytest.raises(CheckpointError, match="Cannot read"):
        agent(tmp_path).load(file)


def test_a_policy_of_another_optimiser_takes_the_weights_alone(tmp_path: Path) -> None:
    file = agent(tmp_path).save(tmp_path / "a.safetensors")
    for optimizer in (th.optim.SGD, th.optim.RMSprop):
        made = agent(tmp_path)
        made.set(policy=OnPolicySharedActorCritic(made.observation_space, made.action_space, 4, 16, optimizer))
        with pytest.raises(CheckpointError, match="init_model_path"):
            made.load(file)
        made.train(32, init_model_path=file)


@pytest.mark.parametrize(
    ("optimizer", "kwargs"),
    [
        (th.optim.SGD, {"lr": 0.1}),
        (th.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        (th.optim.RMSprop, {"momentum": 0.9, "centered": True}),
        (th.optim.Adam, {"amsgrad": True}),
        (th.optim.Adagrad, {}),
        (th.optim.NAdam, {}),
    ],
)
def test_every_optimiser_comes_back(optimizer: Any, kwargs: dict[str, Any], tmp_path: Path) -> None:
    def make() -> Any:
        made = agent(tmp_path)
        spaces = (made.observation_space, made.action_space)
        made.set(policy=OnPolicySharedActorCritic(*spaces, 4, 16, optimizer, kwargs))
        return made

    first, second = make(), make()
    first.train(64)
    second.load(first.save(tmp_path / "a.safetensors"))
    assert all(th.equal(a, b) for a, b in zip(everything(first), everything(second), strict=True))


def test_spaces_are_compared_whatever_numpy_prints(tmp_path: Path) -> None:
    file = agent(tmp_path).save(tmp_path / "a.safetensors")
    with np.printoptions(precision=2):
        agent(tmp_path).load(file)


def test_a_policy_saves_and_loads_its_weights(tmp_path: Path) -> None:
    first, second = agent(tmp_path), agent(tmp_path, seed=5)
    first.freeze()
    second.freeze()
    file = first.policy.save(tmp_path, pretraining=True, global_step=7)
    assert file == tmp_path / "pretrained_7.safetensors"
    second.policy.load(file, "cpu")
    assert th.equal(weights(first), weights(second))
    second.policy.load(first.save(tmp_path / "whole.safetensors"))
    with pytest.raises(CheckpointError):
        second.load(file)


def test_a_file_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError, match="Cannot write"):
        agent(tmp_path).save(tmp_path / "folder")
    assert not list(tmp_path.glob("*.partial"))
    with pytest.raises(FileError, match="/proc"):
        agent(tmp_path).save("/proc/nowhere/a.safetensors")


def test_a_path_that_is_none_says_so(tmp_path: Path) -> None:
    made = agent(tmp_path)
    calls: list[Callable[[], Any]] = [
        lambda: made.train(32, init_model_path=5),
        lambda: made.load(5),
        lambda: made.save(5),
        lambda: made.policy.load(5),
        lambda: made.policy.save(5),
    ]
    for call in calls:
        with pytest.raises(ParameterError, match="is 5, a int; expected a text or Path"):
            call()
