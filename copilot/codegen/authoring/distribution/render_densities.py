"""Distributions over continuous actions as source: what is not in closed form is integrated over quantiles or a grid."""

from __future__ import annotations

from copilot.codegen.authoring.layout import docstring, imports, source
from copilot.codegen.authoring.spec import Distribution, ModuleSpec

BOUNDED = frozenset({"kumaraswamy", "truncated_gaussian", "censored_gaussian", "logistic_normal", "von_mises", "bang_bang",
                     "binned_gaussian"})  # fmt: skip
"""Kinds whose actions are within [-1, 1]."""
_FRAME = '''class {name}(BaseDistribution):
{about}

    def __init__(
        self, mu: th.Tensor | None = None, sigma: th.Tensor | None = None{arguments}
    ) -> None:
        self._mu, self._sigma = mu, None if mu is None or sigma is None else sigma.expand_as(mu)
{kept}
    def __call__(self, mu: th.Tensor, sigma: th.Tensor) -> {name}:
        """A new distribution with parameters (B, A), the second also (A,).

        {parameters}.
        """
        return {name}(mu, sigma{given})

    @property
    def mu(self) -> th.Tensor:
        """(B, A), the first parameter."""
        if self._mu is None:
            raise ParameterError("This {name} has no parameters yet: call it, dist(mu, sigma).")
        return self._mu

    @property
    def sigma(self) -> th.Tensor:
        """(B, A), the second parameter."""
        if self._sigma is None:
            raise ParameterError("This {name} has no parameters yet: call it, dist(mu, sigma).")
        return self._sigma

{members}

    @property
    def mean(self) -> th.Tensor:
        """The mode. Kept for RLLTE's interface."""
        return self.mode

    @property
    def stddev(self) -> th.Tensor:
        """(B, A), the second parameter."""
        return self.sigma

    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008
        """(*sample_shape, B, A) actions."""
        with th.no_grad():
            return self.rsample(sample_shape)

    def log_prob(self, actions: th.Tensor) -> th.Tensor:
        """(B,) of actions (B, A), summed over A."""
        return self.log_density(actions).sum(-1)

{measures}'''
_QUANTILES = '''    def rsample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008
        """(*sample_shape, B, A) actions, with gradient to the parameters."""
        shape = th.Size([*sample_shape, *self.mu.shape])
        return self.quantile(th.rand(shape, device=self.mu.device, dtype=self.mu.dtype).clamp(1e-6, 1.0 - 1e-6))

    def _middles(self) -> th.Tensor:
        """(1024, B, A) quantiles in the middles of as many equal shares of the probability."""
        shares = (th.arange(1024, device=self.mu.device, dtype=self.mu.dtype) + 0.5) / 1024
        return self.quantile(shares.reshape(-1, *[1] * self.mu.dim()).expand(-1, *self.mu.shape))

    def entropy(self) -> th.Tensor:
        """(B,) in nats, summed over A: the mean over quantiles."""
        return -self.log_density(self._middles()).mean(0).sum(-1)

    def kl(self, other: {name}) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats, summed over A: the mean over quantiles."""
        places = self._middles()
        return (self.log_density(places) - other.log_density(places)).mean(0).sum(-1)'''
_GRID = '''    def _nodes(self) -> tuple[th.Tensor, th.Tensor]:
        """(1024, B, A) places over the whole line, dense about the middle, and the widths that they stand for."""
        turns = th.pi * ((th.arange(1024, device=self.mu.device, dtype=self.mu.dtype) + 0.5) / 1024 - 0.5)
        turns = turns.reshape(-1, *[1] * self.mu.dim())
        width = {width}
        return self.mu + width * turns.tan(), width * (1.0 + turns.tan() ** 2) * th.pi / 1024

    def entropy(self) -> th.Tensor:
        """(B,) in nats, summed over A: integrated over the line."""
        places, widths = self._nodes()
        density = self.log_density(places)
        return -(widths * density.exp() * density).sum(0).sum(-1)

    def kl(self, other: {name}) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats, summed over A: integrated over the line."""
        places, widths = self._nodes()
        density = self.log_density(places)
        return (widths * density.exp() * (density - other.log_density(places))).sum(0).sum(-1)'''
_CELLS = '''    def entropy(self) -> th.Tensor:
        """(B,) in nats, summed over A."""
        return th.special.entr(self.probs).sum((-2, -1))

    def kl(self, other: {name}) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats, summed over A."""
        return (self.probs * (self.log_probs - other.log_probs)).sum((-2, -1))'''


def _property(name: str, words: str, line: str) -> str:
    return f'    @property\n    def {name}(self) -> th.Tensor:\n        """{words}"""\n        return {line}'


def _method(head: str, words: str, lines: list[str]) -> str:
    return "\n".join(
        [f"    def {head} -> th.Tensor:", f'        """{words}"""', *(f"        {line}" for line in lines)]
    )


_PLACES = "(*, B, A) actions of shares (*, B, A) of the probability."
_DENSITY = "(*, B, A) log-density of actions (*, B, A)."
_NORMAL = "-0.5 * {z}**2 - self.sigma.log() - 0.5 * math.log(2.0 * math.pi)"


def _families(plan: Distribution) -> dict[str, tuple[str, str, list[str], str]]:
    """By kind: a sentence, its parameters, its members, and how its measures come about."""
    to = "the mean and the deviation of a Gaussian"
    inverse = "th.special.ndtri"
    return {
        "kumaraswamy": ("Kumaraswamy's distribution over continuous actions, stretched to [-1, 1].",
            "they become a and b by softplus plus 1", [
                _property("a", "(B, A), above 1.", "1.0 + F.softplus(self.mu)"), _property("b", "(B, A), above 1.",
                "1.0 + F.softplus(self.sigma)"),
                _property("mode", "(B, A), the likeliest actions.", "2.0 * ((self.a - 1.0) / (self.a * self.b - 1.0)) ** "
                "(1.0 / self.a) - 1.0"),
                _method("quantile(self, shares: th.Tensor)", _PLACES, ["inner = -th.expm1((-shares).log1p() / self.b)",
                        "return 2.0 * inner.clamp(min=1e-12) ** (1.0 / self.a) - 1.0"]),
                _method("log_density(self, actions: th.Tensor)", _DENSITY, ["x = ((actions + 1.0) / 2.0).clamp(1e-6, 1.0 - "
                "1e-6)",
                        "rest = (-(x**self.a)).clamp(min=-1.0 + 1e-6).log1p()",
                        "return self.a.log() + self.b.log() + (self.a - 1.0) * x.log() + (self.b - 1.0) * rest - "
                        "math.log(2.0)"]),
            ], "quantiles"),
        "truncated_gaussian": ("The Gaussian over continuous actions, cut off at -1 and 1: what is beyond them is shared "
        "by what is within.",
            f"{to} before it is cut off", [
                _property("mode", "(B, A), the likeliest actions.", "self.mu.clamp(-1.0, 1.0)"),
                _method("shares_of(self, actions: th.Tensor)", "(*, B, A) shares of the whole Gaussian below actions.",
                        ["return th.special.ndtr((actions - self.mu) / self.sigma)"]),
                _method("quantile(self, shares: th.Tensor)", _PLACES, [
                        "low, high = self.shares_of(-th.ones_like(self.mu)), self.shares_of(th.ones_like(self.mu))",
                        "place = (low + shares * (high - low)).clamp(1e-6, 1.0 - 1e-6)",
                        f"return (self.mu + self.sigma * {inverse}(place)).clamp(-1.0, 1.0)"]),
                _method("log_density(self, actions: th.Tensor)", _DENSITY, ["z = (actions - self.mu) / self.sigma",
                        "within = self.shares_of(th.ones_like(self.mu)) - self.shares_of(-th.ones_like(self.mu))",
                        f"return {_NORMAL.format(z='z')} - within.clamp(min=1e-6).log()"]),
            ], "quantiles"),
        "censored_gaussian": ("The Gaussian over continuous actions, moved to -1 and 1 where it goes beyond: the "
        "log-probability of a bound is "
            "that of all beyond it (Fujita and Maeda 2018).", f"{to} before it is clipped", [
                _property("mode", "(B, A), the clipped mean.", "self.mu.clamp(-1.0, 1.0)"),
                _method("quantile(self, shares: th.Tensor)", _PLACES, [f"return (self.mu + self.sigma * "
                f"{inverse}(shares)).clamp(-1.0, 1.0)"]),
                _method("log_density(self, actions: th.Tensor)", "(*, B, A) log-density within the bounds, log-probability "
                "at them.",
                        ["z = (actions - self.mu) / self.sigma", f"inside = {_NORMAL.format(z='z')}",
                         "low = th.special.log_ndtr((-1.0 - self.mu) / self.sigma)", "high = th.special.log_ndtr((self.mu "
                         "- 1.0) / self.sigma)",
                         "return th.where(actions <= -1.0, low, th.where(actions >= 1.0, high, inside))"]),
            ], "quantiles"),
        "logistic_normal": ("A Gaussian put through a sigmoid that is stretched to [-1, 1].", f"{to} before the sigmoid", [
                _property("mode", "(B, A), the median.", "2.0 * self.mu.sigmoid() - 1.0"),
                _method("quantile(self, shares: th.Tensor)", _PLACES, [f"return 2.0 * (self.mu + self.sigma * "
                f"{inverse}(shares)).sigmoid() - 1.0"]),
                _method("log_density(self, actions: th.Tensor)", _DENSITY, ["x = ((actions + 1.0) / 2.0).clamp(1e-6, 1.0 - "
                "1e-6)",
                        "z = (x.logit() - self.mu) / self.sigma",
                        f"return {_NORMAL.format(z='z')} - x.log() - (-x).log1p() - math.log(2.0)"]),
            ], "quantiles"),
        "cauchy": ("Independent Cauchy distributions over continuous actions: tails without a deviation.", "the middle and "
        "the scale", [
                _property("mode", "(B, A), the middle.", "self.mu"),
                _method("quantile(self, shares: th.Tensor)", _PLACES, ["return self.mu + self.sigma * (th.pi * (shares - "
                "0.5)).tan()"]),
                _method("log_density(self, actions: th.Tensor)", _DENSITY, ["z = (actions - self.mu) / self.sigma",
                        "return -math.log(math.pi) - self.sigma.log() - (z**2).log1p()"]),
            ], "quantiles"),
        "logistic": ("Independent logistic distributions over continuous actions.", "the middle and the scale", [
                _property("mode", "(B, A), the middle.", "self.mu"),
                _method("quantile(self, shares: th.Tensor)", _PLACES, ["return self.mu + self.sigma * shares.logit()"]),
                _method("log_density(self, actions: th.Tensor)", _DENSITY, ["z = (actions - self.mu) / self.sigma",
                        "return -z - self.sigma.log() - 2.0 * F.softplus(-z)"]),
            ], "quantiles"),
        "student": (f"Independent Student's t distributions of {plan.k} degrees of freedom over continuous actions: "
        f"heavier tails than a Gaussian's.",
            "the middle and the scale", [
                _property("mode", "(B, A), the middle.", "self.mu"),
                _method("rsample(self, sample_shape: th.Size = th.Size())", "(*sample_shape, B, A) actions, with gradient "
                "to the parameters.", [
                        "shape = th.Size([self.freedom, *sample_shape, *self.mu.shape])", "like = "
                        "{\"device\": self.mu.device, \"dtype\": self.mu.dtype}",
                        "chi = th.randn(shape, **like).square().mean(0).sqrt()", "return self.mu + self.sigma * "
                        "th.randn(shape[1:], **like) / chi"]),
                _method("log_density(self, actions: th.Tensor)", _DENSITY, ["z, n = (actions - self.mu) / self.sigma, "
                "float(self.freedom)",
                        "scale = math.lgamma((n + 1.0) / 2.0) - math.lgamma(n / 2.0) - 0.5 * math.log(n * math.pi)",
                        "return scale - self.sigma.log() - 0.5 * (n + 1.0) * (z**2 / n).log1p()"]),
            ], "grid:self.sigma"),
        "contaminated": ("A Gaussian over continuous actions that now and then is wider.", to, [
                _property("mode", "(B, A), the mean.", "self.mu"),
                _method("rsample(self, sample_shape: th.Size = th.Size())", "(*sample_shape, B, A) actions, with gradient "
                "to the parameters.", [
                        "shape = th.Size([*sample_shape, *self.mu.shape])", "wide = th.rand(shape, device=self.mu.device) "
                        "< self.share",
                        "draws = th.randn(shape, device=self.mu.device, dtype=self.mu.dtype)",
                        "return self.mu + self.sigma * th.where(wide, self.factor, 1.0) * draws"]),
                _method("log_density(self, actions: th.Tensor)", _DENSITY, ["z = (actions - self.mu) / self.sigma",
                f"narrow = {_NORMAL.format(z='z')}",
                        f"wide = {_NORMAL.format(z='(z / self.factor)')} - math.log(self.factor)",
                        "return th.logaddexp(narrow + math.log1p(-self.share), wide + math.log(self.share))"]),
            ], "grid:self.sigma * self.factor**0.5"),
        "von_mises": ("A von Mises distribution over angles, of which an action in [-1, 1] is the angle over pi.",
            "the first, by tanh, is the angle over pi; the second, by softplus, the concentration", [
                _property("mode", "(B, A), the likeliest angles over pi.", "self.mu.tanh()"),
                _property("concentration", "(B, A), at least `least`.", "F.softplus(self.sigma).clamp(min=self.least)"),
                "    @property\n    def angles(self) -> th.distributions.VonMises:\n        \"\"\"The distribution of the "
                "angles, (B, A).\"\"\"\n"
                "        return th.distributions.VonMises(math.pi * self.mode, self.concentration, validate_args=False)",
                _method("rsample(self, sample_shape: th.Size = th.Size())", "(*sample_shape, B, A) actions, without "
                "gradient.", [
                        "with th.no_grad():", "    return (self.angles.sample(sample_shape) / math.pi).clamp(-1.0, 1.0)"]),
                _method("log_density(self, actions: th.Tensor)", _DENSITY, ["return self.angles.log_prob(math.pi * "
                "actions) + math.log(math.pi)"]),
            ], "circle"),
        "bang_bang": ("Only the extremes -1 and 1, each dimension for itself (Seyde et al. 2021).", "log-odds of 1 are the "
        "first over the second", [
                _property("logits", "(B, A) log-odds of 1.", "self.mu / self.sigma"),
                _property("log_probs", "(B, A, 2) log-probabilities of -1 and 1.", "th.stack([F.logsigmoid(-self.logits), "
                "F.logsigmoid(self.logits)], -1)"),
                _property("probs", "(B, A, 2) probabilities of -1 and 1.", "self.log_probs.exp()"),
                _property("mode", "(B, A), the likelier extremes.",
                          "th.where(self.logits > 0, 1.0, -1.0).to(self.mu.dtype)"),
                _method("rsample(self, sample_shape: th.Size = th.Size())", "(*sample_shape, B, A) actions, without "
                "gradient.", [
                        "shape = th.Size([*sample_shape, *self.mu.shape])", "up = th.rand(shape, device=self.mu.device) < "
                        "self.logits.sigmoid()",
                        "return th.where(up, 1.0, -1.0).to(self.mu.dtype)"]),
                _method("log_density(self, actions: th.Tensor)", "(*, B, A) log-probability of actions of -1 and 1.", [
                        "return F.logsigmoid(self.logits * actions.sign())"]),
            ], "cells"),
        "binned_gaussian": (f"One of {plan.k} evenly spaced values in each dimension, weighed by a Gaussian's density at "
        f"them (Tang and Agrawal 2020).",
            f"{to} whose density weighs the values", [
                _property("values", "(bins,) the actions that there are, from -1 to 1.", "th.linspace(-1.0, 1.0, self.bins,"
                " device=self.mu.device, dtype=self.mu.dtype)"),
                _property("log_probs", "(B, A, bins) log-probabilities.",
                          "(-0.5 * ((self.values - self.mu[..., None]) / self.sigma[..., None]) ** 2).log_softmax(-1)"),
                _property("probs", "(B, A, bins) probabilities.", "self.log_probs.exp()"),
                _property("mode", "(B, A), the likeliest values.", "self.values[self.log_probs.argmax(-1)]"),
                _method("rsample(self, sample_shape: th.Size = th.Size())", "(*sample_shape, B, A) actions, without "
                "gradient.", [
                        "logits = self.log_probs.expand(*sample_shape, *self.log_probs.shape)",
                        "return self.values[(logits - th.empty_like(logits).exponential_().log()).argmax(-1)]"]),
                _method("log_density(self, actions: th.Tensor)", "(*, B, A) log-probability of the values that are next to "
                "actions.", [
                        "place = ((actions + 1.0) * (self.bins - 1) / 2.0).round().long().clamp(0, self.bins - 1)",
                        "logits = self.log_probs.expand(*place.shape, self.bins)", "return logits.gather(-1, place[..., "
                        "None]).squeeze(-1)"]),
            ], "cells"),
    }  # fmt: skip


_CIRCLE = '''    def _turns(self) -> th.Tensor:
        """(1024, 1, 1) actions all around the circle."""
        turns = 2.0 * (th.arange(1024, device=self.mu.device, dtype=self.mu.dtype) + 0.5) / 1024 - 1.0
        return turns.reshape(-1, *[1] * self.mu.dim())

    def entropy(self) -> th.Tensor:
        """(B,) in nats, summed over A: integrated around the circle."""
        density = self.log_density(self._turns())
        return -(density.exp() * density).mean(0).sum(-1) * 2.0

    def kl(self, other: {name}) -> th.Tensor:
        """(B,) divergence KL(self || other) in nats, summed over A: integrated around the circle."""
        density, others = self.log_density(self._turns()), other.log_density(self._turns())
        return (density.exp() * (density - others)).mean(0).sum(-1) * 2.0'''


def _numbers(plan: Distribution) -> dict[str, tuple[str, object]]:
    numbers: dict[str, dict[str, tuple[str, object]]] = {
        "student": {"freedom": ("int", plan.k)},
        "contaminated": {"share": ("float", plan.share or 0.1), "factor": ("float", plan.amount)},
        "von_mises": {"least": ("float", plan.low)}, "binned_gaussian": {"bins": ("int", plan.k)},
    }  # fmt: skip
    return numbers.get(plan.of, {})


def describe(plan: Distribution) -> str:
    """What it is, in a sentence."""
    return _families(plan)[plan.of][0]


def continuous(spec: ModuleSpec, plan: Distribution) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    about, parameters, members, way = _families(plan)[plan.of]
    numbers = _numbers(plan)
    if way == "quantiles":
        measures = _QUANTILES
    elif way.startswith("grid:"):
        measures = _GRID.replace("{width}", way.removeprefix("grid:"))
    else:
        measures = _CIRCLE if way == "circle" else _CELLS
    text = _FRAME.format(
        name=spec.name, about="\n".join(docstring(about)), parameters=parameters[0].upper() + parameters[1:],
        members="\n\n".join(members),
        arguments="".join(f", {name}: {kind} = {value!r}" for name, (kind, value) in numbers.items()),
        kept="".join(f"        self.{name} = {name}\n" for name in numbers),
        given="".join(f", self.{name}" for name in numbers),
        measures=measures.replace("{name}", spec.name),
    )  # fmt: skip
    text = text.replace("th.Size = th.Size()) -> th.Tensor:\n", "th.Size = th.Size()) -> th.Tensor:  # noqa: B008\n")
    head = [f'"""{spec.name}: an action distribution written for RLLTE."""', "", "from __future__ import annotations"]
    torch = ["import torch as th", *(["import torch.nn.functional as F"] if "F." in text else [])]
    library = ["from rllte.core.bases import BaseDistribution", "from rllte.core.errors import ParameterError"]
    return source(head + imports(["import math"] if "math." in text else [], torch, library), [text]), about
