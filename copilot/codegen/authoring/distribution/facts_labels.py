"""Tests of what a request says of a distribution over a finite number of actions."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Distribution

_LOGITS = "logits = th.tensor([[2.0, 1.0, 0.5, -1.0], [0.0, 3.0, 0.1, 0.2]])"


def facts_of_labels(plan: Distribution) -> list[str]:
    """What is done to logits and values, and what is remembered."""
    lines = list[str]()
    if plan.of in {"top_p", "min_p", "masked", "rank", "epsilon", "max_boltzmann", "mellowmax", "sparsemax"}:
        lines += _probabilities(plan)
    if plan.schedule:
        name = {"temperature": "temperature", "mixed_uniform": "share"}.get(plan.of, "epsilon")
        first, last, steps = (float(part) for part in plan.schedule.split("(")[1][:-1].split(",")[:3])
        lines += method(f"{name}_follows_its_schedule", [
            f"assert abs(self.make().at(0).{name} - {first!r}) < 1e-6", f"assert abs(self.make().at({int(steps)}).{name} - "
            f"{last!r}) < 1e-6",
            f"assert abs(self.make().at({20 * int(steps)}).{name} - {last!r}) < 1e-6",
            "dist = self.make()(*self.parameters())", f"assert not th.equal(dist.at({int(steps)}).probs, dist.probs)",
        ])  # fmt: skip
    return [*lines, *_MEMORIES.get(plan.of, lambda plan: [])(plan)]


def _probabilities(plan: Distribution) -> list[str]:
    share = plan.share if plan.share is not None else 0.1
    made = f"probs = self.make(){f'.at({_end(plan)})' if plan.schedule else ''}(logits).probs"
    value = _last(plan) if plan.schedule else share
    best = "best = th.nn.functional.one_hot(logits.argmax(-1), 4).float()"
    wanted: dict[str, list[str]] = {
        "epsilon": [best, f"th.testing.assert_close(probs, {value!r} / 4 + (1.0 - {value!r}) * best)"],
        "max_boltzmann": [best, f"drawn = (logits / {plan.temperature or 1.0!r}).softmax(-1)",
                          f"th.testing.assert_close(probs, {value!r} * drawn + (1.0 - {value!r}) * best)"],
        "masked": [f"assert float(probs[:, {plan.only}].max()) == 0.0",
                   "assert abs(float(probs.sum()) - len(probs)) < 1e-5"],
        "rank": [f"weights = th.arange(1.0, 5.0) ** -{plan.amount!r}", "weights = weights / weights.sum()",
                 "th.testing.assert_close(probs.sort(-1, descending=True).values, weights.expand_as(probs))",
                 "assert th.equal(probs.argmax(-1), logits.argmax(-1))"],
        "top_p": ["plain = logits.softmax(-1)", "kept = probs > 0", f"assert bool(((plain * kept).sum(-1) >= {share!r} - "
        f"1e-6).all())",
                  "least = th.where(kept, plain, 2.0).amin(-1)", f"assert bool(((plain * kept).sum(-1) - least < "
                  f"{share!r}).all())"],
        "min_p": ["plain = logits.softmax(-1)", f"kept = plain >= {share!r} * plain.amax(-1, keepdim=True)",
                  "assert th.equal(probs > 0, kept)"],
        "sparsemax": ["excess = (logits - probs).where(probs > 0, float(\"nan\"))", "middle = excess.nanmean(-1, "
        "keepdim=True)",
                      "th.testing.assert_close((logits - middle).clamp(min=0.0), probs)", "assert abs(float(probs.sum()) - "
                      "2.0) < 1e-5"],
        "mellowmax": [f"value = ((({plan.amount!r} * logits).logsumexp(-1) - th.tensor(4.0).log()) / {plan.amount!r})",
                      "th.testing.assert_close((probs * logits).sum(-1), value, atol=1e-3, rtol=1e-3)"],
    }  # fmt: skip
    size = max(4, *(place + 1 for place in plan.only)) if plan.only else 4
    logits = _LOGITS if size == 4 else f"logits = th.randn(2, {size})"
    return method("these_are_its_probabilities", [logits, made, *wanted[plan.of]])


def _end(plan: Distribution) -> int:
    return int(float((plan.schedule or "").split("(")[1][:-1].split(",")[2]))


def _last(plan: Distribution) -> float:
    return float((plan.schedule or "").split("(")[1][:-1].split(",")[1])


_MEMORIES = {
    "ez_greedy": lambda plan: [
        *method("what_was_begun_is_repeated_until_its_episode_ends", [
            "dist, values = self.make(), th.tensor([[0.0, 0.0, 1.0]] * 2)", "dist.memory[2] = th.tensor([[0, 1], [2, 2]])",
            "assert dist(values).sample().tolist() == [0, 1]", "dist.reset(th.tensor([1.0, 0.0]))", "dist.epsilon = 0.0",
            "assert dist(values).sample().tolist() == [2, 1]", "assert dist(values).sample().tolist() == [2, 2]",
        ]),
        *method("durations_are_of_the_zeta_distribution", [
            'drawn = self.make().durations(20_000, th.device("cpu"))', f"assert int(drawn.min()) == 1 and int(drawn.max()) "
            f"<= {plan.k}",
            f"weights = th.arange(1.0, {plan.k} + 1.0) ** -{plan.exploration!r}",
            "assert abs(float((drawn == 1).float().mean()) - float(weights[0] / weights.sum())) < 0.02",
        ]),
        *method("it_explores_as_often_as_asked", [f"assert self.make().epsilon == {plan.share!r}"]),
    ],
    "sticky": lambda plan: method("the_action_before_comes_again", [
        "dist, logits = self.make(), th.zeros(4000, 50)", "first = dist(logits).sample()",
        "again = (dist(logits).sample() == first).float().mean()",
        f"assert abs(float(again) - {(plan.share or 0.25) + (1.0 - (plan.share or 0.25)) / 50!r}) < 0.03",
        "dist.reset(th.ones(4000))", "assert float((dist(logits).sample() == first).float().mean()) < 0.05",
    ]),
    "ucb": lambda plan: [
        *method("every_action_comes_once_before_any_comes_twice", [
            "dist, values = self.make(), th.tensor([[3.0, 2.0, 1.0]])",
            "assert sorted(int(dist(values).sample()) for _ in range(3)) == [0, 1, 2]",
            "assert int(dist(values).sample()) in (0, 1, 2)", "assert int(dist.state()[\"counts\"].sum()) == 4",
            "again = self.make()", "again.restore(dist.state())", "assert th.equal(again.counts[0], dist.counts[0])",
        ]),
        *method("what_is_seldom_taken_gets_the_bonus", [
            "dist, values = self.make(), th.tensor([[1.0, 0.0]])", "dist.counts[:] = [th.tensor([90, 10])]",
            f"bonus = {plan.exploration!r} * (th.tensor(100.0).log() / th.tensor([90.0, 10.0])).sqrt()",
            "assert int(dist(values).sample()) == int((values[0] + bonus).argmax())",
        ]),
    ],
}  # fmt: skip
