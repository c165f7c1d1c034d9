"""What every policy must do: suites for those of on-policy, off-policy and distributed agents.

    from rllte.conformance.policy import OffPolicySuite

    class TestMine(OffPolicySuite):
        def make(self):
            return Mine(self.observation_space, self.action_space, feature_dim=6, hidden_dim=8)

        def distribution(self):
            return SquashedNormal()

pytest finds `TestMine` and runs its tests; none of them needs pytest itself. B samples.
"""

# ruff: noqa: S101 (a suite of tests asserts)

from __future__ import annotations

import copy
import tempfile
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.bases import BaseDistribution, BaseEncoder, BasePolicy
from rllte.core.errors import RLLTEError
from rllte.core.trees import leaves, space_leaves, tree_map

B = 5
FEATURES = 6


class Tiny(BaseEncoder):
    """Any observation, flattened and cut or filled to a few numbers, through one linear layer."""

    def __init__(self, observation_space: gym.Space[Any]) -> None:
        super().__init__(observation_space, FEATURES)
        self.linear = th.nn.Linear(FEATURES, FEATURES)

    def forward(self, obs: Any) -> th.Tensor:
        """(B, FEATURES)"""
        flat = th.cat([leaf.reshape(len(leaf), -1).float() for leaf in leaves(obs).values()], dim=1)[:, :FEATURES]
        features: th.Tensor = self.linear(th.nn.functional.pad(flat, (0, FEATURES - flat.shape[1])))
        return features


def observations(space: gym.Space[Any], seed: int = 0) -> Any:
    """(B, ...) drawn from a space, in the dtypes that environments give."""

    def draw(leaf: gym.Space[Any]) -> th.Tensor:
        leaf.seed(seed)
        tensor = th.from_numpy(np.stack([np.asarray(leaf.sample()) for _ in range(B)]))
        return tensor.float() if tensor.dtype == th.float64 else tensor

    return tree_map(draw, space_leaves(space))


class PolicySuite:
    """What both kinds have in common. Inherit one of the others."""

    observation_space: gym.Space[Any] = gym.spaces.Box(-1.0, 1.0, (3,))
    action_space: gym.Space[Any] = gym.spaces.Box(-2.0, 2.0, (2,))

    def make(self) -> BasePolicy:
        """The policy, made anew for FEATURES features."""
        raise NotImplementedError

    def distribution(self) -> BaseDistribution:
        """What it acts with."""
        raise NotImplementedError

    def actions(self, policy: Any, obs: Any, training: bool) -> th.Tensor:
        """Its actions (B, ...) for observations."""
        out = policy(obs, training)
        return out[0] if isinstance(out, tuple) else out

    def frozen(self) -> Any:
        """The policy, ready to act."""
        th.manual_seed(0)
        policy = self.make()
        policy.freeze(Tiny(self.observation_space), self.distribution())
        return policy

    def check_actions(self, actions: th.Tensor) -> None:
        """Shape, dtype and range."""
        space = self.action_space
        assert actions.shape == (B, *(space.shape or ())), f"actions {tuple(actions.shape)} for {space}"
        whole = isinstance(space, gym.spaces.Discrete | gym.spaces.MultiDiscrete)
        assert actions.dtype == (th.int64 if whole else th.float32), f"actions are {actions.dtype}"
        if isinstance(space, gym.spaces.Discrete):
            assert int(actions.min()) >= 0 and int(actions.max()) < int(space.n)
        if isinstance(space, gym.spaces.MultiDiscrete):
            assert bool((actions >= 0).all()) and bool((actions < th.as_tensor(space.nvec)).all())
        if isinstance(space, gym.spaces.MultiBinary):
            assert set(actions.unique().tolist()) <= {0.0, 1.0}
        assert bool(actions.isfinite().all())

    def test_freeze_changes_no_weight_and_builds_optimisers_over_all_of_them(self) -> None:
        """Also those of the encoder, and none twice."""
        th.manual_seed(0)
        policy, encoder = self.make(), Tiny(self.observation_space)
        before = {name: value.clone() for name, value in policy.state_dict().items()}
        weight = encoder.linear.weight.detach().clone()
        policy.freeze(encoder, self.distribution())
        after = policy.state_dict()
        assert all(th.equal(value, after[name]) for name, value in before.items()), "freeze changed a weight"
        assert th.equal(weight, encoder.linear.weight), "freeze changed a weight of the encoder"
        owned = [p for o in policy.optimizers.values() for group in o.param_groups for p in group["params"]]
        assert len(owned) == len(set(owned)), "two optimisers have the same weight"
        assert set(owned) == {p for p in policy.parameters() if p.requires_grad}, "a weight has no optimiser"

    def test_actions_fit_the_space(self) -> None:
        """Sampled, greedy and drawn at random."""
        policy, obs = self.frozen(), observations(self.observation_space)
        for training in (True, False):
            self.check_actions(self.actions(policy, obs, training))
        self.check_actions(policy.random_actions(B))

    def test_greedy_actions_are_certain_and_sampled_ones_are_seeded(self) -> None:
        """The same observations give the same greedy actions; the same seed the same samples."""
        policy, obs = self.frozen(), observations(self.observation_space)
        greedy = self.actions(policy, obs, False)
        assert th.equal(greedy, self.actions(policy, obs, False))
        drawn = []
        for seed in (1, 1, *range(2, 12)):
            th.manual_seed(seed)
            drawn.append(self.actions(policy, obs, True))
        assert th.equal(drawn[0], drawn[1])
        assert any(not th.equal(drawn[0], other) for other in drawn[2:]), "samples do not depend on the seed"

    def test_acting_changes_nothing(self) -> None:
        """Neither observations nor weights."""
        policy, obs = self.frozen(), observations(self.observation_space)
        before, copies = copy.deepcopy(policy.state_dict()), tree_map(th.clone, obs)
        for training in (True, False):
            self.actions(policy, obs, training)
        assert all(th.equal(value, before[name]) for name, value in policy.state_dict().items())
        assert all(th.equal(leaf, leaves(copies)[key]) for key, leaf in leaves(obs).items())

    def test_the_environment_is_given_actions_of_its_space(self) -> None:
        """`env_action` keeps the shape; the ends of [-1, 1] are within the bounds where a policy stretches actions."""
        policy = self.frozen()
        actions = self.actions(policy, observations(self.observation_space), False)
        given = policy.env_action(actions)
        assert given.shape == actions.shape
        random = policy.env_action(policy.random_actions(200))
        if isinstance(self.action_space, gym.spaces.Box):
            low, high = (th.as_tensor(bound) for bound in (self.action_space.low, self.action_space.high))
            assert bool((random >= low - 1e-5).all()) and bool((random <= high + 1e-5).all())
            assert bool((random.amax(0) - random.amin(0) > 0.8 * (high - low)).all()), "random actions leave out a part"

    def test_weights_are_saved_and_loaded(self) -> None:
        """Another policy acts the same afterwards."""
        policy, obs = self.frozen(), observations(self.observation_space)
        with th.no_grad():
            for parameter in policy.parameters():
                parameter.add_(0.1 * th.randn_like(parameter))
        other = self.frozen()
        with tempfile.TemporaryDirectory() as folder:
            other.load(policy.save(folder))
        assert th.equal(self.actions(policy, obs, False), self.actions(other, obs, False))

    def test_it_says_what_it_is(self) -> None:
        """`describe` of class and object."""
        policy = self.frozen()
        assert type(policy).__name__ in type(policy).describe()
        assert all(name in policy.describe() for name in policy.optimizers)

    def test_it_does_not_act_before_it_has_an_encoder(self) -> None:
        """But says what to do."""
        try:
            self.make()(observations(self.observation_space))
        except RLLTEError as error:
            assert "freeze" in str(error)
        else:
            raise AssertionError("acted without an encoder")


class OffPolicySuite(PolicySuite):
    """For policies whose actions come alone: `policy(obs, training)` returns (B, ...)."""

    def test_actions_of_boxes_are_within_one(self) -> None:
        """Whatever the bounds of the space: they are stretched for the environment."""
        if isinstance(self.action_space, gym.spaces.Box):
            obs = tree_map(lambda leaf: leaf.float() * 100, observations(self.observation_space))
            assert bool((self.actions(self.frozen(), obs, True).abs() <= 1).all())


class OnPolicySuite(PolicySuite):
    """For policies that come with values: `policy(obs)` returns actions and a dict of `values` and `log_probs` (B,)."""

    def evaluate(self, policy: Any, obs: Any, actions: th.Tensor) -> tuple[th.Tensor, th.Tensor, th.Tensor]:
        """Values (B,), log-probabilities (B,), mean entropy; what a policy returns before them, as DAAC's, is left out."""
        values, log_probs, entropy = policy.evaluate_actions(obs, actions)[-3:]
        return values, log_probs, entropy

    def test_what_is_evaluated_is_what_acted(self) -> None:
        """Values and log-probabilities of the same actions are the same, with gradient; entropies are a scalar."""
        policy, obs = self.frozen(), observations(self.observation_space)
        actions, extras, *_ = policy(obs, training=True)
        values, log_probs, entropy = self.evaluate(policy, obs, actions)
        th.testing.assert_close(values, extras["values"])
        th.testing.assert_close(log_probs, extras["log_probs"])
        th.testing.assert_close(values, policy.get_value(obs))
        assert values.shape == log_probs.shape == (B,)
        assert entropy.shape == ()
        (values.sum() + log_probs.sum() + entropy).backward()
        assert any(p.grad is not None and bool(p.grad.abs().sum() > 0) for p in policy.parameters())


class RecurrentSuite(OnPolicySuite):
    """For policies with a memory: they take and return a state (B, S), and evaluate sequences (T, B, ...)."""

    def evaluate(self, policy: Any, obs: Any, actions: th.Tensor) -> tuple[th.Tensor, th.Tensor, th.Tensor]:
        """Of sequences of one step."""
        sequence = tree_map(lambda leaf: leaf.unsqueeze(0), obs)
        state = policy.initial_state(B)
        values, log_probs, entropies = policy.evaluate_actions(sequence, actions.unsqueeze(0), state, th.zeros(1, B))
        assert entropies.shape == (1, B)
        return values[0], log_probs[0], entropies.mean()

    def test_the_state_is_remembered_and_begins_at_zero(self) -> None:
        """Another state gives other values; a start within a sequence forgets."""
        policy, obs = self.frozen(), observations(self.observation_space)
        assert policy.recurrent
        zero = policy.initial_state(B)
        assert zero.shape[0] == B and not bool(zero.any())
        actions, _, state = policy(obs, True, zero)
        assert state.shape == zero.shape
        assert not th.equal(policy.get_value(obs, state), policy.get_value(obs, zero))
        twice = tree_map(lambda leaf: th.stack([leaf, leaf]), obs)
        starts = th.stack([th.zeros(B), th.ones(B)])
        values, _, _ = policy.evaluate_actions(twice, th.stack([actions, actions]), zero, starts)
        th.testing.assert_close(values[0], values[1])
        values, _, _ = policy.evaluate_actions(twice, th.stack([actions, actions]), zero, th.zeros(2, B))
        th.testing.assert_close(values[1], policy.get_value(obs, state))


class DistributedSuite(RecurrentSuite):
    """For policies that learn in one process and act in others through copies; with a memory or without."""

    def test_the_state_is_remembered_and_begins_at_zero(self) -> None:
        """Without a memory, a state of no numbers."""
        policy = self.frozen()
        if policy.recurrent:
            super().test_the_state_is_remembered_and_begins_at_zero()
        else:
            assert policy.initial_state(B).shape == (B, 0)

    def test_a_copy_acts_as_the_learner_once_published(self) -> None:
        """It shares no memory with the learner but does with other processes, and has no gradients."""
        policy, obs = self.frozen(), observations(self.observation_space)
        policy.encoder.register_buffer("seen", th.zeros(3))  # as the statistics of a normaliser
        copied = policy.behaviour()
        assert all(value.is_shared() and value.device.type == "cpu" for value in copied.parameters())
        assert not any(value.requires_grad for value in copied.parameters())
        before = {name: value.clone() for name, value in copied.state_dict().items()}
        with th.no_grad():
            for parameter in policy.parameters():
                parameter.add_(0.5 * th.randn_like(parameter))
            policy.encoder.seen.fill_(1.0)
        assert all(th.equal(value, before[name]) for name, value in copied.state_dict().items()), "it moved unpublished"
        policy.publish(copied)
        assert bool(copied.encoder.seen.all()), "weights alone were published, not the statistics beside them"
        assert th.equal(self.actions(policy, obs, False), self.actions(copied, obs, False))
        th.testing.assert_close(policy.get_value(obs), copied.get_value(obs))
