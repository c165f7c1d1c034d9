"""The shared actor-critic: outputs, initialisation, the auxiliary head, and compilation that changes nothing."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.core.errors import IncompatibleError, SpaceError
from rllte.xploit.encoder import IdentityEncoder
from rllte.xploit.policy import OnPolicySharedActorCritic
from rllte.xplore.distribution import Categorical, DiagonalGaussian

OBS = gym.spaces.Box(-1, 1, (3,))
DISCRETE, BOX = gym.spaces.Discrete(4), gym.spaces.Box(-1, 1, (2,))


def policy(action_space: Any = DISCRETE, **kwargs: Any) -> OnPolicySharedActorCritic:
    made = OnPolicySharedActorCritic(OBS, action_space, 3, 8, **kwargs)
    made.freeze(IdentityEncoder(OBS), Categorical() if action_space is DISCRETE else DiagonalGaussian())
    return made


def test_outputs_are_the_parameters_of_the_distribution() -> None:
    obs = th.randn(5, 3)
    discrete, box = policy(), policy(BOX)
    logits = discrete.get_policy_outputs(obs)
    assert th.equal(Categorical(logits).logits, discrete.get_dist(obs).logits)
    mean, deviation = box.get_policy_outputs(obs).chunk(2, dim=-1)
    assert th.equal(mean, box.get_dist(obs).mode)
    assert th.equal(deviation, th.ones(5, 2))


def test_the_likeliest_action_is_taken_when_not_training() -> None:
    made = policy()
    made.actor[1].bias.data.copy_(th.tensor([0.0, 0.0, 0.2, 0.0]))
    assert made(th.randn(500, 3), training=False).eq(2).all()
    assert len(made(th.randn(500, 3), training=True)[0].unique()) == 4


def test_the_first_policy_is_close_to_uniform_and_the_deviation_is_one() -> None:
    logits = policy().get_policy_outputs(th.randn(50, 3))
    assert logits.abs().max() < 0.1
    assert policy(BOX).get_dist(th.randn(1, 3)).stddev.eq(1).all()


def test_the_deviation_learns() -> None:
    made = policy(BOX)
    _, log_probs, entropy = made.evaluate_actions(th.randn(5, 3), th.randn(5, 2))
    assert entropy.shape == ()
    log_probs.sum().backward()
    assert made.log_std.grad.abs().sum() > 0


def test_init_fn_decides_the_hidden_layers() -> None:
    def first(name: str) -> th.Tensor:
        th.manual_seed(0)
        return policy(init_fn=name).actor[0][0].weight

    orthogonal = first("orthogonal")
    assert th.allclose(orthogonal.T @ orthogonal, 2 * th.eye(3), atol=1e-5)
    assert not any(th.equal(orthogonal, first(name)) for name in ("xavier_uniform", "xavier_normal", "identity"))
    assert first("xavier_uniform").abs().max() <= (6 / 11) ** 0.5


def test_the_auxiliary_value_trains_the_actors_layers_and_not_the_critic() -> None:
    made = policy(aux_critic=True)
    dist, values = made.get_dist_and_aux_value(th.randn(5, 3))
    assert values.shape == (5,)
    assert dist.probs.shape == (5, 4)
    values.pow(2).sum().backward()
    assert made.aux_critic.weight.grad.abs().sum() > 0
    assert made.actor[0][0].weight.grad.abs().sum() > 0
    assert made.critic[0][0].weight.grad is None
    with pytest.raises(IncompatibleError, match="aux_critic=True"):
        policy().get_dist_and_aux_value(th.randn(5, 3))


@pytest.mark.parametrize("space", [gym.spaces.Box(0, 5, (2,), np.int32), gym.spaces.Box(-1, 1, (2, 3))])
def test_actions_that_are_no_vector_of_floats_are_refused(space: gym.Space[Any]) -> None:
    with pytest.raises(SpaceError, match="Box of floats"):
        OnPolicySharedActorCritic(OBS, space, 3)


def test_a_compiled_policy_computes_the_same() -> None:
    made, obs, actions = policy(), th.randn(5, 3), th.zeros(5, dtype=th.int64)
    before = (made.get_value(obs), *made.evaluate_actions(obs, actions), made(obs, training=False))
    graphs: list[Any] = []

    def backend(graph: Any, inputs: Any) -> Any:
        graphs.append(graph)
        return graph.forward

    made.compile(backend=backend)
    after = (made.get_value(obs), *made.evaluate_actions(obs, actions), made(obs, training=False))
    for old, new in zip(before, after, strict=True):
        th.testing.assert_close(old, new)
    assert len(graphs) == 3
    assert isinstance(made.actor, nn.Module)
    assert made.state_dict().keys() == policy().state_dict().keys()
