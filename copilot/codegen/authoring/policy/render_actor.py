"""Policies of SAC, TD3 and DDPG as source: the library's, with other actors and critics."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.layout import call, docstring, imports, joined, source
from copilot.codegen.authoring.policy import blocks
from copilot.codegen.authoring.policy.render_heads import Heads, Style
from copilot.codegen.authoring.spec import ActorPolicy, ModuleSpec

_BASES = {"SAC": "OffPolicyStochActorDoubleCritic", "TD3": "OffPolicyDoubleActorDoubleCritic",
          "DDPG": "OffPolicyDetActorDoubleCritic"}  # fmt: skip
_NOISES = {"SAC": "SquashedNormal()", "TD3": "NormalNoise()", "DDPG": "NormalNoise()"}


def describe(plan: ActorPolicy) -> str:
    """What it is, in a sentence."""
    what = []
    for name, sizes, function, norm, dropout in _heads(plan):
        extra = [function, *(["layer norm"] if norm else []), *([f"dropout of {dropout:g}"] if dropout else [])]
        what.append(f"{name} of {', '.join(map(str, sizes)) or 'no hidden layer'} ({', '.join(extra)})")
    about = f"A policy for {plan.of} with {joined(what)}"
    about += {"dense": "; each layer sees the features", "residual": "; of pre-norm residual blocks"}.get(
        plan.blocks, ""
    )
    about += "; spectral norm in the critics" if plan.spectral else ""
    about += "; actions enter the critics after the first hidden layer" if plan.late_action else ""
    for name, rate in (("actor", plan.actor_lr), ("critics", plan.critic_lr)):
        about += f"; {name} at a rate of {rate:g}" if rate is not None else ""
    return f"{about}."


def _heads(plan: ActorPolicy) -> list[tuple[str, list[int], str, bool, float]]:
    critics = "a critic" if plan.of == "DDPG" else "two critics"
    return [
        ("an actor", plan.actor, plan.function, plan.norm, plan.dropout),
        (critics, plan.critic, plan.critic_function or plan.function, plan.critic_norm, plan.critic_dropout),
    ]


def policy(spec: ModuleSpec, plan: ActorPolicy) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    about = describe(plan)
    actor = Style(plan.function, plan.norm, plan.dropout, False, plan.blocks)
    critic = Style(
        plan.critic_function or plan.function, plan.critic_norm, plan.critic_dropout, plan.spectral, plan.blocks
    )
    heads = Heads([style for style, sizes in ((actor, plan.actor), (critic, plan.critic)) if sizes] or [actor])
    size = "policy_outputs(action_space)"
    outputs = f"2 * {size}" if plan.of == "SAC" else size
    last = str(plan.actor[-1]) if plan.actor else "feature_dim"
    parts = [heads.hidden(actor, "feature_dim", plan.actor), f"head({last}, {outputs}, 0.01)"]
    lines = call("self.actor = nn.Sequential", parts, 8)
    number = 1 if plan.of == "DDPG" else 2
    one, network = _critic(plan, critic, heads)
    twin = blocks.TWIN.format(
        number="Two critics" if number == 2 else "A critic",
        outputs="",
        optional="",
        one=one,
        network=network,
        count=number,
    )
    lines.append(f"        self.critic = TwinCritics(feature_dim, {size})")
    body = [f"class {spec.name}({_BASES[plan.of]}):", *docstring(about), "", *_signature(plan), *lines]
    body += _optimizers(plan)
    classes = heads.classes | {"TwinCritics": twin}
    head = [f'"""{spec.name}: a policy written for RLLTE."""', "", "from __future__ import annotations"]
    head += imports(
        [*heads.imports, "from typing import Any"],
        ["import gymnasium as gym", "import torch as th", "from torch import nn"],
        ["from rllte.core.spaces import policy_outputs", "from rllte.nn import head",
         f"from rllte.xploit.policy import {_BASES[plan.of]}"],
    )  # fmt: skip
    return source(head, *([text] for text in classes.values()), body), about


def _critic(plan: ActorPolicy, style: Style, heads: Heads) -> tuple[str, str]:
    """Source of the hidden layers of a critic, and of it with these."""
    inputs = "features + actions"
    last = str(plan.critic[-1]) if plan.critic else inputs
    if not plan.late_action or len(plan.critic) < 2:
        return heads.hidden(style, inputs, plan.critic), f"nn.Sequential(hidden, head({last}, 1, 1.0))"
    first = heads.hidden(style, "features", plan.critic[:1])
    rest = heads.hidden(style, f"{plan.critic[0]} + actions", plan.critic[1:])
    heads.classes["LateAction"] = blocks.LATE.format(
        first=first, hidden=rest, rest=f"nn.Sequential(hidden, head({last}, 1, 1.0))"
    )
    return "LateAction(features, actions)", "hidden"


def _signature(plan: ActorPolicy) -> list[str]:
    given = "observation_space, action_space, feature_dim, hidden_dim=1, **kwargs"
    lines = [
        "    def __init__(", "        self,", "        observation_space: gym.Space[Any],",
        "        action_space: gym.Space[Any],", "        feature_dim: int = 64,", "        **kwargs: Any,",
        "    ) -> None:",
    ]  # fmt: skip
    if plan.of == "SAC" and (plan.log_low, plan.log_high) != (-5.0, 2.0):
        lines.append(f'        kwargs.setdefault("log_std_range", ({plan.log_low!r}, {plan.log_high!r}))')
    if plan.of == "DDPG":
        given = given.replace("hidden_dim=1", "hidden_dim=1, num_critics=1")
    return [*lines, f"        super().__init__({given})"]


def _optimizers(plan: ActorPolicy) -> list[str]:
    rates = [(name, rate) for name, rate in (("actor", plan.actor_lr), ("critic", plan.critic_lr)) if rate is not None]
    if not rates:
        return []
    lines = [
        "", "    def make_optimizers(self) -> dict[str, th.optim.Optimizer]:",
        '        """Those of the library\'s policy, at rates of their own."""', "        optimizers = "
                                                                                "super().make_optimizers()",
    ]  # fmt: skip
    for name, rate in rates:
        lines.append(f'        optimizers["{name}_opt"] = self.optimizer(self.{name}.parameters(), lr={rate!r})')
        if name == "critic":
            lines.append(f'        optimizers["encoder_opt"] = self.optimizer(self.encoder.parameters(), lr={rate!r})')
    return [*lines, "        return optimizers"]


def policy_test(spec: ModuleSpec, plan: ActorPolicy) -> str:
    """The test file."""
    lines = [f'"""{spec.name} against the suite of off-policy policies: pytest, or see README.md."""', "",
             "from __future__ import annotations"]  # fmt: skip
    noise = _NOISES[plan.of]
    lines += imports(
        ["import torch as th", "from torch import nn"],
        ["from rllte.conformance.policy import FEATURES, OffPolicySuite, observations",
         "from rllte.core.bases import BaseDistribution", f"from rllte.xplore.distribution import "
                                                          f"{noise.removesuffix('()')}"],
        [f"from {spec.module} import {spec.name}"],
    )  # fmt: skip
    body = [
        f"class Test{spec.name}(OffPolicySuite):", f"    def make(self) -> {spec.name}:",
        f'        return {spec.name}(self.observation_space, self.action_space, FEATURES, opt_kwargs={{"lr": 1e-3}})', "",
        "    def distribution(self) -> BaseDistribution:", f"        return {noise}", *_facts(plan),
    ]  # fmt: skip
    return source(lines, body)


def _facts(plan: ActorPolicy) -> list[str]:
    number = 1 if plan.of == "DDPG" else 2
    drawn = ["policy, obs = self.frozen(), observations(self.observation_space)", "features = policy.features(obs)",
             "actions = th.zeros(len(obs), 2)"]  # fmt: skip
    lines = method("critics_value_pairs", [
        *drawn, "policy.critic.eval()", "values = policy.critic(features, actions)", f"assert len(values) == {number}",
        "assert all(value.shape == (len(obs),) for value in values)",
        "assert th.equal(policy.critic.first(features, actions), values[0])",
        "assert not th.allclose(policy.critic(features, actions + 0.5)[0], values[0])",
    ])  # fmt: skip
    if plan.blocks == "layers":
        sizes = [2 * 2 if plan.of == "SAC" else 2]
        lines += method("layers_have_these_widths", [
            "policy = self.make()", "found = {name: [x.out_features for x in getattr(policy, name).modules() if "
                                    "isinstance(x, nn.Linear)]",
            '         for name in ("actor", "critic")}', f'assert found["actor"] == {[*plan.actor, *sizes]!r}',
            f'assert found["critic"] == {[*plan.critic, 1] * number!r}',
            *(f"assert {'' if norm else 'not '}any(isinstance(x, nn.LayerNorm) for x in policy.{name}.modules())"
              for name, norm in (("actor", plan.norm), ("critic", plan.critic_norm))),
        ])  # fmt: skip
    if plan.critic_dropout:
        lines += method("dropout_is_there_while_training_alone", [
            *drawn, "assert not th.equal(policy.critic(features, actions)[0], policy.critic(features, actions)[0])",
            "assert not th.equal(*(policy.critic_target(features, actions)[0] for _ in range(2)))", "policy.critic.eval()",
            "assert th.equal(policy.critic(features, actions)[0], policy.critic(features, actions)[0])",
        ])  # fmt: skip
    rates = [(name, rate) for name, rate in (("actor", plan.actor_lr), ("critic", plan.critic_lr)) if rate is not None]
    if rates:
        lines += method("rates_are_their_own", [
            "optimizers = self.frozen().optimizers",
            *(f'assert optimizers["{name}_opt"].param_groups[0]["lr"] == {rate!r}' for name, rate in rates),
        ])  # fmt: skip
    return lines
