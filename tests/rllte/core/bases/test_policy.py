"""What every policy has: a description, random actions, actions for the environment."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.bases import BasePolicy
from rllte.xploit.encoder import IdentityEncoder
from rllte.xploit.policy import OffPolicyStochActorDoubleCritic, OnPolicySharedActorCritic
from rllte.xplore.distribution import SquashedNormal

OBS = gym.spaces.Box(-1, 1, (3,))


class Plain(BasePolicy):
    """A user's own."""

    def freeze(self, encoder: Any, dist: Any) -> None:
        return None


@pytest.mark.parametrize(
    "space",
    [
        gym.spaces.Discrete(3, start=5),
        gym.spaces.MultiDiscrete([2, 4]),
        gym.spaces.MultiBinary(3),
        gym.spaces.Box(np.float32([-2, 0]), np.float32([-1, 8])),
    ],
    ids=str,
)
def test_random_actions_fill_the_space_and_are_seeded(space: gym.Space[Any]) -> None:
    policy = Plain(OBS, space, 3, 8)
    th.manual_seed(1)
    actions = policy.random_actions(4000)
    th.manual_seed(1)
    assert th.equal(actions, policy.random_actions(4000))
    assert actions.shape == (4000, *(space.shape or ()))
    if isinstance(space, gym.spaces.Box):
        th.testing.assert_close(actions.mean(0), th.tensor([-1.5, 4.0]), atol=0.2, rtol=0)
        assert all(space.contains(action.numpy()) for action in actions[:100])
    elif isinstance(space, gym.spaces.Discrete):
        assert actions.unique().tolist() == [0, 1, 2]
    else:
        assert all(space.contains(action.numpy().astype(space.dtype)) for action in actions[:100])
        assert len(actions.unique(dim=0)) == 8


def test_random_actions_without_bounds_are_normal() -> None:
    actions = Plain(OBS, gym.spaces.Box(-np.inf, np.inf, (2,)), 3, 8).random_actions(4000)
    assert actions.isfinite().all()
    assert actions.std().item() == pytest.approx(1.0, abs=0.1)


def test_the_environment_is_given_what_the_policy_gives() -> None:
    actions = th.randn(4, 2)
    assert Plain(OBS, gym.spaces.Box(-9, 9, (2,)), 3, 8).env_action(actions) is actions


def test_a_class_describes_itself(capsys: pytest.CaptureFixture[str]) -> None:
    text = OnPolicySharedActorCritic.describe()
    assert "Encoder shared by an actor and a critic" in text
    assert capsys.readouterr().out.strip() == text


def test_a_policy_describes_structure_paths_and_optimisers(capsys: pytest.CaptureFixture[str]) -> None:
    policy = OffPolicyStochActorDoubleCritic(OBS, gym.spaces.Box(-1, 1, (2,)), 3, 8, opt_kwargs={"lr": 0.5})
    assert "none before freeze" in policy.describe()
    policy.freeze(IdentityEncoder(OBS), SquashedNormal())
    text = policy.describe()
    count = sum(p.numel() for p in policy.actor.parameters())
    for line in (f"actor: {count} weights", "Linear(in_features=3, out_features=8", "acting: obs -> encoder -> actor"):
        assert line in text
    assert f"actor_opt: Adam, lr 0.5, {count} weights" in text
    assert text in capsys.readouterr().out
