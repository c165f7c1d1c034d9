"""DAAC by hand, and what each of its phases leaves alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.agent import DAAC
from rllte.xploit.policy import OnPolicyDecoupledActorCritic
from tests.rllte.agent.probes import build, disturb, weights, with_rollout

LR = 0.05
ONE_BATCH = {"batch_size": 64, "policy_epochs": 1, "value_epochs": 1}
CASES = [{}, {"clip_range": 0.02}, {"ent_coef": 2.0}, {"adv_coef": 0.0}, {"adv_coef": 3.0}, {"max_grad_norm": 1e6}]


def prepared(folder: Path, env_id: str = "CartPole-v1", **kwargs: Any) -> Any:
    agent = build(DAAC, folder, env_id, **{**ONE_BATCH, **kwargs})
    policy = OnPolicyDecoupledActorCritic(
        agent.observation_space, agent.action_space, agent.encoder.feature_dim, 8, th.optim.SGD, {"lr": LR}
    )
    agent.set(policy=policy)
    with_rollout(agent)
    disturb(agent)
    return agent


def moved(loss: th.Tensor, parameters: list[Any], norm: float) -> list[th.Tensor]:
    gradients = th.autograd.grad(loss, parameters)
    length = float(th.sqrt(sum((g**2).sum() for g in gradients)))
    return [p.detach() - LR * min(1.0, norm / length) * g for p, g in zip(parameters, gradients, strict=True)]


@pytest.mark.parametrize("env_id", ["CartPole-v1", "Pendulum-v1"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_step_of_the_actor(case: dict[str, Any], env_id: str, tmp_path: Path) -> None:
    """arXiv 2102.10330, J_DAAC written anew: surrogate + entropy - advantage loss."""
    agent = prepared(tmp_path, env_id, **case)
    own = {"clip_range": 0.2, "ent_coef": 0.01, "adv_coef": 0.25, "max_grad_norm": 0.5, **case}
    store, policy = agent.storage, agent.policy
    obs, actions, old, advantages = (
        t.flatten(0, 1) for t in (store.observations, store.actions, store.log_probs, store.advantages)
    )
    dist = policy.get_dist(obs)
    adv = (advantages - advantages.mean()) / advantages.std()
    ratio = th.exp(dist.log_prob(actions) - old)
    clip = own["clip_range"]
    surrogate = th.where(adv > 0, adv * ratio.clamp(max=1 + clip), adv * ratio.clamp(min=1 - clip)).mean()
    predicted = policy.evaluate_actions(obs, actions)[0]
    advantage_error = ((predicted - adv) ** 2).mean()
    gain = surrogate + own["ent_coef"] * dist.entropy().mean() - own["adv_coef"] * advantage_error
    parameters = [p for p in policy.actor_parameters() if own["adv_coef"] or not _of_advantage(policy, p)]
    expected = moved(-gain, parameters, own["max_grad_norm"])
    metrics = agent.update()
    for parameter, value in zip(parameters, expected, strict=True):
        th.testing.assert_close(parameter.detach(), value, rtol=1e-4, atol=1e-6)
    assert metrics["adv_loss"] == pytest.approx(advantage_error.item(), rel=1e-4)


def _of_advantage(policy: Any, parameter: Any) -> bool:
    return any(parameter is p for p in policy.advantage.parameters())


@pytest.mark.parametrize("case", [{}, {"clip_range_vf": 0.2}, {"clip_range_vf": 0.01}, {"vf_coef": 3.0}], ids=str)
def test_one_step_of_the_critic(case: dict[str, Any], tmp_path: Path) -> None:
    agent = prepared(tmp_path, **case)
    own = {"clip_range_vf": None, "vf_coef": 0.5, **case}
    store, policy = agent.storage, agent.policy
    obs, old, returns = (t.flatten(0, 1) for t in (store.observations, store.values, store.returns))
    values = policy.get_value(obs)
    errors = (values - returns) ** 2
    if own["clip_range_vf"] is not None:
        errors = th.maximum(
            errors, (old + (values - old).clamp(-own["clip_range_vf"], own["clip_range_vf"]) - returns) ** 2
        )
    parameters = policy.critic_parameters()
    expected = moved(own["vf_coef"] * 0.5 * errors.mean(), parameters, 0.5)
    agent.update()
    for parameter, value in zip(parameters, expected, strict=True):
        th.testing.assert_close(parameter.detach(), value, rtol=1e-4, atol=1e-6)


def test_defect_8_gradients_of_both_networks_are_clipped(tmp_path: Path) -> None:
    """RLLTE's parameters were iterators that the optimiser had used up, so that the norm was that of nothing."""

    def step(norm: float, which: str) -> th.Tensor:
        agent = prepared(tmp_path, max_grad_norm=norm)
        before = [p.detach().clone() for p in getattr(agent.policy, which)()]
        agent.update()
        after = getattr(agent.policy, which)()
        return th.cat([(a - b).flatten() for a, b in zip(after, before, strict=True)]).norm()

    for which in ("actor_parameters", "critic_parameters"):
        assert step(1e-3, which).item() == pytest.approx(LR * 1e-3, rel=1e-3)
        assert step(1e6, which) > 10 * LR * 1e-3


def test_each_phase_evaluates_only_the_network_that_it_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = prepared(tmp_path, policy_epochs=2, value_epochs=3)
    calls: list[str] = []
    for name in ("actor", "critic"):
        module = getattr(agent.policy, f"{name}_encoder")
        module.register_forward_hook(lambda *_, name=name: calls.append(name))
    agent.update()
    assert calls == ["actor"] * 2 + ["critic"] * 3


def test_the_critic_learns_every_value_freq_rollouts(tmp_path: Path) -> None:
    agent = build(DAAC, tmp_path, value_freq=2)
    steps = []
    for _ in range(4):
        agent.train(48, log_interval=100)
        steps.append(int(agent.policy.optimizers["critic_opt"].state_dict()["state"].get(0, {}).get("step", 0)))
    assert steps == [0, 9 * 3, 9 * 3, 18 * 3]


def test_predicted_advantages_can_be_switched_off(tmp_path: Path) -> None:
    def learned(adv_coef: float) -> tuple[Any, th.Tensor]:
        agent = build(DAAC, tmp_path, adv_coef=adv_coef)
        agent.freeze()
        before = th.cat([p.detach().flatten() for p in agent.policy.advantage.parameters()])
        agent.train(96, log_interval=100)
        after = th.cat([p.detach().flatten() for p in agent.policy.advantage.parameters()])
        return agent, (after - before).abs().sum()

    without, still = learned(0.0)
    assert still == 0
    with_it, shift = learned(0.25)
    assert shift > 0
    assert not th.equal(weights(without), weights(with_it))
