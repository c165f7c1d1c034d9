"""Policies of action values as source: the library's Q-network with another network, and its tests."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.layout import docstring, imports, joined, sequence, source
from copilot.codegen.authoring.policy import blocks
from copilot.codegen.authoring.policy.render_heads import CLASSES
from copilot.codegen.authoring.spec import ModuleSpec, QPolicy

_SIGNATURE = [
    "    def __init__(",
    "        self,",
    "        observation_space: gym.Space[Any],",
    "        action_space: gym.Space[Any],",
    "        feature_dim: int = 64,",
    "        **kwargs: Any,",
    "    ) -> None:",
    "        super().__init__(observation_space, action_space, feature_dim, hidden_dim=1, **kwargs)",
]


def describe(plan: QPolicy) -> str:
    """What it is, in a sentence."""
    shown = f" of {joined([str(size) for size in plan.hidden])}" if plan.hidden else ""
    parts = [f"hidden layers{shown}"] if plan.hidden else []
    if plan.dueling != "no":
        value, advantage = (", ".join(map(str, sizes)) or "no hidden layer" for sizes in (plan.value, plan.advantage))
        parts.append(f"streams of value ({value}) and advantage ({advantage}), less the {plan.dueling} advantage")
    parts += ["concatenated ReLU" if plan.concat_relu else plan.function]
    parts += ["layer norm"] if plan.norm else []
    parts += [f"dropout of {plan.dropout:g}"] if plan.dropout else []
    where = {"all": "", "last": " at the end", "last_two": " in the last two places"}[plan.noisy_layers]
    parts += [f"noisy layers of sigma {plan.noisy:g}{where}"] if plan.noisy else []
    parts += [f"{plan.atoms} atoms from {plan.low:g} to {plan.high:g} for each action"] if plan.atoms else []
    parts += [f"{plan.quantiles} quantiles for each action"] if plan.quantiles else []
    parts += [f"{plan.heads} networks, whose mean acts"] if plan.heads > 1 else []
    parts += ["whose smallest value is the target"] if plan.heads > 1 and plan.target == "min" else []
    return f"A Q-network and its slow copy: {joined(parts)}."


class _Net:
    """The lines of one Q-network."""

    def __init__(self, plan: QPolicy) -> None:
        self.plan, self.classes = plan, dict[str, str]()
        self.per = plan.atoms or plan.quantiles or 1
        self.left = len(plan.hidden) + 1
        """Linear layers on the way to the end, which are noisy or not by their places."""
        if plan.dueling != "no":
            self.left = len(plan.hidden) + max(len(plan.value), len(plan.advantage)) + 1

    def linear(self, inputs: str, outputs: str, left: int) -> str:
        """A linear layer with so many after it, itself counted."""
        within = {"all": 99, "last_two": 2, "last": 1}[self.plan.noisy_layers]
        if self.plan.noisy is not None and left <= within:
            self.classes["NoisyLinear"] = blocks.NOISY
            return f"NoisyLinear({inputs}, {outputs}, {self.plan.noisy!r})"
        return f"nn.Linear({inputs}, {outputs})"

    def layers(self, inputs: str, sizes: list[int], outputs: str | None, left: int) -> tuple[list[str], str]:
        """Hidden layers and, where there are outputs, the last one; and the number of what comes out."""
        plan, out = self.plan, list[str]()
        for size in sizes:
            out.append(self.linear(inputs, str(size), left))
            out += [f"nn.Dropout({plan.dropout!r})"] if plan.dropout else []
            out += [f"nn.LayerNorm({size})"] if plan.norm else []
            if plan.concat_relu:
                self.classes["ConcatRelu"] = blocks.CONCAT_RELU
            out.append("ConcatRelu()" if plan.concat_relu else f"{CLASSES[plan.function]}()")
            inputs, left = str(2 * size if plan.concat_relu else size), left - 1
        if outputs is not None:
            out.append(self.linear(inputs, outputs, left))
        return out, inputs

    def made(self) -> list[str]:
        """Lines of the constructor."""
        plan = self.plan
        outputs = "actions" if self.per == 1 else f"actions * {self.per}"
        lines = []
        if plan.atoms:
            lines.append(
                f'        self.register_buffer("atoms", th.linspace({plan.low!r}, {plan.high!r}, {plan.atoms}))'
            )
        if self.per > 1:
            lines.append("        self.actions = actions")
        if plan.dueling == "no":
            parts, _ = self.layers("features", plan.hidden, outputs, self.left)
            return [*lines, *sequence("self.layers", parts)]
        inputs = "features"
        if plan.hidden:
            parts, inputs = self.layers(inputs, plan.hidden, None, self.left)
            lines += sequence("self.layers", parts)
        for name, sizes, many in (("value", plan.value, str(self.per)), ("advantage", plan.advantage, outputs)):
            parts, _ = self.layers(inputs, sizes, many, len(sizes) + 1)
            lines += sequence(f"self.{name}", parts)
        return lines

    def value(self) -> list[str]:
        """Lines of `forward`, and of what stands beside it."""
        plan = self.plan
        logits = self._outputs()
        if self.per == 1:
            return [*(f"        {line}" for line in logits[:-1]), f"        return ({logits[-1]},)"]
        name, returned = ("log_probs", "log-probabilities of the atoms") if plan.atoms else ("quantiles", "quantiles")
        shown = (
            "(self.log_probs(features).exp() * self.atoms).sum(-1)"
            if plan.atoms
            else "self.quantiles(features).mean(-1)"
        )
        last = "values.log_softmax(-1)" if plan.atoms else "values"
        return [
            f"        return ({shown},)", "", f"    def {name}(self, features: th.Tensor) -> th.Tensor:",
            f'        """Features (B, F) to {returned} of each action, (B, n, {self.per})."""',
            *(f"        {line}" for line in logits[:-1]), f"        values: th.Tensor = {logits[-1]}",
            f"        return {last}",
        ]  # fmt: skip

    def _outputs(self) -> list[str]:
        plan, per = self.plan, self.per
        shaped = f".unflatten(-1, (-1, {per}))" if per > 1 else ""
        if plan.dueling == "no":
            return [f"self.layers(features){shaped}"]
        seen = "self.layers(features)" if plan.hidden else "features"
        axis = ", keepdim=True"
        spared = {"mean": f"advantages.mean(1{axis})", "max": f"advantages.amax(1{axis})"}[plan.dueling]
        value = "self.value(hidden)" + (".unsqueeze(1)" if per > 1 else "")
        return [f"hidden = {seen}", f"advantages = self.advantage(hidden){shaped}", f"{value} + advantages - {spared}"]


def _several(plan: QPolicy) -> str:
    return f'''class QNets(nn.Module):
    """Several Q-networks, each begun differently; the mean of what they say."""

    def __init__(self, features: int, actions: int) -> None:
        super().__init__()
        self.nets = nn.ModuleList(QNet(features, actions) for _ in range({plan.heads}))

    def each(self, features: th.Tensor) -> th.Tensor:
        """Features (B, F) to the values of each network, ({plan.heads}, B, n)."""
        return th.stack([net(features)[0] for net in self.nets])

    def forward(self, features: th.Tensor) -> tuple[th.Tensor, ...]:
        """Features (B, F) to mean values of all actions, (B, n) in a tuple of one."""
        return (self.each(features).mean(0),)'''


def _methods(plan: QPolicy) -> list[str]:
    out = []
    if plan.noisy is not None or plan.dropout:
        out += [
            "", "    def forward(self, obs: Any, training: bool = True) -> th.Tensor:",
            '        """As of the library\'s policy; greedy actions (N,) are chosen without noise."""',
            "        if training:", "            return super().forward(obs, training)",
            "        before = self.qnet.training", "        self.qnet.eval()", "        values = self.q_values(obs)",
            "        self.qnet.train(before)", "        return values.argmax(dim=-1)",
        ]  # fmt: skip
    if plan.heads > 1 and plan.target == "min":
        out += [
            "", "    def target_q_values(self, obs: Any) -> th.Tensor:",
            '        """(B, n): the smallest values of the slow copies, without gradient."""', "        with th.no_grad():",
            "            values: th.Tensor = self.qnet_target.each(self.target_features(obs)).amin(0)",
            "        return values",
        ]  # fmt: skip
    name = "log_probs" if plan.atoms else "quantiles" if plan.quantiles else ""
    if name and plan.heads == 1:
        per = plan.atoms or plan.quantiles
        out += [
            "", f"    def {name}(self, obs: Any) -> th.Tensor:",
            f'        """(B, n, {per}) of observations (B, *observation_shape), for a loss of distributions."""',
            f"        out: th.Tensor = self.qnet.{name}(self.features(obs))", "        return out",
            "", f"    def target_{name}(self, obs: Any) -> th.Tensor:",
            f'        """(B, n, {per}) of the slow copies, without gradient."""', "        with th.no_grad():",
            f"            out: th.Tensor = self.qnet_target.{name}(self.target_features(obs))", "        return out",
        ]  # fmt: skip
    return out


def policy(spec: ModuleSpec, plan: QPolicy) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    about, net = describe(plan), _Net(plan)
    made, value = net.made(), net.value()
    fields = "\n    atoms: th.Tensor\n" if plan.atoms else ""
    one = blocks.QNET.format(
        about="What the actions are worth.", fields=fields, made="\n".join(made), value="\n".join(value)
    )
    classes = [*net.classes.values(), one, *([_several(plan)] if plan.heads > 1 else [])]
    name = "QNets" if plan.heads > 1 else "QNet"
    body = [f"class {spec.name}(OffPolicyDoubleQNetwork):", *docstring(about), "", *_SIGNATURE]
    body += [f"        self.qnet = {name}(feature_dim, int(action_space.n))", *_methods(plan)]
    head = [f'"""{spec.name}: a policy written for RLLTE."""', "", "from __future__ import annotations"]
    head += imports(
        ["from typing import Any"],
        ["import gymnasium as gym", "import torch as th", "from torch import nn"],
        ["from rllte.xploit.policy import OffPolicyDoubleQNetwork"],
    )
    return source(head, *([text] for text in classes), body), about


def policy_test(spec: ModuleSpec, plan: QPolicy) -> str:
    """The test file: the suite of off-policy policies, and what was asked for."""
    lines = [f'"""{spec.name} against the suite of off-policy policies: pytest, or see README.md."""', "",
             "from __future__ import annotations"]  # fmt: skip
    lines += imports(
        ["import gymnasium as gym", "import torch as th", "from torch import nn"],
        ["from rllte.conformance.policy import FEATURES, OffPolicySuite, observations",
         "from rllte.core.bases import BaseDistribution", "from rllte.xplore.distribution import EpsilonGreedy"],
        [f"from {spec.module} import {spec.name}"],
    )  # fmt: skip
    body = [
        f"class Test{spec.name}(OffPolicySuite):", "    action_space = gym.spaces.Discrete(4)", "",
        f"    def make(self) -> {spec.name}:",
        f'        return {spec.name}(self.observation_space, self.action_space, FEATURES, opt_kwargs={{"lr": 1e-3}})', "",
        "    def distribution(self) -> BaseDistribution:", '        return EpsilonGreedy("0.5")', *_facts(plan),
    ]  # fmt: skip
    return source(lines, body)


def _facts(plan: QPolicy) -> list[str]:
    frozen = "policy, obs = self.frozen(), observations(self.observation_space)"
    same = "th.testing.assert_close(policy.target_q_values(obs), policy.q_values(obs))"
    if plan.heads > 1 and plan.target == "min":
        same = "assert bool((policy.target_q_values(obs) <= policy.q_values(obs)).all())"
    lines = method("values_are_of_all_actions", [
        frozen, "assert policy.q_values(obs).shape == (len(obs), 4)", "policy.qnet.eval(), policy.qnet_target.eval()", same,
        "assert th.equal(policy(obs, False), policy.q_values(obs).argmax(-1))",
    ])  # fmt: skip
    lines += _sizes(plan)
    net = "policy.qnet.nets[0]" if plan.heads > 1 else "policy.qnet"
    per = plan.atoms or plan.quantiles
    if plan.dueling == "mean" and not per:
        hidden = f"{net}.layers(policy.features(obs))" if plan.hidden else "policy.features(obs)"
        values = f"{net}(policy.features(obs))[0]"
        lines += method("the_mean_of_the_values_is_the_value_stream", [
            frozen, "policy.qnet.eval()", f"value = {net}.value({hidden})", f"th.testing.assert_close({values}.mean(1,"
                                                                            f" keepdim=True), value)",
        ])  # fmt: skip
    if plan.dueling == "max" and not per:
        hidden = f"{net}.layers(policy.features(obs))" if plan.hidden else "policy.features(obs)"
        lines += method("the_largest_value_is_the_value_stream", [
            frozen, "policy.qnet.eval()",
            f"value = {net}.value({hidden})", f"values = {net}(policy.features(obs))[0]",
            "th.testing.assert_close(values.amax(1, keepdim=True), value)",
        ])  # fmt: skip
    if plan.noisy is not None:
        lines += method("noise_is_drawn_anew_while_training_alone", [
            frozen, "assert not th.equal(policy.q_values(obs), policy.q_values(obs))", "policy.qnet.eval()",
            "assert th.equal(policy.q_values(obs), policy.q_values(obs))",
            'layers = [x for x in policy.qnet.modules() if hasattr(x, "weight_sigma")]',
            "for layer in layers:", f"    begin = {plan.noisy!r} * layer.inputs**-0.5",
            "    th.testing.assert_close(layer.weight_sigma, th.full_like(layer.weight_sigma, begin))",
        ])  # fmt: skip
    if plan.atoms and plan.heads == 1:
        lines += method("values_are_expectations_of_the_atoms", [
            frozen, "policy.qnet.eval()", "probabilities = policy.log_probs(obs).exp()",
            f"assert probabilities.shape == (len(obs), 4, {plan.atoms})",
            "th.testing.assert_close(probabilities.sum(-1), th.ones(len(obs), 4))",
            f"atoms = th.linspace({plan.low!r}, {plan.high!r}, {plan.atoms})",
            "th.testing.assert_close(policy.q_values(obs), (probabilities * atoms).sum(-1))",
        ])  # fmt: skip
    if plan.quantiles and plan.heads == 1:
        lines += method("values_are_means_of_the_quantiles", [
            frozen, "policy.qnet.eval()", f"assert policy.quantiles(obs).shape == (len(obs), 4, {plan.quantiles})",
            "th.testing.assert_close(policy.q_values(obs), policy.quantiles(obs).mean(-1))",
        ])  # fmt: skip
    if plan.concat_relu:
        lines += method("activations_are_twice_as_many_and_none_is_negative", [
            'policy = self.frozen()', 'layer = next(x for x in policy.qnet.modules() if type(x).__name__ == "ConcatRelu")',
            "out = layer(th.tensor([[2.0, -3.0]]))", "assert out.tolist() == [[2.0, 0.0, 0.0, 3.0]]",
        ])  # fmt: skip
    return lines


def _sizes(plan: QPolicy) -> list[str]:
    """Outputs of all linear layers, in order."""
    per = plan.atoms or plan.quantiles or 1
    sizes = list(plan.hidden)
    sizes += [4 * per] if plan.dueling == "no" else [*plan.value, per, *plan.advantage, 4 * per]
    return method("layers_have_these_widths", [
        "layers = [x for x in self.make().qnet.modules() if isinstance(getattr(x, \"bias\", None), nn.Parameter)]",
        "found = [len(x.bias) for x in layers if not isinstance(x, nn.LayerNorm)]",
        f"assert found == {sizes * plan.heads!r}",
    ])  # fmt: skip


def wiring(spec: ModuleSpec, plan: QPolicy) -> tuple[list[str], list[str]]:
    """What `train.py` does with it, and the imports that it needs: with noisy layers nothing else explores."""
    given = "env.observation_space, env.action_space, agent.encoder.feature_dim"
    lines = [f"    policy = {spec.name}(", f"        {given}, opt_kwargs=agent.policy.opt_kwargs", "    )"]
    if plan.noisy is None:
        return lines, []
    return [*lines, '    distribution = EpsilonGreedy("0.0")'], ["from rllte.xplore.distribution import EpsilonGreedy"]
