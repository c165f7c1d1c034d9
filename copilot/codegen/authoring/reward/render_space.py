"""Distances between embeddings as source: to neighbours, between the two states of a step, and to all of an episode."""

from __future__ import annotations

from copilot.codegen.authoring.reward.parts import Parts, distance, embed, next_latents, returns_loss, size_of
from copilot.codegen.authoring.spec import Bonus


def nearest(parts: Parts, plan: Bonus) -> None:
    """Distances to the nearest states of an episode, a rollout or a memory."""
    embed(parts, plan)
    returns_loss(parts)
    parts.arguments.append(("k", "int", str(plan.k), "neighbours"))
    parts.made.append("self.k = k")
    episode = plan.scope == "episode"
    next_latents(parts, shaped=episode)
    if episode:
        _of_episode(parts, plan)
    else:
        parts.knn |= {"kth" if plan.kth else "mean_over_neighbours", "nearest_others"}
        held = "latents[:0]"
        if plan.scope == "lifetime":
            parts.knn.add("Bank")
            parts.arguments.append(("memory", "int", str(plan.memory), "states that are kept to compare with"))
            parts.made.append(f"self.bank = Bank(memory, {size_of(plan)}).to(self.device)")
            held = "self.bank.held"
        each = "distances.log1p()" if plan.each_log else "distances"
        taken = "kth(distances)" if plan.kth else f"mean_over_neighbours({each}, distances)"
        parts.compute += [
            f"distances = nearest_others(latents, {held}, self.k)",
            f"novelty = {taken}.view(steps, self.num_envs)",
        ]
        if plan.scope == "lifetime":
            parts.compute += ["if sync:", "    self.bank.add(latents)"]
    if plan.pays == "log" and not plan.each_log:
        parts.compute.append("novelty = novelty.log1p()")


def _of_episode(parts: Parts, plan: Bonus) -> None:
    parts.nn.add("EpisodicMemory")
    parts.arguments.append(("memory", "int", str(plan.memory), "states of an episode that are kept"))
    parts.made.append(f"self.memory = EpisodicMemory(self.num_envs, {size_of(plan)}, memory).to(self.device)")
    parts.compute.append("squared = self.memory.walk(latents, self.ends(samples), self.k, sync)")
    parts.clears.append("self.memory.clear(ended)")
    if plan.kernel:
        parts.nn.add("Kernel")
        parts.made.append("self.kernel = Kernel().to(self.device)")
        parts.compute += [
            "alike = self.kernel(squared, sync).sum(-1)  # arXiv 2002.06038, algorithm 1",
            "novelty = 1.0 / (alike.sqrt() + 0.001)",
            "novelty = novelty.masked_fill(alike.sqrt() > 8.0, 0.0)  # too like what is there already",
        ]
        return
    parts.knn.add("kth" if plan.kth else "mean_over_neighbours")
    parts.compute.append(
        "novelty = kth(squared.sqrt())  # of the k-th"
        if plan.kth
        else f"novelty = mean_over_neighbours(squared.sqrt(){'.log1p()' if plan.each_log else ''}, squared)"
    )


def change(parts: Parts, plan: Bonus) -> None:
    """How far a step moves the state."""
    if plan.cells:
        _cells(parts, plan)
        return
    embed(parts, plan)
    returns_loss(parts)
    parts.compute += [
        'following = self.normalize(self.flat(samples, "next_observations"), sync)',
        'observations = self.normalize(self.flat(samples, "observations"), sync=False)',
        "before, after = self.encoder(observations), self.encoder(following)",
        f"moved = {distance(plan.error, 'after', 'before')}",
        "novelty = moved.view(steps, self.num_envs)",
    ]


def _cells(parts: Parts, plan: Bonus) -> None:
    """Squares of an image, each with the mean of its own change; what is no image is one square."""
    parts.compute += [
        'following = self.normalize(self.flat(samples, "next_observations"), sync)',
        'observations = self.normalize(self.flat(samples, "observations"), sync=False)',
        "moved = self.moved(observations, following)",
        "novelty = moved.view(steps, self.num_envs)",
    ]
    parts.arguments.append(("cells", "int", str(plan.cells), "pixels along the side of a square"))
    parts.made.append("self.cells = cells")
    most = f".clamp(max={plan.cell_most!r})" if plan.cell_most is not None else ""
    parts.nn.add("Reconstruction")
    parts.made.append("self.numbers = Reconstruction(self.observation_space).to(self.device)  # of what is no image")
    parts.methods = [
        "    def moved(self, before: Any, after: Any) -> th.Tensor:",
        '        """The mean (B,) over squares of the mean absolute difference in each."""',
        '        if self.obs_kind != "Box3":',
        f"            return (self.numbers(after) - self.numbers(before)).abs().mean(1){most}",
        "        apart = (after - before).abs().mean(1, keepdim=True)",
        "        side = min(self.cells, *apart.shape[2:])",
        f"        squares = F.avg_pool2d(apart, side){most}",
        "        return squares.flatten(1).mean(1)",
    ]


def elliptical(parts: Parts, plan: Bonus) -> None:
    """E3B's bonus."""
    embed(parts, plan)
    returns_loss(parts)
    parts.nn.add("Ellipsoid")
    ridge = "" if plan.ridge == 0.1 else ", ridge"
    if ridge:
        parts.arguments.append(("ridge", "float", repr(plan.ridge), "lambda: the covariance begins with so much of I"))
    parts.made.append(f"self.ellipsoid = Ellipsoid(self.num_envs, {size_of(plan)}{ridge}).to(self.device)")
    next_latents(parts, shaped=True)
    parts.compute.append("novelty = self.ellipsoid.walk(latents, self.ends(samples), sync)")
    parts.clears.append("self.ellipsoid.clear(ended)")
