"""The decoupled actor-critic: two networks that share nothing, two optimisers of the class that was asked for."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.core.errors import IncompatibleError
from rllte.xploit.encoder import VanillaMlpEncoder
from rllte.xploit.policy import OnPolicyDecoupledActorCritic
from rllte.xploit.policy.actor_critic import action_code
from rllte.xplore.distribution import distribution_for

OBS = gym.spaces.Box(-1, 1, (3,))
SPACES: list[gym.Space[Any]] = [
    gym.spaces.Discrete(4),
    gym.spaces.Box(-1, 1, (2,)),
    gym.spaces.MultiDiscrete([2, 3]),
    gym.spaces.MultiBinary(3),
]


def policy(space: gym.Space[Any] = SPACES[0], **kwargs: Any) -> OnPolicyDecoupledActorCritic:
    made = OnPolicyDecoupledActorCritic(OBS, space, 6, 8, **kwargs)
    made.freeze(VanillaMlpEncoder(OBS, 6), distribution_for(space))
    return made


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_acting_and_evaluating_agree(space: gym.Space[Any]) -> None:
    made, obs = policy(space), th.randn(5, 3)
    actions, extras = made(obs)
    advantages, values, log_probs, entropy = made.evaluate_actions(obs, actions)
    th.testing.assert_close(values, extras["values"])
    th.testing.assert_close(log_probs, extras["log_probs"])
    assert advantages.shape == (5,)
    assert entropy.shape == ()
    assert made(obs, training=False).shape == actions.shape
    again = made.distribution_from(made.get_policy_outputs(obs))
    th.testing.assert_close(again.log_prob(actions), log_probs)


def test_actor_and_critic_share_no_tensor_and_begin_with_the_same_encoder() -> None:
    made = policy()
    actor, critic = made.actor_parameters(), made.critic_parameters()
    assert not {id(p) for p in actor} & {id(p) for p in critic}
    assert {id(p) for p in actor} | {id(p) for p in critic} == {id(p) for p in made.parameters()}
    for mine, theirs in zip(made.actor_encoder.parameters(), made.critic_encoder.parameters(), strict=True):
        assert th.equal(mine, theirs)
    obs = th.randn(5, 3)
    made.get_value(obs).sum().backward()
    assert all(p.grad is None for p in actor)


def test_the_deviation_of_a_box_policy_belongs_to_the_actor() -> None:
    made = policy(SPACES[1])
    assert any(p is made.log_std for p in made.actor_parameters())
    assert len(list(made.parameters())) == len(made.actor_parameters()) + len(made.critic_parameters())


def test_defect_8_the_class_of_the_optimisers_is_honoured_and_they_have_their_parameters() -> None:
    """RLLTE's were Adam whatever was asked for."""
    made = policy(opt_class=th.optim.SGD, opt_kwargs={"lr": 0.5})
    assert set(made.optimizers) == {"actor_opt", "critic_opt"}
    for name, parameters in (("actor_opt", made.actor_parameters()), ("critic_opt", made.critic_parameters())):
        optimizer = made.optimizers[name]
        assert type(optimizer) is th.optim.SGD
        assert optimizer.param_groups[0]["lr"] == 0.5
        assert {id(p) for p in optimizer.param_groups[0]["params"]} == {id(p) for p in parameters}


def test_an_advantage_may_depend_on_state_and_action_together() -> None:
    """A head that is linear in hidden layers and action would give equal differences in all states."""
    made, obs = policy(), th.randn(5, 3)
    with th.no_grad():
        first, second = (made.evaluate_actor(obs, th.full((5,), a))[0] for a in (0, 1))
    assert (first - second).std() > 1e-3


def test_actions_as_inputs_of_a_network() -> None:
    discrete, box, multi, binary = SPACES
    assert action_code(discrete, th.tensor([2])).tolist() == [[0, 0, 1, 0]]
    assert action_code(multi, th.tensor([[1, 2]])).tolist() == [[0, 1, 0, 0, 1]]
    assert action_code(binary, th.tensor([[1.0, 0.0, 1.0]])).tolist() == [[1, 0, 1]]
    assert action_code(box, th.tensor([[0.5, -2.0]])).tolist() == [[0.5, -2.0]]


def test_features_of_another_size_are_refused() -> None:
    made = OnPolicyDecoupledActorCritic(OBS, SPACES[0], 7)
    with pytest.raises(IncompatibleError, match="this policy takes 7"):
        made.freeze(VanillaMlpEncoder(OBS, 6), distribution_for(SPACES[0]))
    with pytest.raises(IncompatibleError, match="no encoder yet"):
        made(th.zeros(2, 3))
    assert "actor_opt" in OnPolicyDecoupledActorCritic.describe()
