"""Tests of what a request says in so many words: sizes, ranges, and what must not change."""

from __future__ import annotations

from copilot.codegen.authoring.spec import Augmentation, Distribution, ModuleSpec, Step

_BOUNDED = {"scale", "scale_each", "brightness"}


def method(name: str, lines: list[str]) -> list[str]:
    """A test, as lines of a class."""
    return ["", f"    def test_asked_{name}(self) -> None:", *(f"        {line}" for line in lines)]


def facts_of_augmentation(spec: ModuleSpec, plan: Augmentation) -> list[str]:
    """Of a single operation, what its numbers mean; of any, that a probability of 0 changes nothing."""
    image = plan.observations == "image"
    inputs = "th.rand(256, 3, 36, 36)" if image else "th.rand(256, 17) + 0.5"
    lines: list[str] = []
    if len(plan.steps) == 1:
        step = plan.steps[0]
        known = _of_step(spec.name, step, image, inputs)
        lines += known
    never = [name for name, step in zip(_prefixes(plan), plan.steps, strict=True) if step.p is not None]
    if never and len(never) == len(plan.steps):
        given = ", ".join(f"{name}p=0.0" for name in never)
        lines += method("probability_of_0_changes_nothing", [
            f"x = {inputs}", f"th.testing.assert_close({spec.name}({given})(x), x)",
        ])  # fmt: skip
    return lines


def _prefixes(plan: Augmentation) -> list[str]:
    ops = [step.op for step in plan.steps]
    return [f"{op}_" if ops.count(op) == 1 else f"{op}_{ops[: i + 1].count(op)}_" for i, op in enumerate(ops)]


def _of_step(name: str, step: Step, image: bool, inputs: str) -> list[str]:
    kwargs, op = step.kwargs, step.op
    if op in _BOUNDED and "low" in kwargs:
        lines = [f"x = {'0.4 * ' if image else ''}({inputs}) + 0.1", "ratio = self.make()(x) / x"]
        if step.p is None:
            lines += [
                f"assert ratio.min() >= {kwargs['low']!r} - 1e-4",
                f"assert ratio.max() <= {kwargs['high']!r} + 1e-4",
            ]
        one = ".flatten(1)"
        if op != "scale_each" and kwargs["high"] * 0.5 <= 1.0:
            lines.append(
                f"assert th.allclose(ratio{one}, ratio{one}[:, :1].expand_as(ratio{one}), atol=1e-4)  # one each"
            )
        if op == "scale_each":
            lines.append("assert not th.allclose(ratio[:, 0], ratio[:, 1])  # each number has its own")
        return method("factors_stay_within_their_bounds", lines)
    if op in {"mask", "salt_pepper"} and "share" in kwargs and step.p is None:
        allowed = "(out == 0) | (out == x)" if op == "mask" else "(out == 0) | (out == 1) | (out == x)"
        return method("share_of_numbers_that_change", [
            f"x = 0.1 + 0.8 * {inputs if image else 'th.rand(256, 17)'}", "out = self.make()(x)",
            f"assert bool(({allowed}).all())", f"assert abs(float((out != x).float().mean()) - {kwargs['share']!r}) < 0.05",
        ])  # fmt: skip
    if op == "noise" and "sigma" in kwargs and not image and step.p is None:
        lines = [f"x = {inputs}", "noise = self.make()(x) - x"]
        if "clip" in kwargs:
            lines.append(f"assert noise.abs().max() <= {kwargs['clip']!r} + 1e-5")
        if "clip" not in kwargs or kwargs["clip"] >= 2.5 * kwargs["sigma"]:
            lines.append(f"assert abs(float(noise.std()) / {kwargs['sigma']!r} - 1.0) < 0.1")
        return method("noise_has_this_deviation", lines)
    if op in {"shift", "crop"} and "pad" in kwargs:
        return method("pixels_move_no_further", [
            "x = th.zeros(256, 1, 41, 41)", "x[:, :, 20, 20] = 1.0", "places = self.make()(x).nonzero()[:, 2:]",
            f"assert int((places - 20).abs().max()) <= {kwargs['pad']}",
        ])  # fmt: skip
    return []


def facts_of_distribution(plan: Distribution) -> list[str]:
    """What is done to logits and deviations."""
    logits = ["logits = self.parameters()[0].detach()", "dist, plain = self.make()(logits), logits.softmax(-1)"]
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
        ])  # fmt: skip
    if plan.of == "clipped_gaussian":
        return method("the_deviation_stays_within_its_bounds", [
            "mu, _ = self.parameters()", "for sigma in (1e-3, 1e3):",
            "    found = self.make()(mu, th.full_like(mu, sigma)).stddev",
            f"    assert float(found.min()) >= {plan.low!r} - 1e-6", f"    assert float(found.max()) <= {plan.high!r} + "
                f"1e-6",
        ])  # fmt: skip
    return []
