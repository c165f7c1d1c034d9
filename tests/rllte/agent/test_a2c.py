"""One step of A2C by hand, for each of its coefficients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.agent import A2C
from rllte.core.errors import ParameterError
from rllte.env import make_rllte_env
from rllte.training import on_policy
from rllte.xploit.policy import OnPolicySharedActorCritic

LR = 0.05
CASES = [{}, {"vf_coef": 0.0}, {"vf_coef": 3.0}, {"ent_coef": 2.0}, {"max_grad_norm": 1e-3}, {"max_grad_norm": 1e6}]


@pytest.mark.parametrize("env_id", ["CartPole-v1", "Pendulum-v1"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_step(case: dict[str, Any], env_id: str, tmp_path: Path) -> None:
    """arXiv 1602.01783, algorithm S3, written anew."""
    env = make_rllte_env(env_id, num_envs=4)
    agent = A2C(env=env, log_dir=tmp_path, hidden_dim=8, num_steps=16, **case)
    size = agent.encoder.feature_dim
    agent.set(
        policy=OnPolicySharedActorCritic(env.observation_space, env.action_space, size, 8, th.optim.SGD, {"lr": LR})
    )
    agent.freeze()
    agent.live.begin()
    on_policy.collect(agent)
    store = agent.storage
    store.compute_returns_and_advantages(agent.policy.get_value(agent.live.obs).detach())
    obs, actions, returns, advantages = (
        t.flatten(0, 1) for t in (store.observations, store.actions, store.returns, store.advantages)
    )
    settings = {"vf_coef": 0.5, "ent_coef": 0.01, "max_grad_norm": 0.5, **case}
    dist = agent.policy.get_dist(agent.policy.features(obs))
    gain = (dist.log_prob(actions) * advantages).mean() + settings["ent_coef"] * dist.entropy().mean()
    loss = settings["vf_coef"] * 0.5 * ((agent.policy.get_value(obs) - returns) ** 2).mean() - gain
    parameters = list(agent.policy.parameters())
    gradients = th.autograd.grad(loss, parameters)
    length = th.sqrt(sum((g**2).sum() for g in gradients))
    scale = min(1.0, settings["max_grad_norm"] / float(length))
    expected = [p.detach() - LR * scale * g for p, g in zip(parameters, gradients, strict=True)]
    agent.update()
    for parameter, value in zip(parameters, expected, strict=True):
        th.testing.assert_close(parameter.detach(), value, rtol=1e-4, atol=1e-6)


def test_without_batch_size_a_rollout_is_one_step(tmp_path: Path) -> None:
    for batch_size, steps in ((None, 1), (16, 4)):
        env = make_rllte_env("CartPole-v1", num_envs=4)
        agent = A2C(env=env, log_dir=tmp_path, hidden_dim=8, num_steps=16, batch_size=batch_size)
        agent.train(64)
        assert agent.policy.optimizers["opt"].state_dict()["state"][0]["step"] == steps


def test_zero_is_not_the_default(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="batch_size is 0"):
        A2C(env=make_rllte_env("CartPole-v1"), batch_size=0)
