"""Distributions, policies and storages as source: subclasses of the library's own, with what is asked for changed."""

from __future__ import annotations

from copilot.codegen.authoring.layout import docstring, imports, joined, source
from copilot.codegen.authoring.spec import Distribution, Function, ModuleSpec, Policy, Storage

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
_DISCRETE = '''class {name}(Categorical):
    """{about}"""

    def __init__(self, logits: th.Tensor | None = None, {argument}: float = {amount}) -> None:
        super().__init__(logits)
        self.{argument} = {argument}

    def __call__(self, logits: th.Tensor) -> {name}:
        """A new distribution with logits (B, n)."""
        return {name}({expression}, self.{argument})'''
_SCALED = '''class {name}(DiagonalGaussian):
    """{about}"""

    def __init__(
        self, mu: th.Tensor | None = None, sigma: th.Tensor | None = None, factor: float = {amount}
    ) -> None:
        super().__init__(mu, sigma)
        self.factor = factor

    def __call__(self, mu: th.Tensor, sigma: th.Tensor) -> {name}:
        """A new distribution with mean (B, A), and deviation (B, A) or (A,) before the factor."""
        return {name}(mu, self.factor * sigma.expand_as(mu), self.factor)'''
_LAPLACE = '''class {name}(DiagonalGaussian):
    """{about}"""

    def __call__(self, mu: th.Tensor, sigma: th.Tensor) -> {name}:
        """A new distribution with mean (B, A) and scale (B, A) or (A,)."""
        return {name}(mu, sigma.expand_as(mu))

    @property
    def variance(self) -> th.Tensor:
        """(B, A)."""
        return 2.0 * self.stddev.pow(2)

    def rsample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008
        """(*sample_shape, B, A) actions, with gradient to mean and scale."""
        shape = th.Size([*sample_shape, *self.mean.shape])
        turns = th.rand(shape, device=self.mean.device, dtype=self.mean.dtype) - 0.5
        return self.mean - self.stddev * turns.sign() * (-2.0 * turns.abs()).clamp(min=-1.0 + 1e-7).log1p()

    def log_prob(self, actions: th.Tensor) -> th.Tensor:
        """(B,) of actions (B, A), summed over A."""
        return (-(actions - self.mean).abs() / self.stddev - (2.0 * self.stddev).log()).sum(-1)

    def entropy(self) -> th.Tensor:
        """(B,) in nats, summed over A."""
        return (1.0 + (2.0 * self.stddev).log()).sum(-1)

    def kl(self, other: {name}) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats, summed over A."""
        far = (self.mean - other.mean).abs()
        near = self.stddev * (-far / self.stddev).exp()
        return ((near + far) / other.stddev + (other.stddev / self.stddev).log() - 1.0).sum(-1)'''
_NOISE = '''class {name}(ActionNoise):
    """{about}

    Only `at` moves the schedule: drawing samples, for acting or for learning, does not.
    """

    def __init__(
        self,
        mu: float = 0.0,
        sigma: float = {amount},
        low: float = -1.0,
        high: float = 1.0,
        eps: float = 1e-6,
        stddev_schedule: str | None = {schedule},
    ) -> None:
        super().__init__(mu, sigma, low, high, eps)
        self.stddev_schedule = stddev_schedule
        self._stddev = self._at(0)

    def _at(self, step: int) -> float:
        if self.stddev_schedule is None:
            return self.sigma
        return self.sigma * schedule(self.stddev_schedule, step)

    def at(self, step: int) -> ActionNoise:
        """The noise as it is after so many environment steps, around the same actions if it has any."""
        return self._with(_stddev=self._at(step))

    @property
    def stddev(self) -> float:
        """Standard deviation at the present step, before any bound."""
        return self._stddev

    def noise(self, shape: th.Size) -> th.Tensor:
        """Noise of this shape, from torch's generator."""
        like = {{"device": self.mean.device, "dtype": self.mean.dtype}}
        return self.mu + self._stddev * {draw}'''
_DRAWS = {
    "gaussian": "th.randn(shape, **like)",
    "uniform": "12**0.5 * (th.rand(shape, **like) - 0.5)  # of deviation 1",
    "laplace": "0.5**0.5 * (th.empty(shape, **like).exponential_() - th.empty(shape, **like).exponential_())",
}


def distribution(spec: ModuleSpec, plan: Distribution) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    name, amount = spec.name, repr(plan.amount)
    head = [f'"""{name}: an action distribution written for RLLTE."""', "", "from __future__ import annotations"]
    if plan.of == "noise":
        word = {"gaussian": "Gaussian", "uniform": "Uniform", "laplace": "Laplace"}[plan.noise]
        follows = f", whose deviation follows {plan.schedule}" if plan.schedule else f" of deviation {amount}"
        about = f"{word} noise around a deterministic action{follows}."
        schedule = "None" if plan.schedule is None else f'"{plan.schedule}"'
        text = _NOISE.format(name=name, about=about, amount=amount, schedule=schedule, draw=_DRAWS[plan.noise])
        library = [
            "from rllte.core.schedules import schedule",
            "from rllte.xplore.distribution.action_noise import ActionNoise",
        ]
        return source(head + imports(["import torch as th"], library), [text]), about
    if plan.of in {"temperature", "mixed_uniform"}:
        sharp = plan.of == "temperature"
        about = (
            f"One of n actions by logits divided by a temperature of {amount}: below 1 sharper, above 1 flatter."
            if sharp
            else f"One of n actions by logits, mixed with {plan.amount:.0%} of the uniform distribution."
        )
        expression = "logits / self.temperature" if sharp else "self.mixed(logits)"
        argument = "temperature" if sharp else "share"
        text = _DISCRETE.format(name=name, about=about, amount=amount, argument=argument, expression=expression)
        text += "" if sharp else "\n\n" + _MIXED
        standard, torch = ([] if sharp else ["import math"]), ["import torch as th"]
        return source(
            head + imports(standard, torch, ["from rllte.xplore.distribution import Categorical"]), [text]
        ), about
    gaussian = imports(["import torch as th"], ["from rllte.xplore.distribution import DiagonalGaussian"])
    if plan.of == "laplace":
        about = "Independent Laplace distributions over continuous actions: heavier tails than a Gaussian's."
        return source(head + gaussian, [_LAPLACE.format(name=name, about=about)]), about
    about = f"The Gaussian over continuous actions with {amount} times the deviation that the policy gives."
    return source(head + gaussian, [_SCALED.format(name=name, about=about, amount=amount)]), about


_MIXED = '''    def mixed(self, logits: th.Tensor) -> th.Tensor:
        """Log-probabilities (B, n) of the mixture."""
        own = logits.log_softmax(-1) + math.log1p(-self.share)
        uniform = th.full_like(own, math.log(self.share) - math.log(own.shape[-1]))
        return th.logaddexp(own, uniform)'''


def discrete(plan: Distribution) -> bool:
    """Whether it is over a finite number of actions."""
    return plan.of in {"temperature", "mixed_uniform"}


def distribution_test(spec: ModuleSpec, plan: Distribution) -> str:
    """The test file."""
    suite = "NoiseSuite" if plan.of == "noise" else "DistributionSuite"
    lines = [f'"""{spec.name} against the suite of distributions: pytest, or see README.md."""', ""]
    lines += ["from __future__ import annotations"]
    box = not discrete(plan)
    lines += imports(
        [
            "import gymnasium as gym",
            *(["import numpy as np"] if box and plan.of != "noise" else []),
            "import torch as th",
        ],
        [f"from rllte.conformance.distribution import BATCH, {suite}"],
        [f"from {spec.module} import {spec.name}"],
    )
    space = (
        "gym.spaces.Discrete(3)"
        if not box
        else "gym.spaces.Box(-1.0, 1.0, (2,))"
        if plan.of == "noise"
        else "gym.spaces.Box(-np.inf, np.inf, (2,))"
    )
    body = [
        f"class Test{spec.name}({suite}):",
        f"    action_space = {space}",
        "",
        f"    def make(self) -> {spec.name}:",
        f"        return {spec.name}()",
        "",
    ]
    body += [
        "    def parameters(self, seed: int = 0) -> tuple[th.Tensor, ...]:",
        "        generator = th.Generator().manual_seed(seed)",
    ]
    if not box:
        body += ["        return (th.randn(BATCH, 3, generator=generator).requires_grad_(),)"]
    elif plan.of == "noise":
        body += ["        return ((0.5 * th.rand(BATCH, 2, generator=generator) - 0.25).requires_grad_(),)"]
    else:
        body += ["        mu = th.randn(BATCH, 2, generator=generator).requires_grad_()"]
        body += [
            "        sigma = (0.5 + th.rand(BATCH, 2, generator=generator)).requires_grad_()",
            "        return mu, sigma",
        ]
    return source(lines, body)


def policy(spec: ModuleSpec, plan: Policy) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    shown = joined(
        [
            f"{what} of {', '.join(map(str, sizes))}"
            for what, sizes in (("a shared trunk", plan.trunk), ("an actor", plan.actor), ("a critic", plan.critic))
            if sizes
        ]
        or ["linear heads"]
    )
    about = f"An on-policy actor-critic with {shown}, {plan.function}{' and layer norm' if plan.norm else ''}."
    body = [f"class {spec.name}(OnPolicySharedActorCritic):", *docstring(about), ""]
    body += [
        "    def __init__(",
        "        self,",
        "        observation_space: gym.Space[Any],",
        "        action_space: gym.Space[Any],",
        "        feature_dim: int,",
        "        **kwargs: Any,",
        "    ) -> None:",
        "        super().__init__(observation_space, action_space, feature_dim, **kwargs)",
    ]
    inputs = "feature_dim"
    if plan.trunk:
        body += [f"        self.trunk = layers(({', '.join(map(str, ['feature_dim', *plan.trunk]))}))"]
        inputs = str(plan.trunk[-1])
    for name, sizes, outputs, gain in (
        ("actor", plan.actor, "self.num_outputs", "0.01"),
        ("critic", plan.critic, "1", "1.0"),
    ):
        last = str(sizes[-1]) if sizes else inputs
        hidden = (
            f"layers(({', '.join([inputs, *map(str, sizes)])}{',' if not sizes else ''}))" if sizes else "nn.Identity()"
        )
        body += [f"        self.{name} = nn.Sequential({hidden}, head({last}, {outputs}, {gain}))"]
    if plan.trunk:
        body += [
            "",
            "    def features(self, obs: Any) -> th.Tensor:",
            '        """Features (B, F) of observations, after the trunk."""',
            "        features: th.Tensor = self.trunk(super().features(obs))",
            "        return features",
        ]
    norm = ["parts.append(nn.LayerNorm(after))"] if plan.norm else []
    helper = [
        "def layers(sizes: tuple[int, ...]) -> nn.Sequential:",
        '    """Linear layers of these sizes, orthogonally initialised."""',
        "    parts: list[nn.Module] = []",
        "    for before, after in pairwise(sizes):",
        "        parts.append(head(before, after, 2**0.5))",
        *(f"        {line}" for line in norm),
        f"        parts.append({_CLASSES[plan.function]}())",
        "    return nn.Sequential(*parts)",
    ]
    head = [f'"""{spec.name}: a policy written for RLLTE."""', "", "from __future__ import annotations"]
    used = [helper] if plan.trunk or plan.actor or plan.critic else []
    head += imports(
        [*(["from itertools import pairwise"] if used else []), "from typing import Any"],
        ["import gymnasium as gym", *(["import torch as th"] if plan.trunk else []), "from torch import nn"],
        ["from rllte.nn import head", "from rllte.xploit.policy import OnPolicySharedActorCritic"],
    )
    return source(head, *used, body), about


def policy_test(spec: ModuleSpec) -> str:
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
    return source(lines, box, few)


def wiring(spec: ModuleSpec) -> list[str]:
    """What `train.py` does with it."""
    if isinstance(spec.body, Distribution):
        return [f"    distribution = {spec.name}()"]
    if isinstance(spec.body, Policy):
        given = "env.observation_space, env.action_space, agent.encoder.feature_dim"
        return [f"    policy = {spec.name}(", f"        {given}, opt_kwargs=agent.policy.opt_kwargs", "    )"]
    rollout = isinstance(spec.body, Storage) and spec.body.of == "rollout"
    size = "agent.num_steps, agent.storage.batch_size" if rollout else "20_000, agent.storage.batch_size"
    return [
        f"    storage = {spec.name}(",
        "        env.observation_space, env.action_space, args.device,",
        f"        {size}, args.num_envs,",
        "    )",
    ]
