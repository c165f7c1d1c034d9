"""Variants of prioritised replay as source: ranks, errors that are cut, shares that are uniform."""

from __future__ import annotations

from copilot.codegen.authoring.spec import Storage

_RANKED = '''class RankSampler(PrioritizedSampler):
    """In proportion to (1 / rank)^alpha of the errors; arXiv 1511.05952, section 3.3.

    Ranks are those of the moment: each draw sorts what is stored.
    """

    def __init__(self, ring: Any, alpha: float, beta: float, beta_steps: int) -> None:
        super().__init__(ring, 1.0, beta, beta_steps)  # the tree keeps the sizes of errors as they are
        self.exponent = alpha

    def draw(self, count: int) -> Any:
        """Steps and environments (B,) int64, and weights (B,) float32, the largest of the batch 1."""
        sizes = self.tree.levels[0]
        places = np.flatnonzero(sizes)
        ranks = np.empty(len(places))
        ranks[np.argsort(-sizes[places], kind="stable")] = np.arange(1.0, len(places) + 1.0)
        chances = ranks**-self.exponent
        chances /= chances.sum()
        drawn = th.multinomial(th.from_numpy(chances), count, replacement=True).numpy()
        weights = (len(places) * chances[drawn]) ** -self.annealed_beta
        steps, envs = self.ring.locate(places[drawn])
        self._drawn[places[drawn]] = steps + 1
        return steps, envs, (weights / weights.max()).astype(np.float32)'''


def classes(plan: Storage) -> list[str]:
    """Small classes that it uses."""
    return [_RANKED] if plan.ranked else []


def made(plan: Storage) -> list[str]:
    """Lines of the constructor, after the base's."""
    lines = []
    if plan.ranked:
        lines.append("self.sampler = RankSampler(self.ring, self.alpha, self.beta, self.sampler.beta_steps)")
    if plan.eps is not None:
        lines.append("self.sampler.eps = eps  # added to the size of each error")
    return lines


def methods(plan: Storage) -> list[str]:
    """`sample` and `update`, where they are other than the base's."""
    lines: list[str] = []
    if plan.uniform:
        lines += [
            "", "    def sample(self) -> Any:",
            '        """A batch of which `uniform` is drawn without regard of priorities; weights know of it."""',
            "        if len(self) < self.batch_size:",
            "            return super().sample()  # it says what is wrong",
            "        number = round(self.uniform * self.batch_size)",
            "        held = len(self)",
            "        steps, envs, _ = self.sampler.draw(self.batch_size)",
            "        order = th.randperm(self.batch_size).numpy()  # they come in order of their places",
            "        steps, envs = steps[order], envs[order]",
            "        steps[:number] = self.ring.steps - 1 - th.randint(len(self.ring), (number,)).numpy()",
            "        envs[:number] = th.randint(self.ring.num_envs, (number,)).numpy()",
            "        tree = self.sampler.tree",
            "        chances = tree.get(self.ring.flat(steps, envs)) / tree.total",
            "        chances = (1.0 - self.uniform) * chances + self.uniform / held  # of the mixture",
            "        weights = (held * chances) ** -self.annealing_beta",
            "        weights = (weights / weights.max()).astype(np.float32)",
            f"        return self._read(steps, envs, {'None' if plan.unweighted else 'weights'})",
        ]  # fmt: skip
    elif plan.latest:
        lines += [
            "", "    def sample(self) -> Any:",
            '        """A batch by priority, with the transitions of the last step in it."""',
            "        if len(self) < self.batch_size:",
            "            return super().sample()  # it says what is wrong",
            "        steps, envs, weights = self.sampler.draw(self.batch_size)",
            "        order = th.randperm(self.batch_size).numpy()  # they come in order of their places",
            "        steps, envs, weights = steps[order], envs[order], weights[order]",
            "        last = min(self.ring.num_envs, self.batch_size)",
            "        steps[:last], envs[:last] = self.ring.steps - 1, np.arange(last)",
            f"        return self._read(steps, envs, {'None' if plan.unweighted else 'weights'})",
        ]  # fmt: skip
    elif plan.unweighted:
        lines += [
            "", "    def sample(self) -> Any:", '        """A batch by priority; all its weights are 1."""',
            "        batch = super().sample()",
            "        return batch._replace(weights=th.ones_like(batch.weights))",
        ]  # fmt: skip
    if plan.error_clip is not None:
        lines += [
            "", "    def update(self, metrics: Any = None) -> None:",
            '        """Give the transitions of the last batch new priorities: errors count as at most `error_clip`."""',
            '        if isinstance(metrics, dict) and "td_errors" in metrics:',
            '            sizes = th.as_tensor(metrics["td_errors"]).abs().clamp(max=self.error_clip)',
            '            metrics = {**metrics, "td_errors": sizes}',
            "        super().update(metrics)",
        ]  # fmt: skip
    return lines
