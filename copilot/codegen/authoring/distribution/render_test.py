"""The test file of a distribution: the suite of its kind, with parameters in which it shows, and what was asked."""

from __future__ import annotations

from copilot.codegen.authoring.distribution.facts import facts_of_distribution
from copilot.codegen.authoring.distribution.render_densities import BOUNDED
from copilot.codegen.authoring.distribution.render_labels import GREEDY
from copilot.codegen.authoring.layout import imports, source
from copilot.codegen.authoring.spec import Distribution, ModuleSpec

_NO_GRADIENT = """    def test_gradients_reach_every_parameter(self) -> None:
        \"\"\"The order of the values alone counts: there is no gradient to pass.\"\"\"
        assert not self._called().log_prob(self._called().mode).requires_grad"""
_CHOSEN = """    def test_the_entropy_is_minus_the_mean_log_probability(self) -> None:
        \"\"\"Its one action is certain.\"\"\"
        assert float(self._called().entropy().abs().max()) == 0.0

    def test_probabilities_add_up_to_one(self) -> None:
        \"\"\"Its one action is certain.\"\"\"
        assert th.equal(self._called().probs.sum(-1), th.ones(BATCH))

    def test_the_divergence_is_that_of_the_samples(self) -> None:
        \"\"\"None of itself, without bound of another.\"\"\"
        dist = self._called()
        assert float(dist.kl(dist).abs().max()) == 0.0"""
_UNEQUAL = frozenset({"epsilon", "max_boltzmann", "rank", "ez_greedy", "ucb", "mellowmax"})
_CUT = frozenset({"top_k", "top_p", "min_p", "sparsemax", "masked"})
"""Kinds in which some actions never come: a divergence is finite only where they are the same."""


def distribution_test(spec: ModuleSpec, plan: Distribution) -> str:
    """The test file."""
    suite = "NoiseSuite" if plan.of == "noise" else "DistributionSuite"
    lines = [f'"""{spec.name} against the suite of distributions: pytest, or see README.md."""', ""]
    lines += ["from __future__ import annotations"]
    kept = _parameters(plan)
    space = _space(plan)
    body = [f"class Test{spec.name}({suite}):", f"    action_space = {space}"]
    body += ["", f"    def make(self) -> {spec.name}:", f"        return {spec.name}({_often(plan)})"]
    if plan.of == "noise" and plan.share is not None:
        body += [
            "",
            f"    def own(self) -> {spec.name}:",
            '        """As it was asked for."""',
            f"        return {spec.name}()",
        ]
    body += [
        "",
        "    def parameters(self, seed: int = 0) -> tuple[th.Tensor, ...]:",
        *(f"        {line}" for line in kept),
    ]
    body += ["", _NO_GRADIENT] if plan.of in GREEDY else []
    body += ["", _CHOSEN] if plan.of == "ucb" else []
    body += facts_of_distribution(plan)
    text = "\n".join(body)
    lines += imports(
        ["import gymnasium as gym", *(["import numpy as np"] if "np." in text else []), "import torch as th"],
        [f"from rllte.conformance.distribution import {'BATCH, ' if 'BATCH' in text else ''}{suite}"],
        [f"from {spec.module} import {spec.name}"],
    )
    return source(lines, body)


def _often(plan: Distribution) -> str:
    """A noise that seldom comes is looked at as one that comes often."""
    if plan.schedule and plan.of in {"epsilon", "max_boltzmann", "mixed_uniform"}:
        return f"step={max(1, int(float(plan.schedule.split('(')[1][:-1].split(',')[2])) // 2)}"
    return "share=0.95" if plan.of == "noise" and plan.share is not None and plan.share < 0.9 else ""


def _space(plan: Distribution) -> str:
    if plan.of == "noise":
        return f"gym.spaces.Box(-1.0, 1.0, ({len(plan.each) or 2},))"
    if plan.of in _DISCRETE:
        return f"gym.spaces.Discrete({_count(plan)})"
    return (
        "gym.spaces.Box(-1.0, 1.0, (2,))" if plan.of in BOUNDED | {"beta"} else "gym.spaces.Box(-np.inf, np.inf, (2,))"
    )


_DISCRETE = frozenset({"temperature", "mixed_uniform", "clipped_logits", "sticky"}) | _UNEQUAL | _CUT


def _count(plan: Distribution) -> int:
    if plan.of == "masked":
        return max(4, *(place + 2 for place in plan.only))
    return plan.k + 2 if plan.of == "top_k" else 3


def _parameters(plan: Distribution) -> list[str]:
    """Parameters for two seeds: in them gradients are not lost and divergences are finite."""
    generator = "generator = th.Generator().manual_seed(seed)"
    if plan.of == "noise":
        size = len(plan.each) or 2
        return [generator, f"return ((0.5 * th.rand(BATCH, {size}, generator=generator) - 0.25).requires_grad_(),)"]
    if plan.of in _UNEQUAL:
        return [generator, "best = th.eye(3)[(th.arange(BATCH) + seed) % 3]  # another for another seed",
                "return ((2.0 * best + th.rand(BATCH, 3, generator=generator)).requires_grad_(),)"]  # fmt: skip
    if plan.of in _CUT:
        count = _count(plan)
        kept = {"top_k": plan.k, "masked": count, "sparsemax": count}.get(plan.of, 2)
        lines = [
            generator,
            f"logits = {'0.2' if plan.of == 'sparsemax' else '0.5'} * th.rand(BATCH, {count}, generator=generator)",
        ]
        if kept < count:
            lines.append(f"logits[:, {kept}:] -= 9.0  # left out for every seed")
        return [*lines, "return (logits.requires_grad_(),)"]
    if plan.of in _DISCRETE:
        return [generator, "return (th.randn(BATCH, 3, generator=generator).requires_grad_(),)"]
    low, high = (plan.low, plan.high) if plan.of == "clipped_gaussian" else (0.5, 1.5)
    middle = "0.5 * " if plan.of in {"censored_gaussian", "truncated_gaussian", "binned_gaussian"} else ""
    return [
        generator, f"mu = ({middle}th.randn(BATCH, 2, generator=generator)).requires_grad_()",
        f"sigma = ({low!r} + {high - low!r} * th.rand(BATCH, 2, generator=generator)).requires_grad_()", "return mu, sigma",
    ]  # fmt: skip
