"""An intrinsic reward's plan as source: the parts are the library's own, the class puts them together."""

from __future__ import annotations

from copilot.codegen.authoring.bonus import describe
from copilot.codegen.authoring.facts_bonus import facts_of_bonus
from copilot.codegen.authoring.layout import docstring, imports, signature, source
from copilot.codegen.authoring.parts_bonus import Parts, distance, embed, next_latents, returns_loss, size_of
from copilot.codegen.authoring.render_bonus_more import control, density, itself, potential, reward_error
from copilot.codegen.authoring.spec import Bonus, ModuleSpec

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
_DECIMALS = "floats are rounded to so many before they are hashed"


def module(spec: ModuleSpec, plan: Bonus) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    parts = Parts()
    {
        "count": _count, "prediction_error": _prediction, "nearest": _nearest, "disagreement": _disagreement,
        "change": _change, "elliptical": _elliptical, "density": density, "control": control,
        "reward_error": reward_error, "potential": potential,
    }[plan.measure](parts, plan)  # fmt: skip
    if plan.episodic_factor:
        parts.nn.add("Counter")
        parts.made.append("self.episode = Counter(self.num_envs, self.observation_space).to(self.device)")
        parts.compute += [
            'visits = self.episode.walk(self.flat(samples, "next_observations"), self.ends(samples), sync)',
            "novelty = novelty / visits.sqrt()",
        ]
        parts.clears.append("self.episode.clear(ended)")
    about = describe(plan)
    body = [f"class {spec.name}({_base(parts)}):", *docstring(f"{about}\n\n{_arguments(parts)}"), ""]
    body += [*_constructor(parts, plan), "", *_compute(parts), *_learning(parts)]
    if parts.clears:
        body += ["", "    def reset(self, ended: th.Tensor) -> None:"]
        body += ['        """Forget the episode of the environments where `ended` (N,) is true."""']
        body += [f"        {line}" for line in parts.clears]
    if parts.methods:
        body += ["", *parts.methods]
    return source(_imports(spec, parts), *([text] for text in parts.classes), body), about


def _base(parts: Parts) -> str:
    return "LearnedReward" if parts.learns else "BaseReward"


def _arguments(parts: Parts) -> str:
    own = "; ".join(f"`{name}`: {doc}" for name, _, _, doc in parts.arguments)
    return f"{own}. The rest is `BaseReward`'s." if own else "All arguments are `BaseReward`'s."


def _imports(spec: ModuleSpec, parts: Parts) -> list[str]:
    head = [f'"""{spec.name}: an intrinsic reward written for RLLTE."""', "", "from __future__ import annotations"]
    library = [] if parts.learns else ["from rllte.common.prototype import BaseReward"]
    library += [f"from rllte.nn import {', '.join(sorted(parts.nn))}"] if parts.nn else []
    library += [f"from rllte.nn.knn import {', '.join(sorted(parts.knn))}"] if parts.knn else []
    library += ["from rllte.xplore.reward.learned import LearnedReward"] if parts.learns else []
    library += [f"from rllte.core.normalization import {', '.join(sorted(parts.norms))}"] if parts.norms else []
    torch = [
        *(["import gymnasium as gym"] if parts.spaces else []),
        "import torch as th",
        *(["from torch import nn"] if parts.modules else []),
    ]
    text = " ".join([*parts.compute, *parts.loss, *parts.methods])
    torch += ["import torch.nn.functional as F"] if "F." in text else []
    standard = ["import math"] if "math." in text else []
    return head + imports([*standard, "from collections.abc import Mapping", "from typing import Any"], torch, library)


def _constructor(parts: Parts, plan: Bonus) -> list[str]:
    shared = [
        "self", "envs: Any", 'device: str | th.device = "cpu"', "beta: float = 1.0", "kappa: float = 0.0",
        "gamma: float | None = None",
        f'rwd_norm_type: str = "{plan.rwd_norm_type}"', f'obs_norm_type: str = "{plan.obs_norm_type}"',
    ]  # fmt: skip
    shared += [f"{name}: {kind} = {default}" for name, kind, default, _ in parts.arguments]
    given = "envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type"
    if parts.learns:
        shared += [f"lr: float = {plan.lr!r}", "batch_size: int = 256", "update_proportion: float = 1.0"]
    lines = signature("__init__", shared, "None")
    if parts.learns:
        lines += ["        super().__init__(", f"            {given}, lr, batch_size, update_proportion", "        )"]
    else:
        lines += [f"        super().__init__({given})"]
    lines += [f"        {line}" for line in parts.made]
    if parts.learns:
        lines += [f"        self.learn_by({', '.join(parts.learns)})"]
    return lines


def _compute(parts: Parts) -> list[str]:
    lines = ["    @th.no_grad()", "    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:"]
    lines += ['        """Rewards (T, N) float32, weighted; see `BaseReward.compute`."""']
    lines += ["        steps = self.check(samples)"]
    lines += [f"        {line}" for line in parts.compute]
    return [*lines, "        return self.scale(novelty, sync)"]


def _learning(parts: Parts) -> list[str]:
    if not parts.learns:
        return [
            "",
            "    def update(self, samples: Mapping[str, Any]) -> None:",
            '        """Nothing is learned by gradient; the update is counted, for the decay of the weight."""',
            "        self.check(samples)",
            "        self.updates += 1",
        ]
    lines = ["", "    def loss(self, batch: Mapping[str, Any]) -> th.Tensor:"]
    lines += ['        """What the networks learn from a batch of (B, ...) each; observations come normalised."""']
    return [*lines, *(f"        {line}" for line in parts.loss)]


def _codes(parts: Parts, plan: Bonus) -> None:
    """Lines that end in `codes`, which tell states from each other."""
    if plan.counted_by == "simhash":
        embed(parts, plan)
        parts.arguments.append(("bits", "int", str(plan.bits), "bits of the hash: more of them tell more states apart"))
        parts.modules = True
        parts.made += [
            f"self.project = nn.Linear({size_of(plan)}, bits, bias=False).to(self.device)",
            "self.project.requires_grad_(False)",
        ]
        parts.compute.append('following = self.normalize(self.flat(samples, "next_observations"), sync)')
        parts.compute.append("codes = (self.project(self.encoder(following)) > 0).long()  # (T x N, bits), SimHash")
    elif plan.counted_by == "grid" and plan.width:
        parts.nn.add("Reconstruction")
        parts.arguments.append(("width", "float", repr(plan.width), "of a cell, of each number of the observation"))
        parts.made += ["self.width = width", "self.numbers = Reconstruction(self.observation_space).to(self.device)"]
        parts.compute.append('following = self.normalize(self.flat(samples, "next_observations"), sync)')
        parts.compute.append("codes = (self.numbers(following) / self.width).floor().long()")
    elif plan.counted_by == "grid":
        parts.nn.add("Reconstruction")
        parts.arguments.append(("bins", "int", str(plan.bins), "cells a dimension, from -5 to 5 deviations"))
        parts.made += ["self.bins = bins", "self.numbers = Reconstruction(self.observation_space).to(self.device)"]
        parts.compute.append('following = self.normalize(self.flat(samples, "next_observations"), sync)')
        parts.compute.append("places = ((self.numbers(following) + 5.0) / 10.0).clamp(0.0, 1.0)")
        parts.compute.append("codes = (places * self.bins).long().clamp(max=self.bins - 1)")
    else:
        parts.arguments.append(("decimals", "int", str(plan.decimals), _DECIMALS))
        parts.compute.append('codes = self.flat(samples, "next_observations")')


def _count(parts: Parts, plan: Bonus) -> None:
    parts.nn.add("Counter")
    _codes(parts, plan)
    codes = "codes"
    if plan.pairs:
        taken = "observations" if plan.counted_by == "hash" else "codes"
        parts.compute = [
            line.replace("next_observations", "observations").replace("following", "states") for line in parts.compute
        ]
        parts.compute.append('actions = self.flat(samples, "actions")')
        codes = '{"actions": actions, "states": codes}' if taken == "codes" else '{**codes, "actions": actions}'
        if taken == "observations":
            parts.compute.append('codes = codes if isinstance(codes, dict) else {"states": codes}')
    more = ", decimals" if plan.counted_by == "hash" else ""
    if plan.scope == "episode":
        parts.made.append(f"self.counter = Counter(self.num_envs, self.observation_space{more}).to(self.device)")
        parts.compute.append(f"visits = self.counter.walk({codes}, self.ends(samples), sync)")
        parts.clears.append("self.counter.clear(ended)")
    else:
        parts.modules = True
        parts.classes.append(_VISITS)
        parts.arguments.append(("table", "int", str(plan.table), "places of the table of counts"))
        space = "self.observation_space"
        parts.made.append(f"self.counter = Counter(1, {space}{more or ', 0'}, capacity=1)  # only its hashes are used")
        parts.made.append("self.visits = Visits(table).to(self.device)")
        parts.compute.append(f"keys = self.counter.hashes({codes}).view(steps, self.num_envs)")
        parts.compute.append("visits = self.visits.walk(keys, sync)")
    pays = {"root": "visits.rsqrt()", "inverse": "1.0 / visits", "first": "(visits == 1).float()",
            "log": "1.0 / (1.0 + visits.log())"}  # fmt: skip
    parts.compute.append(f"novelty = {pays[plan.pays]}")


def _distilled(parts: Parts, plan: Bonus) -> None:
    """The error of a network that learns what a fixed random one says."""
    parts.nn |= {"ObservationEncoder", "mlp"}
    parts.modules = True
    parts.arguments.append(("latent_dim", "int", str(plan.latent_dim), "size of what is predicted"))
    parts.made += [
        "self.target = ObservationEncoder(self.observation_space, latent_dim).to(self.device)",
        "self.target.requires_grad_(False)  # random, and stays so",
        "encoder = ObservationEncoder(self.observation_space, latent_dim)",
        "more = mlp((latent_dim, 256, latent_dim), nn.ReLU, last=False)",
        "self.predictor = nn.Sequential(encoder, nn.ReLU(), more).to(self.device)",
    ]
    parts.learns.append("self.predictor")
    parts.compute += [
        'following = self.normalize(self.flat(samples, "next_observations"), sync)',
        "novelty = self.errors(following).view(steps, self.num_envs)",
    ]
    parts.loss.append('return self.errors(batch["next_observations"]).mean()')
    parts.methods = [
        "    def errors(self, observations: Any) -> th.Tensor:",
        '        """Errors (B,) of what is said of the random network\'s output."""',
        "        said, true = self.predictor(observations), self.target(observations)",
        f"        return {distance(plan.error, 'said', 'true')}",
    ]


def _prediction(parts: Parts, plan: Bonus) -> None:
    if plan.predicts == "itself":
        itself(parts, plan)
        return
    if plan.predicts == "random":
        _distilled(parts, plan)
        return
    embed(parts, plan)
    parts.nn.add("ForwardDynamics")
    size = size_of(plan)
    parts.made.append(f"self.forward_model = ForwardDynamics({size}, self.action_space).to(self.device)")
    parts.learns.append("self.forward_model")
    parts.compute += [
        'following = self.normalize(self.flat(samples, "next_observations"), sync)',
        'observations = self.normalize(self.flat(samples, "observations"), sync=False)',
        'actions = self.flat(samples, "actions")',
        "errors = self.errors(self.encoder(observations), actions, self.encoder(following))",
        "novelty = errors.view(steps, self.num_envs)",
    ]
    if not parts.loss:
        parts.loss.append(
            'latents, following = self.encoder(batch["observations"]), self.encoder(batch["next_observations"])'
        )
        parts.loss.append('return self.errors(latents, batch["actions"], following).mean()')
    else:
        parts.loss.append('forward = self.errors(latents, batch["actions"], following).mean()')
        share = plan.forward_weight
        parts.loss.append(f"return {round(1 - share, 6)!r} * loss + {share!r} * forward  # as in arXiv 1705.05363")
    parts.methods = [
        "    def errors(self, latents: th.Tensor, actions: th.Tensor, following: th.Tensor) -> th.Tensor:",
        f'        """{"Half the squared errors" if plan.error == "squared" else "Errors"} (B,) of the forward model."""',
        "        return 0.5 * (self.forward_model(latents, actions) - following).square().sum(1)"
        if plan.error == "squared"
        else f"        said = self.forward_model(latents, actions)\n        "
        f"return {distance(plan.error, 'said', 'following')}",
    ]


def _nearest(parts: Parts, plan: Bonus) -> None:
    embed(parts, plan)
    returns_loss(parts)
    parts.arguments.append(("k", "int", str(plan.k), "neighbours"))
    parts.made.append("self.k = k")
    episode = plan.scope == "episode"
    next_latents(parts, shaped=episode)
    if episode:
        parts.nn.add("EpisodicMemory")
        parts.knn.add("kth" if plan.kth else "mean_over_neighbours")
        parts.arguments.append(("memory", "int", str(plan.memory), "states of an episode that are kept"))
        parts.made.append(f"self.memory = EpisodicMemory(self.num_envs, {size_of(plan)}, memory).to(self.device)")
        parts.compute += [
            "squared = self.memory.walk(latents, self.ends(samples), self.k, sync)",
            "novelty = kth(squared.sqrt())  # of the k-th"
            if plan.kth
            else "novelty = mean_over_neighbours(squared.sqrt(), squared)",
        ]
        parts.clears.append("self.memory.clear(ended)")
    else:
        parts.knn |= {"kth" if plan.kth else "mean_over_neighbours", "nearest_others"}
        held = "latents[:0]"
        if plan.scope == "lifetime":
            parts.knn.add("Bank")
            parts.arguments.append(("memory", "int", str(plan.memory), "states that are kept to compare with"))
            parts.made.append(f"self.bank = Bank(memory, {size_of(plan)}).to(self.device)")
            held = "self.bank.held"
        parts.compute += [
            f"distances = nearest_others(latents, {held}, self.k)",
            f"novelty = {'kth(distances)' if plan.kth else 'mean_over_neighbours(distances, distances)'}.view(steps, "
            f"self.num_envs)",
        ]
        if plan.scope == "lifetime":
            parts.compute += ["if sync:", "    self.bank.add(latents)"]
    if plan.pays == "log":
        parts.compute.append("novelty = novelty.log1p()")


def _disagreement(parts: Parts, plan: Bonus) -> None:
    embed(parts, plan)
    parts.nn.add("ForwardDynamics")
    parts.modules = True
    parts.arguments.append(("models", "int", str(plan.models), "forward models"))
    parts.made += [
        "self.ensemble = nn.ModuleList(",
        f"    ForwardDynamics({size_of(plan)}, self.action_space) for _ in range(models)",
        ").to(self.device)",
    ]
    parts.learns.append("self.ensemble")
    parts.compute += [
        'self.normalize(self.flat(samples, "next_observations"), sync)  # counts them in',
        'latents = self.encoder(self.normalize(self.flat(samples, "observations"), sync=False))',
        'predictions = self.predictions(latents, self.flat(samples, "actions"))',
        "novelty = predictions.var(0, correction=0).mean(1).view(steps, self.num_envs)",
    ]
    if parts.loss:
        parts.loss += ["latents, following = latents.detach(), following.detach()"]
    else:
        parts.loss.append(
            'latents, following = self.encoder(batch["observations"]), self.encoder(batch["next_observations"])'
        )
    inverse = "loss + " if plan.embedding == "inverse" else ""
    parts.loss += [
        'errors = (self.predictions(latents, batch["actions"]) - following).square().mean(2)',
        'own = batch["own"].T  # each model learns from its own half, which keeps them different',
        f"return {inverse}((errors * own).sum(1) / own.sum(1).clamp(min=1.0)).sum()",
    ]
    parts.methods = [
        "    def predictions(self, latents: th.Tensor, actions: th.Tensor) -> th.Tensor:",
        '        """What each model says of the next latent, (models, B, L)."""',
        "        return th.stack([model(latents, actions) for model in self.ensemble])",
        "",
        "    def draw(self, number: int, generator: th.Generator) -> dict[str, th.Tensor]:",
        '        """Which samples each model learns from, (B, models) 0 or 1."""',
        '        return {"own": th.rand(number, len(self.ensemble), generator=generator).lt(0.5).float()}',
    ]


def _change(parts: Parts, plan: Bonus) -> None:
    embed(parts, plan)
    returns_loss(parts)
    parts.compute += [
        'following = self.normalize(self.flat(samples, "next_observations"), sync)',
        'observations = self.normalize(self.flat(samples, "observations"), sync=False)',
        "before, after = self.encoder(observations), self.encoder(following)",
        f"moved = {distance(plan.error, 'after', 'before')}",
        "novelty = moved.view(steps, self.num_envs)",
    ]


def _elliptical(parts: Parts, plan: Bonus) -> None:
    embed(parts, plan)
    returns_loss(parts)
    parts.nn.add("Ellipsoid")
    parts.made.append(f"self.ellipsoid = Ellipsoid(self.num_envs, {size_of(plan)}).to(self.device)")
    next_latents(parts, shaped=True)
    parts.compute.append("novelty = self.ellipsoid.walk(latents, self.ends(samples), sync)")
    parts.clears.append("self.ellipsoid.clear(ended)")


def test(spec: ModuleSpec, plan: Bonus | None = None) -> str:
    """The test file; `plan` adds what the request says of the reward."""
    facts = facts_of_bonus(spec, plan) if plan is not None else []
    text = "\n".join(facts)
    lines = [f'"""{spec.name} against the suite of intrinsic rewards: pytest, or see README.md."""', ""]
    lines += ["from __future__ import annotations"]
    suite = ["ACTIONS", "OBSERVATIONS", "environments", "rollout"] if facts else []
    suite = [name for name in suite if name in text]
    lines += imports(
        ["from typing import Any"],
        ["import torch as th"] if "th." in text else [],
        [f"from rllte.conformance.reward import {', '.join([*suite[:2], 'RewardSuite', *suite[2:]])}"],
        [f"from {spec.module} import {spec.name}"],
    )
    body = [f"class Test{spec.name}(RewardSuite):"]
    body += [
        f"    def make(self, envs: Any, **kwargs: Any) -> {spec.name}:",
        f"        return {spec.name}(envs, **kwargs)",
    ]
    return source(lines, [*body, *facts])


def wiring(spec: ModuleSpec, plan: Bonus) -> list[str]:
    """What `train.py` does with it."""
    beta = f", beta={plan.beta!r}" if plan.beta != 1.0 else ""
    return [f"    reward = {spec.name}(env, device=args.device{beta})"]
