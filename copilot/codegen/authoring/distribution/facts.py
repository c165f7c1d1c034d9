"""Tests of what a request says of an action distribution."""

from __future__ import annotations

from copilot.codegen.authoring.distribution.facts_labels import facts_of_labels
from copilot.codegen.authoring.distribution.facts_noise import facts_of_noise
from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Distribution


def facts_of_distribution(plan: Distribution) -> list[str]:
    """What is done to logits and deviations."""
    if plan.of == "noise":
        return facts_of_noise(plan)
    logits = ["logits = self.parameters()[0].detach()", "dist, plain = self.make()(logits), logits.softmax(-1)"]
    if plan.schedule or plan.of in {"top_p", "min_p", "masked", "rank", "epsilon", "max_boltzmann", "mellowmax", "sparsemax",
                                    "ez_greedy", "ucb", "sticky"}:  # fmt: skip
        return facts_of_labels(plan)
    if plan.of == "temperature":
        return method("logits_are_divided_by_the_temperature", [
            *logits[:1], f"th.testing.assert_close(self.make()(logits).probs, (logits / {plan.amount!r}).softmax(-1))",
        ])  # fmt: skip
    if plan.of == "mixed_uniform":
        return method("probabilities_are_mixed_with_equal_ones", [
            *logits, f"mixed = {1 - plan.amount!r} * plain + {plan.amount!r} / plain.shape[-1]",
            "th.testing.assert_close(dist.probs, mixed)",
        ])  # fmt: skip
    if plan.of == "clipped_logits":
        return method("logits_stay_within_the_bound", [
            "logits = 10.0 * self.parameters()[0].detach()",
            f"th.testing.assert_close(self.make()(logits).probs, logits.clamp({-plan.amount!r}, {plan.amount!r})"
            f".softmax(-1))",
        ])  # fmt: skip
    if plan.of == "top_k":
        return method("no_other_actions_come", [
            "logits = th.randn(4, 50)", "drawn = self.make()(logits).sample(th.Size([500]))",
            f"best = logits.topk({min(plan.k, 50)}, dim=-1).indices",
            "assert bool((drawn[..., None] == best).any(-1).all())",
            f"assert int((self.make()(logits).probs > 0).sum()) == 4 * {min(plan.k, 50)}",
        ])  # fmt: skip
    if plan.of == "clipped_gaussian":
        return method("the_deviation_stays_within_its_bounds", [
            "mu, _ = self.parameters()", "for sigma in (1e-3, 1e3):",
            "    found = self.make()(mu, th.full_like(mu, sigma)).stddev",
            f"    assert float(found.min()) >= {plan.low!r} - 1e-6", f"    assert float(found.max()) <= {plan.high!r} + "
                f"1e-6",
        ])  # fmt: skip
    return _of_shapes(plan)


def _of_shapes(plan: Distribution) -> list[str]:
    mu = "mu, sigma = (value.detach() for value in self.parameters())"
    facts: dict[str, tuple[str, list[str]]] = {
        "student": ("it_is_torchs_student_t", [mu, f"other = th.distributions.StudentT({float(plan.k)!r}, mu, sigma)",
            "actions = th.randn_like(mu)", "th.testing.assert_close(self.make()(mu, sigma).log_prob(actions), "
            "other.log_prob(actions).sum(-1))"]),
        "cauchy": ("it_is_torchs_cauchy", [mu, "actions = th.randn_like(mu)", "other = th.distributions.Cauchy(mu, sigma)",
            "th.testing.assert_close(self.make()(mu, sigma).log_prob(actions), other.log_prob(actions).sum(-1))"]),
        "kumaraswamy": ("it_is_torchs_kumaraswamy", [mu, "dist, x = self.make()(mu, sigma), th.rand_like(mu)",
            "other = th.distributions.Kumaraswamy(dist.a, dist.b).log_prob(x) - th.tensor(2.0).log()",
            "th.testing.assert_close(dist.log_prob(2.0 * x - 1.0), other.sum(-1), atol=1e-3, rtol=1e-3)"]),
        "von_mises": ("it_is_torchs_von_mises", [mu, "dist, actions = self.make()(mu, sigma), 2.0 * th.rand_like(mu) - 1.0",
            "concentration = th.nn.functional.softplus(sigma)", f"concentration = concentration.clamp(min={plan.low!r})",
            "other = th.distributions.VonMises(th.pi * mu.tanh(), concentration).log_prob(th.pi * actions)",
             "other = other + th.tensor(th.pi).log()",
             "th.testing.assert_close(dist.log_prob(actions), other.sum(-1))",
            f"assert float(self.make()(mu, sigma - 100.0).concentration.min()) >= {plan.low!r} - 1e-6"]),
        "truncated_gaussian": ("density_within_the_bounds_adds_up_to_one", [mu, "dist = self.make()(mu, sigma)",
            "places = th.linspace(-1.0, 1.0, 4001)[:, None, None].expand(-1, *mu.shape)",
            "whole = 2.0 * dist.log_density(places).exp().mean(0)", "assert float((whole - 1.0).abs().max()) < 0.01"]),
        "censored_gaussian": ("bounds_have_the_probability_of_what_is_beyond", [mu, "dist = self.make()(mu, sigma)",
            "beyond = (dist.sample(th.Size([20_000])) >= 1.0).float().mean(0)",
            "assert float((dist.log_density(th.ones_like(mu)).exp() - beyond).abs().max()) < 0.02"]),
        "logistic_normal": ("its_logit_is_gaussian", [mu, "drawn = ((self.make()(mu, sigma).sample(th.Size([20_000])) + "
        "1.0) / 2.0).clamp(1e-5, 1 - 1e-5)",
            "assert float(((drawn.logit().mean(0) - mu) / sigma).abs().max()) < 0.05"]),
        "bang_bang": ("only_extremes_come", [mu, "drawn = self.make()(mu, sigma).sample(th.Size([5000]))",
            "assert drawn.abs().eq(1.0).all()", "up = (drawn > 0).float().mean(0)", "assert float((up - (mu / "
            "sigma).sigmoid()).abs().max()) < 0.05"]),
        "binned_gaussian": ("only_these_values_come", [mu, "drawn = self.make()(mu, sigma).sample(th.Size([2000]))",
            f"values = th.linspace(-1.0, 1.0, {plan.k})", "assert float((drawn[..., None] - values).abs().amin(-1).max()) "
            "< 1e-6",
            f"assert len(self.make()(mu, sigma).values) == {plan.k}"]),
        "contaminated": ("now_and_then_it_is_wider", ["dist = self.make()(th.zeros(20_000, 1), th.ones(20_000, 1))",
            "kinds = th.stack([dist.sample().flatten(), th.randn(20_000)])",
            f"wanted = 1.0 - {plan.share or 0.1!r} + {plan.share or 0.1!r} * {plan.amount!r} ** 2",
            "assert abs(float(kinds[0].square().mean()) / wanted - 1.0) < 0.25"]),
        "logistic": ("it_has_the_tails_of_the_logistic", ["dist = self.make()(th.zeros(1, 1), th.ones(1, 1))",
            "assert abs(float(dist.log_prob(th.zeros(1, 1))) + th.tensor(4.0).log()) < 1e-5"]),
        "beta": ("its_parameters_are_these", _beta(plan)),
    }  # fmt: skip
    return method(*facts[plan.of]) if plan.of in facts else []


def _beta(plan: Distribution) -> list[str]:
    lines = ["mu, sigma = (value.detach() for value in self.parameters())", "beta = self.make()(mu, sigma).beta"]
    if plan.raw == "softplus":
        lines += ["th.testing.assert_close(beta.concentration1, 1.0 + th.nn.functional.softplus(mu))",
                  "th.testing.assert_close(beta.concentration0, 1.0 + th.nn.functional.softplus(sigma))"]  # fmt: skip
    else:
        lines += ["th.testing.assert_close(2.0 * beta.mode - 1.0, 2.0 * mu.sigmoid() - 1.0)"]
    return [*lines, f"th.testing.assert_close(self.make()(mu, sigma).mode, 2.0 * beta.{plan.acts} - 1.0)"]
