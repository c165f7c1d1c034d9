"""Policies as source: the library's actor-critic with other trunks and heads."""

from __future__ import annotations

from copilot.codegen.authoring.layout import call, docstring, imports, joined, source
from copilot.codegen.authoring.policy import blocks
from copilot.codegen.authoring.policy.facts import facts_of_policy
from copilot.codegen.authoring.policy.render_heads import Heads, Style
from copilot.codegen.authoring.spec import ModuleSpec, Policy

_SIGNATURE = [
    "    def __init__(",
    "        self,",
    "        observation_space: gym.Space[Any],",
    "        action_space: gym.Space[Any],",
    "        feature_dim: int,",
    "        **kwargs: Any,",
    "    ) -> None:",
]


def describe(plan: Policy) -> str:
    """What it is, in a sentence."""
    shown = joined(
        [
            f"{what} of {', '.join(map(str, sizes))}"
            for what, sizes in (("a shared trunk", plan.trunk), ("an actor", plan.actor), ("a critic", plan.critic))
            if sizes
        ]
        or ["linear heads"]
    )
    if plan.critic and not plan.actor and not plan.trunk:
        shown = f"a linear actor and {shown}"
    other = plan.critic_function is not None and plan.critic_function != plan.function
    functions = plan.function + (f" (critic: {plan.critic_function})" if other else "")
    norms = " and layer norm" if plan.norm else ""
    norms = " and layer norm in the critic" if plan.critic_norm and not plan.norm else norms
    about = f"An on-policy actor-critic with {shown}, {functions}{norms}"
    return f"{about}{''.join(f'; {part}' for part in _more(plan))}."


def _more(plan: Policy) -> list[str]:
    said = {"mean": "mean", "min": "smallest", "max": "largest", "median": "median"}[plan.combined]
    out = [f"its value is the {said} of {plan.critics} critics"] if plan.critics > 1 else []
    out += {"dense": ["each layer sees the features"], "residual": ["of pre-norm residual blocks"]}.get(plan.blocks, [])
    drop = plan.dropout if plan.critic_dropout is None else plan.critic_dropout
    out += [f"dropout of {plan.dropout:g} in the actor and {drop:g} in the critic"] if plan.dropout or drop else []
    out += ["spectral norm in the critic"] if plan.spectral else []
    out += [f"{plan.experts} expert actors"] if plan.experts > 1 else []
    out += [f"heads of their own for {plan.tasks} tasks"] if plan.tasks else []
    out += [f"its value is the mean of {plan.bins} bins from {plan.low:g} to {plan.high:g}"] if plan.bins else []
    if plan.deviation is not None:
        begin = "have" if plan.deviates == "fixed" else "begin with"
        out.append(f"Gaussian policies {begin} a deviation of {plan.deviation:.3g}")
    out += ["the actor says the deviations of each state"] if plan.deviates == "state" else []
    if plan.log_low is not None and plan.log_high is not None:
        out.append(f"log-deviations are kept within {plan.log_low:g} and {plan.log_high:g}")
    out += ["means go through tanh"] if plan.squashed else []
    rates = [f"the {name} learns at {rate:g}" for name, rate in
             (("actor", plan.actor_lr), ("critic", plan.critic_lr)) if rate is not None]  # fmt: skip
    out += rates + (["no gradient of the critic reaches the encoder"] if plan.detached else [])
    return out


def _styles(plan: Policy) -> tuple[Style, Style]:
    actor = Style(plan.function, plan.norm, plan.dropout, False, plan.blocks)
    norm = plan.norm if plan.critic_norm is None else plan.critic_norm
    dropout = plan.dropout if plan.critic_dropout is None else plan.critic_dropout
    return actor, Style(plan.critic_function or plan.function, norm, dropout, plan.spectral, plan.blocks)


class _Body:
    """The constructor's lines, and what they need."""

    def __init__(self, plan: Policy) -> None:
        self.plan = plan
        self.actor, self.critic = _styles(plan)
        used = [self.actor] if plan.actor or plan.trunk else []
        used += [self.critic] if plan.critic else []
        gain = "2**0.5" if plan.hidden_gain is None else repr(round(plan.hidden_gain, 6))
        self.heads = Heads(used or [self.actor], gain)
        self.inputs = str(plan.trunk[-1]) if plan.trunk else "feature_dim"
        self.classes: dict[str, str] = {}

    def lines(self) -> list[str]:
        """Lines that make trunk, actor and critic."""
        plan, out = self.plan, list[str]()
        if plan.trunk:
            style = Style(plan.function, plan.norm, plan.dropout, False, plan.blocks)
            out.append(f"        self.trunk = {self.heads.hidden(style, 'feature_dim', plan.trunk)}")
        if plan.deviates == "state":
            out += ["        self.box = self.log_std is not None", "        self.log_std = None"]
            out.append("        outputs = (2 if self.box else 1) * self.num_outputs")
        outputs = "outputs" if plan.deviates == "state" else "self.num_outputs"
        out += self._wrapped("actor", self._actor(outputs), plan.experts, "Experts", blocks.EXPERTS)
        out += self._wrapped("critic", self._critic(), plan.critics, "Critics", self._several())
        if plan.detached:
            self.classes["Detached"] = blocks.DETACHED
            out.append("        self.critic = Detached(self.critic)")
        return out + self._deviation()

    def _several(self) -> str:
        what, how = blocks.COMBINED[self.plan.combined]
        return blocks.CRITICS.format(what=what, call=how)

    def _actor(self, outputs: str) -> list[str]:
        plan, hidden = self.plan, self.heads.hidden(self.actor, self.inputs, self.plan.actor)
        last = str(plan.actor[-1]) if plan.actor else self.inputs
        parts = [hidden, f"head({last}, {outputs}, {plan.actor_gain!r})"]
        if plan.squashed:
            parts.append("*([nn.Tanh()] if self.log_std is not None else [])")
        return parts

    def _critic(self) -> list[str]:
        plan, hidden = self.plan, self.heads.hidden(self.critic, self.inputs, self.plan.critic)
        last = str(plan.critic[-1]) if plan.critic else self.inputs
        parts = [hidden, f"head({last}, {plan.bins or 1}, {plan.critic_gain!r})"]
        if plan.bins:
            self.classes["Expected"] = blocks.EXPECTED
            parts.append(f"Expected({plan.low!r}, {plan.high!r}, {plan.bins})")
        return parts

    def _wrapped(self, name: str, parts: list[str], number: int, kind: str, text: str) -> list[str]:
        """One network, several side by side, or one for each task."""
        if self.plan.tasks:
            self.classes["TaskHeads"] = blocks.TASKS
            kind, number = "TaskHeads", self.plan.tasks
        if number == 1:
            return call(f"self.{name} = nn.Sequential", parts, 8)
        if kind != "TaskHeads":
            self.classes[kind] = text
        variable = f"{name}s" if kind != "Experts" else "experts"
        loop = f" for _ in range({number})]"
        one = call("nn.Sequential", parts, 0)
        lines = [f"        {variable} = [{one[0]}{loop}"] if len(one) == 1 else []
        if not lines or len(lines[0]) > 100:
            made = call("nn.Sequential", parts, 12)
            lines = [f"        {variable} = [", *made, f"            for _ in range({number})", "        ]"]
        features = f"{self.inputs}, " if kind == "Experts" else ""
        return [*lines, f"        self.{name} = {kind}({features}{variable})"]

    def _deviation(self) -> list[str]:
        plan = self.plan
        if plan.deviates == "fixed":
            value = f"math.log({round(plan.deviation or 1.0, 6)!r})"
            return [
                "        if self.log_std is not None:",
                "            fixed = th.full_like(self.log_std.detach(), " + value + ")",
                "            del self.log_std",
                '            self.register_buffer("log_std", fixed)',
            ]
        if plan.deviation is not None and plan.deviates == "learned":
            return [
                "        if self.log_std is not None:",
                f"            nn.init.constant_(self.log_std, math.log({round(plan.deviation, 6)!r}))",
            ]
        return []


def _methods(plan: Policy) -> list[str]:
    """What is computed otherwise than in the library's class."""
    out = []
    if plan.actor_lr is not None or plan.critic_lr is not None:
        out += _optimizer(plan)
    if plan.trunk or plan.tasks:
        seen = "self.trunk(super().features(obs))" if plan.trunk else "super().features(obs)"
        after = " after the trunk" if plan.trunk else ""
        after += f"{' and' if plan.trunk else ''} with the task's code" if plan.tasks else ""
        if plan.tasks:
            seen = f"th.cat([{seen}, obs[:, -{plan.tasks}:].float()], dim=1)"
        out += [
            "", "    def features(self, obs: Any) -> th.Tensor:", f'        """Features (B, F) of observations,{after}."""',
            f"        features: th.Tensor = {seen}", "        return features",
        ]  # fmt: skip
    bounds = plan.log_low is not None or plan.log_high is not None
    if plan.deviates == "state":
        out += _of_state(plan)
    elif bounds:
        kept = f"self.log_std.clamp({plan.log_low!r}, {plan.log_high!r}).exp()"
        out += [
            "", "    def distribution(self, outputs: th.Tensor) -> BaseDistribution:",
            '        """The action distribution, its deviation within bounds, for outputs (B, O) of the actor."""',
            "        if self.log_std is None or self.dist is None:",
            "            return super().distribution(outputs)",
            f"        return self.dist(outputs, {kept})",
            "", "    def parameters_of(self, outputs: th.Tensor) -> th.Tensor:",
            '        """Outputs (B, O), and for a Box beside them its deviations."""',
            "        if self.log_std is None:", "            return outputs",
            f"        return th.cat([outputs, {kept}.expand_as(outputs)], dim=-1)",
        ]  # fmt: skip
    return out


def _of_state(plan: Policy) -> list[str]:
    bounds = f".clamp({plan.log_low!r}, {plan.log_high!r})" if plan.log_low is not None else ""
    return [
        "", "    def distribution(self, outputs: th.Tensor) -> BaseDistribution:",
        '        """The action distribution for outputs (B, O): of a Box means and log-deviations side by side."""',
        "        if not self.box:", "            return super().distribution(outputs)",
        "        return self.distribution_from(self.parameters_of(outputs))",
        "", "    def parameters_of(self, outputs: th.Tensor) -> th.Tensor:",
        '        """Outputs (B, O); of a Box means and deviations side by side."""',
        "        if not self.box:", "            return outputs",
        "        mu, log_std = outputs.chunk(2, dim=-1)",
        f"        return th.cat([mu, log_std{bounds}.exp()], dim=-1)",
        "", "    def distribution_from(self, parameters: th.Tensor) -> BaseDistribution:",
        '        """The action distribution for what `get_policy_outputs` returned, (B, P)."""',
        "        if not self.box:", "            return super().distribution_from(parameters)",
        "        if self.dist is None:",
        '            raise IncompatibleError("This policy has no distribution yet: call freeze(encoder, dist) first.")',
        "        return self.dist(*parameters.chunk(2, dim=-1))",
    ]  # fmt: skip


def _optimizer(plan: Policy) -> list[str]:
    """One optimiser whose groups have rates of their own."""
    lines = [
        "", "    def freeze(self, encoder: BaseEncoder, dist: BaseDistribution) -> None:",
        '        """As of the library\'s policy; actor and critic learn at rates of their own."""',
        "        super().freeze(encoder, dist)", "        rates: dict[nn.Parameter, float] = {}",
    ]  # fmt: skip
    if plan.actor_lr is not None:
        lines += [f"        rates |= dict.fromkeys(self.actor.parameters(), {plan.actor_lr!r})"]
        if plan.deviates == "learned":
            lines += ["        if self.log_std is not None:", f"            rates[self.log_std] = {plan.actor_lr!r}"]
    if plan.critic_lr is not None:
        lines += [f"        rates |= dict.fromkeys(self.critic.parameters(), {plan.critic_lr!r})"]
    return [
        *lines, "        groups: list[dict[str, Any]] = [",
        '            {"params": [p for p, own in rates.items() if own == rate], "lr": rate}',
        "            for rate in sorted(set(rates.values()))", "        ]",
        '        groups.append({"params": [p for p in self.parameters() if p not in rates]})',
        '        self._optimizers = {"opt": self.opt_class(groups, **self.opt_kwargs)}',
    ]  # fmt: skip


def policy(spec: ModuleSpec, plan: Policy) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    about, made = describe(plan), _Body(plan)
    lines = made.lines()
    body = [f"class {spec.name}(OnPolicySharedActorCritic):", *docstring(about), "", *_SIGNATURE]
    refuses = plan.boxes
    if refuses:
        body += ["        if not isinstance(action_space, gym.spaces.Box):",
                 f'            raise SpaceError(f"{spec.name} acts in Box spaces; received {{action_space}}.")']  # fmt: skip
    body += [
        "        super().__init__(observation_space, action_space, feature_dim, **kwargs)",
        *lines,
        *_methods(plan),
    ]
    classes = made.heads.classes | made.classes
    text = "\n".join([*body, *classes.values()])
    errors = [name for name in ("IncompatibleError", "SpaceError") if f"{name}(" in text]
    bases = [name for name in ("BaseDistribution", "BaseEncoder") if name in text]
    head = [f'"""{spec.name}: a policy written for RLLTE."""', "", "from __future__ import annotations"]
    torch = ["import torch as th"] if "th." in text.replace("math.", "") else []
    head += imports(
        [*(["import math"] if "math." in text else []), *made.heads.imports, "from typing import Any"],
        ["import gymnasium as gym", *torch, "from torch import nn"],
        [*([f"from rllte.common.prototype import {', '.join(bases)}"] if bases else []),
         *([f"from rllte.core.errors import {', '.join(errors)}"] if errors else []),
         "from rllte.nn import head", "from rllte.xploit.policy import OnPolicySharedActorCritic"],
    )  # fmt: skip
    return source(head, *([value] for value in classes.values()), body), about


def policy_test(spec: ModuleSpec, plan: Policy | None = None) -> str:
    """The test file."""
    facts = facts_of_policy(plan) if plan is not None else []
    lines = [
        f'"""{spec.name} against the suite of on-policy policies: pytest, or see README.md."""',
        "",
        "from __future__ import annotations",
    ]
    text = "\n".join(facts)
    more = [line for word, line in (("th.", "import torch as th"), ("nn.", "from torch import nn")) if word in text]
    errors = ["from rllte.core.errors import SpaceError"] if "SpaceError" in text else []
    suite = "from rllte.conformance.policy import FEATURES, OnPolicySuite"
    suite += ", observations" if "observations(" in text else ""
    few_needed = plan is None or not plan.boxes
    shown = "Categorical, DiagonalGaussian" if few_needed else "DiagonalGaussian"
    drops = plan is not None and bool(plan.dropout or plan.critic_dropout)
    lines += imports(
        ["from typing import Any"] if drops else [],
        ["import gymnasium as gym", *more],
        [
            suite,
            "from rllte.core.bases import BaseDistribution",
            *errors,
            f"from rllte.xplore.distribution import {shown}",
        ],
        [f"from {spec.module} import {spec.name}"],
    )
    space = []
    if plan is not None and plan.tasks:
        space = [f"    observation_space = gym.spaces.Box(-1.0, 1.0, ({plan.tasks + 3},))", ""]
    if plan is not None and (plan.dropout or plan.critic_dropout):
        space += ["    def frozen(self) -> Any:", '        """Without dropout, which says another thing each time."""',
                  "        return super().frozen().eval()", ""]  # fmt: skip
    make = [
        f"    def make(self) -> {spec.name}:",
        "        spaces = (self.observation_space, self.action_space)",
        f'        return {spec.name}(*spaces, FEATURES, opt_kwargs={{"lr": 1e-3}})',
        "",
        "    def distribution(self) -> BaseDistribution:",
    ]
    box = [f"class Test{spec.name}(OnPolicySuite):", *space, *make, "        return DiagonalGaussian()"]
    few = [
        f"class Test{spec.name}OfLabels(OnPolicySuite):",
        *space[:-1],
        "    action_space = gym.spaces.Discrete(4)",
        "",
        *make,
        "        return Categorical()",
    ]
    if not few_needed:
        lines = [line for line in lines if line != "import gymnasium as gym" or "gym." in text or space]
    return source(lines, [*box, *facts], few if few_needed else [])
