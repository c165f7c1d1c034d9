"""What holds for every on-policy agent: all spaces, all weights, one seed, resume, intrinsic rewards, normalisation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.agent import A2C, DAAC, PPG, PPO, PPOLSTM, DrAC, DrDAAC
from rllte.common.prototype import BaseReward
from rllte.core.errors import IncompatibleError
from rllte.core.registry import load_all
from rllte.env.testing import make_identity_env, make_two_senses_env
from rllte.xplore.augmentation import RandomAmplitudeScaling
from tests.rllte.agent.probes import ACTIONS, OBSERVATIONS, build, noise, weights

AGENTS: dict[type[Any], dict[str, Any]] = {
    A2C: {},
    PPO: {},
    DAAC: {},
    DrAC: {},
    DrDAAC: {},
    PPG: {"policy_epochs": 2, "aux_epochs": 2, "num_aux_mini_batch": 1},
    PPOLSTM: {"lstm_dim": 8},
}
PAIRS = [
    (cls, observations, actions)
    for entry in load_all()
    if (cls := entry.cls) in AGENTS
    for observations in entry.observation_spaces
    for actions in entry.action_spaces
]
by_agent = pytest.mark.parametrize("cls", AGENTS)


def trained(cls: Any, folder: Path, steps: int = 96, env_id: Any = "CartPole-v1", **kwargs: Any) -> Any:
    options = kwargs.pop("options", {})
    agent = build(cls, folder, env_id, **{**AGENTS[cls], **kwargs})
    agent.train(steps, log_interval=100, **options)
    return agent


@pytest.mark.parametrize(("cls", "observations", "actions"), PAIRS)
def test_every_trainable_tensor_moves_in_every_space(cls: Any, observations: str, actions: str, tmp_path: Path) -> None:
    agent = build(cls, tmp_path, noise(observations, actions), **AGENTS[cls])
    agent.freeze()
    before = {name: p.detach().clone() for name, p in agent.policy.named_parameters()}
    agent.train(96)
    for name, parameter in agent.policy.named_parameters():
        assert not th.equal(before[name], parameter), name
    assert agent.eval(3)["episode_length"] == 7


def test_the_agents_declare_the_spaces_that_the_probes_cover() -> None:
    assert {pair[1] for pair in PAIRS} == set(OBSERVATIONS)
    assert {pair[2] for pair in PAIRS} == set(ACTIONS)


@by_agent
def test_the_same_seed_gives_the_same_weights_and_another_does_not(cls: Any, tmp_path: Path) -> None:
    first = weights(trained(cls, tmp_path))
    assert th.equal(first, weights(trained(cls, tmp_path)))
    assert not th.equal(first, weights(trained(cls, tmp_path, seed=2)))


@by_agent
def test_a_stop_and_a_resume_change_nothing(cls: Any, tmp_path: Path) -> None:
    whole = trained(cls, tmp_path, 192)
    file = trained(cls, tmp_path, 96).save(tmp_path / "half.safetensors")
    second = build(cls, tmp_path, seed=5, **AGENTS[cls])
    second.load(file)
    second.train(96, log_interval=100)
    assert th.equal(weights(whole), weights(second))


class Constant(BaseReward):
    """Pays for action 1."""

    def compute(self, samples: Mapping[str, th.Tensor], sync: bool = True) -> th.Tensor:
        return self.weight * samples["actions"].float() * 10

    def update(self, samples: Mapping[str, th.Tensor]) -> None:
        self.updates += 1


@by_agent
def test_defect_1_an_intrinsic_reward_changes_what_is_learned(cls: Any, tmp_path: Path) -> None:
    def learned(beta: float | None) -> th.Tensor:
        agent = build(cls, tmp_path, **AGENTS[cls])
        if beta is not None:
            agent.set(reward=Constant(agent.env, beta=beta))
        agent.train(96, log_interval=100)
        return weights(agent)

    plain = learned(None)
    assert th.equal(plain, learned(0.0))
    assert not th.equal(plain, learned(1.0))


@by_agent
def test_observations_are_normalised_wherever_they_are_encoded(cls: Any, tmp_path: Path) -> None:
    agent = trained(cls, tmp_path, options={"normalize_obs": True})
    counts = {name: b.clone() for name, b in agent.policy.named_buffers() if name.endswith("mean")}
    assert counts
    assert all(mean.abs().sum() > 0 for mean in counts.values())


@by_agent
def test_an_augmentation_is_taken_by_those_that_use_it_alone(cls: Any, tmp_path: Path) -> None:
    agent = build(cls, tmp_path, **AGENTS[cls])
    if cls in (DrAC, DrDAAC):
        agent.set(augmentation=RandomAmplitudeScaling())
    else:
        with pytest.raises(IncompatibleError, match="does not use an augmentation"):
            agent.set(augmentation=RandomAmplitudeScaling())


@pytest.mark.learning
@pytest.mark.parametrize(
    ("cls", "kind"),
    [*((cls, kind) for cls in AGENTS for kind in ("Discrete", "Box")), (PPO, "MultiDiscrete"), (PPO, "MultiBinary")],
)
def test_what_is_shown_is_learned_in_every_action_space(cls: Any, kind: str, tmp_path: Path) -> None:
    env = make_identity_env(kind, num_envs=16, seed=1)
    sizes = {"hidden_dim": 32, "num_steps": 16, "batch_size": 64, "lr": 3e-3, "ent_coef": 0.0, "discount": 0.0}
    agent = cls(env=env, seed=1, log_dir=tmp_path, **{**sizes, **AGENTS[cls]})
    agent.train(8192, log_interval=1000)
    assert agent.eval(16)["episode_reward"] > (8.0 if kind == "Box" else 9.5)  # of 10; untrained Box policies get 6.6


@pytest.mark.learning
def test_both_entries_of_dict_observations_are_used(tmp_path: Path) -> None:
    env = make_two_senses_env(num_envs=16, seed=1)
    # Small networks and rollouts stop at 7 of 10 with one seed in four; these reach 10 with each of eight.
    sizes = {"feature_dim": 64, "hidden_dim": 64, "num_steps": 64, "batch_size": 256, "lr": 1e-3, "discount": 0.0}
    agent = PPO(env=env, seed=1, log_dir=tmp_path, ent_coef=0.01, **sizes)
    agent.train(8192, log_interval=1000)
    assert agent.eval(16)["episode_reward"] > 9.0  # of 10; with one entry alone 5
