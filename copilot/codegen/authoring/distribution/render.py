"""Distributions as source: subclasses of the library's own, with what is asked for changed."""

from __future__ import annotations

from copilot.codegen.authoring.distribution.render_densities import BOUNDED, continuous
from copilot.codegen.authoring.distribution.render_greedy import greedy
from copilot.codegen.authoring.distribution.render_labels import labels
from copilot.codegen.authoring.distribution.render_noise import noise
from copilot.codegen.authoring.distribution.render_test import distribution_test
from copilot.codegen.authoring.layout import imports, source
from copilot.codegen.authoring.spec import ActorPolicy, Distribution, ModuleSpec, Policy

__all__ = ["discrete", "distribution", "distribution_name", "distribution_test", "wiring"]

_LABELS = frozenset(
    {
        "temperature",
        "mixed_uniform",
        "top_k",
        "clipped_logits",
        "top_p",
        "min_p",
        "masked",
        "rank",
        "mellowmax",
        "sparsemax",
    }
    | {"epsilon", "max_boltzmann", "ez_greedy", "ucb", "sticky"}
)
_INTEGRATED = BOUNDED | {"student", "cauchy", "logistic", "contaminated"}
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
_BETA = '''class {name}(BaseDistribution):
    """{about}"""

    def __init__(self, mu: th.Tensor | None = None, sigma: th.Tensor | None = None) -> None:
        self._beta: th.distributions.Beta | None = None
        if mu is None or sigma is None:
            return
        {parameters}
        self._beta = th.distributions.Beta(first, second, validate_args=False)

    def __call__(self, mu: th.Tensor, sigma: th.Tensor) -> {name}:
        """{called}"""
        return {name}(mu, sigma)

    @property
    def beta(self) -> th.distributions.Beta:
        """The distribution over [0, 1], (B, A)."""
        if self._beta is None:
            raise ParameterError("This {name} has no parameters yet: call it, dist(mu, sigma).")
        return self._beta

    @property
    def mode(self) -> th.Tensor:
        """(B, A), {acts}"""
        return 2.0 * self.beta.{mode} - 1.0

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


def distribution(spec: ModuleSpec, plan: Distribution) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    name, amount = spec.name, repr(plan.amount)
    head = [f'"""{name}: an action distribution written for RLLTE."""', "", "from __future__ import annotations"]
    if plan.of == "noise":
        return noise(spec, plan)
    if plan.of in {"ez_greedy", "sticky", "ucb"}:
        return greedy(spec, plan)
    if discrete(plan):
        return labels(spec, plan)
    if plan.of in _INTEGRATED:
        return continuous(spec, plan)
    if plan.of == "beta":
        about = "A Beta distribution over continuous actions, stretched to [-1, 1]: no mass is lost at the bounds."
        library = ["from rllte.core.bases import BaseDistribution", "from rllte.core.errors import ParameterError"]
        return _beta(spec, plan, about, head, library)
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


def _beta(spec: ModuleSpec, plan: Distribution, about: str, head: list[str], library: list[str]) -> tuple[str, str]:
    """Beta by its mode and width, or by its own two parameters."""
    if plan.raw == "softplus":
        parameters = "first, second = 1.0 + F.softplus(mu), 1.0 + F.softplus(sigma.expand_as(mu))"
        called = (
            "A new distribution: parameters (B, A), the second also (A,), become alpha and beta by softplus plus 1."
        )
    else:
        parameters = (
            "middle, sharpness = mu.sigmoid(), 1.0 / sigma.expand_as(mu)\n"
            "        first, second = 1.0 + middle * sharpness, 1.0 + (1.0 - middle) * sharpness"
        )
        called = "A new distribution: its mode is 2 sigmoid(mu) - 1; the smaller sigma, (B, A) or (A,), the sharper."
    acts = "what a greedy agent does: the mean." if plan.acts == "mean" else "the likeliest actions."
    text = _BETA.format(name=spec.name, about=about, parameters=parameters, called=called, acts=acts, mode=plan.acts)
    torch = ["import torch as th", *(["import torch.nn.functional as F"] if "F." in text else [])]
    return source(head + imports(["import math"], torch, library), [text]), about


def discrete(plan: Distribution) -> bool:
    """Whether it is over a finite number of actions."""
    return plan.of in _LABELS


_NAMES = {
    "temperature": "TemperedCategorical", "mixed_uniform": "MixedCategorical", "scaled_gaussian": "ScaledGaussian",
    "laplace": "LaplacePolicy", "clipped_gaussian": "BoundedGaussian", "top_k": "TopActions",
    "clipped_logits": "ClippedCategorical",
    "beta": "BetaActions", "top_p": "NucleusActions", "min_p": "MinPActions", "masked": "MaskedCategorical",
    "rank": "RankedActions",
    "mellowmax": "MellowmaxPolicy", "sparsemax": "SparsemaxPolicy", "epsilon": "OwnEpsilonGreedy",
    "max_boltzmann": "MaxBoltzmann",
    "ez_greedy": "EpsilonZGreedy", "ucb": "UpperConfidence", "sticky": "StickyActions", "kumaraswamy": "KumaraswamyActions",
    "truncated_gaussian": "TruncatedGaussian", "censored_gaussian": "ClippedGaussian", "logistic_normal": "LogisticNormal",
    "student": "StudentPolicy", "cauchy": "CauchyPolicy", "logistic": "LogisticPolicy",
    "contaminated": "ContaminatedGaussian",
    "von_mises": "VonMisesAngles", "bang_bang": "BangBang", "binned_gaussian": "BinnedGaussian",
}  # fmt: skip


def distribution_name(plan: Distribution) -> str:
    """A class name that says what it is."""
    if plan.of != "noise":
        return _NAMES[plan.of]
    times = {"ou": "DriftingNoise", "ar": "CorrelatedNoise", "coloured": "ColouredNoise", "hold": "HeldNoise"}
    return times.get(plan.time, f"{plan.noise.title()}Noise")


def wiring(spec: ModuleSpec) -> list[str]:
    """What `train.py` does with it."""
    if isinstance(spec.body, Distribution):
        return [f"    distribution = {spec.name}()"]
    if isinstance(spec.body, Policy | ActorPolicy):
        given = "env.observation_space, env.action_space, agent.encoder.feature_dim"
        return [f"    policy = {spec.name}(", f"        {given}, opt_kwargs=agent.policy.opt_kwargs", "    )"]
    raise TypeError(f"{type(spec.body).__name__} is no distribution and no policy.")
