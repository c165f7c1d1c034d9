"""PPG: its auxiliary phase by hand, that it works, and what it trains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.agent import PPG
from rllte.agent.updates import Means
from rllte.core.errors import IncompatibleError
from rllte.xploit.policy import OnPolicySharedActorCritic
from tests.rllte.agent.probes import ACTIONS, build, disturb, noise, weights, with_rollout

LR = 0.05
PHASES = {"policy_epochs": 2, "aux_epochs": 2, "num_aux_mini_batch": 1}


def remembering(folder: Path, env_id: Any = "CartPole-v1", **kwargs: Any) -> Any:
    """An agent with one rollout remembered, and plain gradient descent."""
    agent = build(PPG, folder, env_id, **{**PHASES, "aux_epochs": 1, "num_aux_mini_batch": 100, **kwargs})
    policy = OnPolicySharedActorCritic(
        agent.observation_space,
        agent.action_space,
        agent.encoder.feature_dim,
        8,
        th.optim.SGD,
        {"lr": LR},
        aux_critic=True,
    )
    agent.set(policy=policy)
    with_rollout(agent)
    with th.no_grad():
        policy.actor[1].weight.mul_(100.0)  # a policy that has something to lose
    agent.remember()
    return agent


@pytest.mark.parametrize("actions", ACTIONS)
def test_defect_6_the_auxiliary_phase_moves_weights_in_every_action_space(actions: str, tmp_path: Path) -> None:
    """RLLTE's did nothing: gradients were cleared before the step; it crashed on the CPU and with Box actions."""
    agent = remembering(tmp_path, noise("Box1", actions), num_aux_mini_batch=1, aux_epochs=2)
    before = {name: p.detach().clone() for name, p in agent.policy.named_parameters()}
    means = Means()
    agent.auxiliary_phase(means)
    still = [name for name, p in agent.policy.named_parameters() if th.equal(p, before[name])]
    assert still == []
    assert means.result()["aux_kl"] > 0


def test_one_auxiliary_step_by_hand(tmp_path: Path) -> None:
    """arXiv 2009.04416: L_aux + beta KL + L_value; at first the divergence is zero and has no gradient."""
    agent = remembering(tmp_path, max_grad_norm=1e6)
    obs, returns = agent.storage.observations.flatten(0, 1), agent.storage.returns.flatten()
    _, aux_values, values = agent.policy.evaluate_auxiliary(obs)
    loss = 0.5 * ((aux_values - returns) ** 2).mean() + 0.5 * ((values - returns) ** 2).mean()
    parameters = list(agent.policy.parameters())
    gradients = th.autograd.grad(loss, parameters, allow_unused=True)
    expected = [p.detach() - LR * (0 if g is None else g) for p, g in zip(parameters, gradients, strict=True)]
    agent.auxiliary_phase(Means())
    for parameter, value in zip(parameters, expected, strict=True):
        th.testing.assert_close(parameter.detach(), value, rtol=1e-3, atol=1e-5)


def test_the_divergence_holds_the_policy_where_it_was(tmp_path: Path) -> None:
    def shift(kl_coef: float) -> float:
        agent = remembering(tmp_path, num_aux_mini_batch=1, aux_epochs=40, kl_coef=kl_coef)
        obs = agent.storage.observations.flatten(0, 1)
        before = agent.policy.get_dist(agent.policy.features(obs))
        agent.auxiliary_phase(Means())
        return before.kl(agent.policy.get_dist(agent.policy.features(obs))).mean().item()

    assert shift(10.0) < 0.5 * shift(0.0)


def test_the_phase_comes_after_so_many_rollouts_and_sees_all_of_them(tmp_path: Path) -> None:
    agent = build(PPG, tmp_path, **{**PHASES, "policy_epochs": 3})
    agent.freeze()
    head = agent.policy.aux_critic.weight
    start, moved, kept = head.detach().clone(), [], []
    for _ in range(3):
        agent.train(48, log_interval=100)
        moved.append(not th.equal(start, head))
        kept.append(len(agent.remembered))
    assert moved == [False, False, True]
    assert kept == [1, 2, 0]


def test_groups_of_minibatches_make_one_step(tmp_path: Path) -> None:
    """Four minibatches of equal size in one step are the step of one large minibatch."""

    def learned(**kwargs: Any) -> th.Tensor:
        agent = remembering(tmp_path, max_grad_norm=1e6, num_steps=16, **kwargs)
        agent.auxiliary_phase(Means())
        return weights(agent)

    whole = learned(num_aux_mini_batch=3)
    th.testing.assert_close(whole, learned(num_aux_mini_batch=1, num_aux_grad_accum=3))
    assert not th.allclose(whole, learned(num_aux_mini_batch=1), atol=1e-4)


def test_over_images_the_value_reaches_the_encoder_in_the_auxiliary_phase_alone(tmp_path: Path) -> None:
    agent = remembering(tmp_path, noise("Box3"))
    disturb(agent)
    batch = next(iter(agent.storage.sample()))
    values, _, _ = agent.policy.evaluate_actions(batch.observations, batch.actions, detach_critic=True)
    first = next(agent.encoder.parameters())
    assert th.autograd.grad(values.sum(), first, allow_unused=True)[0] is None
    values = agent.policy.evaluate_auxiliary(batch.observations)[2]
    assert th.autograd.grad(values.sum(), first)[0].abs().sum() > 0


def test_a_policy_without_an_auxiliary_critic_is_refused(tmp_path: Path) -> None:
    agent = build(PPG, tmp_path)
    with pytest.raises(IncompatibleError, match="aux_critic=True"):
        agent.set(policy=OnPolicySharedActorCritic(agent.observation_space, agent.action_space, 4, 8))


def test_a_stop_between_two_auxiliary_phases_changes_nothing(tmp_path: Path) -> None:
    whole, half, rest = (build(PPG, tmp_path, seed=seed, **PHASES) for seed in (1, 1, 5))
    th.manual_seed(0)
    whole.train(144, log_interval=100)
    th.manual_seed(0)
    half.train(48, log_interval=100)
    assert len(half.remembered) == 1
    rest.load(half.save(tmp_path / "half.safetensors", storage=True))
    rest.train(96, log_interval=100)
    assert len(rest.remembered) == 1
    assert th.equal(weights(whole), weights(rest))
    assert th.equal(whole.remembered[0][0], rest.remembered[0][0])


def test_observations_by_key_are_remembered_and_recalled(tmp_path: Path) -> None:
    agent, other = (remembering(tmp_path, noise("Dict")) for _ in range(2))
    other.recall(agent.memory())
    (obs, returns), (found, targets) = agent.remembered[0], other.remembered[0]
    assert len(other.remembered) == 1
    assert obs.keys() == found.keys()
    assert all(th.equal(obs[key], found[key]) for key in obs)
    assert th.equal(returns, targets)


def test_the_policy_phase_moves_the_shared_encoder_by_the_policy_alone(tmp_path: Path) -> None:
    """arXiv 2009.04416: in the variant with a single network the value's gradient ends at the shared layers."""

    def encoder(vf_coef: float) -> tuple[th.Tensor, th.Tensor]:
        agent = remembering(tmp_path, noise("Box3"), vf_coef=vf_coef, max_grad_norm=1e6)
        th.manual_seed(3)
        agent.policy_phase(Means())
        parts = (agent.policy.encoder, agent.policy.critic)
        return tuple(th.cat([p.detach().flatten() for p in part.parameters()]) for part in parts)  # type: ignore[return-value]

    (without, critic), (with_values, moved) = encoder(0.0), encoder(2.0)
    assert not th.equal(critic, moved)
    th.testing.assert_close(without, with_values)
