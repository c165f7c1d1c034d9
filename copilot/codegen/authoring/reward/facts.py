"""Tests of what a request says of an intrinsic reward: known answers of what it measures."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.reward.facts_history import facts_of_history
from copilot.codegen.authoring.reward.facts_paid import facts_of_paid
from copilot.codegen.authoring.spec import Bonus, ModuleSpec

_MADE = 'envs = environments(OBSERVATIONS["Box1"][0], ACTIONS["Discrete"])'
_BARE = {"shape": [], "negative": False, "first_steps": None, "after_steps": None, "every_steps": None, "when": [],
         "decay": "none", "warmup_steps": 0, "per_visit": "none", "kappa": 0.0}  # fmt: skip


def facts_of_bonus(spec: ModuleSpec, plan: Bonus) -> list[str]:
    """What it measures, where nothing is done to that number; and what is done to it."""
    bare = all(getattr(plan, name) == value for name, value in _BARE.items())
    measured = (
        _measured(plan) if bare or (plan.negative and plan.measure in {"action_change", "action_size", "value"}) else []
    )
    return [*measured, *facts_of_paid(plan)]


def _measured(plan: Bonus) -> list[str]:
    if plan.measure == "mixed":
        return _mixed(plan)
    if plan.measure == "count":
        return _counts(plan)
    if plan.measure == "change" and plan.cells:
        return facts_of_history(plan)
    if plan.measure == "change":
        return method("standing_still_pays_nothing", [
            *_reward(), 'samples["next_observations"] = samples["observations"].clone()',
            "assert float(reward.compute(samples).abs().max()) < 1e-4",
        ])  # fmt: skip
    if plan.measure == "prediction_error":
        return _learned(plan)
    if plan.measure == "progress":
        return _progress(plan)
    if plan.measure == "potential" and (plan.of == "distance" or plan.terminal_zero):
        return facts_of_history(plan)
    if plan.measure == "potential" and plan.of == "number":
        at = f"[..., {min(plan.index, 2)}]{'.abs()' if plan.absolute else ''}"
        return method("the_potential_is_that_of_the_request", [
            *_reward(),
            f'now, after = ({plan.factor!r} * samples[name]{at} for name in ("observations", "next_observations"))',
            f"th.testing.assert_close(reward.compute(samples), {plan.discount!r} * after - now)",
        ])  # fmt: skip
    return [*_plain(plan), *facts_of_history(plan)]


def _reward() -> list[str]:
    return [_MADE, 'reward = self.make(envs, rwd_norm_type="none", obs_norm_type="none")', "samples = rollout(envs)"]


def _one_place(steps: int = 6) -> list[str]:
    """Samples in which all environments stay in one place, and no episode ends."""
    return [
        "for name in samples:",
        f"    samples[name] = samples[name][:1, :1].expand({steps}, 2, *samples[name].shape[2:]).clone()",
        'samples["terminateds"].zero_()',
    ]


def _counts(plan: Bonus) -> list[str]:
    """The same state again and again: what the n-th visit pays."""
    if plan.difference is not None:
        return method("what_is_not_newer_than_before_pays_nothing", [
            *_reward(), 'samples["next_observations"] = samples["observations"].clone()', "reward.compute(samples)",
            f"assert float(reward.compute(samples).max()) {'==' if plan.difference >= 1.0 else '>='} 0.0",
        ])  # fmt: skip
    if plan.scope == "rollout" or plan.pays == "ucb":
        return []
    first = "(places == 1)" if plan.visits == 1 else f"(places <= {plan.visits})"
    pays = {"root": "places.rsqrt()", "inverse": "1.0 / places", "first": f"{first}.float()",
            "log": "1.0 / (1.0 + places.log())", "power": f"places.pow({-plan.exponent!r})"}[plan.pays]  # fmt: skip
    pays = pays.replace("places", f"(places + {plan.plus!r})") if plan.plus else pays
    lines = [*_reward(), *_one_place(), "places = th.arange(1.0, 7.0)"]
    if plan.scope == "episode":
        lines += [f"th.testing.assert_close(reward.compute(samples), ({pays})[:, None].expand(6, 2))"]
    else:
        lines[2] = lines[2].replace("rollout(envs)", "rollout(envs)  # both environments stand in one place")
        lines += [
            "places = 2.0 * places  # two visits a step",
            f"th.testing.assert_close(reward.compute(samples), ({pays})[:, None].expand(6, 2))",
        ]
    out = method("visits_pay_what_was_asked", lines)
    if plan.counted_by == "grid" and plan.width and plan.counted == "states" and not plan.pairs:
        out += _cells(plan)
    return out + _outlives(plan)


def _cells(plan: Bonus) -> list[str]:
    """Within a cell of the width that was asked for, states are one."""
    width = plan.width or 1.0
    return method("states_in_one_cell_count_as_one", [
        *_reward(), *_one_place(), f"samples['next_observations'][:] = {0.25 * width!r}",
        f"samples['next_observations'][3:] = {0.75 * width!r}  # the same cell of {width!r}",
        "found = reward.compute(samples)",
        f"samples['next_observations'][3:] = {1.25 * width!r}  # the next one",
        'other = self.make(envs, rwd_norm_type="none", obs_norm_type="none").compute(samples)',
        "assert bool((other[3] > found[3]).all()) or bool((other[3] == other[0]).all())",
    ])  # fmt: skip


def _outlives(plan: Bonus) -> list[str]:
    """Whether counts outlive the ends of episodes."""
    lines = [*_reward(), *_one_place(), 'samples["terminateds"][2] = 1.0', "found = reward.compute(samples)"]
    if plan.scope == "episode":
        return method("an_ended_episode_is_forgotten", [*lines, "th.testing.assert_close(found[3:], found[:3])"])
    if plan.pays == "first" and plan.visits > 4:
        return []
    return method("counts_outlive_episodes", [*lines, "assert float(found[3:].max()) < float(found[:3].max()) + 1e-6",
                  "assert float(found[3].max()) <= float(found[2].max())"])  # fmt: skip


def _learned(plan: Bonus) -> list[str]:
    if plan.difference is not None:
        return method("what_is_not_newer_than_before_pays_nothing", [
            *_reward(), 'samples["next_observations"] = samples["observations"].clone()', "found = reward.compute(samples)",
            "assert float(found.max()) < 1e-6" if plan.difference >= 1.0 else "assert float(found.min()) >= 0.0",
        ])  # fmt: skip
    lines = [*_reward(), "first = reward.compute(samples).mean()"]
    if plan.error == "cosine" and plan.predicts == "random":
        lines += ["assert 0.0 <= float(reward.compute(samples).min()) and float(reward.compute(samples).max()) <= 2.0"]
    fixed = {"random": "target", "next": "encoder"}.get(plan.predicts)
    fixed = fixed if plan.predicts == "random" or plan.embedding == "random" else None
    lines += [f"before = [weight.clone() for weight in reward.{fixed}.parameters()]"] if fixed else []
    if plan.predicts == "next" and plan.embedding == "random":
        lines += [
            'assert not hasattr(reward, "inverse")  # no inverse model is trained',
            "shape = reward.encoder(reward.normalize(reward.flat(samples, 'observations'), sync=False)).shape",
            f"assert shape[1] == {plan.latent_dim}",
        ]
    if plan.predictors == 1:
        lines += ["for _ in range(60):", "    reward.update(samples)"]
    else:
        lines += ["for _ in range(150):  # each network learns from its own half", "    reward.update(samples)"]
    lines += ["assert reward.compute(samples).mean() < first  # it becomes familiar"]
    if fixed:
        lines += [
            f"assert all(th.equal(one, other) for one, other in zip(before, reward.{fixed}.parameters(), strict=True))"
        ]
    return method("what_is_learned_pays_less", lines) + _together(plan)


def _together(plan: Bonus) -> list[str]:
    if plan.predictors == 1 or plan.of_predictors == "variance":
        return []
    what = {"mean": "mean(0)", "min": "amin(0)", "max": "amax(0)"}[plan.of_predictors]
    return method("several_networks_are_taken_together_as_asked", [
        *_reward(), "observations = reward.flat(samples, 'observations')",
        f"assert len(reward.predictors) == {plan.predictors}",
        f"th.testing.assert_close(reward.errors(observations), reward.all_errors(observations).{what})",
    ])  # fmt: skip


def _progress(plan: Bonus) -> list[str]:
    never = any(shape.op == "least" and shape.value == 0.0 for shape in plan.shape)
    lines = [
        *_reward(), "found = reward.compute(samples)",
        "assert float(found.abs().max()) == 0.0  # both models are the same",
        "before = [weight.clone() for weight in reward.slow_model.parameters()]",
        "reward.update(samples)",
    ]  # fmt: skip
    pairs = "zip(before, reward.slow_model.parameters(), reward.model.parameters(), strict=True)"
    if plan.copied_every is None:
        lines += [
            f"for old, slow, new in {pairs}:",
            f"    th.testing.assert_close(slow, {plan.slow!r} * old + {round(1.0 - plan.slow, 9)!r} * new)",
        ]
    elif plan.copied_every > 1:
        lines += [f"assert all(th.equal(old, slow) for old, slow, _ in {pairs})"]
    lines += ["for _ in range(40):", "    reward.update(samples)"]
    lines += ["assert float(reward.compute(samples).min()) >= 0.0"] if never else []
    return method("the_slow_model_follows_as_asked", lines)


def _plain(plan: Bonus) -> list[str]:
    sign = -1.0 if plan.negative else 1.0
    if plan.measure == "action_change":
        return method("the_same_action_again_costs_nothing", [
            *_reward(), *_one_place(), "assert float(reward.compute(samples).abs().max()) == 0.0",
            'samples["actions"][1::2] = (samples["actions"][1::2] + 1) % 4', "reward.reset(th.ones(2))",
            "found = reward.compute(samples)", "assert float(found[0].abs().max()) == 0.0  # nothing was before it",
            f"assert bool(({sign!r} * found[1:] > 0).all())",
        ])  # fmt: skip
    if plan.measure == "action_size":
        lines = [_MADE.replace('ACTIONS["Discrete"]', 'ACTIONS["Box"]'), *_reward()[1:]]
        size = {"absolute": "abs().sum(2)", "manhattan": "abs().sum(2)", "euclidean": "norm(dim=2)"}.get(
            plan.error, "square().sum(2)"
        )
        return method("the_cost_is_that_of_the_action", [
            *lines, f'th.testing.assert_close(reward.compute(samples), {sign!r} * samples["actions"].{size})',
        ])  # fmt: skip
    if plan.measure == "away":
        lines = [*_reward(), 'samples["terminateds"].zero_()', "found = reward.compute(samples, sync=False)"]
        places = ", ".join(str(min(n, 2)) for n in plan.numbers)
        part = f"[..., [{places}]]" if plan.numbers else ""
        lines += [
            'start = samples["observations"][:1]',
            f'far = (samples["next_observations"] - start){part}.norm(dim=2)',
        ]
        if plan.record:
            lines += ["highest = far.cummax(0).values", "before = th.cat([th.zeros(1, 2), highest[:-1]])"]
            lines += ["far = (far - before).clamp(min=0.0)"]
        return method("the_way_from_the_start_is_measured", [*lines, "th.testing.assert_close(found, far)"])
    if plan.measure == "value" and plan.of == "number":
        at = f"[..., {min(plan.index, 2)}]{'.abs()' if plan.absolute else ''}"
        return method("the_number_is_that_of_the_request", [
            *_reward(), f"th.testing.assert_close(reward.compute(samples), {sign!r} * samples['next_observations']{at})",
        ])  # fmt: skip
    if plan.measure == "constant":
        return method(
            "every_step_pays_the_same", [*_reward(), f"assert bool((reward.compute(samples) == {sign!r}).all())"]
        )
    return []


def _mixed(plan: Bonus) -> list[str]:
    """The parts, computed by themselves, and what becomes of them."""
    if plan.combined == "alternate":
        return method("another_reward_in_each_episode", [
            *_reward(), 'samples["terminateds"].zero_()', 'samples["terminateds"][2] = 1.0',
            "parts = th.stack([part.compute(samples, sync=False) for part in reward.rewards])",
            "found = reward.compute(samples, sync=False)", "th.testing.assert_close(found[:3], parts[0, :3])",
            "th.testing.assert_close(found[3:], parts[1, 3:])",
        ])  # fmt: skip
    what = {"sum": "sum(0)", "product": "prod(0)", "max": "amax(0)", "min": "amin(0)", "mean": "mean(0)"}[plan.combined]
    weights = [part.beta for part in plan.parts]
    return method("the_parts_are_put_together_as_asked", [
        *_reward(), "parts = th.stack([part.compute(samples, sync=False) for part in reward.rewards])",
        f"th.testing.assert_close(reward.compute(samples, sync=False), parts.{what})",
        f"assert [part.beta for part in reward.rewards] == {weights!r}",
    ])  # fmt: skip
