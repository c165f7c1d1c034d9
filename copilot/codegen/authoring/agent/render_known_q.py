"""Tests of what a request asks of Q-learning: targets that are known beforehand, networks of the right parts."""

from __future__ import annotations

import math

from copilot.codegen.authoring.agent.parts import of_share
from copilot.codegen.authoring.agent.render_known import close, method, of_rate, of_reset
from copilot.codegen.authoring.spec import Learner

_NEXT = [1.0, 3.0]
_NOW = [2.0, 0.5]


def of_q(plan: Learner, num_train_steps: int) -> list[str]:
    """Of Q-learning."""
    tests = [] if plan.error in {"quantile", "implicit", "categorical"} else _targets(plan)
    tests += _network(plan)
    if plan.error == "categorical":
        middle = (plan.low + plan.high) / 2
        tests.append(
            method(
                "what_is_between_atoms_is_shared_by_them",
                f"atoms = th.linspace({plan.low!r}, {plan.high!r}, {plan.bins})",
                f"shares = projected(th.ones(1, 1), th.tensor([[{middle!r}]]), atoms)",
                close("shares.sum()", 1.0),
                close("(shares * atoms).sum()", middle),
            )
        )
    if plan.heads > 1:
        how = min if plan.combined == "min" else (lambda values: sum(values) / len(values))
        if plan.subset:
            lines = [
                "values = th.arange(8.0)[:, None, None].expand(8, 1, 1)",
                f"seen = {{float(combined(values, {plan.subset})) for _ in range(50)}}",
                "assert len(seen) > 1",
            ]
        else:
            lines = [close("combined(th.tensor([[[1.0, 4.0]], [[3.0, 2.0]]]))[0]", [how([1.0, 3.0]), how([4.0, 2.0])])]
        tests.append(method("heads_are_combined_as_is_said", *lines))
    heads = "agent.policy.qnet.heads[0]" if plan.heads > 1 else "agent.policy.qnet"
    return [*tests, *of_rate(of_share(plan.optimizer, plan.lr), num_train_steps), *of_reset(plan, heads)]


def _targets(plan: Learner) -> list[str]:
    """What the next observation is worth, of two actions that are worth 1 and 3; the first was taken."""
    values = _worth(plan)
    if plan.targets == "munchausen":
        scaled = [value / plan.temperature for value in _NOW]
        log_policy = scaled[0] - _logsumexp(scaled)
        values += plan.alpha * min(0.0, max(plan.log_low, plan.temperature * log_policy))
    if plan.gap:
        lost = plan.gap * (max(_NOW) - _NOW[0])
        values = max(values - lost, _NEXT[0]) if plan.persistent else values - lost
    ended = 0.0
    if plan.targets == "munchausen":
        ended = values - _worth(plan)
    if plan.gap:
        lost = plan.gap * (max(_NOW) - _NOW[0])
        ended = max(-lost, 0.0) if plan.persistent else -lost
    fixed = [
        "agent, _, _ = trained(self.makers[0])",
        "batch = agent.storage.sample()",
        "ones = th.ones_like(batch.rewards)",
        f"later = th.tensor({_NEXT!r}).expand(len(ones), 2)",
        f"now = th.tensor({_NOW!r}).expand(len(ones), 2)",
        "",
        "def known(obs: Any) -> th.Tensor:",
        "    return later if obs is batch.next_observations else now",
        "",
        "agent.policy.q_values = agent.policy.target_q_values = known",
        "agent.policy.all_values = agent.policy.all_targets = lambda obs: known(obs).expand(4, -1, -1)",
        "first = th.zeros_like(batch.actions)",
        "batch = batch._replace(rewards=0.0 * ones, discounts=ones, actions=first)",
    ]
    return [
        method(
            "targets_are_those_of_the_paper",
            *fixed,
            close("agent.targets(batch)[0]", values),
            close("agent.targets(batch._replace(discounts=0.0 * ones))[0]", ended),
        )
    ]


def _logsumexp(values: list[float]) -> float:
    high = max(values)
    return high + math.log(sum(math.exp(value - high) for value in values))


def _worth(plan: Learner) -> float:
    if plan.targets == "soft" or plan.targets == "munchausen":
        return plan.temperature * _logsumexp([value / plan.temperature for value in _NEXT])
    if plan.targets == "mellowmax":
        return (_logsumexp([plan.omega * value for value in _NEXT]) - math.log(2.0)) / plan.omega
    if plan.targets == "expected":
        return plan.greedy * sum(_NEXT) / 2 + (1 - plan.greedy) * max(_NEXT)
    return max(_NEXT)


def _network(plan: Learner) -> list[str]:
    lines = [
        "agent, _, _ = trained(self.makers[0])",
        "kinds = [type(part).__name__ for part in agent.policy.qnet.modules()]",
    ]
    lines += ['assert "Noisy" in kinds and "Linear" not in kinds'] if plan.noisy and plan.error != "implicit" else []
    lines += ['assert "LayerNorm" in kinds'] if plan.norm else []
    lines += [f"assert len(agent.policy.qnet.heads) == {plan.heads}"] if plan.heads > 1 else []
    lines += [f"assert len(agent.policy.past) == {plan.averaged - 1}"] if plan.averaged > 1 else []
    if plan.dueling and plan.error not in {"implicit"} and plan.heads == 1:
        lines += [
            "net = agent.policy.qnet.eval()",
            "features = th.randn(5, agent.policy.feature_dim)",
            "value = net.value(net.value_body(features))",
            "said = net(features)",
            "said = said if said.ndim == 3 else said[..., None]",
            "assert th.allclose(said.mean(1), value, atol=1e-4)",
        ]
    if plan.noisy:
        lines += [
            "obs = agent.storage.sample().observations",
            "agent.policy.train(True)",
            "assert not th.equal(agent.policy.q_values(obs), agent.policy.q_values(obs))",
            "agent.policy.train(False)",
            "assert th.equal(agent.policy.q_values(obs), agent.policy.q_values(obs))",
        ]
    return [method("the_network_has_the_parts_that_are_asked_for", *lines)] if len(lines) > 1 else []
