"""Rewards that know no novelty, as source: of actions, of the way from the start, constants and random numbers."""

from __future__ import annotations

from copilot.codegen.authoring.reward.parts import Parts, plain_numbers
from copilot.codegen.authoring.spec import Bonus

_LAST_ACTIONS = '''class LastActions(nn.Module):
    """The action before, of each environment's present episode; checkpoints keep it."""

    actions: th.Tensor
    known: th.Tensor

    def __init__(self, num_envs: int, size: int) -> None:
        super().__init__()
        self.register_buffer("actions", th.zeros(num_envs, size))
        self.register_buffer("known", th.zeros(num_envs, dtype=th.bool))

    @th.no_grad()
    def clear(self, ended: th.Tensor) -> None:
        """Forget those of the environments where `ended` (N,) is true."""
        self.known.masked_fill_(ended.to(self.known.device).bool(), False)

    @th.no_grad()
    def walk(self, actions: th.Tensor, ended: th.Tensor, sync: bool) -> th.Tensor:
        """What came before each of the actions (T, N, A); the first of an episode comes before itself."""
        last, known, out = self.actions.clone(), self.known.clone(), []
        for now, over in zip(actions, ended, strict=True):
            out.append(th.where(known.unsqueeze(1), last, now))
            last, known = now, ~over.bool()
        if sync:
            self.actions.copy_(last)
            self.known.copy_(known)
        return th.stack(out)'''
_ORIGIN = '''class Origin(nn.Module):
    """Where each environment's present episode began, and how far away it has been; checkpoints keep it."""

    start: th.Tensor
    known: th.Tensor
    farthest: th.Tensor

    def __init__(self, num_envs: int, size: int) -> None:
        super().__init__()
        self.register_buffer("start", th.zeros(num_envs, size))
        self.register_buffer("known", th.zeros(num_envs, dtype=th.bool))
        self.register_buffer("farthest", th.zeros(num_envs))

    @th.no_grad()
    def clear(self, ended: th.Tensor) -> None:
        """Forget those of the environments where `ended` (N,) is true."""
        self.known.masked_fill_(ended.to(self.known.device).bool(), False)

    @th.no_grad()
    def walk(
        self, before: th.Tensor, after: th.Tensor, ended: th.Tensor, sync: bool
    ) -> tuple[th.Tensor, th.Tensor]:
        """Of steps from `before` to `after` (T, N, D): distances from the start, and the largest ones before them."""
        start, known, farthest = self.start.clone(), self.known.clone(), self.farthest.clone()
        away, records = [], []
        for here, there, over in zip(before, after, ended, strict=True):
            start = th.where(known.unsqueeze(1), start, here)
            farthest = th.where(known, farthest, th.zeros_like(farthest))
            far = (there - start).norm(dim=1)
            away.append(far)
            records.append(farthest)
            farthest, known = th.maximum(farthest, far), ~over.bool()
        if sync:
            self.start.copy_(start)
            self.known.copy_(known)
            self.farthest.copy_(farthest)
        return th.stack(away), th.stack(records)'''


def action_change(parts: Parts, plan: Bonus) -> None:
    """How different an action is from the one before it in its episode."""
    parts.nn |= {"action_features", "action_features_size"}
    parts.keeps(
        "last_actions", "LastActions(self.num_envs, action_features_size(self.action_space))", _LAST_ACTIONS,
        "self.last_actions.clear(ended)",
    )  # fmt: skip
    parts.compute += [
        'actions = action_features(self.action_space, self.flat(samples, "actions"))  # labels are one-hot',
        "actions = actions.view(steps, self.num_envs, -1)",
        "before = self.last_actions.walk(actions, self.ends(samples), sync)",
        f"novelty = {_size(plan, '(actions - before)')}",
    ]


def action_size(parts: Parts, plan: Bonus) -> None:
    """How large an action is."""
    parts.nn.add("action_features")
    parts.compute += [
        'actions = action_features(self.action_space, self.flat(samples, "actions"))  # labels are one-hot',
        "actions = actions.view(steps, self.num_envs, -1)",
        f"novelty = {_size(plan, 'actions')}",
    ]


def _size(plan: Bonus, vector: str) -> str:
    return {
        "absolute": f"{vector}.abs().sum(2)", "manhattan": f"{vector}.abs().sum(2)", "euclidean": f"{vector}.norm(dim=2)",
    }.get(plan.error, f"{vector}.square().sum(2)")  # fmt: skip


def away(parts: Parts, plan: Bonus) -> None:
    """How far the episode has come from where it began."""
    plain_numbers(parts, plan)
    parts.keeps("origin", "Origin(self.num_envs, self.numbers.size)", _ORIGIN, "self.origin.clear(ended)")
    parts.compute += [
        'before = self.numbers(self.normalize(self.flat(samples, "observations"), sync=False))',
        'after = self.numbers(self.normalize(self.flat(samples, "next_observations"), sync))',
        "before, after = (numbers.view(steps, self.num_envs, -1) for numbers in (before, after))",
        "novelty, records = self.origin.walk(before, after, self.ends(samples), sync)",
    ]
    if plan.record:
        parts.compute.append("novelty = (novelty - records).clamp(min=0.0)  # new records alone")


def value(parts: Parts, plan: Bonus) -> None:
    """A number of the next observation itself, or minus its distance to a goal."""
    plain_numbers(parts, plan)
    parts.compute.append('numbers = self.numbers(self.normalize(self.flat(samples, "next_observations"), sync))')
    if plan.of == "distance":
        parts.compute += [
            f"goal = th.tensor({plan.goal!r}, device=self.device)",
            "near = numbers[:, : len(goal)] - goal[: numbers.shape[1]]",
            "novelty = -near.norm(dim=1).view(steps, self.num_envs)",
        ]
        return
    size = ".abs()" if plan.absolute else ""
    parts.compute.append(
        f"novelty = numbers[:, min({plan.index}, numbers.shape[1] - 1)]{size}.view(steps, self.num_envs)"
    )


def constant(parts: Parts, plan: Bonus) -> None:
    """The same for every step."""
    parts.compute.append("novelty = th.ones(steps, self.num_envs, device=self.device)")


def random(parts: Parts, plan: Bonus) -> None:
    """Numbers that tell nothing, from a generator of their own: the same seed gives the same."""
    parts.uses_total()
    drawn = "randn" if plan.gaussian else "rand"
    parts.compute += [
        "seen = int(self.total.walk(steps * self.num_envs, sync))",
        "generator = th.Generator().manual_seed((th.initial_seed() + 1_000_003 * seen) % 2**63)",
        f"novelty = th.{drawn}(steps, self.num_envs, generator=generator).to(self.device)",
    ]
