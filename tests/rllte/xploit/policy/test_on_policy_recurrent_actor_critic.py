"""The recurrent actor-critic: sequences equal steps, starts forget, gradients go back through time."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.core.errors import IncompatibleError
from rllte.xploit.encoder import IdentityEncoder
from rllte.xploit.policy import OnPolicyRecurrentActorCritic
from rllte.xplore.distribution import Categorical

OBS, ACT = gym.spaces.Box(-1, 1, (3,)), gym.spaces.Discrete(4)
T, E = 6, 2


def policy(**kwargs: Any) -> OnPolicyRecurrentActorCritic:
    th.manual_seed(0)
    made = OnPolicyRecurrentActorCritic(OBS, ACT, 3, 8, lstm_dim=5, **kwargs)
    made.freeze(IdentityEncoder(OBS), Categorical())
    return made


def test_acting_returns_the_new_state_last() -> None:
    made, obs = policy(), th.randn(E, 3)
    state = made.initial_state(E)
    assert state.shape == (E, 10)
    assert not state.any()
    actions, extras, after = made(obs, True, state)
    assert actions.shape == (E,)
    assert {name: value.shape for name, value in extras.items()} == {"values": (E,), "log_probs": (E,)}
    assert after.shape == (E, 10)
    assert after.abs().sum() > 0
    greedy, same = made(obs, False, state)
    assert th.equal(after, same)
    assert greedy.shape == (E,)
    assert not th.allclose(made.get_value(obs, after), made.get_value(obs, state))
    assert th.equal(made.get_value(obs), made.get_value(obs, state))


def test_a_sequence_evaluates_to_what_its_steps_do_and_forgets_at_starts() -> None:
    made = policy()
    obs, actions, states = th.randn(T, E, 3), th.randint(0, 4, (T, E)), th.randn(E, 10)
    starts = th.zeros(T, E)
    starts[2, 0] = starts[3, 1] = starts[4, 1] = 1.0
    values, log_probs, entropies = made.evaluate_actions(obs, actions, states, starts)
    state = states
    for t in range(T):
        state = state * (1 - starts[t]).unsqueeze(-1)
        memory, state = made._step(obs[t], state)
        dist = made.distribution(made.actor(memory))
        th.testing.assert_close(values[t], made.critic(memory).squeeze(-1))
        th.testing.assert_close(log_probs[t], dist.log_prob(actions[t]))
        th.testing.assert_close(entropies[t], dist.entropy())


def test_gradients_go_back_through_time_to_the_start_of_the_episode() -> None:
    made = policy()
    obs = th.randn(T, E, 3, requires_grad=True)
    starts = th.zeros(T, E)
    starts[3, 1] = 1.0
    values, _, _ = made.evaluate_actions(obs, th.zeros(T, E, dtype=th.int64), made.initial_state(E), starts)
    (gradient,) = th.autograd.grad(values[-1].sum(), obs)
    reached = gradient.abs().sum(-1) > 0
    assert reached[:, 0].all()
    assert reached[:, 1].tolist() == [False] * 3 + [True] * 3


def test_it_says_what_it_is_and_refuses_what_does_not_fit() -> None:
    assert OnPolicyRecurrentActorCritic.recurrent
    assert "lstm" in OnPolicyRecurrentActorCritic.describe()
    made = OnPolicyRecurrentActorCritic(OBS, ACT, 7)
    with pytest.raises(IncompatibleError, match="this policy takes 7"):
        made.freeze(IdentityEncoder(OBS), Categorical())
    with pytest.raises(IncompatibleError, match="no encoder yet"):
        made(th.zeros(E, 3))
