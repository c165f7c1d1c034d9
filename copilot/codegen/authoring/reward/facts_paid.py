"""Tests of when an intrinsic reward is paid, and of what becomes of its number."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Bonus

_REWARD = [
    'envs = environments(OBSERVATIONS["Box1"][0], ACTIONS["Discrete"])',
    'reward = self.make(envs, rwd_norm_type="none", obs_norm_type="none")',
    "samples = rollout(envs)",
]


def facts_of_paid(plan: Bonus) -> list[str]:
    """Bounds, first visits, gates and schedules."""
    return [*_bounds(plan), *_first_visit(plan), *_gates(plan), *_scheduled(plan)]


def _bounds(plan: Bonus) -> list[str]:
    """Of the last operations: nothing is beyond what they leave."""
    if plan.per_visit in {"root", "inverse"} and any(shape.op == "least" for shape in plan.shape):
        return []
    lines = []
    sign = -1.0 if plan.negative else 1.0
    for shape in reversed(plan.shape):
        if shape.op not in {"least", "most"} or shape.value is None:
            break
        unpaid = shape.op == "least" and shape.value > 0 and (plan.when or plan.first_steps or plan.after_steps
                                                              or plan.every_steps or plan.warmup_steps)  # fmt: skip
        if unpaid or plan.decay != "none":
            continue
        value = f"{sign * shape.value!r}"
        low = (shape.op == "least") != plan.negative
        lines.append(
            f"assert float(found.{'min' if low else 'max'}()) {'>=' if low else '<='} {value} {'-' if low else '+'} 1e-5"
        )
    if not lines:
        return []
    return method("it_stays_within_its_bounds", [
        *_REWARD, "for _ in range(3):", "    reward.update(samples)", "found = reward.compute(samples)", *lines,
    ])  # fmt: skip


def _first_visit(plan: Bonus) -> list[str]:
    if plan.per_visit != "first":
        return []
    return method("only_the_first_visit_of_an_episode_is_paid", [
        *_REWARD, 'samples["terminateds"].zero_()',
        'samples["next_observations"] = samples["next_observations"][:1].expand(6, 2, 3).clone()',
        "assert float(reward.compute(samples)[1:].abs().max()) == 0.0",
    ])  # fmt: skip


def _gates(plan: Bonus) -> list[str]:
    """A reward of ones would show them best; here it is enough that what is not paid is 0."""
    out: list[str] = []
    if plan.first_steps or plan.after_steps or plan.every_steps:
        out += _places(plan)
    zero = {
        "unrewarded": "samples[\"rewards\"] != 0", "rewarded": "samples[\"rewards\"] == 0",
        "not_at_end": "samples[\"terminateds\"] > 0", "at_end": "samples[\"terminateds\"] == 0",
    }  # fmt: skip
    for gate, where in zero.items():
        if gate in plan.when:
            out += method(f"paid_{gate}", [
                *_REWARD, 'samples["rewards"] = (th.arange(12).view(6, 2) % 2).float()',
                f"assert float(reward.compute(samples)[{where}].abs().max()) == 0.0",
            ])  # fmt: skip
    if "until_reward" in plan.when:
        out += method("paid_until_there_is_a_reward", [
            *_REWARD, 'samples["rewards"].zero_()', 'samples["terminateds"].zero_()', 'samples["rewards"][2, 0] = 1.0',
            "found = reward.compute(samples)", "assert float(found[2:, 0].abs().max()) == 0.0",
            'samples["rewards"].zero_()', "again = reward.compute(samples)",
            "assert float(again[:, 0].abs().max()) == 0.0  # the episode goes on",
        ])  # fmt: skip
    return out


def _places(plan: Bonus) -> list[str]:
    given, lines, bad = [], [], []
    for name, small, unpaid in (
        ("first_steps", 2, "place > 2"), ("after_steps", 2, "place <= 2"), ("every_steps", 2, "place % 2 != 0"),
    ):  # fmt: skip
        if getattr(plan, name):
            given.append(f"{name}={small}")
            bad.append(unpaid)
            lines.append(f"assert self.make(envs).{name} == {getattr(plan, name)}")
    start = [_REWARD[0], _REWARD[1].replace("self.make(envs, ", f"self.make(envs, {', '.join(given)}, "), _REWARD[2]]
    return method("paid_at_these_steps_of_an_episode", [
        *start, 'samples["terminateds"].zero_()', *lines, "place = th.arange(1, 7)", "found = reward.compute(samples)",
        *(f"assert float(found[{where}].abs().max()) == 0.0" for where in bad),
    ])  # fmt: skip


def _scheduled(plan: Bonus) -> list[str]:
    out: list[str] = []
    if plan.warmup_steps:
        start = [_REWARD[0], _REWARD[1].replace("self.make(envs, ", "self.make(envs, warmup_steps=12, "), _REWARD[2]]
        out += method("nothing_is_paid_at_the_beginning", [
            *start, f"assert self.make(envs).warmup_steps == {plan.warmup_steps}",
            "assert float(reward.compute(samples).abs().max()) == 0.0",
        ])  # fmt: skip
    if plan.decay != "none":
        end = plan.beta_end / plan.beta if plan.beta else 0.0
        warm = "warmup_steps=0, " if plan.warmup_steps else ""
        start = [
            _REWARD[0],
            _REWARD[1].replace("self.make(envs, ", f"self.make(envs, decay_steps=12, {warm}"),
            _REWARD[2],
        ]
        after = (
            "assert float(found.abs().max()) == 0.0"
            if end == 0.0 and plan.decay == "linear"
            else "assert found.isfinite().all()"
        )
        out += method("the_weight_falls", [
            *start, f"assert self.make(envs).decay_steps == {plan.decay_steps}", "reward.compute(samples)",
            "found = reward.compute(samples)", after,
        ])  # fmt: skip
    if plan.kappa:
        out += method("the_weight_falls_with_each_update", [
            *_REWARD, "reward.compute(samples)", "reward.update(samples)",
            f"assert abs(reward.weight - {1.0 - plan.kappa!r}) < 1e-9",
        ])  # fmt: skip
    return out
