"""Tests of what a request asks of an algorithm: answers that are known beforehand, of the plan's own numbers."""

from __future__ import annotations

import math

from copilot.codegen.authoring.agent.parts import of_share
from copilot.codegen.authoring.spec import Continuous, Fall, Learner, Optimizer


def method(name: str, *lines: str) -> str:
    """A test method as source; lines, which may be several, are indented."""
    body = [line for part in lines for line in part.split("\n")]
    return "\n".join([f"    def test_{name}(self) -> None:", *(f"        {line}" if line else "" for line in body)])


def close(first: str, second: list[float] | float) -> str:
    """Lines that assert that tensors or numbers are the same."""
    shown = [round(value, 6) for value in second] if isinstance(second, list) else round(second, 6)
    return f"said = th.as_tensor({first})\nassert th.allclose(said, th.tensor({shown!r}), atol=1e-4)"


def of_rate(optimizer: Optimizer, num_train_steps: int) -> list[str]:
    """What the learning rate is at the start, half way and at the end, and which optimiser it is of."""
    tests = []
    if optimizer.name != "Adam" or optimizer.weight_decay:
        lines = ["agent, _, _ = trained(self.makers[0])", "for optimizer in agent.policy.optimizers.values():"]
        lines += [f"    assert type(optimizer) is th.optim.{optimizer.name}"]
        if optimizer.weight_decay:
            lines += [f'    assert optimizer.param_groups[0]["weight_decay"] == {optimizer.weight_decay!r}']
        tests.append(method("the_optimiser_is_the_one_that_is_asked_for", *lines))
    fall, warmup = optimizer.fall, optimizer.warmup
    if fall is None and not warmup:
        return tests
    over = fall.over or num_train_steps if fall else 0
    steps = sorted({0, warmup, warmup + over // 2, warmup + over})
    lines = ["agent, _, _ = trained(self.makers[0])"]
    for step in steps:
        lines += [f"agent.global_step = {step}", close("agent.rate()", _rate(optimizer, step, over))]
    return [*tests, method("the_learning_rate_goes_as_is_said", *lines)]


def _rate(optimizer: Optimizer, step: int, over: int) -> float:
    rising = min(1.0, (step + 1) / optimizer.warmup) if optimizer.warmup else 1.0
    after = max(0, step - optimizer.warmup)
    return rising * (fallen(optimizer.fall, 1.0, after, over) if optimizer.fall else 1.0)


def fallen(fall: Fall, start: float, step: int, over: int) -> float:
    """What a number that falls is at a step."""
    if fall.shape == "step":
        return start * fall.factor ** (step // over)
    done = min(1.0, step / over)
    if fall.shape == "linear":
        return start + done * (fall.end - start)
    if fall.shape == "cosine":
        return fall.end + (start - fall.end) * 0.5 * (1.0 + math.cos(math.pi * done))
    return start * (max(fall.end, 1e-3 * start) / start) ** done if start > 0 else fall.end


def of_reset(plan: Learner | Continuous, heads: str) -> list[str]:
    """Layers that are made anew differ from before; none do between."""
    if not plan.reset_every:
        return []
    return [
        method(
            "layers_are_made_anew",
            "agent, _, _ = trained(self.makers[0])",
            f"assert agent.reset_every == {plan.reset_every}",
            f"before = [value.clone() for value in {heads}.parameters()]",
            "agent.renew()",
            f"after = list({heads}.parameters())",
            "assert not th.equal(before[-2], after[-2])",
            *(
                ["assert not th.equal(before[0], after[0])"]
                if plan.reset_all
                else ["assert th.equal(before[0], after[0])"]
            ),
        )
    ]


def of_continuous(plan: Continuous, num_train_steps: int) -> list[str]:
    """Of an off-policy actor-critic."""
    optimizer = of_share(plan.optimizer, plan.actor_lr or plan.lr)
    tests = [
        method(
            "what_ends_is_worth_its_reward_alone",
            "agent, _, _ = trained(self.makers[0])",
            "batch = agent.storage.sample()",
            "ended = batch._replace(discounts=th.zeros_like(batch.discounts))",
            "targets = agent.targets(ended)",
            "rewards = batch.rewards[:, None].expand_as(targets) if targets.ndim == 2 else batch.rewards",
            "assert th.allclose(targets, rewards)",
        ),
        method(
            "there_are_as_many_critics_as_are_asked_for",
            "agent, _, _ = trained(self.makers[0])",
            f"assert len(agent.policy.critic.heads) == {plan.critics}",
            *_layers(plan),
        ),
        *_combined(plan),
    ]
    if plan.weighted is not None:
        advantages = [-plan.weighted, 0.0, plan.weighted, 20.0 * plan.weighted * math.log(plan.cap + 2.0)]
        weights = [min(plan.cap, math.exp(min(700.0, value / plan.weighted))) for value in advantages]
        given = f"advantage_weights(th.tensor({advantages!r}), {plan.weighted!r}, {plan.cap!r})"
        tests.append(method("weights_are_exponential_and_capped", close(given, weights)))
    if plan.base == "SAC" and plan.entropy == "fixed":
        tests.append(
            method(
                "the_temperature_stays_as_it_is",
                "agent, _, _ = trained(self.makers[0])",
                close("agent.policy.alpha", plan.temperature),
                'assert "alpha_opt" not in agent.policy.optimizers',
            )
        )
    return [*tests, *of_rate(optimizer, num_train_steps), *of_reset(plan, "agent.policy.critic.heads[0]")]


def _layers(plan: Continuous) -> list[str]:
    lines = ["kinds = [type(layer).__name__ for layer in agent.policy.critic.modules()]"]
    lines += [f'assert kinds.count("LayerNorm") == {2 * plan.critics if plan.norm else 0}']
    return [*lines, f'assert kinds.count("Dropout") == {2 * plan.critics if plan.dropout else 0}']


def _combined(plan: Continuous) -> list[str]:
    if plan.quantiles:
        kept = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0][: 6 - 2 * min(plan.dropped, 2)]
        given = f"combined(th.tensor([[[1.0, 6.0, 3.0]], [[2.0, 4.0, 5.0]]]), {min(plan.dropped, 2)})"
        return [method("the_largest_quantiles_are_left_out", close(f"{given}[0]", kept))]
    columns = [(1.0, 3.0), (4.0, 2.0)]
    if plan.subset:
        return [
            method(
                "a_target_is_of_some_critics",
                "values = th.arange(8.0)[:, None].expand(8, 4)",
                *([f"seen = {{float(combined(values{_more(plan)}, {plan.subset})[0]) for _ in range(50)}}"]),
                "assert len(seen) > 1",
                close(f"combined(th.full((8, 4), 2.5){_more(plan)}, {plan.subset})", [2.5] * 4),
            )
        ]
    values = []
    for column in columns:
        low, mean, high = min(column), sum(column) / 2, max(column)
        deviation = (high - low) / 2
        rest = mean if plan.rest == "mean" else high
        values.append(
            {"min": low, "mean": mean, "mixed": plan.share * low + (1 - plan.share) * rest,
             "bound": mean - plan.pessimism * deviation}[plan.combined]
        )  # fmt: skip
    given = f"combined(th.tensor([[1.0, 4.0], [3.0, 2.0]]){_more(plan)})"
    same = f"combined(th.full((2, 3), 1.5){_more(plan)})"
    return [method("critics_are_combined_as_is_said", close(given, values), close(same, [1.5] * 3))]


def _more(plan: Continuous) -> str:
    return {"mixed": f", {plan.share!r}", "bound": f", {plan.pessimism!r}"}.get(plan.combined, "")
