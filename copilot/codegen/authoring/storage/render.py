"""A storage's plan as source: a storage of the library, with a change where experience comes in or goes out."""

from __future__ import annotations

from copilot.codegen.authoring.layout import call, docstring, imports, joined, signature, source
from copilot.codegen.authoring.spec import ModuleSpec, Storage
from copilot.codegen.authoring.storage import render_priority as priority
from copilot.codegen.authoring.storage import render_rollout as rollout
from copilot.codegen.authoring.storage.facts import facts_of_storage, neutral
from copilot.codegen.authoring.storage.render_draw import draws, sampling
from copilot.codegen.authoring.storage.render_keep import Kept, kept, lines_of
from copilot.codegen.authoring.storage.telling import changes
from copilot.core.errors import InvalidRequest

_BASES = {
    "replay": "VanillaReplayStorage",
    "rollout": "VanillaRolloutStorage",
    "prioritized": "PrioritizedReplayStorage",
}
_OWN = {
    "scale": "float", "noise": "float", "flipped": "float", "recent": "float", "positive": "float", "negative": "float",
    "zero": "float", "ended": "float", "good": "float", "demos": "float", "emphasis": "float", "emphasis_updates": "int",
    "attention": "float", "attention_steps": "int", "chunk": "int", "delay": "int", "oldest": "int", "keep_zero": "float",
    "error_clip": "float", "uniform": "float", "advantage_clip": "float", "best": "float",
}  # fmt: skip
"""Fields that are arguments of the class and attributes of the same name."""
_PASSED = {
    "storage_size": "int", "batch_size": "int", "discount": "float", "frame_stack": "int", "gae_lambda": "float",
    "alpha": "float", "importance": "float", "beta_steps": "int",
}  # fmt: skip
"""Fields that are arguments of the library's class."""


def storage(spec: ModuleSpec, plan: Storage) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is.

    Raises:
        InvalidRequest: a change that such a storage cannot have.
    """
    _refused(plan)
    name, more = _BASES[plan.of], kept(plan)
    about = f"A {name} that {joined(changes(plan))}."
    body = [f"class {spec.name}({name}):", *docstring(about), *_constructor(plan, more), *_add(plan, more)]
    body += ["", *sampling(plan)] if plan.of == "replay" and draws(plan) else []
    body += priority.methods(plan) if plan.of == "prioritized" else []
    body += rollout.methods(plan) if plan.of == "rollout" else []
    body += lines_of(more)
    small = priority.classes(plan)
    return source(_head(spec, plan, "\n".join([*small, *body])), *([text] for text in small), body), about


def _head(spec: ModuleSpec, plan: Storage, written: str) -> list[str]:
    head = [f'"""{spec.name}: a storage written for RLLTE."""', "", "from __future__ import annotations"]
    abstract = [name for name in ("Iterator", "Mapping") if f"{name}[" in written]
    standard = [f"from collections.abc import {', '.join(abstract)}"] if abstract else []
    norms = [name for name in ("ForwardFilter", "RunningMeanStd") if f"{name}(" in written]
    storages = [name for name in sorted({_BASES[plan.of], "VanillaReplayStorage"}) if name in written]
    library = [f"from rllte.xploit.storage import {', '.join(storages)}"]
    library += [f"from rllte.core.normalization import {', '.join(norms)}"] if norms else []
    library += ["from rllte.core.trees import tree_map"] if "tree_map(" in written else []
    library += ["from rllte.core.errors import ParameterError"] if "ParameterError(" in written else []
    library += ["from rllte.xploit.storage.samplers import PrioritizedSampler"] if plan.ranked else []
    torch = ["import numpy as np"] if "np." in written else []
    torch += ["import torch as th"] if "th." in written else []
    torch += ["from torch import nn"] if "nn." in written else []
    return head + imports([*standard, "from typing import Any"], torch, library)


def _refused(plan: Storage) -> None:
    """Changes that do not go together.

    Raises:
        InvalidRequest: with what does.
    """
    replay = draws(plan) or plan.frame_stack > 1
    if plan.of == "rollout" and (replay or plan.by_reward):
        raise InvalidRequest(
            "A rollout is learned from whole and once: nothing of it is drawn more often.",
            hint="Ask for a replay storage, or for a rollout of the best samples.",
        )
    if plan.of == "prioritized" and draws(plan.model_copy(update={"latest": False})):
        raise InvalidRequest("A prioritised replay draws by error, not by age.", hint="Ask for a plain replay storage.")
    if plan.of == "prioritized" and plan.latest and plan.uniform:
        raise InvalidRequest("A uniform share and the newest together are not rendered.", hint="Choose one of them.")
    if plan.of != "rollout" and (plan.best is not None or plan.gae_lambda is not None or plan.ordered):
        raise InvalidRequest("Advantages belong to a rollout; a replay has none.", hint="Ask for a rollout storage.")
    ways = [plan.stratified, plan.distinct, plan.epochs, plan.by_reward, plan.by_age != "none", plan.by_return,
            plan.by_action, plan.emphasis is not None, plan.attention is not None, plan.keep_zero is not None]  # fmt: skip
    if sum(map(bool, ways)) > 1:
        raise InvalidRequest("A storage draws its batches in one way; here are several.", hint="Choose one of them.")
    shares = [plan.recent, plan.positive, plan.negative, plan.zero, plan.ended, plan.good]
    if (plan.distinct or plan.epochs or plan.stratified or plan.chunk) and any(shares):
        raise InvalidRequest(
            "Shares of a batch are drawn anew each time: with them nothing can come once alone, or in order.",
            hint="Choose one of them.",
        )
    if sum(share or 0.0 for share in shares) > 1.0 + 1e-6:
        raise InvalidRequest("The shares of a batch are more than the whole.", hint="Say shares that sum to at most 1.")


def _arguments(plan: Storage) -> list[tuple[str, str, float]]:
    """Arguments that are attributes: name, type, default."""
    out: list[tuple[str, str, float]] = []
    for name, kind in _OWN.items():
        value = getattr(plan, name)
        needed = name == "emphasis_updates" and plan.emphasis is not None
        if value is not None and (
            needed or (value != type(plan).model_fields[name].default and "emphasis_" not in name)
        ):
            out.append((name, kind, value))
    if plan.clip is not None:
        out.append(("limit", "float", plan.clip))
        out += [("low", "float", plan.clip_low)] if plan.clip_low is not None else []
    if plan.recent is not None or plan.emphasis is not None:
        share = plan.newest_share
        out.append(("newest", "int", plan.newest) if share is None else ("newest_share", "float", share))
    out += [("standardise", "bool", True)] if plan.standardise else []
    out += [("floor", "float", plan.floor)] if plan.by_reward else []
    out += [("half_life", "int", plan.half_life)] if plan.by_age == "exponential" else []
    out += [("eps", "float", plan.eps)] if plan.eps is not None else []
    return out


def _passed(plan: Storage) -> dict[str, float]:
    """Arguments of the library's class that are other than its own, by their names there."""
    found = {name: getattr(plan, name) for name in _PASSED}
    found["frame_stack"] = plan.frame_stack if plan.frame_stack > 1 else None
    fixed = {("beta" if name == "importance" else name): value for name, value in found.items() if value is not None}
    return {**fixed, **({"n_step": plan.n_step} if plan.n_step > 1 and plan.of != "rollout" else {})}


def _constructor(plan: Storage, more: Kept) -> list[str]:
    """Defaults of the request in place of the library's; what comes with a call goes before them."""
    own, fixed = _arguments(plan), _passed(plan)
    own += [("n_step", "int", plan.n_step)] if plan.n_step > 1 and plan.of == "rollout" else []
    sizes = {name: value for name, value in fixed.items() if name in {"storage_size", "batch_size"}}
    named = {name: value for name, value in fixed.items() if name not in sizes}
    made = [*more.made, *(priority.made(plan) if plan.of == "prioritized" else []), *_wants(plan)]
    if not (own or fixed or made):
        return []
    given = "".join(f"{name}: {kind} = {value!r}, " for name, kind, value in own)
    given += "".join(f"{name}: {type(value).__name__} = {value!r}, " for name, value in named.items())
    lines = ["", *_signature(given, sizes)]
    places = ["observation_space", "action_space", "device", "storage_size", "batch_size", "num_envs"]
    passed = [*(places if sizes else ["*args"]), *(f"{name}={name}" for name in named), "**kwargs"]
    lines += call("super().__init__", passed)
    lines += [f"        self.{name} = {name}" for name, _, _ in own if name != "eps"]
    return [*lines, *(f"        {line}" for line in made)]


def _signature(given: str, sizes: dict[str, float]) -> list[str]:
    if not sizes:
        return signature("__init__", ["self", "*args: Any", *filter(None, given.split(", ")), "**kwargs: Any"], "None")
    lines = ["    def __init__(", "        self,", "        observation_space: Any,", "        action_space: Any,"]
    lines += ['        device: str = "cpu",']
    lines += [f"        storage_size: int = {sizes.get('storage_size', 10_000)!r},"]
    lines += [f"        batch_size: int = {sizes.get('batch_size', 64)!r},", "        num_envs: int = 1,"]
    lines += [f"        {part}," for part in given.rstrip(", ").split(", ") if part]
    return [*lines, "        **kwargs: Any,", "    ) -> None:"]


def _wants(plan: Storage) -> list[str]:
    """What the spaces must be."""
    if not plan.by_action:
        return []
    return [
        'if not hasattr(self.action_space, "n"):',
        '    raise ParameterError(f"Only Discrete actions can be balanced; received {self.action_space}.")',
    ]


def _add(plan: Storage, more: Kept) -> list[str]:
    """`add`, with what becomes of rewards."""
    steps = _rewards(plan)
    if not (steps or more.after_add):
        return []
    full = bool(more.after_add)
    lines = ["", "    def add("]
    if full:
        lines += [
            "        self,",
            "        observations: Any,",
            "        actions: th.Tensor,",
            "        rewards: th.Tensor,",
        ]
        lines += ["        terminateds: th.Tensor,", "        truncateds: th.Tensor,", "        *args: Any,"]
        lines += ["        **kwargs: Any,"]
    else:
        lines += ["        self, observations: Any, actions: th.Tensor, rewards: th.Tensor, *args: Any, **kwargs: Any"]
    lines += ["    ) -> None:"]
    lines += ['        """Keep one step of all environments; the rewards that came in stay as they are."""']
    lines += [f"        {line}" for line in [*more.before_add, *steps]]
    flags = "terminateds, truncateds, " if full else ""
    lines += [f"        super().add(observations, actions, rewards, {flags}*args, **kwargs)"]
    return [*lines, *(f"        {line}" for line in more.after_add)]


def _rewards(plan: Storage) -> list[str]:
    """Lines that change rewards, in order."""
    steps = ["rewards = rewards.sign()"] if plan.sign else []
    steps += {
        "root": ["rewards = rewards.sign() * rewards.abs().sqrt()"],
        "symlog": ["rewards = rewards.sign() * rewards.abs().log1p()"],
        "tanh": ["rewards = rewards.tanh()"],
    }.get(plan.squash, [])
    steps += ["rewards = self.scale * rewards"] if plan.scale else []
    if plan.standardise:
        shift = " - self.reward_scale.mean.to(rewards.device)" if plan.centre else ""
        rewards = f"(rewards{shift})" if shift else "rewards"
        steps += ["if self.standardise:", f"    {_seen(plan)}"]
        steps += [f"    rewards = {rewards} / self.reward_scale.divisor.to(rewards.device)"]
    if plan.clip:
        low = "self.low" if plan.clip_low is not None else "-self.limit"
        steps.append(f"rewards = rewards.clamp({low}, self.limit)")
    if plan.flipped:
        steps.append("rewards = rewards * (1.0 - 2.0 * (th.rand(len(rewards)) < self.flipped).to(rewards))")
    if plan.noise:
        steps.append("rewards = rewards + self.noise * th.randn(len(rewards)).to(rewards)")
    return steps


def _seen(plan: Storage) -> str:
    if plan.of_returns:
        return "self.reward_scale.update(self.returns_so_far(rewards.float().cpu().unsqueeze(0)).flatten())"
    return "self.reward_scale.update(rewards.float().cpu())"


def storage_test(spec: ModuleSpec, plan: Storage) -> str:
    """The test file."""
    suite = "RolloutSuite" if plan.of == "rollout" else "ReplaySuite"
    lines = [f'"""{spec.name} against the suite of storages: pytest, or see README.md."""', ""]
    lines += ["from __future__ import annotations"]
    facts = facts_of_storage(plan, spec.name)
    text = "\n".join(facts)
    names = [suite, *(name for name in ("ENVS", "codes", "refused") if f"{name}(" in text or f" {name}" in text)]
    library = [f"import {module}" for module in ("numpy as np", "torch as th") if f"{module[-2:]}." in text]
    library += ["import gymnasium as gym"] if "gym." in text else []
    lines += imports(
        library,
        [f"from rllte.conformance.storage import {', '.join(sorted(names))}"],
        [f"from {spec.module} import {spec.name}"],
    )
    worth = 1.0 if plan.of == "rollout" else min(plan.scale or 1.0, plan.clip or float("inf"))
    worth = {"symlog": 0.6931471805599453, "tanh": 0.7615941559557649}.get(plan.squash, worth)
    body = [f"class Test{spec.name}({suite}):"]
    body += [f"    reward = {worth!r}  # of a step that is worth 1 in the environment"] if worth != 1.0 else []
    body += [f"    discount = {plan.discount!r}"] if plan.discount is not None and plan.of != "rollout" else []
    body += [""] if len(body) > 1 else []
    calm = "".join(f", {name}={value}" for name, value in neutral(plan).items())
    body += [
        f"    def make(self, storage_size: int, batch_size: int, num_envs: int) -> {spec.name}:",
        "        spaces = (self.observation_space, self.action_space)",
        f'        return {spec.name}(*spaces, "cpu", storage_size, batch_size, num_envs{calm})',
    ]
    return source(lines, [*body, *facts])


def wiring(spec: ModuleSpec, plan: Storage) -> list[str]:
    """What `train.py` does with it."""
    if plan.of == "rollout":
        size = "agent.num_steps, agent.storage.batch_size"
    else:
        size = f"{plan.storage_size or 20_000:_}, {plan.batch_size or 'agent.storage.batch_size'}"
    return [
        f"    storage = {spec.name}(",
        "        env.observation_space, env.action_space, args.device,",
        f"        {size}, args.num_envs,",
        "    )",
    ]


def given(plan: Storage) -> dict[str, str]:
    """Arguments of the agent that go with it."""
    names = {"discount": plan.discount}
    if plan.of == "rollout":
        names |= {"num_steps": plan.storage_size, "batch_size": plan.batch_size}
    return {name: repr(value) for name, value in names.items() if value is not None}
