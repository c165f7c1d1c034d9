"""Counts as source: how states are told from each other, over which time they are counted, and what a count pays."""

from __future__ import annotations

from copilot.codegen.authoring.reward.parts import Parts, embed, plain_numbers, size_of
from copilot.codegen.authoring.spec import Bonus

_VISITS = '''class Visits(nn.Module):
    """How often each key has been seen in all of training, in a table of fixed size that checkpoints keep.

    Two keys that fall on one place of the table count as one: make it larger where many states are visited.
    """

    counts: th.Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("counts", th.zeros(size, dtype=th.int64))

    @th.no_grad()
    def walk(self, keys: th.Tensor, sync: bool) -> th.Tensor:
        """How often each of the keys (T, N) has been seen, this time included: (T, N) float32."""
        counts, out = self.counts.clone(), []
        for now in keys % len(counts):
            counts.index_add_(0, now, th.ones_like(now))
            out.append(counts[now])
        if sync:
            self.counts.copy_(counts)
        return th.stack(out).float()'''
_VISITS_OF_BOTH = '''class Visits(nn.Module):
    """How often each key has been seen in all of training, in a table of fixed size that checkpoints keep.

    Two keys that fall on one place of the table count as one: make it larger where many states are visited.
    """

    counts: th.Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("counts", th.zeros(size, dtype=th.int64))

    @th.no_grad()
    def walk(self, keys: th.Tensor, before: th.Tensor, sync: bool) -> tuple[th.Tensor, th.Tensor]:
        """How often each of the keys (T, N) has been seen, this time included, and those of the states before.

        Both (T, N) float32; a state that nobody has counted yet, the first of an episode, counts as seen once.
        """
        counts, out, earlier = self.counts.clone(), [], []
        for now, here in zip(keys % len(counts), before % len(counts), strict=True):
            earlier.append(counts[here].clamp(min=1))
            counts.index_add_(0, now, th.ones_like(now))
            out.append(counts[now])
        if sync:
            self.counts.copy_(counts)
        return th.stack(out).float(), th.stack(earlier).float()'''
_DECIMALS = "floats are rounded to so many before they are hashed"


def count(parts: Parts, plan: Bonus) -> None:
    """What the n-th visit pays."""
    parts.nn.add("Counter")
    codes = _keyed(parts, plan)
    more = ", decimals" if plan.counted_by == "hash" and plan.counted != "actions" else ""
    if plan.scope == "episode":
        parts.made.append(f"self.counter = Counter(self.num_envs, self.observation_space{more}).to(self.device)")
        parts.compute.append(f"visits = self.counter.walk({codes}, self.ends(samples), sync)")
        parts.clears.append("self.counter.clear(ended)")
    else:
        parts.modules = True
        parts.classes.append(_VISITS if plan.difference is None else _VISITS_OF_BOTH)
        parts.arguments.append(("table", "int", str(plan.table), "places of the table of counts"))
        space = "self.observation_space"
        parts.made.append(f"self.counter = Counter(1, {space}{more or ', 0'}, capacity=1)  # only its hashes are used")
        parts.made.append("self.visits = Visits(table).to(self.device)")
        parts.compute.append(f"keys = self.counter.hashes({codes}).view(steps, self.num_envs)")
        _walk(parts, plan)
    if plan.pays == "ucb":
        parts.compute.append("when = self.total.walk(steps * self.num_envs, sync)  # steps so far")
        parts.uses_total()
    parts.compute.append(f"novelty = {_paid(plan, 'visits')}")
    if plan.difference is not None:
        parts.compute += [
            f"before = {_paid(plan, 'earlier')}",
            f"novelty = (novelty - {plan.difference!r} * before).clamp(min=0.0)  # what is new here and was not there",
        ]


def _walk(parts: Parts, plan: Bonus) -> None:
    if plan.difference is None:
        parts.compute.append("visits = self.visits.walk(keys, sync)")
        return
    earlier = [
        line.replace("next_observations", "observations").replace("following", "states") for line in parts.compute
    ]
    parts.compute += [line.replace("keys =", "before =").replace(", sync)", ", sync=False)") for line in earlier]
    parts.compute.append("visits, earlier = self.visits.walk(keys, before, sync)")


def _paid(plan: Bonus, visits: str) -> str:
    """Source of what so many visits pay."""
    visits = f"({visits} + {plan.plus!r})" if plan.plus else visits
    first = f"({visits} == 1).float()" if plan.visits == 1 else f"({visits} <= {plan.visits}).float()"
    return {
        "root": f"{visits}.rsqrt()", "inverse": f"1.0 / {visits}", "first": first,
        "log": f"1.0 / (1.0 + {visits}.log())", "power": f"{visits}.pow({-plan.exponent!r})",
        "ucb": f"({plan.factor!r} * when.log() / {visits}).sqrt()  # as UCB1",
    }[plan.pays]  # fmt: skip


def _keyed(parts: Parts, plan: Bonus) -> str:
    """Lines that make what is counted, and its name."""
    if plan.counted == "actions":
        parts.compute.append('actions = self.flat(samples, "actions")')
        return '{"actions": actions}'
    if plan.counted == "changes":
        plain_numbers(parts, plan)
        parts.arguments += [("decimals", "int", str(plan.decimals), _DECIMALS)] if plan.counted_by == "hash" else []
        parts.compute += [
            'before = self.numbers(self.normalize(self.flat(samples, "observations"), sync=False))',
            'after = self.numbers(self.normalize(self.flat(samples, "next_observations"), sync))',
            "changes = after - before",
        ]
        return _cells(parts, plan, "changes")
    codes_of(parts, plan)
    taken = "observations" if plan.counted_by == "hash" and not plan.numbers else "codes"
    if plan.counted == "transitions":
        again = [
            line.replace("next_observations", "observations").replace("following", "states") for line in parts.compute
        ]
        again = [line.replace("codes =", "first =").replace(", sync)", ", sync=False)") for line in again]
        again = [line.replace("places", "first_places") for line in again]
        parts.compute += again
        if taken == "observations":
            parts.compute += [
                'codes = codes if isinstance(codes, dict) else {"states": codes}',
                'first = first if isinstance(first, dict) else {"states": first}',
            ]
            return '{**codes, **{f"before {key}": leaf for key, leaf in first.items()}}'
        return "th.cat([first, codes], dim=1)"
    if plan.pairs:
        parts.compute[:] = [
            line.replace("next_observations", "observations").replace("following", "states") for line in parts.compute
        ]
        parts.compute.append('actions = self.flat(samples, "actions")')
        if taken == "observations":
            parts.compute.append('codes = codes if isinstance(codes, dict) else {"states": codes}')
        return '{"actions": actions, "states": codes}' if taken == "codes" else '{**codes, "actions": actions}'
    return "codes"


def _cells(parts: Parts, plan: Bonus, name: str) -> str:
    """What vectors are counted as."""
    if plan.counted_by == "grid" and plan.width:
        parts.arguments.append(("width", "float", repr(plan.width), "of a cell, of each number"))
        parts.made.append("self.width = width")
        return f"({name} / self.width).floor().long()"
    return name


def codes_of(parts: Parts, plan: Bonus) -> None:
    """Lines that end in `codes`, which tell states from each other."""
    following = 'following = self.normalize(self.flat(samples, "next_observations"), sync)'
    if plan.counted_by == "simhash":
        embed(parts, plan)
        parts.arguments.append(("bits", "int", str(plan.bits), "bits of the hash: more of them tell more states apart"))
        parts.modules = True
        parts.made += [
            f"self.project = nn.Linear({size_of(plan)}, bits, bias=False).to(self.device)",
            "self.project.requires_grad_(False)",
        ]
        parts.compute.append(following)
        parts.compute.append("codes = (self.project(self.encoder(following)) > 0).long()  # (T x N, bits), SimHash")
    elif plan.counted_by == "grid" and plan.width:
        plain_numbers(parts, plan)
        parts.arguments.append(("width", "float", repr(plan.width), "of a cell, of each number of the observation"))
        parts.made.append("self.width = width")
        parts.compute.append(following)
        parts.compute.append("codes = (self.numbers(following) / self.width).floor().long()")
    elif plan.counted_by == "grid":
        plain_numbers(parts, plan)
        parts.arguments.append(("bins", "int", str(plan.bins), "cells a dimension, from -5 to 5 deviations"))
        parts.made.append("self.bins = bins")
        parts.compute.append(following)
        parts.compute.append("places = ((self.numbers(following) + 5.0) / 10.0).clamp(0.0, 1.0)")
        parts.compute.append("codes = (places * self.bins).long().clamp(max=self.bins - 1)")
    elif plan.numbers:
        plain_numbers(parts, plan)
        parts.arguments.append(("decimals", "int", str(plan.decimals), _DECIMALS))
        parts.compute.append('codes = self.numbers(self.flat(samples, "next_observations"))')
    else:
        parts.arguments.append(("decimals", "int", str(plan.decimals), _DECIMALS))
        parts.compute.append('codes = self.flat(samples, "next_observations")')
