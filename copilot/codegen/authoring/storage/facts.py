"""Tests of what a request says of a storage: which transitions are drawn, how often, and what becomes of rewards."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Storage
from copilot.codegen.authoring.storage.facts_rollout import facts_of_rollout

_STEPS = "steps = th.stack([codes(storage.sample().observations) // ENVS for _ in range(200)])"
_FAR = 1_000_000


def neutral(plan: Storage) -> dict[str, str]:
    """Arguments under which it is as the library's own: the suite knows no other; the tests below know the rest."""
    out: dict[str, str] = {}
    calm = {"noise": "0.0", "flipped": "0.0", "delay": "0", "oldest": f"{_FAR}", "attention": "1.0", "best": "1.0"}
    for name, value in calm.items():
        if getattr(plan, name):
            out[name] = value
    if plan.of == "rollout":
        out |= {"scale": "1.0"} if plan.scale else {}
        out |= {"limit": "1e9"} if plan.clip else {}
        out |= {"gae_lambda": "0.95"} if plan.gae_lambda is not None else {}
    out |= {"low": "-1e9"} if plan.clip_low is not None else {}
    out |= {"standardise": "False"} if plan.standardise else {}
    out |= {"half_life": f"{_FAR}"} if plan.by_age == "exponential" else {}
    out |= (
        {"newest": f"{_FAR}"} if plan.emphasis is not None or (plan.recent == 1.0 and plan.newest_share is None) else {}
    )
    out |= {"newest_share": "1.0"} if plan.recent == 1.0 and plan.newest_share is not None else {}
    return out | ({"frame_stack": "1"} if plan.frame_stack > 1 else {})


def facts_of_storage(plan: Storage, name: str) -> list[str]:
    """All that the request says."""
    out = [*_defaults(plan, name), *_rewards(plan, name)]
    if plan.of == "rollout":
        return [*out, *facts_of_rollout(plan, name)]
    if plan.of == "prioritized":
        return [*out, *_priorities(plan)]
    return [*out, *_shares(plan), *_order(plan, name), *_times(plan, name), *_kinds(plan, name)]


def _plain(name: str, size: int, batch: int, envs: str = "ENVS") -> str:
    """A storage as it is delivered, without the suite's neutral arguments."""
    return f'storage = {name}(self.observation_space, self.action_space, "cpu", {size}, {batch}, {envs})'


def _filled(name: str, steps: int, size: int, batch: int) -> list[str]:
    return [_plain(name, size, batch), f"for step in range({steps}):", "    storage.add(**self.step(step))"]


def _defaults(plan: Storage, name: str) -> list[str]:
    """Sizes and factors that were said."""
    asked = {"storage_size": plan.storage_size, "batch_size": plan.batch_size, "discount": plan.discount,
             "gae_lambda": plan.gae_lambda, "alpha": plan.alpha, "beta": plan.importance,
             "frame_stack": plan.frame_stack if plan.frame_stack > 1 else None,
             "n_step": plan.n_step if plan.n_step > 1 else None}  # fmt: skip
    asked = {key: value for key, value in asked.items() if value is not None}
    if not asked:
        return []
    if plan.frame_stack > 1:
        return method("stacks_are_kept_by_their_newest_frame", [
            f"space = gym.spaces.Box(0, 255, ({plan.frame_stack}, 8, 8), np.uint8)",
            f"storage = {name}(space, self.action_space)", f"assert storage.frame_stack == {plan.frame_stack}",
        ])  # fmt: skip
    return method("sizes_are_those_of_the_request", [
        f"storage = {name}(self.observation_space, self.action_space)",
        *(f"assert storage.{key} == {value!r}" for key, value in asked.items()),
    ])  # fmt: skip


def _rewards(plan: Storage, name: str) -> list[str]:
    """What becomes of rewards on their way in: the order is that of the class."""
    out: list[str] = []
    if plan.noise or plan.flipped:
        return _random_rewards(plan, name)
    if plan.standardise:
        return _standardised(plan, name)
    if not (plan.clip or plan.scale or plan.sign or plan.squash != "none"):
        return out
    value = "rewards"
    value = f"{value}.sign()" if plan.sign else value
    value = {
        "root": "{0}.sign() * {0}.abs().sqrt()",
        "symlog": "{0}.sign() * {0}.abs().log1p()",
        "tanh": "{0}.tanh()",
    }.get(plan.squash, "{0}").format(value)
    value = f"({plan.scale!r} * {value})" if plan.scale else f"({value})"
    low = plan.clip_low if plan.clip_low is not None else -(plan.clip or 0.0)
    value = f"{value}.clamp({low!r}, {plan.clip!r})" if plan.clip else value
    kept = "storage.rewards[0]"
    return method("rewards_are_kept_as_asked", [
        _plain(name, 8, 4), "for rewards in (th.tensor([-7.0, 0.3]), th.tensor([5.0, -0.2])):",
        "    one = self.step(0)", '    one["rewards"] = rewards.clone()', "    storage.reset()",
        f"    storage.add(**one{_of_rollouts(plan)})", f"    th.testing.assert_close({kept}, {value})",
        '    assert th.equal(one["rewards"], rewards)  # what came in stays',
    ])  # fmt: skip


def _of_rollouts(plan: Storage) -> str:
    return ", log_probs=th.zeros(ENVS), values=th.zeros(ENVS)" if plan.of == "rollout" else ""


def _random_rewards(plan: Storage, name: str) -> list[str]:
    lines = [
        _plain(name, 4000, 4),
        "for step in range(1500):",
        f"    storage.add(**self.step(step){_of_rollouts(plan)})",
    ]
    lines += ["rewards = storage.rewards[:1500]"]
    if plan.noise and not plan.flipped:
        lines += [f"assert abs(float(rewards.std()) / {plan.noise!r} - 1.0) < 0.1"]
        lines += [f"assert abs(float(rewards.mean()) - 1.0) < 0.1 * {plan.noise!r} + 0.01"]
    elif plan.flipped and not plan.noise:
        lines += ["assert bool((rewards.abs() == 1.0).all())"]
        lines += [f"assert abs(float((rewards < 0).float().mean()) - {plan.flipped!r}) < 0.03"]
    return method("rewards_are_changed_at_random", lines)


def _standardised(plan: Storage, name: str) -> list[str]:
    if plan.of_returns or plan.clip or plan.scale or plan.squash != "none":
        return []
    centre = ["assert abs(float(rewards.mean())) < 0.2"] if plan.centre else []
    return method("rewards_come_to_have_a_deviation_of_1", [
        _plain(name, 4000, 4), "for step in range(1500):", "    one = self.step(step)",
        '    one["rewards"] = 50.0 + 10.0 * th.randn(ENVS)', f"    storage.add(**one{_of_rollouts(plan)})",
        "rewards = storage.rewards[500:1500]", "assert abs(float(rewards.std()) - 1.0) < 0.2", *centre,
    ])  # fmt: skip


def _priorities(plan: Storage) -> list[str]:
    """What errors make of the chances of transitions."""
    lines = [
        "storage = self.filled(20)", "steps, envs = divmod(np.arange(24), ENVS)",
        "places = th.from_numpy(storage.ring.flat(steps + 8, envs))",
        "errors = th.linspace(0.1, 24.0, 24)", 'storage.update({"indices": places, "td_errors": errors})',
    ]  # fmt: skip
    if plan.unweighted:
        return method("all_weights_are_1", [*lines, "assert bool((storage.sample().weights == 1.0).all())"])
    drawn = "drawn = th.cat([storage.sample().indices for _ in range(400)])"
    if plan.ranked:
        return method("chances_go_by_rank", [
            *lines, drawn, "chances = th.arange(1.0, 25.0) ** -storage.alpha",
            "often = th.stack([(drawn == place).float().mean() for place in places.flip(0)])",
            "assert float((often - chances / chances.sum()).abs().max()) < 0.02",
        ])  # fmt: skip
    if plan.latest and not plan.uniform:
        return method("the_last_step_is_in_every_batch", [
            "storage = self.filled(20)", "for _ in range(20):",
            "    assert set(codes(storage.sample().observations).tolist()) >= {38.0, 39.0}",
        ])  # fmt: skip
    if plan.uniform:
        return method("a_share_is_drawn_whatever_its_error", [
            *lines, 'storage.update({"indices": places, "td_errors": th.zeros(24).index_fill(0, th.tensor([3]), 1e6)})',
            drawn, "share = float((drawn == places[3]).float().mean())",
            f"assert abs(share - (1.0 - {plan.uniform!r} * 23 / 24)) < 0.05",
        ])  # fmt: skip
    if plan.error_clip is not None:
        return method("large_errors_count_no_more_than_the_bound", [
            *lines[:3], "errors = th.full((24,), 1e6)", "errors[0] = storage.error_clip",
            'storage.update({"indices": places, "td_errors": errors})', "tree = storage.sampler.tree.get(places.numpy())",
            "np.testing.assert_allclose(tree, tree[0])",
        ])  # fmt: skip
    if plan.eps is not None:
        return method("no_priority_is_smaller", [
            *lines[:3], 'storage.update({"indices": places, "td_errors": th.zeros(24)})',
            "tree = storage.sampler.tree.get(places.numpy())",
            f"np.testing.assert_allclose(tree, {plan.eps!r} ** storage.alpha)",
        ])  # fmt: skip
    return []


def _shares(plan: Storage) -> list[str]:
    """Shares of a batch."""
    out: list[str] = []
    only = sum(bool(s) for s in (plan.recent, plan.positive, plan.negative, plan.zero, plan.ended, plan.good)) == 1
    if plan.recent and plan.newest_share is not None and only:
        out += method("this_share_is_from_the_newest", [
            "storage = self.filled(20, 40, 16)", _STEPS, f"newest = 20 - max(1, round({plan.newest_share!r} * 20))",
            f"share = {plan.recent!r} + {1 - plan.recent!r} * (20 - newest) / 20",
            "assert abs(float((steps >= newest).float().mean()) - share) < 0.06",
            "assert len(steps.unique()) == 20  # all can be drawn",
        ])  # fmt: skip
    elif plan.recent and plan.recent < 1.0:
        out += method("at_least_this_share_is_from_the_newest", [
            "storage = self.make(200, 16, ENVS)", "storage.newest = 10  # the last 5 steps", "for step in range(50):",
            "    storage.add(**self.step(step))", f"least = min(16, round({plan.recent!r} * 16))", _STEPS,
            "assert int((steps >= 45).sum(1).min()) >= least",
            *(["assert float(steps.min()) < 45  # older ones are drawn too"] if only and plan.recent <= 0.9 else []),
            f"assert self.make(24, 4, ENVS).newest == {plan.newest}",
        ])  # fmt: skip
    signs = {"positive": ("1.0", "> 0"), "negative": ("-1.0", "< 0"), "zero": ("0.0", "== 0")}
    for name, (value, test) in signs.items():
        share = getattr(plan, name)
        if share:
            out += _of_sign(name, share, value, test)
    if plan.ended:
        out += method("this_share_ended_an_episode", [
            "storage = self.make(200, 16, ENVS)", "for step in range(50):",
            "    storage.add(**self.step(step, terminated=step == 7))", f"least = round({plan.ended!r} * 16)",
            "for _ in range(20):", "    batch = storage.sample()",
            "    assert int((batch.terminateds + batch.truncateds).sum()) >= least",
        ])  # fmt: skip
    return out + (_of_returns(plan) if plan.good or plan.by_return else [])


def _of_sign(name: str, share: float, value: str, test: str) -> list[str]:
    other = "0.0" if name != "zero" else "1.0"
    return method(f"this_share_is_{name}", [
        "storage = self.make(200, 16, ENVS)", "for step in range(50):", "    one = self.step(step)",
        f'    one["rewards"] = th.full_like(one["rewards"], {value} if step < 5 else {other})', "    storage.add(**one)",
        f"least = round({share!r} * 16)",
        f"assert all(int((storage.sample().rewards {test}).sum()) >= least for _ in range(20))",
        "storage.reset()", "for step in range(50):", "    one = self.step(step)",
        f'    one["rewards"] = th.full_like(one["rewards"], {other})', "    storage.add(**one)",
        "assert len(storage.sample().rewards) == 16  # where there is none, others come",
    ])  # fmt: skip


def _of_returns(plan: Storage) -> list[str]:
    share = f"{plan.good!r}" if plan.good else "0.7"
    return method("episodes_of_large_returns_are_drawn_more", [
        "storage = self.make(200, 16, ENVS)", "for step in range(50):",
        "    one = self.step(step, terminated=step % 10 == 9)",
        '    one["terminateds"] = th.full((ENVS,), float(step % 10 == 9))  # in both environments',
        '    one["rewards"] = th.full_like(one["rewards"], 5.0 if 10 <= step < 20 else 0.0)', "    storage.add(**one)",
        _STEPS, "large = ((steps >= 10) & (steps < 20)).float().mean()",
        f"assert float(large) >= {share} - 0.25", "assert float(large) > 0.25  # more than one of five",
    ])  # fmt: skip


_ONCE = [
    "storage = self.filled(20, 40, 10)",
    "for _ in range(3):",
    "    seen = th.cat([codes(storage.sample().observations) for _ in range(4)])",
    "    assert sorted(seen.tolist()) == [float(place) for place in range(40)]",
]
_OF_A_NEW_ORDER = [
    "",
    "    def test_the_seed_decides_what_is_drawn(self) -> None:",
    '        """Of an order that has just begun: it goes on from batch to batch."""',
    "        drawn = []",
    "        for seed in (1, 1, 2):",
    "            storage = self.filled(20)",
    "            th.manual_seed(seed)",
    "            drawn.append(codes(storage.sample().observations))",
    "        assert th.equal(drawn[0], drawn[1])",
    "        assert not th.equal(drawn[0], drawn[2])",
]


def _order(plan: Storage, name: str) -> list[str]:
    if plan.stratified:
        return method("each_stretch_of_time_has_its_transition", [
            "storage = self.filled(20, 40, 10)", "steps = codes(storage.sample().observations) // ENVS",
            "assert sorted((steps // 2).tolist()) == [float(place) for place in range(10)]",
        ])  # fmt: skip
    if plan.distinct:
        return method("no_transition_comes_twice", [
            "storage = self.filled(20, 40, 30)",
            "assert all(len(codes(storage.sample().observations).unique()) == 30 for _ in range(20))",
        ])  # fmt: skip
    if plan.epochs:
        return [*method("all_come_once_before_any_comes_again", _ONCE), *_OF_A_NEW_ORDER]
    if plan.chunk:
        return method("runs_follow_each_other", [
            *_filled(name, 100, 300, 2 * plan.chunk), "steps = codes(storage.sample().observations)",
            f"steps = steps.reshape(2, {plan.chunk})", "assert bool((steps.diff(dim=1) == ENVS).all())",
        ])  # fmt: skip
    if plan.latest:
        return method("the_last_step_is_in_every_batch", [
            *_filled(name, 50, 200, 16), "for _ in range(20):", "    seen = codes(storage.sample().observations)",
            "    assert set(seen.tolist()) >= {98.0, 99.0}",
        ])  # fmt: skip
    return []


def _times(plan: Storage, name: str) -> list[str]:
    """By age."""
    if plan.delay:
        held = plan.delay + 20
        return method("the_last_steps_are_not_drawn_yet", [
            *_filled(name, held, 2 * held + 20, 16), _STEPS, "assert float(steps.max()) < 20",
            "assert float(steps.min()) < 3",
        ])  # fmt: skip
    if plan.oldest:
        return method("nothing_older_is_drawn", [
            *_filled(name, 60, 200, 16), "storage.oldest = 20  # the last 10 steps", _STEPS,
            "assert float(steps.min()) >= 50",
            f"assert {name}(self.observation_space, self.action_space).oldest == {plan.oldest}",
        ])  # fmt: skip
    if plan.by_age != "none":
        half = ["storage.half_life = 20"] if plan.by_age == "exponential" else []
        return method("the_older_the_more_seldom", [
            *_filled(name, 100, 400, 16), *half, _STEPS, "new = float((steps >= 50).float().mean())",
            f"assert new > {'0.95' if plan.by_age == 'exponential' else '0.7'}",
            "last = float((steps >= 90).float().mean())",
            f"assert abs(last - {'0.5' if plan.by_age == 'exponential' else '0.19'}) < 0.04",
        ])  # fmt: skip
    if plan.emphasis is not None:
        return method("the_window_shrinks_with_each_batch", [
            *_filled(name, 100, 400, 16), "storage.newest, storage.batches = 20, 0", "first, last = [], []",
            "storage.emphasis, storage.emphasis_updates = 0.5, 1000", "for k in range(12):",
            "    (first if k < 1 else last).append(codes(storage.sample().observations) // ENVS)",
            "assert float(th.stack(last[7:]).min()) >= 90  # the newest 20 transitions are 10 steps",
        ])  # fmt: skip
    return []


def _kinds(plan: Storage, name: str) -> list[str]:
    """By what a transition holds."""
    if plan.by_reward:
        return method("large_rewards_come_more_often", [
            "storage = self.make(200, 16, ENVS)", "for step in range(50):", "    one = self.step(step)",
            '    one["rewards"] = th.full_like(one["rewards"], -1.0 if step < 5 else 0.01)', "    storage.add(**one)",
            "rewards = th.stack([storage.sample().rewards for _ in range(100)])",
            f"share = 5 * (1.0 + {plan.floor!r}) / (5 * (1.0 + {plan.floor!r}) + 45 * (0.01 + {plan.floor!r}))",
            "assert abs(float((rewards == -1.0).float().mean()) - share) < 0.06",
        ])  # fmt: skip
    if plan.by_action:
        return method("every_action_is_drawn_as_often", [
            "storage = self.make(400, 16, ENVS)", "for step in range(100):", "    one = self.step(step)",
            '    one["actions"] = th.full_like(one["actions"], 1 if step < 5 else 0)', "    storage.add(**one)",
            "actions = th.stack([storage.sample().actions for _ in range(200)])",
            "assert abs(float((actions == 1).float().mean()) - 0.5) < 0.04",
        ])  # fmt: skip
    if plan.keep_zero:
        return method("few_of_those_without_a_reward_are_kept", [
            _plain(name, 2000, 16), "for step in range(400):", "    one = self.step(step)",
            '    one["rewards"] = th.full_like(one["rewards"], float(step < 40))', "    storage.add(**one)",
            "rewards = th.stack([storage.sample().rewards for _ in range(200)])",
            f"share = 40 / (40 + 360 * {plan.keep_zero!r})",
            "assert abs(float((rewards == 1.0).float().mean()) - share) < 0.1",
        ])  # fmt: skip
    if plan.attention is not None:
        return method("states_like_the_newest_are_kept", [
            _plain(name, 400, 16), "for step in range(50):", "    one = self.step(step)",
            "    sign = 1.0 if step >= 25 else -1.0", '    one["observations"] = sign * one["observations"].clone()',
            '    one["next_observations"] = sign * one["next_observations"].clone()', "    storage.add(**one)",
            "seen = th.stack([storage.sample().observations[:, 0] for _ in range(50)])",
            "assert float((seen > 0).float().mean()) > 0.6  # half of all, if it made no difference",
        ])  # fmt: skip
    return _demos(plan) if plan.demos else []


def _demos(plan: Storage) -> list[str]:
    share = plan.demos or 0.5
    return method("this_share_is_of_what_was_loaded", [
        "storage = self.make(200, 16, ENVS)", "given = th.full((30, 3), -1.0)",
        "storage.load_demos(given, th.zeros(30, dtype=th.int64), th.ones(30), th.zeros(30), given)",
        "assert bool((storage.sample().observations == -1.0).all())  # nothing else is there yet",
        "for step in range(50):", "    storage.add(**self.step(step))", "seen = storage.sample().observations[:, 0]",
        f"assert int((seen == -1.0).sum()) == {round(share * 16)}", "assert len(storage) == 100  # they are kept apart",
    ])  # fmt: skip
