"""One step of PPO by hand, for each of its coefficients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.agent import PPO
from rllte.env import make_rllte_env
from rllte.training import on_policy
from rllte.xploit.policy import OnPolicySharedActorCritic

LR = 0.05


def prepared(folder: Path, env_id: str, **kwargs: Any) -> Any:
    """An agent with one rollout, whose policy has moved since: ratios and values differ from what is stored."""
    env = make_rllte_env(env_id, num_envs=4)
    agent = PPO(env=env, log_dir=folder, hidden_dim=8, num_steps=16, n_epochs=1, batch_size=64, **kwargs)
    size = agent.encoder.feature_dim
    agent.set(
        policy=OnPolicySharedActorCritic(env.observation_space, env.action_space, size, 8, th.optim.SGD, {"lr": LR})
    )
    agent.freeze()
    with th.no_grad():
        agent.policy.actor[1].weight.mul_(100.0)
    agent.live.begin()
    on_policy.collect(agent)
    agent.storage.compute_returns_and_advantages(agent.policy.get_value(agent.live.obs).detach())
    with th.no_grad():
        for parameter in agent.policy.parameters():
            parameter.add_(0.1 * th.randn_like(parameter))
    return agent


def by_hand(agent: Any, clip: float, clip_vf: float | None, vf: float, ent: float) -> tuple[th.Tensor, ...]:
    """Policy, value and whole loss over the rollout; arXiv 1707.06347, equations 7 and 9, written anew."""
    store = agent.storage
    obs, actions, old, old_values, returns, advantages = (
        t.flatten(0, 1)
        for t in (store.observations, store.actions, store.log_probs, store.values, store.returns, store.advantages)
    )
    dist = agent.policy.get_dist(agent.policy.features(obs))
    values = agent.policy.get_value(obs)
    adv = (advantages - advantages.mean()) / advantages.std()
    ratio = th.exp(dist.log_prob(actions) - old)
    assert ((ratio - 1).abs() > 0.1).any()
    surrogate = th.where(adv > 0, adv * ratio.clamp(max=1 + clip), adv * ratio.clamp(min=1 - clip)).mean()
    errors = (values - returns) ** 2
    if clip_vf is not None:
        moved = th.minimum(th.maximum(values, old_values - clip_vf), old_values + clip_vf)
        assert (moved != values).any()
        errors = th.maximum(errors, (moved - returns) ** 2)
    value = 0.5 * errors.mean()
    return -surrogate, value, -surrogate + vf * value - ent * dist.entropy().mean()


CASES = [
    {},
    {"clip_range": 0.02},
    {"clip_range_vf": 0.1},
    {"clip_range_vf": 0.01},
    {"vf_coef": 0.0},
    {"vf_coef": 3.0},
    {"ent_coef": 0.0},
    {"ent_coef": 2.0},
    {"max_grad_norm": 1e-3},
    {"max_grad_norm": 1e6},
]


@pytest.mark.parametrize("env_id", ["CartPole-v1", "Pendulum-v1"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_step(case: dict[str, Any], env_id: str, tmp_path: Path) -> None:
    agent = prepared(tmp_path, env_id, **case)
    settings = {
        "clip_range": 0.1,
        "clip_range_vf": None,
        "vf_coef": 0.5,
        "ent_coef": 0.01,
        "max_grad_norm": 0.5,
        **case,
    }
    norm = settings.pop("max_grad_norm")
    policy_loss, value_loss, loss = by_hand(agent, *settings.values())
    parameters = list(agent.policy.parameters())
    gradients = th.autograd.grad(loss, parameters)
    length = th.sqrt(sum((g**2).sum() for g in gradients))
    scale = min(1.0, norm / float(length))
    expected = [p.detach() - LR * scale * g for p, g in zip(parameters, gradients, strict=True)]
    metrics = agent.update()
    for parameter, value in zip(parameters, expected, strict=True):
        th.testing.assert_close(parameter.detach(), value, rtol=1e-4, atol=1e-6)
    assert metrics["policy_loss"] == pytest.approx(policy_loss.item(), abs=1e-5)
    assert metrics["value_loss"] == pytest.approx(value_loss.item(), rel=1e-4)


def test_every_epoch_sees_every_sample_and_metrics_are_means(tmp_path: Path) -> None:
    env = make_rllte_env("CartPole-v1", num_envs=4)
    agent = PPO(env=env, log_dir=tmp_path, hidden_dim=8, num_steps=16, n_epochs=3, batch_size=30)
    agent.train(64)
    state = agent.policy.optimizers["opt"].state_dict()["state"]
    assert state[0]["step"] == 3 * 3  # 64 samples in batches of at most 30 are three
