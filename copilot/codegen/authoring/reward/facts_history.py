"""Tests of rewards with a history, of distances to goals, of densities in an episode and of images in squares."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Bonus

_REWARD = [
    'envs = environments(OBSERVATIONS["Box1"][0], ACTIONS["Discrete"])',
    'reward = self.make(envs, rwd_norm_type="none", obs_norm_type="none")',
    "samples = rollout(envs)",
]


def facts_of_history(plan: Bonus) -> list[str]:
    """Known answers of each."""
    if plan.measure == "since":
        return _since(plan)
    if plan.measure == "imitation":
        return _imitation(plan)
    if plan.measure == "density" and plan.scope == "episode":
        return _density(plan)
    if plan.measure == "potential":
        return _potential(plan)
    return _squares(plan) if plan.cells else []


def _since(plan: Bonus) -> list[str]:
    log = ".log1p()" if plan.pays == "log" else ""
    return method("the_time_since_the_last_visit_is_paid", [
        *_REWARD, "states = samples[\"next_observations\"]",
        "states[:] = states[:1, :1]  # one place for all", "states[2] = states[2] + 100.0  # and another one, once",
        "found = reward.compute(samples)", f"never, once, twice = th.tensor([{plan.unseen}.0, 1.0, 2.0]){log}",
        "th.testing.assert_close(found[:, 0], th.stack([never, once, never, twice, once, once]))",
        "assert th.equal(found[:, 0], found[:, 1])  # environments keep times of their own",
    ])  # fmt: skip


def _imitation(plan: Bonus) -> list[str]:
    return method("what_the_expert_has_shown_pays_more", [
        *_REWARD[:1], 'reward = self.make(envs, expert=th.full((30, 3), 0.9), rwd_norm_type="none")',
        "samples = rollout(envs)",
        "assert float(reward.compute(samples).min()) >= 0.0", "for _ in range(200):", "    reward.update(samples)",
        "before = float(reward.compute(samples).mean())", 'samples["next_observations"] = th.full((6, 2, 3), 0.9)',
        "assert float(reward.compute(samples).mean()) > before",
        "widths = [layer.out_features for layer in reward.discriminator if hasattr(layer, \"out_features\")]",
        f"assert widths == [{plan.hidden_dim}, {plan.hidden_dim}, 1]", f"assert reward.per_update == {plan.per_update}",
        "try:", "    self.make(envs, expert=th.zeros(30, 4))", "except ValueError as error:",
        '    assert "expert" in str(error)', "else:", '    raise AssertionError("an expert of another size was taken")',
    ])  # fmt: skip


def _density(plan: Bonus) -> list[str]:
    sign = "" if plan.negative else "-"
    return method("an_episode_begins_with_a_gaussian_of_its_own", [
        *_REWARD, 'samples["terminateds"].zero_()', 'samples["terminateds"][2] = 1.0',
        'samples["next_observations"][3:] = samples["next_observations"][:3]',
        "found = reward.compute(samples)", "th.testing.assert_close(found[3:], found[:3])",
        f"assert reward.of_episode.least == {plan.min_deviation!r}",
        'samples["terminateds"].zero_()', 'samples["next_observations"][:] = 0.0', "reward.reset(th.ones(2))",
        'samples["next_observations"][5, 0] = 5.0  # far away', f"found = {sign}reward.compute(samples)",
        "assert bool((found[5, 0] < found[5, 1]).all())  # what is usual is the more likely",
    ]) if plan.embedding == "none" else []  # fmt: skip


def _potential(plan: Bonus) -> list[str]:
    lines = [
        *_REWARD, 'samples["terminateds"].zero_()',
    ]  # fmt: skip
    if plan.of == "distance":
        size = min(len(plan.goal), 3)
        lines += [
            f"goal = th.tensor({plan.goal[:size]!r})",
            f"phi = lambda states: {-plan.factor!r} * (states[..., :{size}] - goal).norm(dim=-1)",
        ]
        if plan.numbers and plan.numbers != list(range(len(plan.goal))):
            return []
    else:
        at = f"[..., {min(plan.index, 2)}]{'.abs()' if plan.absolute else ''}"
        lines += [f"phi = lambda states: {plan.factor!r} * states{at}"]
    lines += [
        'now, after = phi(samples["observations"]), phi(samples["next_observations"])',
        f"th.testing.assert_close(reward.compute(samples), {plan.discount!r} * after - now)",
    ]
    if plan.terminal_zero:
        lines += ['samples["terminateds"].fill_(1.0)', "th.testing.assert_close(reward.compute(samples), -now)"]
    return method("the_potential_is_that_of_the_request", lines)


def _squares(plan: Bonus) -> list[str]:
    most = plan.cell_most if plan.cell_most is not None else 1.0
    return method("squares_of_an_image_change_by_themselves", [
        'envs = environments(OBSERVATIONS["Box3"][1], ACTIONS["Discrete"])',
        'reward = self.make(envs, rwd_norm_type="none", obs_norm_type="none")', "samples = rollout(envs)",
        'samples["observations"].zero_()', 'samples["next_observations"].zero_()',
        "assert float(reward.compute(samples).abs().max()) == 0.0", 'samples["next_observations"].fill_(255)',
        f"th.testing.assert_close(reward.compute(samples), th.full((6, 2), {min(1.0, most)!r}))",
        f'samples["next_observations"][..., : {plan.cells}, : {plan.cells}] = 0  # one square has not changed',
        f"assert float(reward.compute(samples).max()) < {min(1.0, most)!r}",
        "assert not [x for x in vars(reward).values() if hasattr(x, \"parameters\") and list(x.parameters())]",
    ])  # fmt: skip
