"""Policies as source: the library's actor-critic with other trunks and heads."""

from __future__ import annotations

from copilot.codegen.authoring.facts import facts_of_policy
from copilot.codegen.authoring.layout import docstring, imports, joined, source
from copilot.codegen.authoring.spec import Function, ModuleSpec, Policy

_CLASSES: dict[Function, str] = {
    "relu": "nn.ReLU",
    "tanh": "nn.Tanh",
    "elu": "nn.ELU",
    "gelu": "nn.GELU",
    "silu": "nn.SiLU",
    "leaky_relu": "nn.LeakyReLU",
    "mish": "nn.Mish",
    "sigmoid": "nn.Sigmoid",
    "selu": "nn.SELU",
    "softplus": "nn.Softplus",
}
_CRITICS = {
    "mean": '''class Critics(nn.Module):
    """Several critics, each begun differently; together they say their mean."""

    def __init__(self, critics: list[nn.Sequential]) -> None:
        super().__init__()
        self.critics = nn.ModuleList(critics)

    def forward(self, features: th.Tensor) -> th.Tensor:
        """Features (B, F) to values (B, 1)."""
        return th.stack([critic(features) for critic in self.critics]).mean(0)''',
    "min": '''class Critics(nn.Module):
    """Several critics, each begun differently; together they say the smallest value."""

    def __init__(self, critics: list[nn.Sequential]) -> None:
        super().__init__()
        self.critics = nn.ModuleList(critics)

    def forward(self, features: th.Tensor) -> th.Tensor:
        """Features (B, F) to values (B, 1)."""
        return th.stack([critic(features) for critic in self.critics]).amin(0)''',
}


_SIGNATURE = [
    "    def __init__(",
    "        self,",
    "        observation_space: gym.Space[Any],",
    "        action_space: gym.Space[Any],",
    "        feature_dim: int,",
    "        **kwargs: Any,",
    "    ) -> None:",
    "        super().__init__(observation_space, action_space, feature_dim, **kwargs)",
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
    other = plan.critic_function is not None and plan.critic_function != plan.function
    functions = plan.function + (f" (critic: {plan.critic_function})" if other else "")
    about = f"An on-policy actor-critic with {shown}, {functions}{' and layer norm' if plan.norm else ''}"
    if plan.critics > 1:
        about += f"; its value is the {'smallest' if plan.combined == 'min' else 'mean'} of {plan.critics} critics"
    if plan.deviation is not None:
        about += f"; Gaussian policies begin with a deviation of {plan.deviation:.3g}"
    about += "."
    return about


def _other(plan: Policy) -> bool:
    """Whether the critic has an activation of its own."""
    return plan.critic_function is not None and plan.critic_function != plan.function


def _heads(plan: Policy, inputs: str) -> list[str]:
    """Lines that make actor and critic."""
    other, body = _other(plan), list[str]()
    for name, sizes, outputs, gain in (
        ("actor", plan.actor, "self.num_outputs", "0.01"),
        ("critic", plan.critic, "1", "1.0"),
    ):
        last = str(sizes[-1]) if sizes else inputs
        widths = ", ".join([inputs, *map(str, sizes)])
        function = f", {_CLASSES[plan.critic_function]}" if plan.critic_function and other and name == "critic" else ""
        hidden = f"layers(({widths}){function})" if sizes else "nn.Identity()"
        if name == "critic" and plan.critics > 1:
            body += [
                f"        critics = [nn.Sequential({hidden}, head({last}, 1, 1.0)) for _ in range({plan.critics})]",
                "        self.critic = Critics(critics)",
            ]
        else:
            body += [f"        self.{name} = nn.Sequential({hidden}, head({last}, {outputs}, {gain}))"]
    return body


def _layers(plan: Policy) -> list[str]:
    """A function that makes hidden layers."""
    other = _other(plan)
    norm = ["parts.append(nn.LayerNorm(after))"] if plan.norm else []
    return [
        f"def layers(sizes: tuple[int, "
        f"...]{f', activation: type[nn.Module] = {_CLASSES[plan.function]}' if other else ''}) -> nn.Sequential:",
        '    """Linear layers of these sizes, orthogonally initialised."""',
        "    parts: list[nn.Module] = []",
        "    for before, after in pairwise(sizes):",
        "        parts.append(head(before, after, 2**0.5))",
        *(f"        {line}" for line in norm),
        f"        parts.append({'activation' if other else _CLASSES[plan.function]}())",
        "    return nn.Sequential(*parts)",
    ]


def policy(spec: ModuleSpec, plan: Policy) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    about = describe(plan)
    body = [f"class {spec.name}(OnPolicySharedActorCritic):", *docstring(about), ""]
    body += _SIGNATURE
    inputs = "feature_dim"
    if plan.trunk:
        widths, inputs = ", ".join(map(str, ["feature_dim", *plan.trunk])), str(plan.trunk[-1])
        body += [f"        self.trunk = layers(({widths}))"]
    body += _heads(plan, inputs)
    if plan.deviation is not None:
        body += [
            "        if self.log_std is not None:",
            f"            nn.init.constant_(self.log_std, math.log({round(plan.deviation, 6)!r}))",
        ]
    if plan.trunk:
        body += [
            "",
            "    def features(self, obs: Any) -> th.Tensor:",
            '        """Features (B, F) of observations, after the trunk."""',
            "        features: th.Tensor = self.trunk(super().features(obs))",
            "        return features",
        ]
    helper = _layers(plan)
    head = [f'"""{spec.name}: a policy written for RLLTE."""', "", "from __future__ import annotations"]
    used = [helper] if plan.trunk or plan.actor or plan.critic else []
    head += imports(
        [
            *(["import math"] if plan.deviation is not None else []),
            *(["from itertools import pairwise"] if used else []),
            "from typing import Any",
        ],
        [
            "import gymnasium as gym",
            *(["import torch as th"] if plan.trunk or plan.critics > 1 else []),
            "from torch import nn",
        ],
        ["from rllte.nn import head", "from rllte.xploit.policy import OnPolicySharedActorCritic"],
    )
    if plan.critics > 1:
        used.append([_CRITICS[plan.combined]])
    return source(head, *used, body), about


def policy_test(spec: ModuleSpec, plan: Policy | None = None) -> str:
    """The test file."""
    lines = [
        f'"""{spec.name} against the suite of on-policy policies: pytest, or see README.md."""',
        "",
        "from __future__ import annotations",
    ]
    lines += imports(
        ["import gymnasium as gym"],
        [
            "from rllte.conformance.policy import FEATURES, OnPolicySuite",
            "from rllte.core.bases import BaseDistribution",
            "from rllte.xplore.distribution import Categorical, DiagonalGaussian",
        ],
        [f"from {spec.module} import {spec.name}"],
    )
    make = [
        f"    def make(self) -> {spec.name}:",
        "        spaces = (self.observation_space, self.action_space)",
        f'        return {spec.name}(*spaces, FEATURES, opt_kwargs={{"lr": 1e-3}})',
        "",
        "    def distribution(self) -> BaseDistribution:",
    ]
    box = [f"class Test{spec.name}(OnPolicySuite):", *make, "        return DiagonalGaussian()"]
    few = [
        f"class Test{spec.name}OfLabels(OnPolicySuite):",
        "    action_space = gym.spaces.Discrete(4)",
        "",
        *make,
        "        return Categorical()",
    ]
    return source(lines, [*box, *(facts_of_policy(plan) if plan is not None else [])], few)
