"""Rules about the policy's steps: divergence, clip and entropy.

Thresholds are those of corpus/guides/training-troubleshooting.md, "What the metrics mean and which values are healthy",
except where a constant says where it was measured.
"""

from __future__ import annotations

import math

from copilot.codegen.suggest.finding import Case, Finding, Remedies, text
from copilot.codegen.suggest.records import median

LARGE_KL = 0.05
AGAIN = 0.25
"""Share of updates above it that is "again and again". Measured: 0.00 of PPO on CartPole-v1, 0.9 with a rate of 0.05."""
SMALL_KL = 1e-4
UNCLIPPED = 0.001
COLLAPSED = 0.1
"""Entropy left of ln(n). Measured: 0.36 of a PPO that solved CartPole-v1, 0.03 and 0.00 where a large rate broke it."""
THIRD, TRIPLE = 1 / 3, 3.0


def divergence_large(case: Case) -> Finding | None:
    """Updates move the policy too far."""
    kl = case.run.series("approx_kl").since(0.1)
    above = [value for value in kl.values if value > LARGE_KL]
    if case.solved or not kl.values or len(above) < max(2, AGAIN * len(kl)):
        return None
    clipped = case.late("clip_fraction")
    evidence = (
        f"approx_kl is above {LARGE_KL} in {len(above)} of {len(kl)} updates, typically {text(median(kl.values))} "
        f"(healthy: 0.001 to 0.03)" + (f"; clip_fraction is {text(clipped)}." if clipped is not None else ".")
    )
    remedies = Remedies(case)
    slower(case, remedies)
    epochs = case.value("n_epochs")
    if epochs and epochs > 4:
        remedies.add(
            "epochs",
            f"4 passes over each rollout instead of {epochs:.0f}",
            "Each further pass moves the policy on from the one that made the data.",
            case.changed(n_epochs=4),
            "epochs",
        )
    return Finding("divergence_large", 4, evidence, ("kl",), remedies.all())


def slower(case: Case, remedies: Remedies, source: str = "kl-change") -> None:
    """A third of the learning rate, falling to 0."""
    rate = case.scaled("lr", THIRD)
    if rate is not None:
        remedies.add(
            "lr",
            f"lr {text(case.value('lr') or 0)} -> {text(rate)}, annealed",
            "A third of the learning rate, falling to 0 over the run, makes smaller steps.",
            case.changed(lr=rate, anneal_lr=True),
            source,
            "details",
        )


def divergence_small(case: Case) -> Finding | None:
    """Updates hardly move the policy, and nothing is learned."""
    kl, clip = case.run.series("approx_kl").values, case.run.series("clip_fraction").values
    if case.solved or case.kind != "flat" or not kl or _by_construction(case):
        return None
    high = sorted(kl)[int(0.9 * (len(kl) - 1))]
    if high >= SMALL_KL or (clip and max(clip) > UNCLIPPED):
        return None
    evidence = (
        f"approx_kl is below {text(max(high, 1e-6))} in nine of ten updates and clip_fraction at most "
        f"{text(max(clip, default=0.0))}: the policy does not move, and the reward stays at {text(case.shape.last)}."
        if case.shape
        else ""
    )
    remedies = Remedies(case)
    rate, now = case.scaled("lr", TRIPLE), case.value("lr")
    if rate is not None and now is not None:
        wanted = max(rate, 3e-4)
        remedies.add(
            "lr",
            f"lr {text(now)} -> {text(wanted)}, clip_range 0.2",
            "A learning rate three times larger (at least 3e-4), and room for it in the clip.",
            case.changed(lr=wanted, clip_range=0.2),
            "small-steps",
            "tune-lr",
        )
    return Finding("divergence_small", 3, evidence, ("small-steps", "clip"), remedies.all())


def _by_construction(case: Case) -> bool:
    """One pass in a single minibatch: it is measured before anything has moved."""
    epochs = case.value("n_epochs") or case.value("policy_epochs") or 1
    batch, steps = case.value("batch_size"), case.value("num_steps") or 0
    return epochs <= 1 and (batch is None or batch >= steps * case.spec.num_envs)


def entropy_collapse(case: Case) -> Finding | None:
    """A Discrete policy has become certain before it was good."""
    actions, series = case.environment.get("action_n"), case.run.series("entropy")
    if case.environment.get("action_space") != "Discrete" or not series.values or "alpha" in _names(case):
        return None
    full = math.log(actions) if actions and actions > 1 else max(series.values)
    last = case.late("entropy") or 0.0
    if case.solved or case.rising or case.kind == "short" or full <= 0 or last > COLLAPSED * full:
        return None
    when = next(
        (s for s, v in zip(series.steps, series.values, strict=True) if v <= COLLAPSED * full), series.steps[-1]
    )
    reward = f", with a reward of {text(case.shape.last)}" if case.shape else ""
    evidence = (
        f"entropy is {text(last)} of {text(full)} nats at the end and was below a tenth from step {text(when)} of "
        f"{text(case.run.step)}{reward}: the policy has stopped exploring."
    )
    remedies = Remedies(case)
    weight = case.value("ent_coef")
    if weight is not None:
        wanted = min(0.05, max(0.01, 3 * weight))
        remedies.add(
            "ent_coef",
            f"ent_coef {text(weight)} -> {text(wanted)}",
            "A weight of the entropy of 0.01 to 0.05 keeps actions open until a better reward is found.",
            case.changed(ent_coef=wanted),
            "entropy-change",
        )
    slower(case, remedies, "entropy-lr")
    both = case.scaled("lr", THIRD)
    if weight is not None and both is not None:
        remedies.add(
            "ent_coef+lr",
            f"ent_coef {text(min(0.05, max(0.01, 3 * weight)))} with lr {text(both)}",
            "Both at once, if either alone does not hold the entropy up.",
            case.changed(ent_coef=min(0.05, max(0.01, 3 * weight)), lr=both, anneal_lr=True),
            "entropy-change",
            "entropy-lr",
        )
    return Finding("entropy_collapse", 4, evidence, ("entropy",), remedies.all())


def temperature_vanished(case: Case) -> Finding | None:
    """SAC's temperature is near 0 while the return is poor."""
    alpha = case.run.series("alpha")
    if case.solved or case.rising or case.kind == "short" or not alpha.values:
        return None
    last = case.late("alpha") or 0.0
    if last > 0.01 or last > 0.1 * max(alpha.values):
        return None
    evidence = (
        f"alpha fell from {text(alpha.values[0])} to {text(last)} while the reward is {text(case.run.score or 0.0)}: "
        "nothing "
        "holds the entropy up any more."
    )
    remedies = Remedies(case)
    remedies.add(
        "temperature",
        "temperature 1.0 at the start",
        "A larger temperature at first keeps actions random for longer.",
        case.changed(temperature=1.0),
        "alpha",
    )
    return Finding("temperature_vanished", 3, evidence, ("alpha",), remedies.all())


def _names(case: Case) -> set[str]:
    return {name for row in case.run.train[-3:] for name in row}
