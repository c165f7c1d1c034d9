"""Distributions as source: subclasses of the library's own, with what is asked for changed."""

from __future__ import annotations

from copilot.codegen.authoring.facts import facts_of_distribution
from copilot.codegen.authoring.layout import imports, source
from copilot.codegen.authoring.spec import ActorPolicy, Distribution, ModuleSpec, Policy

_DISCRETE = '''class {name}(Categorical):
    """{about}"""

    def __init__(self, logits: th.Tensor | None = None, {argument}: {kind} = {amount}) -> None:
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


_BETA = '''class {name}(BaseDistribution):
    """{about}"""

    def __init__(self, mu: th.Tensor | None = None, sigma: th.Tensor | None = None) -> None:
        self._beta: th.distributions.Beta | None = None
        if mu is None or sigma is None:
            return
        middle, sharpness = mu.sigmoid(), 1.0 / sigma.expand_as(mu)
        first, second = 1.0 + middle * sharpness, 1.0 + (1.0 - middle) * sharpness
        self._beta = th.distributions.Beta(first, second, validate_args=False)

    def __call__(self, mu: th.Tensor, sigma: th.Tensor) -> {name}:
        """A new distribution: its mode is 2 sigmoid(mu) - 1, and it is the sharper the smaller sigma, (B, A) or (A,)."""
        return {name}(mu, sigma)

    @property
    def beta(self) -> th.distributions.Beta:
        """The distribution over [0, 1], (B, A)."""
        if self._beta is None:
            raise ParameterError("This {name} has no parameters yet: call it, dist(mu, sigma).")
        return self._beta

    @property
    def mode(self) -> th.Tensor:
        """(B, A), the likeliest actions."""
        return 2.0 * self.beta.mode - 1.0

    @property
    def mean(self) -> th.Tensor:
        """(B, A)."""
        return 2.0 * self.beta.mean - 1.0

    @property
    def stddev(self) -> th.Tensor:
        """(B, A)."""
        return 2.0 * self.beta.stddev

    def rsample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008
        """(*sample_shape, B, A) actions in (-1, 1), with gradient."""
        return 2.0 * self.beta.rsample(sample_shape).clamp(1e-6, 1.0 - 1e-6) - 1.0

    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008
        """(*sample_shape, B, A) actions in (-1, 1)."""
        with th.no_grad():
            return self.rsample(sample_shape)

    def log_prob(self, actions: th.Tensor) -> th.Tensor:
        """(B,) of actions (B, A) in (-1, 1), summed over A."""
        places = ((actions + 1.0) / 2.0).clamp(1e-6, 1.0 - 1e-6)
        return (self.beta.log_prob(places) - math.log(2.0)).sum(-1)

    def entropy(self) -> th.Tensor:
        """(B,) in nats, summed over A."""
        return (self.beta.entropy() + math.log(2.0)).sum(-1)

    def kl(self, other: {name}) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats, summed over A."""
        return th.distributions.kl_divergence(self.beta, other.beta).sum(-1)'''
_BOUNDED = '''class {name}(DiagonalGaussian):
    """{about}"""

    def __init__(
        self, mu: th.Tensor | None = None, sigma: th.Tensor | None = None, low: float = {low}, high: float = {high}
    ) -> None:
        super().__init__(mu, sigma)
        self.low, self.high = low, high

    def __call__(self, mu: th.Tensor, sigma: th.Tensor) -> {name}:
        """A new distribution with mean (B, A), and deviation (B, A) or (A,) before it is bounded."""
        return {name}(mu, sigma.expand_as(mu).clamp(self.low, self.high), self.low, self.high)'''
_TOP = '''    def kept(self, logits: th.Tensor) -> th.Tensor:
        """Logits (B, n) of which all but the k largest lie 20 nats lower: their actions practically never come."""
        least = logits.topk(min(self.k, logits.shape[-1]), dim=-1).values[..., -1:]
        return th.where(logits >= least, logits, logits - 20.0)'''


def _over_labels(spec: ModuleSpec, plan: Distribution, head: list[str]) -> tuple[str, str]:
    """Distributions over a finite number of actions."""
    name, amount, more = spec.name, repr(plan.amount), ""
    if plan.of == "temperature":
        about = f"One of n actions by logits divided by a temperature of {amount}: below 1 sharper, above 1 flatter."
        expression, argument, kind = "logits / self.temperature", "temperature", "float"
    elif plan.of == "mixed_uniform":
        about = f"One of n actions by logits, mixed with {plan.amount:.0%} of the uniform distribution."
        expression, argument, kind, more = "self.mixed(logits)", "share", "float", _MIXED
    elif plan.of == "top_k":
        about = f"One of the {plan.k} likeliest actions by logits; the others practically never."
        expression, argument, kind, more, amount = "self.kept(logits)", "k", "int", _TOP, str(plan.k)
    else:
        about = f"One of n actions by logits that are kept within [-{amount}, {amount}]."
        expression, argument, kind = "logits.clamp(-self.bound, self.bound)", "bound", "float"
    text = _DISCRETE.format(name=name, about=about, amount=amount, argument=argument, expression=expression, kind=kind)
    text += f"\n\n{more}" if more else ""
    standard = ["import math"] if "math." in text else []
    library = ["from rllte.xplore.distribution import Categorical"]
    return source(head + imports(standard, ["import torch as th"], library), [text]), about


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
    if discrete(plan):
        return _over_labels(spec, plan, head)
    if plan.of == "beta":
        about = "A Beta distribution over continuous actions, stretched to [-1, 1]: no mass is lost at the bounds."
        library = ["from rllte.core.bases import BaseDistribution", "from rllte.core.errors import ParameterError"]
        return source(
            head + imports(["import math"], ["import torch as th"], library), [_BETA.format(name=name, about=about)]
        ), about
    gaussian = imports(["import torch as th"], ["from rllte.xplore.distribution import DiagonalGaussian"])
    if plan.of == "laplace":
        about = "Independent Laplace distributions over continuous actions: heavier tails than a Gaussian's."
        return source(head + gaussian, [_LAPLACE.format(name=name, about=about)]), about
    if plan.of == "clipped_gaussian":
        about = f"The Gaussian over continuous actions, its deviation kept between {plan.low!r} and {plan.high!r}."
        text = _BOUNDED.format(name=name, about=about, low=repr(plan.low), high=repr(plan.high))
        return source(head + gaussian, [text]), about
    about = f"The Gaussian over continuous actions with {amount} times the deviation that the policy gives."
    return source(head + gaussian, [_SCALED.format(name=name, about=about, amount=amount)]), about


_MIXED = '''    def mixed(self, logits: th.Tensor) -> th.Tensor:
        """Log-probabilities (B, n) of the mixture."""
        own = logits.log_softmax(-1) + math.log1p(-self.share)
        uniform = th.full_like(own, math.log(self.share) - math.log(own.shape[-1]))
        return th.logaddexp(own, uniform)'''


def discrete(plan: Distribution) -> bool:
    """Whether it is over a finite number of actions."""
    return plan.of in {"temperature", "mixed_uniform", "top_k", "clipped_logits"}


def distribution_test(spec: ModuleSpec, plan: Distribution) -> str:
    """The test file."""
    suite = "NoiseSuite" if plan.of == "noise" else "DistributionSuite"
    lines = [f'"""{spec.name} against the suite of distributions: pytest, or see README.md."""', ""]
    lines += ["from __future__ import annotations"]
    box = not discrete(plan)
    lines += imports(
        [
            "import gymnasium as gym",
            *(["import numpy as np"] if box and plan.of not in {"noise", "beta"} else []),
            "import torch as th",
        ],
        [f"from rllte.conformance.distribution import BATCH, {suite}"],
        [f"from {spec.module} import {spec.name}"],
    )
    space = (
        "gym.spaces.Discrete(3)"
        if not box
        else "gym.spaces.Box(-1.0, 1.0, (2,))"
        if plan.of in {"noise", "beta"}
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
        low, high = (plan.low, plan.high) if plan.of == "clipped_gaussian" else (0.5, 1.5)
        body += ["        mu = th.randn(BATCH, 2, generator=generator).requires_grad_()"]
        body += [
            f"        sigma = ({low!r} + {high - low!r} * th.rand(BATCH, 2, generator=generator)).requires_grad_()",
            "        return mu, sigma",
        ]
    return source(lines, [*body, *facts_of_distribution(plan)])


def wiring(spec: ModuleSpec) -> list[str]:
    """What `train.py` does with it."""
    if isinstance(spec.body, Distribution):
        return [f"    distribution = {spec.name}()"]
    if isinstance(spec.body, Policy | ActorPolicy):
        given = "env.observation_space, env.action_space, agent.encoder.feature_dim"
        return [f"    policy = {spec.name}(", f"        {given}, opt_kwargs=agent.policy.opt_kwargs", "    )"]
    raise TypeError(f"{type(spec.body).__name__} is no distribution and no policy.")
