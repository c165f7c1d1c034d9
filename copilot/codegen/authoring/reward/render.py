"""An intrinsic reward's plan as source: the parts are the library's own, the class puts them together."""

from __future__ import annotations

from collections.abc import Callable

from copilot.codegen.authoring.layout import docstring, imports, signature, source
from copilot.codegen.authoring.reward.facts import facts_of_bonus
from copilot.codegen.authoring.reward.parts import Parts
from copilot.codegen.authoring.reward.render_count import count
from copilot.codegen.authoring.reward.render_history import imitation, since
from copilot.codegen.authoring.reward.render_learned import disagreement, prediction, progress
from copilot.codegen.authoring.reward.render_more import control, density, potential, reward_error
from copilot.codegen.authoring.reward.render_paid import paid, shaped, visits
from copilot.codegen.authoring.reward.render_plain import action_change, action_size, away, constant, random, value
from copilot.codegen.authoring.reward.render_space import change, elliptical, nearest
from copilot.codegen.authoring.reward.telling import class_of, describe
from copilot.codegen.authoring.spec import Bonus, ModuleSpec

_MEASURES: dict[str, Callable[[Parts, Bonus], None]] = {
    "count": count, "prediction_error": prediction, "nearest": nearest, "disagreement": disagreement, "change": change,
    "elliptical": elliptical, "density": density, "control": control, "reward_error": reward_error,
    "potential": potential, "progress": progress, "action_change": action_change, "action_size": action_size,
    "away": away, "constant": constant, "random": random, "since": since, "imitation": imitation, "value": value,
}  # fmt: skip


def module(spec: ModuleSpec, plan: Bonus) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    about = describe(plan)
    if plan.parts:
        parts, classes = _mixed(spec.name, plan, about)
    else:
        one, body = _class(spec.name, plan, about)
        parts, classes = [one], [body]
    small: list[str] = []
    for part in parts:
        small += [text for text in part.classes if text not in small]
    written = "\n".join([*small, *(line for body in classes for line in body)])
    return source(_imports(spec, parts, written, mixed=bool(plan.parts)), *([text] for text in small), *classes), about


def _mixed(name: str, plan: Bonus, about: str) -> tuple[list[Parts], list[list[str]]]:
    """A class for each reward, and one that puts them together."""
    each, classes, names = list[Parts](), list[list[str]](), list[str]()
    for part in plan.parts:
        own = class_of(part)
        own = f"{own}{sum(used.startswith(own) for used in names) + 1}" if own in {name, *names} else own
        parts, body = _class(own, part, describe(part))
        each, classes, names = [*each, parts], [*classes, body], [*names, own]
    whole = Parts()
    lines = _together(whole, plan, about, name, [(n, p.beta) for n, p in zip(names, plan.parts, strict=True)])
    return [*each, whole], [*classes, lines]


_OPERATIONS = {"sum": "parts.sum(0)", "product": "parts.prod(0)", "max": "parts.amax(0)", "min": "parts.amin(0)",
               "mean": "parts.mean(0)"}  # fmt: skip
_EPISODES = '''class Episodes(nn.Module):
    """How many episodes each environment has ended; checkpoints keep it."""

    ended: th.Tensor

    def __init__(self, num_envs: int) -> None:
        super().__init__()
        self.register_buffer("ended", th.zeros(num_envs, dtype=th.int64))

    @th.no_grad()
    def clear(self, ended: th.Tensor) -> None:
        """Another one is over in the environments where `ended` (N,) is true."""
        self.ended += ended.to(self.ended.device).long()

    @th.no_grad()
    def walk(self, ended: th.Tensor, sync: bool) -> th.Tensor:
        """How many were over before each of the steps (T, N), int64."""
        ends = ended.long().cumsum(0)
        before = self.ended + ends - ended.long()
        if sync:
            self.ended += ends[-1]
        return before'''


def _together(parts: Parts, plan: Bonus, about: str, name: str, names: list[tuple[str, float]]) -> list[str]:
    """The class that makes several rewards one."""
    if plan.combined == "alternate":
        parts.keeps("episodes", "Episodes(self.num_envs)", _EPISODES, "self.episodes.clear(ended)")
        parts.compute += [
            f"turn = self.episodes.walk(self.ends(samples), sync) % {len(names)}  # another one in each episode",
            "novelty = parts.gather(0, turn.unsqueeze(0)).squeeze(0)",
        ]
    else:
        parts.compute.append(f"novelty = {_OPERATIONS[plan.combined]}")
    visits(parts, plan)
    parts.compute += shaped(parts, [shape for shape in plan.shape if not shape.scaled])
    parts.compute += ["novelty = -novelty"] if plan.negative else []
    gates = paid(parts, plan)
    own = "".join(f"{n}: {kind} = {default}, " for n, kind, default, _ in parts.arguments).rstrip(", ")
    arguments = [
        "self", "envs: Any", 'device: str | th.device = "cpu"', "beta: float = 1.0", f"kappa: float = {plan.kappa!r}",
        "gamma: float | None = None", 'rwd_norm_type: str = "none"', "obs_norm_type: str | None = None",
        *([own] if own else []),
    ]  # fmt: skip
    told = "`obs_norm_type`: of each reward; None: as it is by default. The rest is `Fabric`'s."
    lines = [f"class {name}(Fabric):", *docstring(f"{about}\n\n{told}"), "", *signature("__init__", arguments, "None")]
    lines += ['        given = {} if obs_norm_type is None else {"obs_norm_type": obs_norm_type}']
    lines += ["        super().__init__("]
    lines += [f"            {n}(envs, device, {'' if b == 1.0 else f'beta={b!r}, '}**given)," for n, b in names]
    lines += ["            beta=beta,", "            kappa=kappa,", "            gamma=gamma,"]
    lines += ["            rwd_norm_type=rwd_norm_type,", "        )", *(f"        {line}" for line in parts.made)]
    lines += [
        "",
        "    @th.no_grad()",
        "    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:",
    ]
    lines += ['        """Rewards (T, N) float32, weighted; see `BaseReward.compute`."""']
    lines += ["        steps = self.check(samples)"] if "steps" in " ".join([*parts.compute, gates]) else []
    lines += ["        parts = th.stack([reward.compute(samples, sync=sync) for reward in self.rewards])"]
    lines += [f"        {line}" for line in parts.compute]
    lines += [f"        return {_scaled(plan)}{gates}"]
    if parts.clears:
        lines += ["", "    def reset(self, ended: th.Tensor) -> None:"]
        lines += ['        """Forget the episode of the environments where `ended` (N,) is true."""']
        lines += ["        super().reset(ended)", *(f"        {line}" for line in parts.clears)]
    return lines


def _class(name: str, plan: Bonus, about: str) -> tuple[Parts, list[str]]:
    """The class of one reward."""
    parts = Parts()
    _MEASURES[plan.measure](parts, plan)
    visits(parts, plan)
    parts.compute += shaped(parts, [shape for shape in plan.shape if not shape.scaled])
    parts.compute += ["novelty = -novelty  # a penalty"] if plan.negative else []
    gates = paid(parts, plan)
    body = [f"class {name}({_base(parts)}):", *docstring(f"{about}\n\n{_arguments(parts)}"), ""]
    body += [*_constructor(parts, plan), "", *_compute(parts, f"{_scaled(plan)}{gates}"), *_learning(parts)]
    if parts.clears:
        body += ["", "    def reset(self, ended: th.Tensor) -> None:"]
        body += ['        """Forget the episode of the environments where `ended` (N,) is true."""']
        body += [f"        {line}" for line in parts.clears]
    return parts, body + (["", *parts.methods] if parts.methods else [])


def _scaled(plan: Bonus) -> str:
    """Source of the reward in its unit, weighted; bounds that are meant after scaling are weighted too."""
    text = "self.scale(novelty, sync)"
    for shape in plan.shape:
        if shape.scaled:
            bound = "min" if shape.op == "least" else "max"
            text += f".clamp({bound}={shape.value!r} * self.weight)"
    return text


def _base(parts: Parts) -> str:
    return "LearnedReward" if parts.learns else "BaseReward"


def _arguments(parts: Parts) -> str:
    own = "; ".join(f"`{name}`: {doc}" for name, _, _, doc in parts.arguments)
    return f"{own}. The rest is `BaseReward`'s." if own else "All arguments are `BaseReward`'s."


def _imports(spec: ModuleSpec, parts: list[Parts], written: str, *, mixed: bool) -> list[str]:
    head = [f'"""{spec.name}: an intrinsic reward written for RLLTE."""', "", "from __future__ import annotations"]
    nn = sorted(set().union(*(part.nn for part in parts)))
    knn, norms = (sorted(set().union(*(getattr(part, name) for part in parts))) for name in ("knn", "norms"))
    single = parts[:-1] if mixed else parts
    library = [] if all(part.learns for part in single) else ["from rllte.common.prototype import BaseReward"]
    library += [f"from rllte.nn import {', '.join(nn)}"] if nn else []
    library += [f"from rllte.nn.knn import {', '.join(knn)}"] if knn else []
    library += ["from rllte.xplore.reward import Fabric"] if mixed else []
    library += ["from rllte.xplore.reward.learned import LearnedReward"] if any(part.learns for part in single) else []
    library += ["from rllte.core.errors import ParameterError"] if "ParameterError(" in written else []
    library += [f"from rllte.core.normalization import {', '.join(norms)}"] if norms else []
    torch = [
        *(["import gymnasium as gym"] if "gym." in written else []),
        "import torch as th",
        *(["from torch import nn"] if "nn." in written else []),
    ]
    torch += ["import torch.nn.functional as F"] if "F." in written else []
    standard = ["import math"] if "math." in written else []
    standard += ["import copy"] if "copy.deepcopy" in written else []
    return head + imports([*standard, "from collections.abc import Mapping", "from typing import Any"], torch, library)


def _constructor(parts: Parts, plan: Bonus) -> list[str]:
    shared = [
        "self", "envs: Any", 'device: str | th.device = "cpu"', "beta: float = 1.0", f"kappa: float = {plan.kappa!r}",
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


def _compute(parts: Parts, result: str) -> list[str]:
    lines = ["    @th.no_grad()", "    def compute(self, samples: Mapping[str, Any], sync: bool = True) -> th.Tensor:"]
    lines += ['        """Rewards (T, N) float32, weighted; see `BaseReward.compute`."""']
    lines += ["        steps = self.check(samples)"]
    lines += [f"        {line}" for line in parts.compute]
    return [*lines, f"        return {result}"]


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
        [
            f"from rllte.conformance.reward import {', '.join([*suite[:2], 'RewardSuite', *suite[2:]])}",
            *(["from rllte.nn import Reconstruction"] if plan is not None and plan.measure == "imitation" else []),
        ],
        [f"from {spec.module} import {spec.name}"],
    )
    body = [f"class Test{spec.name}(RewardSuite):"]
    body += [f"    def make(self, envs: Any, **kwargs: Any) -> {spec.name}:"]
    if plan is not None and plan.measure == "imitation":
        body += ["        size = Reconstruction(envs.observation_space).size"]
        body += ['        kwargs.setdefault("expert", th.ones(16, size))']
    body += [f"        return {spec.name}(envs, **kwargs)"]
    return source(lines, [*body, *facts])


def wiring(spec: ModuleSpec, plan: Bonus) -> list[str]:
    """What `train.py` does with it."""
    beta = f", beta={plan.beta!r}" if plan.beta != 1.0 and not plan.parts else ""
    if plan.measure != "imitation":
        return [f"    reward = {spec.name}(env, device=args.device{beta})"]
    return [
        f"    reward = {spec.name}(",
        f"        env, device=args.device{beta},",
        "        # put the expert's observations (M, D) here, for example those of a file: load(path)",
        "        expert=stack([as_tensor(env.observation_space.sample()).float().flatten() for _ in range(64)]),",
        "    )",
    ]


def extra(plan: Bonus) -> list[str]:
    """Further imports of `train.py`."""
    return ["from torch import as_tensor, stack"] if plan.measure == "imitation" else []
