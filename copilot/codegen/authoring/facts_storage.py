"""Tests of what a request says of a storage: which transitions are drawn, and how often."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Storage


def facts_of_storage(plan: Storage) -> list[str]:
    """Shares of a batch, and what must not come yet."""
    drawn = "steps = th.stack([codes(storage.sample().observations) // ENVS for _ in range(200)])"
    if plan.recent and plan.newest_share is not None:
        return method("this_share_is_from_the_newest", [
            "storage = self.filled(20, 40, 16)", drawn, f"newest = 20 - max(1, round({plan.newest_share!r} * 20))",
            f"share = {plan.recent!r} + {1 - plan.recent!r} * (20 - newest) / 20",
            "assert abs(float((steps >= newest).float().mean()) - share) < 0.06",
            "assert len(steps.unique()) == 20  # all can be drawn",
        ])  # fmt: skip
    if plan.positive:
        return method("this_share_has_positive_rewards", [
            "storage = self.make(200, 16, ENVS)", "for step in range(50):", "    one = self.step(step)",
            '    one["rewards"] = th.full_like(one["rewards"], 1.0 if step < 5 else 0.0)', "    storage.add(**one)",
            f"least = round({plan.positive!r} * 16)",
            "assert all(int((storage.sample().rewards > 0).sum()) >= least for _ in range(20))",
        ])  # fmt: skip
    if plan.stratified:
        return method("each_stretch_of_time_has_its_transition", [
            "storage = self.filled(20, 40, 10)", "steps = codes(storage.sample().observations) // ENVS",
            "assert sorted((steps // 2).tolist()) == [float(place) for place in range(10)]",
        ])  # fmt: skip
    if plan.delay:
        return _delayed(plan.delay)
    if plan.by_reward:
        return method("large_rewards_come_more_often", [
            "storage = self.make(200, 16, ENVS)", "for step in range(50):", "    one = self.step(step)",
            '    one["rewards"] = th.full_like(one["rewards"], -1.0 if step < 5 else 0.01)', "    storage.add(**one)",
            "rewards = th.stack([storage.sample().rewards for _ in range(100)])",
            "assert float((rewards == -1.0).float().mean()) > 0.7",
        ])  # fmt: skip
    return []


def _delayed(delay: int) -> list[str]:
    """The last steps stay out, which the suite's own test of what is drawn does not know."""
    drawn = "{float(step) for step in range(8, 20%s)}" % (f" - {delay}" if delay < 12 else "")
    return [
        "", "    def test_only_the_newest_are_drawn(self) -> None:",
        '        """Without the last steps, which this storage keeps back."""',
        "        storage, seen = self.filled(20), set()",
        "        for _ in range(60):",
        "            seen |= set((codes(storage.sample().observations) // ENVS).tolist())",
        f"        assert seen == {drawn}",
    ]  # fmt: skip
