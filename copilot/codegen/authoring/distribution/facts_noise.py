"""Tests of what a request says of a noise."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Distribution


def facts_of_noise(plan: Distribution) -> list[str]:
    """Its size, its bounds, and how its steps hang together."""
    size = len(plan.each) or 2
    made = f"dist = self.make()(th.zeros(4000, {size}))"
    lines = list[str]()
    plain = plan.random is None and not plan.start and plan.share is None and plan.time in {"white", "ar", "hold"}
    amount = plan.amount
    if plan.schedule:
        first, last, steps = (float(part) for part in plan.schedule.split("(")[1][:-1].split(",")[:3])
        lines += method("the_deviation_follows_its_schedule", [
            f"assert abs(self.make().at(0).stddev - {first!r}) < 1e-6",
            f"assert abs(self.make().at({int(steps)}).stddev - {last!r}) < 1e-6",
            f"assert abs(self.make().at({10 * int(steps)}).stddev - {last!r}) < 1e-6",
        ]) if plan.schedule.startswith(("linear", "exponential")) else []  # fmt: skip
        amount = first
    bounded = plan.clip is not None and plan.clip < 3 * amount
    if plain and not bounded and plan.noise not in {"cauchy", "student"}:
        wanted = f"th.tensor({plan.each})" if plan.each else repr(amount)
        lines += method("noise_has_this_deviation", [
            made, f"noise = dist.noise(th.Size([4000, {size}]))", f"assert ((noise.std(0) / {wanted} - 1.0).abs() < "
            f"0.15).all()",
        ])  # fmt: skip
    if plain and plan.noise == "cauchy":
        lines += method("half_of_the_noise_is_within_its_scale", [
            made, "near = dist.noise(th.Size([4000, 2])).abs() < " + repr(amount), "assert abs(float(near.float().mean()) "
            "- 0.5) < 0.05",
        ])  # fmt: skip
    if plan.clip:
        lines += method("noise_stays_within_its_bounds", [
            made.replace("4000, 2", "4000, 2"), *(["dist = dist.at(10**9)"] if plan.start else []),
            f"assert float(dist.noise(th.Size([4000, {size}])).abs().max()) <= {plan.clip!r} + 1e-6",
        ] if plan.random is None else ["assert self.make().bound == " + repr(plan.clip)])  # fmt: skip
    return [*lines, *_in_time(plan), *_at_times(plan, amount)]


def _walk(steps: int, rows: int = 64) -> list[str]:
    return [
        f"dist = self.make()(th.zeros({rows}, 2))",
        f"path = th.stack([dist.noise(th.Size([{rows}, 2])) for _ in range({steps})])",
    ]


def _in_time(plan: Distribution) -> list[str]:
    lines = list[str]()
    if plan.time == "ar":
        lines += method("following_steps_are_correlated", [
            *_walk(400), "found = (path[1:] * path[:-1]).mean() / path.square().mean()",
            f"assert abs(float(found) - {plan.correlation!r}) < 0.1",
        ])  # fmt: skip
    if plan.time == "ou":
        lines += method("it_is_pulled_back_to_its_mean", [
            *_walk(200), f"pulled = path[1:] - {1.0 - plan.theta * plan.dt!r} * path[:-1]",
            f"assert abs(float(pulled.std()) / (dist.stddev * {plan.dt**0.5!r}) - 1.0) < 0.1",
        ])  # fmt: skip
    if plan.time == "coloured":
        sign = ">" if plan.exponent > 0 else "<"
        limit = 0.35 * plan.exponent
        lines += method("following_steps_hang_together", [
            *_walk(min(plan.length, 200)), "found = (path[1:] * path[:-1]).mean() / path.square().mean()",
            f"assert float(found) {sign} {limit!r}",
            "whole = dist.paths.sequence(th.Size([64, 2]), th.device(\"cpu\"), th.float32)",
            f"assert len(whole) == {plan.length}", "assert abs(float(whole.square().mean()) - 1.0) < 0.15",
        ])  # fmt: skip
        lines += method("an_ended_episode_begins_a_new_sequence", [
            "dist = self.make()(th.zeros(3, 2))", "dist.noise(th.Size([3, 2]))",
            'before = dist.paths.kept[3, 2]["values"].clone()', "dist.reset(th.tensor([0.0, 1.0, 0.0]))",
            'path = dist.paths.kept[3, 2]', 'assert path["place"].tolist() == [1, 0, 1]',
            'assert th.equal(path["values"][:, [0, 2]], before[:, [0, 2]])',
            'assert not th.equal(path["values"][:, 1], before[:, 1])',
        ])  # fmt: skip
    if plan.time == "hold":
        lines += method("noise_is_held", [
            *_walk(3 * plan.k, 4), f"runs = path.reshape(3, {plan.k}, 4, 2)",
            "assert th.equal(runs, runs[:, :1].expand_as(runs))", "assert not th.equal(runs[0], runs[1])",
        ])  # fmt: skip
    return lines


def _at_times(plan: Distribution, amount: float) -> list[str]:
    lines = list[str]()
    if plan.share is not None:
        lines += method("it_comes_as_often_as_asked", [
            "dist = self.own()(th.zeros(8000, 2))", "comes = (dist.noise(th.Size([8000, 2])) != 0).all(-1).float().mean()",
            f"assert abs(float(comes) - {plan.share!r}) < 0.03",
        ])  # fmt: skip
    if plan.random is not None:
        lines += method("any_action_comes_as_often_as_asked", [
            "dist = self.make()(th.zeros(8000, 1))", *(["dist = dist.at(10**9)"] if plan.start else []), "dist.sigma = 0.0",
            "far = (dist.noise(th.Size([8000, 1])).abs() > 0.5).float().mean()", f"assert abs(float(far) - "
            f"{0.5 * plan.random!r}) < 0.03",
        ]) if not plan.each else []  # fmt: skip
    if plan.start:
        lines += method("the_first_steps_are_random", [
            f"dist = self.make().at({plan.start - 1})(0.5 + th.zeros(4000, 1))",
            "assert abs(float(dist.sample().mean())) < 0.05",
            f"later = self.make().at({plan.start})(0.5 + th.zeros(4000, 1))", "assert float(later.sample().mean()) > 0.2",
        ]) if not plan.each else []  # fmt: skip
    if plan.decay:
        lines += method("it_shrinks_with_every_episode", [
            "dist = self.make()", "first = dist.stddev", "dist.reset(th.tensor([1.0, 0.0, 1.0]))",
            f"assert abs(dist.stddev - max({plan.floor!r}, first * {plan.decay**2!r})) < 1e-6",
            "again = self.make()", "again.restore(dist.state())", "assert again.stddev == dist.stddev",
        ])  # fmt: skip
    return lines
