"""Defects found in RLLTE's on-policy agents, each proven absent from whole agents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.agent import A2C, PPO
from rllte.xploit.encoder import VanillaMlpEncoder
from tests.rllte.agent.probes import build, noise, weights, with_rollout


class BothFlags(gym.Env[Any, Any]):
    """Four steps and a reward of 10 at the last, which an adapter calls terminated and truncated at once."""

    observation_space = gym.spaces.Box(-1, 1, (1,))
    action_space = gym.spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        self.steps = 0
        return np.zeros(1, np.float32), {}

    def step(self, action: Any) -> Any:
        self.steps += 1
        over = self.steps == 4
        return np.zeros(1, np.float32), 10.0 * over, over, over, {}


@pytest.mark.parametrize("cls", [PPO, A2C])
def test_defect_21_a_terminal_reward_is_learned_when_both_flags_are_set(cls: Any, tmp_path: Path) -> None:
    """RLLTE's returns were zero there: whatever the last step paid was never learned."""
    agent = with_rollout(build(cls, tmp_path, BothFlags, num_steps=4, discount=0.5, gae_lambda=1.0))
    th.testing.assert_close(agent.storage.returns, th.tensor([1.25, 2.5, 5.0, 10.0]).unsqueeze(-1).expand(4, 3))


@pytest.mark.parametrize("cls", [PPO, A2C])
def test_defect_21b_a_batch_larger_than_the_rollout_still_learns(cls: Any, tmp_path: Path) -> None:
    agent = build(cls, tmp_path, batch_size=10_000)
    agent.freeze()
    before = weights(agent)
    agent.train(48)
    assert not th.equal(before, weights(agent))


@pytest.mark.parametrize("cls", [PPO, A2C])
def test_defect_17_entropy_deviation_and_first_actions_of_box_policies(cls: Any, tmp_path: Path) -> None:
    """RLLTE divided the entropy by the number of dimensions, began with sigma 2.72 and had no small last layer."""
    agent = with_rollout(build(cls, tmp_path, noise("Box1", "Box")))
    dist = agent.policy.get_dist(agent.policy.features(th.randn(50, 3)))
    assert dist.stddev.eq(1.0).all()
    assert dist.mean.abs().max() < 0.1
    batch = next(iter(agent.storage.sample()))
    _, _, entropy = agent.policy.evaluate_actions(batch.observations, batch.actions)
    assert entropy.item() == pytest.approx(2 * 0.5 * np.log(2 * np.pi * np.e), rel=1e-5)  # summed over two dimensions


def test_defect_9_training_again_goes_on_and_weights_that_a_user_brought_stay(tmp_path: Path) -> None:
    agent = build(PPO, tmp_path)
    brought = VanillaMlpEncoder(agent.observation_space, feature_dim=agent.policy.feature_dim)
    kept = [p.detach().clone() for p in brought.parameters()]
    agent.set(encoder=brought)
    agent.freeze()
    assert all(th.equal(a, b) for a, b in zip(kept, brought.parameters(), strict=True))
    agent.train(48, log_interval=100)
    once = weights(agent)
    agent.train(48, log_interval=100)
    assert 0 < (weights(agent) - once).abs().max() < 0.2


def test_pretraining_leaves_weights_that_another_run_begins_with(tmp_path: Path) -> None:
    from rllte.common.prototype import BaseReward

    class Norm(BaseReward):
        def compute(self, samples: Any, sync: bool = True) -> th.Tensor:
            return samples["next_observations"].norm(dim=-1)

        def update(self, samples: Any) -> None:
            self.updates += 1

    agent = build(PPO, tmp_path, pretraining=True)
    agent.set(reward=Norm(agent.env))
    agent.train(48, log_interval=100)
    (file,) = (agent.logger.folder / "model").glob("pretrained_*")
    other = build(PPO, tmp_path, seed=5)
    other.freeze(init_model_path=str(file))
    assert th.equal(weights(agent), weights(other))
