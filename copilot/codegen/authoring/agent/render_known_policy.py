"""Tests of what a request asks of an on-policy loss: answers that are known beforehand, of the plan's own numbers."""

from __future__ import annotations

import math

from copilot.codegen.authoring.agent.parts import of_share
from copilot.codegen.authoring.agent.render_known import close, fallen, method, of_rate
from copilot.codegen.authoring.spec import Learner, Term

_RATIOS = [0.5, 0.9, 1.0, 1.1, 2.0]


def of_policy(plan: Learner, num_train_steps: int) -> list[str]:
    """Of an on-policy actor-critic."""
    tests: list[str] = []
    for term in plan.terms:
        tests += _gains(term) + _falls(term, num_train_steps)
        if term.name == "weighted_imitation":
            tests.append(_weights(term))
    tests += _advantages(plan) + _baseline(plan) + _critic(plan)
    if plan.stop_kl is not None:
        tests.append(
            method(
                "no_further_pass_begins_once_the_policy_has_moved_too_far",
                "agent, _, _ = trained(self.makers[0])",
                f"assert agent.stop_kl == {plan.stop_kl!r}",
                *_passes("agent.stop_kl = -1.0", "1"),
                *_passes("agent.stop_kl = 1e9", "agent.n_epochs"),
            )
        )
    return [*tests, *of_rate(of_share(plan.optimizer, plan.lr), num_train_steps)]


def _passes(change: str, expected: str) -> list[str]:
    return [
        "other, _, _ = trained(self.makers[0], n_epochs=3)",
        change.replace("agent", "other"),
        "passes, sample = [], other.storage.sample",
        "other.storage.step = other.storage.storage_size",
        "other.storage.sample = lambda: (passes.append(1), sample())[1]",
        "other.update()",
        f"assert len(passes) == {expected.replace('agent', 'other')}",
    ]


def _gains(term: Term) -> list[str]:
    """Gains of ratios below, within and above the range, for advantages of either sign."""
    if term.name == "clip" and (term.high is not None or term.dual is not None):
        low, high = term.value or 0.2, term.high if term.high is not None else term.value or 0.2
        arguments = [low, high] + ([term.dual] if term.dual is not None else [])
    elif term.name in {"ratio", "spo", "rollback"}:
        epsilon = term.value or 0.2
        arguments = {"ratio": [], "spo": [epsilon], "rollback": [epsilon, term.slope]}[term.name]
        low = high = epsilon
    else:
        return []
    lines = []
    for sign in (1.0, -1.0):
        gains = [_gain(term, ratio, sign, low, high) for ratio in _RATIOS]
        given = ", ".join(["ratios", f"th.full((5,), {sign!r})", *(repr(value) for value in arguments)])
        lines.append(close(f"surrogate({given})", gains))
    return [method("gains_are_those_of_the_paper", f"ratios = th.tensor({_RATIOS!r})", *lines)]


def _gain(term: Term, ratio: float, advantage: float, low: float, high: float) -> float:
    if term.name == "ratio":
        return ratio * advantage
    if term.name == "spo":
        return ratio * advantage - abs(advantage) / (2 * low) * (ratio - 1) ** 2
    if term.name == "rollback":
        bent = ratio
        if ratio < 1 - low:
            bent = -term.slope * ratio + (1 + term.slope) * (1 - low)
        elif ratio > 1 + low:
            bent = -term.slope * ratio + (1 + term.slope) * (1 + low)
        return min(ratio * advantage, bent * advantage)
    gain = min(ratio * advantage, min(max(ratio, 1 - low), 1 + high) * advantage)
    return max(gain, term.dual * advantage) if term.dual is not None and advantage < 0 else gain


def _falls(term: Term, num_train_steps: int) -> list[str]:
    name = {"entropy": "entropy_weight", "clip": "clip_now", "kl_penalty": "kl_weight"}.get(term.name)
    if term.fall is None or name is None:
        return []
    start = (term.value or 0.2) if term.name == "clip" else term.weight
    over = term.fall.over or num_train_steps
    counter = "num_updates" if term.fall.by == "updates" else "global_step"
    lines = ["agent, _, _ = trained(self.makers[0])"]
    for step in (0, over // 2, over, 2 * over):
        value = max(term.fall.floor, fallen(term.fall, start, step, over))
        lines += [f"agent.{counter} = {step}", close(f"agent.{name}()", value)]
    return [method(f"{name}_goes_as_is_said", *lines)]


def _weights(term: Term) -> str:
    temperature, cap = term.value or 1.0, term.cap or 20.0
    advantages = [-temperature, 0.0, temperature, temperature * (math.log(cap) + 2.0)]
    weights = [min(cap, math.exp(value / temperature)) for value in advantages]
    given = f"imitation_weights(th.tensor({[round(a, 6) for a in advantages]!r}), {temperature!r}, {cap!r})"
    return method(
        "weights_are_exponential_capped_and_without_gradient",
        close(given, weights),
        f"weights = imitation_weights(th.ones(3, requires_grad=True), {temperature!r}, {cap!r})",
        "assert not weights.requires_grad",
    )


def _advantages(plan: Learner) -> list[str]:
    if plan.advantages == "rank":
        given = "normalized(th.tensor([30.0, -1.0, 2.0]))"
        return [method("advantages_become_their_ranks", close(given, [1.0, -1.0, 0.0]))]
    if plan.advantages == "sign":
        given = "normalized(th.tensor([30.0, -0.1, 0.0]))"
        return [method("advantages_become_their_signs", close(given, [1.0, -1.0, 0.0]))]
    return []


def _baseline(plan: Learner) -> list[str]:
    if plan.baseline == "critic":
        return []
    given = "discounted(th.ones(3, 1), th.tensor([[0.0], [1.0], [0.0]]), 0.5)[:, 0]"
    tests = [method("returns_are_discounted_and_end_with_their_episode", close(given, [1.5, 1.0, 1.0]))]
    returns = "th.tensor([[1.0, 2.0, 6.0]])"
    if plan.baseline == "leave_one_out":
        tests.append(method("the_others_are_the_baseline", close(f"compared({returns})[0]", [-3.0, -1.5, 4.5])))
    if plan.baseline == "group":
        deviation = math.sqrt(14.0 / 3.0)
        values = [(value - 3.0) / deviation for value in (1.0, 2.0, 6.0)]
        tests.append(method("returns_are_normalised_over_environments", close(f"compared({returns})[0]", values)))
    if plan.baseline == "moving_average":
        tests.append(
            method(
                "the_baseline_is_a_running_mean",
                "agent, _, _ = trained(self.makers[0])",
                f"assert agent.momentum == {plan.momentum!r}",
                "storage, old = agent.storage, float(agent.policy.baseline)",
                "storage.step = storage.storage_size",
                "agent.compare()",
                f"wanted = {plan.momentum!r} * old + {round(1.0 - plan.momentum, 6)!r} * float(storage.returns.mean())",
                "assert abs(float(agent.policy.baseline) - wanted) < 1e-4",
                "assert th.allclose(storage.advantages, storage.returns - old, atol=1e-4)",
            )
        )
    if not {term.name for term in plan.terms} & {"value", "clipped_value", "huber_value"}:
        tests.append(
            method(
                "the_critic_learns_nothing",
                "_, before, after = trained(self.makers[0])",
                'critic = [name for name in before if name.startswith("critic.")]',
                "assert all(th.equal(before[name], after[name]) for name in critic)",
            )
        )
    return tests


def _critic(plan: Learner) -> list[str]:
    if plan.critic_error == "symlog":
        return [
            method(
                "squeezing_is_undone",
                close("symexp(symlog(th.tensor([-3.0, 0.0, 50.0])))", [-3.0, 0.0, 50.0]),
                close("symlog(th.tensor([1.0, -1.0]))", [math.log(2.0), -math.log(2.0)]),
            )
        ]
    if plan.critic_error == "plain":
        return []
    inside = [plan.low + share * (plan.high - plan.low) for share in (0.3, 0.5, 0.71)]
    return [
        method(
            "what_bins_say_on_average_is_the_return",
            "agent, _, _ = trained(self.makers[0])",
            "centres = agent.policy.critic[-1].centres",
            f"assert len(centres) == {plan.bins}",
            f"shares = projected(th.tensor({[round(value, 4) for value in inside]!r}), centres)",
            close("shares.sum(-1)", [1.0, 1.0, 1.0]),
            f"wanted = th.tensor({[round(value, 4) for value in inside]!r})",
            "assert th.allclose(shares @ centres, wanted, atol=0.05 * float(centres[1] - centres[0]))",
        )
    ]
