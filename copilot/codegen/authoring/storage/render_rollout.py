"""Variants of rollouts as source: other returns, what becomes of advantages, which samples are handed out."""

from __future__ import annotations

from copilot.codegen.authoring.spec import Storage

_N_STEP = '''    def compute_returns_and_advantages(self, last_values: th.Tensor) -> None:
        """Fill `returns` with sums of up to `n_step` discounted rewards and the value after them; advantages are those
        less the values.

        Args:
            last_values: (N,) V of the observations after the last step.
        """
        steps = self.step
        values = self.values[:steps]
        following = th.cat([values[1:], last_values.reshape(1, -1).to(values)])
        following = th.where(self.truncateds[:steps].bool(), self.final_values[:steps], following)
        over = (self.terminateds[:steps] + self.truncateds[:steps]) > 0
        rewards, worth = self.rewards[:steps], following * (1.0 - self.terminateds[:steps])
        returns = rewards + self.discount * worth  # one step
        for _ in range(self.n_step - 1):
            after = th.cat([returns[1:], worth[-1:]])  # the end of the rollout bootstraps
            returns = rewards + self.discount * th.where(over, worth, after)
        self.returns[:steps] = returns
        self.advantages[:steps] = returns - values'''


def methods(plan: Storage) -> list[str]:
    """`compute_returns_and_advantages` and `sample`, where they are other than the base's."""
    lines = ["", _N_STEP] if plan.n_step > 1 else []
    changed = _advantages(plan)
    if changed and plan.n_step > 1:
        lines += [f"        {line}" for line in changed]
    elif changed:
        lines += [
            "", "    def compute_returns_and_advantages(self, last_values: th.Tensor) -> None:",
            '        """Fill `returns` and `advantages`, and change the latter.',
            "", "        Args:", "            last_values: (N,) V of the observations after the last step.", '        """',
            "        super().compute_returns_and_advantages(last_values)", "        steps = self.step",
            *(f"        {line}" for line in changed),
        ]  # fmt: skip
    if plan.best is not None or plan.ordered:
        lines += ["", *_sample(plan)]
    return lines


def _advantages(plan: Storage) -> list[str]:
    lines = ["advantages = self.advantages[:steps]"]
    if plan.normalise:
        lines.append("advantages = (advantages - advantages.mean()) / (advantages.std(correction=0) + 1e-8)")
    if plan.advantage_clip is not None:
        lines.append("advantages = advantages.clamp(-self.advantage_clip, self.advantage_clip)")
    if plan.positive_advantages:
        lines.append("advantages = advantages.clamp(min=0.0)  # what went worse than expected teaches nothing")
    return [*lines, "self.advantages[:steps] = advantages"] if len(lines) > 1 else []


def _sample(plan: Storage) -> list[str]:
    """Which samples come, and in which order."""
    told = "the best of them, by their advantages" if plan.best is not None else "every sample once"
    order = "in order of time" if plan.ordered else "in random order"
    lines = [
        "    def sample(self) -> Iterator[Any]:",
        f'        """Batches of {told}, {order}; none is larger than `batch_size`."""',
        "        total = self.step * self.num_envs",
        "        fields = (self.observations, self.actions, self.values, self.returns, self.terminateds, self.truncateds)",
        "        fields = (*fields, self.log_probs, self.advantages)",
        "        flat = [tree_map(lambda leaf: leaf[: self.step].flatten(0, 1), field) for field in fields]",
    ]  # fmt: skip
    if plan.best is not None:
        size = "flat[-1].abs()" if plan.best_size else "flat[-1]"
        lines += [
            f"        places = {size}.topk(max(1, round(self.best * total))).indices",
            "        places = places.sort().values"
            if plan.ordered
            else "        places = places[th.randperm(len(places))]",
        ]
    else:
        lines.append("        places = th.arange(total, device=self.device)")
    return [
        *lines,
        "        for indices in places.tensor_split(-(-len(places) // self.batch_size)):",
        "            rows = [tree_map(lambda leaf, at=indices: leaf.index_select(0, at), field) for field in flat]",
        "            yield self.batch_type(*rows)",
    ]
