"""Tests of what a request says of an intrinsic reward."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Bonus, ModuleSpec

_MADE = 'envs = environments(OBSERVATIONS["Box1"][0], ACTIONS["Discrete"])'


def facts_of_bonus(spec: ModuleSpec, plan: Bonus) -> list[str]:
    """Counts, distances and potentials, as they were said."""
    if plan.measure == "count" and plan.scope != "rollout":
        return _counted(plan)
    if plan.measure == "change":
        return method("standing_still_pays_nothing", [
            *_reward(), 'samples["next_observations"] = samples["observations"].clone()',
            "assert float(reward.compute(samples).abs().max()) < 1e-4",
        ])  # fmt: skip
    if plan.measure == "prediction_error":
        return _learned(plan)
    if plan.measure == "potential" and plan.of == "number":
        at = f"[..., {min(plan.index, 2)}]"
        return method("the_potential_is_that_of_the_request", [
            *_reward(),
            f'now, after = ({plan.factor!r} * samples[name]{at} for name in ("observations", "next_observations"))',
            f"th.testing.assert_close(reward.compute(samples), {plan.discount!r} * after - now)",
        ])  # fmt: skip
    return []


def _reward() -> list[str]:
    return [_MADE, 'reward = self.make(envs, rwd_norm_type="none", obs_norm_type="none")', "samples = rollout(envs)"]


def _counted(plan: Bonus) -> list[str]:
    """The same state again and again: what the n-th visit pays."""
    pays = {"root": "places.rsqrt()", "inverse": "1.0 / places", "first": "(places == 1).float()",
            "log": "1.0 / (1.0 + places.log())"}[plan.pays]  # fmt: skip
    lines = [
        *_reward(), "for name in samples:",
        "    samples[name] = samples[name][:1, :1].expand(6, 2, *samples[name].shape[2:]).clone()",
        'samples["terminateds"].zero_()', "places = th.arange(1.0, 7.0)",
    ]  # fmt: skip
    if plan.scope == "episode":
        lines += [f"th.testing.assert_close(reward.compute(samples), ({pays})[:, None].expand(6, 2))"]
    else:
        lines[2] = lines[2].replace("rollout(envs)", "rollout(envs)  # both environments stand in one place")
        lines += [
            "places = 2.0 * places  # two visits a step",
            f"th.testing.assert_close(reward.compute(samples), ({pays})[:, None].expand(6, 2))",
        ]
        if plan.pays == "first":
            lines[-2:] = ["found = reward.compute(samples)", "assert float(found[1:].abs().max()) == 0.0"]
    return method("visits_pay_what_was_asked", lines)


def _learned(plan: Bonus) -> list[str]:
    lines = [*_reward(), "first = reward.compute(samples).mean()"]
    if plan.error == "cosine" and plan.predicts == "random":
        lines += ["assert 0.0 <= float(reward.compute(samples).min()) and float(reward.compute(samples).max()) <= 2.0"]
    if plan.predicts == "random":
        lines += ["before = [weight.clone() for weight in reward.target.parameters()]"]
    lines += [
        "for _ in range(60):",
        "    reward.update(samples)",
        "assert reward.compute(samples).mean() < first  # it becomes familiar",
    ]
    if plan.predicts == "random":
        lines += [
            "assert all(th.equal(one, other) for one, other in zip(before, reward.target.parameters(), strict=True))"
        ]
    return method("what_is_learned_pays_less", lines)
