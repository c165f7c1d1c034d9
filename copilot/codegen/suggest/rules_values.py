"""Rules about values: losses that explode, Q-values that run away, a critic that explains nothing, numbers that are none.

Thresholds are those of corpus/guides/training-troubleshooting.md, "Value loss explodes, explained variance is negative",
except where a constant says where it was measured.
"""

from __future__ import annotations

from copilot.codegen.suggest import edits
from copilot.codegen.suggest.finding import Case, Finding, Remedies, text
from copilot.codegen.suggest.records import LOSSES
from copilot.codegen.suggest.rules_policy import slower

HUNDREDS = 100.0
"""Of a value loss, where rewards ask for scaling. Measured: 4000 of PPO on Pendulum-v1 with rewards as they are."""
ORDERS = 100.0
"""Two orders of magnitude: growth of a loss that is no learning."""
MARGIN = 2.0
"""Of the largest possible value, before Q-values count as run away: a batch's rewards differ from the mean."""
EXPLAINED = 0.2
"""Our own choice below which explained variance is "low"; 0 is no better than a constant."""


def not_finite(case: Case) -> Finding | None:
    """A number that is none: training stopped, or a metric is null."""
    nulls = [name for name in case.run.nulls() if name not in {"episode_reward", "episode_length", "actor_loss"}]
    stopped = "NotFiniteError" in case.run.log
    if not nulls and not stopped:
        return None
    what = f"{', '.join(nulls)} became null" if nulls else "training stopped with NotFiniteError"
    remedies = Remedies(case)
    rate, norm = case.scaled("lr", 0.1), case.value("max_grad_norm")
    if rate is not None:
        remedies.add(
            "lr",
            f"lr {text(case.value('lr') or 0)} -> {text(rate)}, gradients clipped more tightly",
            "A tenth of the learning rate and half the gradient's norm: steps were too large.",
            case.changed(lr=rate, anneal_lr=True, **({"max_grad_norm": norm / 2} if norm else {})),
            "not-finite",
        )
    scale(case, remedies, "not-finite")
    evidence = f"{what} by step {text(case.run.step)}: a loss or weight was not finite."
    return Finding("not_finite", 5, evidence, ("null", "not-finite"), remedies.all())


def scale(case: Case, remedies: Remedies, *sources: str) -> None:
    """Rewards, and observations that are vectors, brought to the order of 1."""
    remedies.add(
        "normalize",
        "Rewards divided by the deviation of returns (normalize_reward)",
        "Errors of large returns fill the gradient; scaled, the policy gets its share.",
        case.changed(normalize_reward=True),
        *sources,
        "normalise",
    )


def loss_of_values(case: Case) -> Finding | None:
    """The loss of the values is large beside rewards of order 1, or explodes, and the reward does not rise."""
    name = next((name for name in LOSSES if len(case.run.series(name))), None)
    if name is None or case.solved or case.kind not in {"flat", "fallen", "settled"}:
        return None
    first, last = case.early(name) or 0.0, case.late(name) or 0.0
    exploded = last > ORDERS * max(first, 1e-2) and last > 1.0
    large = case.kind == "flat" and last > HUNDREDS and not case.spec.train_kwargs.get("normalize_reward")
    if not exploded and not large:
        return None
    grown = f"grew from {text(first)} to {text(last)}" if exploded else f"is {text(last)}"
    reward = f" while the reward is {text(case.shape.last)}" if case.shape else ""
    remedies = Remedies(case)
    if not case.spec.train_kwargs.get("normalize_reward"):
        scale(case, remedies, "values")
        remedies.add(
            "normalize-both",
            "Rewards and observations normalised",
            "Observations of the order of 1 help PPO most; both together show whether scale was all.",
            case.changed(normalize_reward=True, normalize_obs=True) if _vector(case) else None,
            "values",
            "normalise-obs",
        )
    if exploded:
        slower(case, remedies, "q-change" if name != "value_loss" else "values")
    evidence = f"{name} {grown}{reward}: the values' errors outweigh the rest of the loss."
    return Finding("value_loss", 4, evidence, ("scale", "values"), remedies.all())


def _vector(case: Case) -> bool:
    return case.environment.get("observation_space") == "Box1" and not case.spec.env_kwargs.get("from_pixels")


def values_run_away(case: Case) -> Finding | None:
    """Q-values above what any return can be."""
    q, spec = case.late("q_value"), case.spec
    rewards, lengths = case.run.series("episode_reward"), case.run.series("episode_length")
    discount = case.value("discount")
    if q is None or not rewards.values or not lengths.values or discount is None or case.solved:
        return None
    if spec.train_kwargs.get("normalize_reward") or "reward" in spec.modules:
        return None
    each = max(abs(r) / max(n, 1.0) for r, n in zip(rewards.values, lengths.values, strict=False))
    limit = max(each / max(1 - discount, 1e-6), max(abs(value) for value in rewards.values))
    if abs(q) <= MARGIN * limit:
        return None
    evidence = (
        f"q_value is {text(q)}; with rewards of {text(each)} a step and a discount of {text(discount)} no return is beyond "
        f"{text(limit)}: the values believe themselves."
    )
    remedies = Remedies(case)
    slower(case, remedies, "q-change")
    tau = "critic_target_tau" if case.value("critic_target_tau") is not None else "tau"
    slow = case.scaled(tau, 0.5)
    if slow is not None:
        wanted = {tau: 0.005, "target_update_freq": 1} if tau == "tau" else {tau: slow}
        remedies.add(
            "targets",
            f"Targets that move more slowly ({tau} {text(case.value(tau) or 0)} -> {text(wanted[tau])})",
            "Slower targets break the loop in which values are learned from themselves.",
            case.changed(
                **wanted, **({"double": True} if edits.value(case.spec, case.catalogue, "double") is False else {})
            ),
            "q-change",
        )
    every = case.scaled("update_every_steps", 2)
    remedies.add(
        "update-ratio",
        f"Half as many updates (update_every_steps={every})",
        "Fewer updates for each step leave the values less time to believe themselves.",
        case.changed(update_every_steps=every),
        "q-change",
    )
    return Finding("values_run_away", 4, evidence, ("q-values", "q-change"), remedies.all())


def explained_variance(case: Case) -> Finding | None:
    """The critic explains little or nothing of the returns; only where a callback logged it."""
    last = case.late("explained_variance")
    if last is None or last >= EXPLAINED or case.solved or case.rising or case.kind == "short":
        return None
    evidence = (
        f"explained_variance is {text(last)} in the last fifth (1 is perfect, 0 no better than a constant): the critic says "
        "little about returns."
    )
    remedies = Remedies(case)
    if not case.spec.train_kwargs.get("normalize_reward"):
        scale(case, remedies, "values")
    steps = case.scaled("num_steps", 2)
    if steps is not None and edits.on_policy(case.spec, case.catalogue):
        remedies.add(
            "rollout",
            f"Rollouts twice as long (num_steps={steps})",
            "More of each return is seen before the critic has to stand in.",
            case.changed(num_steps=steps),
            "explained",
        )
    return Finding("explained_variance", 4 if last < 0 else 3, evidence, ("explained",), remedies.all())
