"""The four off-policy policies: bounds of actions, targets, who trains whom, compilation."""

from __future__ import annotations

import functools
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th

from rllte.core.errors import IncompatibleError, ParameterError, SpaceError
from rllte.xploit.encoder import IdentityEncoder, VanillaMlpEncoder
from rllte.xploit.policy import (
    OffPolicyDetActorDoubleCritic,
    OffPolicyDoubleActorDoubleCritic,
    OffPolicyDoubleQNetwork,
    OffPolicyStochActorDoubleCritic,
    OnPolicySharedActorCritic,
)
from rllte.xploit.policy.off_policy import frozen
from rllte.xplore.distribution import Categorical, EpsilonGreedy, NormalNoise, SquashedNormal

OBS = gym.spaces.Box(-1, 1, (3,))
BOX = gym.spaces.Box(np.float32([-2, 0]), np.float32([2, 10]))
DISCRETE = gym.spaces.Discrete(4)
KINDS = {
    OffPolicyDoubleQNetwork: (DISCRETE, EpsilonGreedy("0.5")),
    OffPolicyDetActorDoubleCritic: (BOX, NormalNoise()),
    OffPolicyDoubleActorDoubleCritic: (BOX, NormalNoise()),
    OffPolicyStochActorDoubleCritic: (BOX, SquashedNormal()),
}


def made(cls: Any, space: Any = None, dist: Any = None, learned: bool = True, **kwargs: Any) -> Any:
    encoder = VanillaMlpEncoder(OBS, 5, 8) if learned else IdentityEncoder(OBS)
    policy = cls(OBS, space or KINDS[cls][0], encoder.feature_dim, 8, **kwargs)
    policy.freeze(encoder, dist or KINDS[cls][1])
    return policy


@pytest.mark.parametrize("cls", list(KINDS)[1:])
def test_actions_are_within_one_and_stretched_to_the_bounds_for_the_environment(cls: Any) -> None:
    policy = made(cls)
    obs = th.randn(300, 3) * 50
    for actions in (policy(obs), policy(obs, training=False), policy.random_actions(300)):
        assert actions.abs().max() <= 1
        stretched = policy.env_action(actions)
        assert all(BOX.contains(np.clip(action, BOX.low, BOX.high)) for action in stretched.detach().numpy())
    ends = th.tensor([[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]])
    assert policy.env_action(ends).tolist() == [[-2, 0], [0, 5], [2, 10]]


def test_dimensions_without_bounds_are_not_stretched() -> None:
    space = gym.spaces.Box(np.float32([-np.inf, -4]), np.float32([np.inf, 4]))
    policy = made(OffPolicyStochActorDoubleCritic, space)
    assert policy.env_action(th.tensor([[0.5, 0.5]])).tolist() == [[0.5, 2.0]]


@pytest.mark.parametrize("cls", KINDS)
def test_freeze_changes_no_weight_and_targets_are_equal_copies(cls: Any) -> None:
    encoder = VanillaMlpEncoder(OBS, 5, 8)
    policy = cls(OBS, KINDS[cls][0], 5, 8)
    before = {name: value.clone() for name, value in [*policy.state_dict().items(), *encoder.state_dict().items()]}
    policy.freeze(encoder, KINDS[cls][1])
    for name, value in [*policy.state_dict().items(), *encoder.state_dict().items()]:
        assert name not in before or th.equal(before[name], value)
    for name in (*policy.targets, "encoder"):
        own, slow = getattr(policy, name), getattr(policy, f"{name}_target")
        for a, b in zip(own.parameters(), slow.parameters(), strict=True):
            assert th.equal(a, b)
            assert a is not b
            assert not b.requires_grad


@pytest.mark.parametrize("cls", KINDS)
def test_each_trainable_weight_belongs_to_one_optimiser(cls: Any) -> None:
    policy = made(cls)
    owned = [p for o in policy.optimizers.values() for group in o.param_groups for p in group["params"]]
    assert len(owned) == len(set(owned))
    assert set(owned) == {p for p in policy.parameters() if p.requires_grad}


@pytest.mark.parametrize("cls", KINDS)
def test_targets_move_by_tau(cls: Any) -> None:
    policy = made(cls)
    with th.no_grad():
        for parameter in policy.parameters():
            if parameter.requires_grad:
                parameter.add_(1.0)
    for name in (*policy.targets, "encoder"):
        own, slow = (next(getattr(policy, n).parameters()) for n in (name, f"{name}_target"))
        th.testing.assert_close(own - slow, th.ones_like(own))
    policy.update_targets(0.25)
    for name in (*policy.targets, "encoder"):
        own, slow = (next(getattr(policy, n).parameters()) for n in (name, f"{name}_target"))
        th.testing.assert_close(own - slow, th.full_like(own, 0.75))


def test_a_frozen_critic_passes_gradients_on_and_keeps_none() -> None:
    policy = made(OffPolicyDetActorDoubleCritic)
    with frozen(policy.critic):
        loss = -policy.critic.first(th.randn(4, 5), policy.actions(th.randn(4, 5))).mean()
    loss.backward()
    assert all(p.grad is None for p in policy.critic.parameters())
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in policy.actor.parameters())
    assert all(p.requires_grad for p in policy.critic.parameters())


def test_defect_4_the_acting_policy_is_the_actor_that_learns_and_not_its_target() -> None:
    policy = made(OffPolicyDoubleActorDoubleCritic)
    obs = th.randn(4, 3)
    before = policy(obs, training=False)
    with th.no_grad():
        policy.actor_target[-1].bias.add_(1.0)
    assert th.equal(policy(obs, training=False), before)
    with th.no_grad():
        policy.actor[-1].bias.add_(1.0)
    assert not th.equal(policy(obs, training=False), before)


def test_defect_13_the_trunk_is_in_actor_and_critics_and_not_on_the_raw_vector() -> None:
    policy = made(OffPolicyDetActorDoubleCritic, learned=False, trunk_dim=6, target_actor=False, target_encoder=False)
    for trunk in (policy.actor[0], policy.critic.trunk, policy.critic_target.trunk):
        assert [type(layer).__name__ for layer in trunk] == ["Linear", "LayerNorm", "Tanh"]
        assert trunk[0].in_features == 3
        assert trunk[0].out_features == 6
    assert not hasattr(policy, "actor_target")
    assert [type(layer).__name__ for layer in made(OffPolicyDetActorDoubleCritic).actor[0:1]] == ["Identity"]


def test_one_critic_if_asked() -> None:
    policy = made(OffPolicyDetActorDoubleCritic, num_critics=1)
    (value,) = policy.critic(th.randn(4, 5), th.randn(4, 2))
    assert value.shape == (4,)


def test_critics_differ_and_the_first_alone_is_the_first() -> None:
    policy = made(OffPolicyDoubleActorDoubleCritic)
    features, actions = th.randn(4, 5), th.randn(4, 2)
    first, second = policy.critic(features, actions)
    assert not th.equal(first, second)
    assert th.equal(policy.critic.first(features, actions), first)


def test_a_discrete_stochastic_actor_values_every_action() -> None:
    policy = made(OffPolicyStochActorDoubleCritic, DISCRETE, Categorical())
    first, second = policy.critic(policy.features(th.randn(7, 3)))
    assert first.shape == second.shape == (7, 4)
    assert policy(th.randn(7, 3)).shape == (7,)


def test_deviations_stay_in_their_range() -> None:
    policy = made(OffPolicyStochActorDoubleCritic, log_std_range=(-1, 0))
    with th.no_grad():
        policy.actor[-1].weight.mul_(1e4)
    deviations = policy.get_dist(th.randn(50, 5) * 100).stddev
    assert deviations.min() >= np.exp(-1) - 1e-6
    assert deviations.max() <= 1
    for wrong in ((0, -1), (1,), "ab", (0, float("inf"))):
        with pytest.raises(ParameterError, match="log_std_range"):
            made(OffPolicyStochActorDoubleCritic, log_std_range=wrong)


def test_a_fixed_temperature_is_not_learned() -> None:
    policy = OffPolicyStochActorDoubleCritic(OBS, BOX, 3, 8)
    policy.set_temperature(0.2, fixed=True)
    policy.freeze(IdentityEncoder(OBS), SquashedNormal())
    assert policy.alpha.item() == pytest.approx(0.2)
    assert "alpha_opt" not in policy.optimizers


def test_an_encoder_of_another_size_or_none_is_refused() -> None:
    policy = OffPolicyDoubleQNetwork(OBS, DISCRETE, 9, 8)
    with pytest.raises(IncompatibleError, match="puts out 3 features"):
        policy.freeze(IdentityEncoder(OBS), EpsilonGreedy())
    with pytest.raises(IncompatibleError, match="no encoder yet"):
        policy(th.randn(1, 3))


@pytest.mark.parametrize("cls", KINDS)
def test_spaces_that_a_policy_cannot_act_in_are_refused(cls: Any) -> None:
    with pytest.raises(SpaceError, match="received MultiBinary"):
        cls(OBS, gym.spaces.MultiBinary(3), 3, 8)


@pytest.mark.parametrize("cls", KINDS)
def test_a_compiled_policy_computes_the_same(cls: Any) -> None:
    policy, obs = made(cls), th.randn(5, 3)
    before = policy(obs, training=False).detach()
    graphs: list[Any] = []

    def backend(graph: Any, inputs: Any) -> Any:
        graphs.append(graph)
        return graph.forward

    policy.compile(backend=backend)
    th.testing.assert_close(policy(obs, training=False).detach(), before)
    acting = len(graphs)
    critic = policy.qnet if cls is OffPolicyDoubleQNetwork else policy.critic
    critic(th.randn(5, 5), None if cls is OffPolicyDoubleQNetwork else th.randn(5, 2))
    assert 0 < acting < len(graphs)


def test_bounds_without_a_width_are_treated_as_none() -> None:
    huge = float(np.finfo(np.float32).max)
    for low, high in ((-huge, huge), (-np.inf, np.inf), (-1.0, np.inf)):
        policy = made(OffPolicyDetActorDoubleCritic, gym.spaces.Box(low, high, (2,)))
        actions = th.tensor([[0.5, -1.0]])
        assert th.equal(policy.env_action(actions), actions)


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ({"opt_class": "adam"}, "opt_class is 'adam'; expected"),
        ({"opt_class": print}, "opt_class is <built-in function print>; expected"),
        ({"opt_class": dict}, "opt_class is <class 'dict'>; expected"),
        ({"opt_kwargs": 3e-4}, "opt_kwargs is 0.0003; expected"),
        ({"opt_kwargs": {"learning_rate": 1e-3}}, r"'learning_rate': 0.001.*Adam refuses.*'learning_rate'.*takes lr, "),
        ({"opt_kwargs": {"lr": -1}}, r"opt_kwargs is \{'lr': -1\}, which Adam refuses: Invalid learning rate: -1"),
        ({"opt_kwargs": {"lr": "1e-3"}}, "'lr': '1e-3'.*Adam refuses"),
    ],
)
def test_an_optimiser_that_is_none_is_refused_at_once(argument: dict[str, Any], words: str) -> None:
    for cls in (OffPolicyDoubleQNetwork, OnPolicySharedActorCritic):
        with pytest.raises(ParameterError, match=words):
            cls(OBS, DISCRETE, 3, 8, **argument)


def test_arguments_of_the_critics_optimiser_are_refused_at_once() -> None:
    with pytest.raises(ParameterError, match=r"opt_kwargs with critic_opt_kwargs is .*'lr': -2.*Adam refuses"):
        OffPolicyDetActorDoubleCritic(OBS, BOX, 3, 8, critic_opt_kwargs={"lr": -2})


def test_an_optimiser_with_arguments_of_its_own_is_taken() -> None:
    for kwargs in ({"fused": True}, {"lr": 0.0}, None):
        OffPolicyDoubleQNetwork(OBS, DISCRETE, 3, 8, functools.partial(th.optim.Adam, eps=1e-5), kwargs)
