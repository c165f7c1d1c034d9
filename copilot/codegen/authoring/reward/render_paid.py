"""When a reward is paid, and what becomes of its number, as source: gates, schedules of the weight, clipping."""

from __future__ import annotations

from copilot.codegen.authoring.reward.parts import Parts
from copilot.codegen.authoring.spec import Bonus, Shape

_PLACE = '''class Place(nn.Module):
    """The step of its episode that each environment is at; checkpoints keep it."""

    steps: th.Tensor

    def __init__(self, num_envs: int) -> None:
        super().__init__()
        self.register_buffer("steps", th.zeros(num_envs, dtype=th.int64))

    @th.no_grad()
    def clear(self, ended: th.Tensor) -> None:
        """Begin anew in the environments where `ended` (N,) is true."""
        self.steps.masked_fill_(ended.to(self.steps.device).bool(), 0)

    @th.no_grad()
    def walk(self, ended: th.Tensor, sync: bool) -> th.Tensor:
        """Which step of its episode each of the steps (T, N) is, int64; the first is 1."""
        steps, out = self.steps.clone(), []
        for over in ended:
            steps = steps + 1
            out.append(steps)
            steps = steps.masked_fill(over.bool(), 0)
        if sync:
            self.steps.copy_(steps)
        return th.stack(out)'''
_FOUND = '''class Found(nn.Module):
    """Whether each environment's present episode has had a reward of the environment; checkpoints keep it."""

    found: th.Tensor

    def __init__(self, num_envs: int) -> None:
        super().__init__()
        self.register_buffer("found", th.zeros(num_envs, dtype=th.bool))

    @th.no_grad()
    def clear(self, ended: th.Tensor) -> None:
        """Begin anew in the environments where `ended` (N,) is true."""
        self.found.masked_fill_(ended.to(self.found.device).bool(), False)

    @th.no_grad()
    def walk(self, rewards: th.Tensor, ended: th.Tensor, sync: bool) -> th.Tensor:
        """Whether there was one so far, with each of the steps (T, N), bool."""
        found, out = self.found.clone(), []
        for reward, over in zip(rewards.to(found.device), ended, strict=True):
            found = found | (reward != 0)
            out.append(found)
            found = found & ~over.bool()
        if sync:
            self.found.copy_(found)
        return th.stack(out)'''


def shaped(parts: Parts, shapes: list[Shape]) -> list[str]:
    """Lines that change `novelty`, in order."""
    lines = []
    for shape in shapes:
        x, value = "novelty", shape.value
        lines.append(f"novelty = {_operation(shape.op, x, value)}")
    return lines


def _operation(op: str, x: str, value: float | None) -> str:
    return {
        "least": f"{x}.clamp(min={value!r})", "most": f"{x}.clamp(max={value!r})",
        "root": f"{x}.clamp(min=0.0).sqrt()", "square": f"{x}.square()", "absolute": f"{x}.abs()",
        "log1p": f"{x}.clamp(min=0.0).log1p()", "tanh": f"{x}.tanh()",
        "power": f"{x}.sign() * {x}.abs().pow({value!r})", "factor": f"{value!r} * {x}", "offset": f"{x} + {value!r}",
        "above": f"{x}.where({x} > {value!r}, 0.0)", "flag": f"({x} > {value!r}).float()",
    }[op]  # fmt: skip


def visits(parts: Parts, plan: Bonus) -> None:
    """What visits to the state in its episode make of it."""
    if plan.per_visit == "none":
        return
    parts.nn.add("Counter")
    line = "self.episode = Counter(self.num_envs, self.observation_space).to(self.device)"
    if line not in parts.made:
        parts.made.append(line)
        parts.clears.append("self.episode.clear(ended)")
    parts.compute += [
        'here = self.episode.walk(self.flat(samples, "next_observations"), self.ends(samples), sync)',
        {
            "root": "novelty = novelty / here.sqrt()",
            "inverse": "novelty = novelty / here",
            "first": "novelty = novelty * (here == 1)  # only the first visit in the episode",
        }[plan.per_visit],
    ]


def paid(parts: Parts, plan: Bonus) -> str:
    """Lines for `paid`, what the scaled reward is multiplied by, and the source of the product; empty where it is 1."""
    gates = [*_of_place(parts, plan), *_of_rewards(parts, plan)]
    weights = _scheduled(parts, plan)
    return "".join(f" * {factor}" for factor in [*gates, *weights])


def _of_place(parts: Parts, plan: Bonus) -> list[str]:
    """By the step of the episode."""
    if not (plan.first_steps or plan.after_steps or plan.every_steps):
        return []
    parts.keeps("place", "Place(self.num_envs)", _PLACE, "self.place.clear(ended)")
    parts.compute.append("place = self.place.walk(self.ends(samples), sync)")
    gates = []
    for name, meaning in (
        ("first_steps", "steps of an episode that are paid"),
        ("after_steps", "steps of an episode that are not paid yet"),
        ("every_steps", "one of so many steps is paid"),
    ):
        value = getattr(plan, name)
        if value:
            parts.arguments.append((name, "int", str(value), meaning))
            parts.made.append(f"self.{name} = {name}")
    gates += ["(place <= self.first_steps)"] if plan.first_steps else []
    gates += ["(place > self.after_steps)"] if plan.after_steps else []
    gates += ["(place % self.every_steps == 0)"] if plan.every_steps else []
    return gates


def _of_rewards(parts: Parts, plan: Bonus) -> list[str]:
    """By the environment's rewards, and by ends."""
    rewards = 'self.flat(samples, "rewards").view(steps, self.num_envs)'
    gates = []
    if "unrewarded" in plan.when:
        gates.append(f"({rewards} == 0)")
    if "rewarded" in plan.when:
        gates.append(f"({rewards} != 0)")
    if "until_reward" in plan.when:
        parts.keeps("found", "Found(self.num_envs)", _FOUND, "self.found.clear(ended)")
        parts.compute.append('found = self.found.walk(samples["rewards"], self.ends(samples), sync)')
        gates.append("~found")
    if "not_at_end" in plan.when:
        gates.append("~self.ends(samples)")
    if "at_end" in plan.when:
        gates.append("self.ends(samples)")
    return gates


def _scheduled(parts: Parts, plan: Bonus) -> list[str]:
    """By the steps of the environments so far."""
    if plan.decay == "none" and not plan.warmup_steps:
        return []
    parts.uses_total()
    line = "when = self.total.walk(steps * self.num_envs, sync)  # steps so far"
    parts.compute += [] if line in parts.compute else [line]
    out = []
    if plan.warmup_steps:
        parts.arguments.append(("warmup_steps", "int", str(plan.warmup_steps), "environment steps without a reward"))
        parts.made.append("self.warmup_steps = warmup_steps")
        out.append("(when > self.warmup_steps).float()")
    if plan.decay != "none":
        parts.arguments.append(("decay_steps", "int", str(plan.decay_steps), "environment steps of the decay"))
        parts.made.append("self.decay_steps = decay_steps")
        end = plan.beta_end / plan.beta if plan.beta else 0.0
        begin = " - self.warmup_steps" if plan.warmup_steps else ""
        parts.compute.append(f"share = ((when{begin}) / self.decay_steps).clamp(0.0, 1.0)")
        linear = f"(1.0 - {1.0 - end!r} * share).float()" if end else "(1.0 - share).float()"
        out.append(linear if plan.decay == "linear" else f"{max(end, 1e-3)!r} ** share.float()")
    return out
