"""How a replay draws a batch, as source: what may come, which shares are set, and how often the rest comes."""

from __future__ import annotations

from copilot.codegen.authoring.spec import Storage

_POOLS = {
    "positive": "self.ring.rewards[at] > 0.0",
    "negative": "self.ring.rewards[at] < 0.0",
    "zero": "self.ring.rewards[at] == 0.0",
    "ended": "(self.ring.terminateds + self.ring.truncateds)[at] > 0.0",
    "good": "self.returns[at] > self.mean_return",
}
"""Shares of a batch, and the transitions that they come from."""
_SOME = '''    def _some(self, among: Any, first: int, at: int, count: int, steps: Any, envs: Any) -> int:
        """Write up to `count` of those transitions where `among` (steps, N) is true into a batch, from place `at` on.

        Returns:
            The place after them; `at` where there is none.
        """
        found, count = np.argwhere(among), min(count, len(steps) - at)
        if len(found) == 0 or count <= 0:
            return at
        drawn = found[th.randint(len(found), (count,)).numpy()]
        steps[at : at + count], envs[at : at + count] = first + drawn[:, 0], drawn[:, 1]
        return at + count'''
_UNIFORM = [
    "steps = first + th.randint(stop - first, (count,)).numpy()",
    "envs = th.randint(self.ring.num_envs, (count,)).numpy()",
]
_WEIGHED = [
    "drawn = th.multinomial(th.from_numpy(weights.ravel()), count, replacement=True).numpy()",
    "steps, envs = first + drawn // self.ring.num_envs, drawn % self.ring.num_envs",
]


def draws(plan: Storage) -> bool:
    """Whether batches are drawn in another way than the library's."""
    shares = [plan.recent, plan.positive, plan.negative, plan.zero, plan.ended, plan.good, plan.demos, plan.keep_zero]
    return bool(any(shares) or base(plan) != "uniform" or plan.latest or plan.delay or plan.oldest or plan.chunk)


def base(plan: Storage) -> str:
    """How those of a batch are drawn that belong to no share."""
    kinds = {
        "stratified": plan.stratified, "distinct": plan.distinct, "epochs": plan.epochs, "reward": plan.by_reward,
        "age": plan.by_age != "none", "return": plan.by_return, "action": plan.by_action,
        "emphasis": plan.emphasis is not None, "attention": plan.attention is not None,
    }  # fmt: skip
    return next((kind for kind, said in kinds.items() if said), "uniform")


def sampling(plan: Storage) -> list[str]:
    """The methods `sample`, `_bounds` and `_drawn`."""
    lines = [
        "    def sample(self) -> Any:", '        """A batch, drawn as the class says."""',
        *_too_few(plan), "        first, stop = self._bounds()",
        "        steps, envs = self._drawn(first, stop, self.batch_size)",
        *(f"        {line}" for line in _shares(plan)),
    ]  # fmt: skip
    if plan.chunk:
        lines += _chunks()
    lines += _result(plan)
    lines += ["", *_bounds(plan), "", "    def _drawn(self, first: int, stop: int, count: int) -> Any:"]
    lines += ['        """Steps and environments (count,) int64, of the steps from `first` up to `stop`."""']
    lines += [*(f"        {line}" for line in _base(plan)), "        return steps, envs"]
    return [*lines, "", _SOME] if any("self._some(" in line for line in lines) else lines


def _too_few(plan: Storage) -> list[str]:
    if plan.demos:
        return [
            "        if self.loaded is not None and len(self) < self.batch_size:",
            "            return self.loaded.sample()  # nothing else is there yet",
            "        if len(self) < self.batch_size:",
            "            return super().sample()  # it says what is wrong",
        ]
    return ["        if len(self) < self.batch_size:", "            return super().sample()  # it says what is wrong"]


def _bounds(plan: Storage) -> list[str]:
    """Between which steps all is drawn."""
    lines = [
        "    def _bounds(self) -> tuple[int, int]:",
        '        """The first step that may be drawn, and the one after the last."""',
        "        first, stop = self.ring.steps - len(self.ring), self.ring.steps",
    ]  # fmt: skip
    if plan.oldest:
        lines += ["        first = max(first, stop - max(1, self.oldest // self.ring.num_envs))"]
    if plan.delay:
        lines += ["        if stop - first > self.delay:", "            stop -= self.delay"]
    return [*lines, "        return first, stop"]


def _shares(plan: Storage) -> list[str]:
    """Lines that put set shares in place of what was drawn."""
    pools = [name for name in _POOLS if getattr(plan, name)]
    lines: list[str] = []
    if not (pools or plan.recent or plan.latest or plan.bad):
        return lines
    more = bool(pools or plan.bad)
    lines += ["at = np.arange(first, stop) % self.ring.slots  # where they lie"] if more else []
    lines.append("place = 0")
    if plan.latest:
        lines += [
            "place = min(self.ring.num_envs, self.batch_size)",
            "steps[:place], envs[:place] = stop - 1, np.arange(place)  # of the last step",
        ]
    if plan.recent:
        held = (
            "max(1, round(self.newest_share * (stop - first)))"
            if plan.newest_share is not None
            else "min(stop - first, max(1, self.newest // self.ring.num_envs))"
        )
        lines += [
            "count = min(round(self.recent * self.batch_size), self.batch_size - place)",
            f"held = {held}",
            "steps[place : place + count] = stop - 1 - th.randint(held, (count,)).numpy()",
            "place += count",
        ]
    for name in pools:
        lines += [
            f"count = round(self.{name} * self.batch_size)",
            f"place = self._some({_POOLS[name]}, first, place, count, steps, envs)",
        ]
    if plan.bad:
        lines.append("self._some(~(self.returns[at] > self.mean_return), first, place, self.batch_size, steps, envs)")
    return lines[:-1] if lines[-1] == "place += count" else lines


def _chunks() -> list[str]:
    return [
        "        runs = -(-self.batch_size // self.chunk)",
        "        after = np.tile(np.arange(self.chunk), runs)[: self.batch_size]",
        "        begin = np.minimum(np.repeat(steps[:runs], self.chunk)[: self.batch_size], stop - self.chunk)",
        "        steps = np.maximum(begin, first) + np.minimum(after, stop - first - 1)",
        "        envs = np.repeat(envs[:runs], self.chunk)[: self.batch_size]",
    ]


def _result(plan: Storage) -> list[str]:
    if not plan.demos:
        return ["        return self._read(steps, envs, None)"]
    return [
        "        if self.loaded is None:",
        "            return self._read(steps, envs, None)",
        "        number = round(self.demos * self.batch_size)",
        "        own = self._read(steps[number:], envs[number:], None)",
        "        given = self.loaded._read(*self.loaded.sampler.draw(number))",
        "        return type(own)(*(th.cat(pair) for pair in zip(given, own, strict=True)))",
    ]


def _base(plan: Storage) -> list[str]:
    kind = base(plan)
    if plan.keep_zero:
        return [
            "at = np.arange(first, stop) % self.ring.slots",
            "weights = self.kept[at].astype(np.float64)",
            "if not weights.any():  # none of them was kept",
            "    weights[:] = 1.0",
            *_WEIGHED,
        ]
    lines: dict[str, list[str]] = {
        "uniform": _UNIFORM,
        "stratified": [
            "places = (np.arange(count) + th.rand(count, dtype=th.float64).numpy()) / count",
            "steps = first + np.minimum((places * (stop - first)).astype(np.int64), stop - first - 1)",
            _UNIFORM[1],
        ],
        "distinct": [
            "drawn = th.randperm((stop - first) * self.ring.num_envs)[:count].numpy()",
            "steps, envs = first + drawn // self.ring.num_envs, drawn % self.ring.num_envs",
        ],
        "epochs": _epochs(),
        "reward": [
            "at = np.arange(first, stop) % self.ring.slots",
            "weights = np.abs(self.ring.rewards[at].astype(np.float64)) + self.floor", *_WEIGHED,
        ],
        "age": _age(plan),
        "return": [
            "at = np.arange(first, stop) % self.ring.slots",
            "returns = self.returns[at].astype(np.float64)  # not a number of episodes under way",
            "known = returns[np.isfinite(returns)]",
            "low, high = (known.min(), known.max()) if len(known) else (0.0, 0.0)",
            "weights = 0.05 + np.nan_to_num((returns - low) / max(high - low, 1e-8), nan=0.5)", *_WEIGHED,
        ],
        "action": [
            "at = np.arange(first, stop) % self.ring.slots", "actions = self.ring.actions[at]",
            "weights = 1.0 / np.bincount(actions.ravel())[actions]  # each action as often as any other", *_WEIGHED,
        ],
        "emphasis": [
            "k, self.batches = self.batches % self.emphasis_updates, self.batches + 1",
            "held = (stop - first) * self.ring.num_envs",
            "size = max(held * self.emphasis ** (1000.0 * k / self.emphasis_updates), self.newest)",
            "first = max(first, stop - max(1, round(size / self.ring.num_envs)))", *_UNIFORM,
        ],
        "attention": _attention(plan),
    }  # fmt: skip
    return lines[kind]


def _age(plan: Storage) -> list[str]:
    """Ages by the inverse of their distribution."""
    drawn = "drawn = th.rand(count, dtype=th.float64).numpy()"
    if plan.by_age == "linear":
        age = "age = (stop - first) * (1.0 - np.sqrt(1.0 - drawn))  # from the newest on, less and less likely"
        lines = [drawn, age]
    else:
        lines = [
            drawn,
            "keeps = 0.5 ** (self.ring.num_envs / self.half_life)  # of a step against the one after it",
            "age = np.log1p(-drawn * (1.0 - keeps ** (stop - first))) / np.log(keeps)",
        ]
    return [*lines, "steps = stop - 1 - np.minimum(age.astype(np.int64), stop - first - 1)", _UNIFORM[1]]


def _epochs() -> list[str]:
    return [
        "drawn, missing = [], count",
        "while missing:",
        "    self.order = self.order[self.order[:, 0] >= first]  # the rest was written over",
        "    if len(self.order) == 0:",
        "        pairs = divmod(th.randperm((stop - first) * self.ring.num_envs).numpy(), self.ring.num_envs)",
        "        self.order = np.stack([pairs[0] + first, pairs[1]], axis=1)",
        "    drawn.append(self.order[:missing])",
        "    self.order = self.order[missing:]",
        "    missing -= len(drawn[-1])",
        "steps, envs = np.concatenate(drawn).T.copy()",
    ]


def _attention(plan: Storage) -> list[str]:
    """Of more candidates those whose states are most like the newest."""
    share = "self.attention"
    lines = []
    if plan.attention_steps:
        lines = [
            "done = min(1.0, self.ring.steps * self.ring.num_envs / self.attention_steps)",
            "factor = 1.0 + (self.attention - 1.0) * (1.0 - done)",
        ]
        share = "factor"
    return [
        *lines,
        f"many = max(count, round({share} * count))",
        "steps = first + th.randint(stop - first, (many,)).numpy()",
        "envs = th.randint(self.ring.num_envs, (many,)).numpy()",
        "last, everyone = np.full(self.ring.num_envs, stop - 1), np.arange(self.ring.num_envs)",
        "seen = self.ring.observations(steps, steps, envs)[0].flatten(1).float()",
        "now = self.ring.observations(last, last, everyone)[0].flatten(1).float()",
        "alike = (nn.functional.normalize(seen) @ nn.functional.normalize(now).T).amax(1)  # cosines",
        "best = alike.topk(count).indices.numpy()",
        "steps, envs = steps[best], envs[best]",
    ]
