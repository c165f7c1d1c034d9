"""Rules about exploration and the replay: bonuses that drown the task or fade, noise, random steps, what is kept."""

from __future__ import annotations

from copilot.codegen.spec import ExperimentSpec
from copilot.codegen.suggest import edits, tasks
from copilot.codegen.suggest.bonuses import add_bonuses
from copilot.codegen.suggest.finding import Case, Finding, Remedies, text

FADED = 0.1
"""Of the bonus of the beginning. Measured: 0.4 after 24,000 steps of RND on DoorKey, which still paid."""
NEGLIGIBLE = 0.01
"""Of what a bonus may pay at most."""
LONG_INIT = 0.3
"""Share of a run that is random steps. The longest of the library's presets is a fifth (TD3 on HalfCheetah-v5)."""
EPSILON_LATE, EPSILON_EARLY, EPSILON_GOOD = 0.6, 0.05, 0.3
"""corpus/how-to/tune-hyperparameters.md: the fall of epsilon should take a tenth to a half of the run; some room is left."""
SMALL_REPLAY = 0.25
"""Share of the steps that the storage holds, "far below" in corpus/guides/training-troubleshooting.md."""
MOST_PIXELS = 100_000
"""Transitions of pictures that a small machine holds: 0.7 to 2.8 GB (corpus/how-to/replay-memory.md)."""


def bonus_dominates(case: Case) -> Finding | None:
    """The bonus pays more than the goal."""
    reward, found = case.spec.modules.get("reward"), _bound(case)
    paid = case.late("intrinsic_reward")
    if reward is None or found is None or paid is None or case.solved or case.rising or case.spec.pretrain_steps:
        return None
    bound, goal, discount = found
    if paid <= bound:
        return None
    beta = float(reward.kwargs.get("beta", 1.0))
    wanted = edits.rounded(beta * bound / paid / 3, 1)
    evidence = (
        f"intrinsic_reward is {text(paid)} a step; with a goal of {text(goal)} and a discount of {text(discount)} more than "
        f"{text(bound)} makes roaming worth more than arriving. The reward is "
        f"{text(case.shape.last if case.shape else 0.0)}."
    )
    remedies = Remedies(case)
    remedies.add(
        "beta",
        f"beta of {reward.name} {text(beta)} -> {text(wanted)}",
        "A third of the most that leaves the goal worth more than the bonus.",
        _with_beta(case.spec, wanted),
        "bonus-bound",
        "drowned",
    )
    without = edits.without_reward(case.spec)
    remedies.add(
        "ablation-bonus",
        f"With and without {reward.name}",
        "Whether the bonus helps at all, on the same seeds.",
        edits.comparison(
            f"{case.spec.agent} with and without {reward.name} on {case.spec.env_id}",
            {f"{case.spec.agent} + {reward.name}": _with_beta(case.spec, wanted), case.spec.agent: without},
            _seeds(case.spec, 3),
        ),
        "bonus-none",
    )
    return Finding("bonus_dominates", 4, evidence, ("bonus-bound", "drowned"), remedies.all())


def _bound(case: Case) -> tuple[float, float, float] | None:
    """The largest mean bonus that leaves the goal worth more, the goal and the discount; None where rewards are costs."""
    discount = case.value("discount")
    seen = case.run.series("episode_reward").values
    goal = case.target if case.target is not None else max(seen, default=0.0)
    if discount is None or goal <= 0:
        return None
    return (1 - discount) * goal, goal, discount


def _with_beta(spec: ExperimentSpec, beta: float) -> ExperimentSpec:
    reward = spec.modules["reward"]
    changed = reward.model_copy(update={"kwargs": {**reward.kwargs, "beta": beta}})
    return spec.model_copy(update={"modules": {**spec.modules, "reward": changed}}, deep=True)


def _seeds(spec: ExperimentSpec, least: int) -> list[int]:
    """The run's own, and more up to a number."""
    seeds = list(spec.seeds)
    while len(seeds) < least:
        seeds.append(next(seed for seed in range(1, 10_000) if seed not in seeds))
    return seeds


def bonus_gone(case: Case) -> Finding | None:
    """The bonus has faded, or never counted, and the reward was not found."""
    reward, first, last = case.spec.modules.get("reward"), case.early("intrinsic_reward"), case.late("intrinsic_reward")
    if reward is None or first is None or last is None or case.solved or case.kind not in {"flat", "short"}:
        return None
    beta, found, remedies = float(reward.kwargs.get("beta", 1.0)), _bound(case), Remedies(case)
    if found is not None and last < NEGLIGIBLE * found[0] and (first <= 0 or last > FADED * first):
        wanted = edits.rounded(beta * found[0] / last / 3, 1) if last > 0 else _usual(case, reward.name)
        remedies.add(
            "beta",
            f"beta of {reward.name} {text(beta)} -> {text(wanted)}",
            "A third of the most that leaves the goal worth more than the bonus."
            if last > 0
            else "A weight that was measured.",
            _with_beta(case.spec, wanted),
            "bonus-bound",
        )
        evidence = (
            f"intrinsic_reward is {text(last)} a step, where up to {text(found[0])} would leave the goal "
            "worth more: it says nothing."
        )
        return Finding("bonus_negligible", 3, evidence, ("bonus-bound",), remedies.all())
    if case.kind != "flat" or first <= 0 or last > FADED * first:
        return None
    evidence = (
        f"intrinsic_reward fell from {text(first)} to {text(last)} while the reward stayed flat: the bonus "
        "faded before the goal was found."
    )
    add_bonuses(case, remedies)
    rate = reward.kwargs.get("lr")
    if reward.name in {"RND", "ICM"} and isinstance(rate, int | float):
        slow = reward.model_copy(update={"kwargs": {**reward.kwargs, "lr": edits.rounded(rate / 3)}})
        remedies.add(
            "bonus-lr",
            f"lr of {reward.name} {text(rate)} -> {text(rate / 3)}",
            "Its network learns more slowly, so that new states stay new for longer.",
            case.spec.model_copy(update={"modules": {**case.spec.modules, "reward": slow}}, deep=True),
            "rnd",
        )
    return Finding("bonus_gone", 3, evidence, ("bonus-faded",), remedies.all())


def _usual(case: Case, name: str) -> float:
    tuned = edits.settings(case.spec.agent, case.spec.env_id, case.catalogue) or {}
    return float(tuned.get("rewards", {}).get(name, {}).get("beta", edits.DEFAULT_BETA))


def random_steps(case: Case) -> Finding | None:
    """Too much of the run were random steps before learning."""
    init, total = case.value("num_init_steps"), case.spec.num_train_steps
    if init is None or init < LONG_INIT * total or case.solved:
        return None
    wanted = max(edits.whole(0.05 * total), int(case.value("batch_size") or 1))
    evidence = (
        f"num_init_steps is {text(init)} of {text(total)} steps ({init / total:.0%}): so many are random and "
        "learn nothing."
    )
    remedies = Remedies(case)
    remedies.add(
        "init-steps",
        f"num_init_steps {text(init)} -> {text(wanted)}",
        "A twentieth of the run fills the replay enough to begin.",
        case.changed(num_init_steps=wanted) if wanted < init else None,
        "init-steps",
    )
    steps = edits.whole(init / 0.05)
    remedies.add(
        "longer",
        f"{text(steps)} steps, with the random ones as they are",
        "So many random steps suit a longer run.",
        case.changed(num_train_steps=steps) if steps <= 10 * total else case.changed(num_train_steps=10 * total),
        "init-steps",
    )
    return Finding("random_steps", 3, evidence, ("init-steps", "early"), remedies.all())


def epsilon(case: Case) -> Finding | None:
    """DQN's epsilon falls too late to learn, or too early to explore."""
    found, total = edits.schedule(case.spec, case.catalogue, "epsilon_schedule"), case.spec.num_train_steps
    if found is None or case.solved:
        return None
    begin, end, steps = found
    share = steps / total
    if EPSILON_EARLY <= share <= EPSILON_LATE or (share < EPSILON_EARLY and case.kind not in {"flat", "settled"}):
        return None
    now = begin + (end - begin) * min(1.0, case.run.step / steps)
    wanted = edits.whole(EPSILON_GOOD * total)
    late = share > EPSILON_LATE
    evidence = f"epsilon falls over {text(steps)} steps of {text(total)} ({share:.0%}; a tenth to a half is usual)" + (
        f" and was still {text(now)} at the end: that part of the actions was random." if late else ": it ended early."
    )
    remedies = Remedies(case)
    remedies.add(
        "epsilon",
        f"epsilon over {text(wanted)} steps",
        "Three tenths of the run explore, the rest is left to learn." if late else "Exploration lasts longer.",
        case.changed(epsilon_schedule=f"linear({begin:g}, {end:g}, {wanted})"),
        "epsilon",
        "epsilon-late",
    )
    if late:
        remedies.add(
            "longer",
            f"{text(edits.whole(steps / EPSILON_GOOD))} steps, with epsilon as it is",
            "The schedule suits a longer run.",
            case.changed(num_train_steps=edits.whole(steps / EPSILON_GOOD)),
            "epsilon-late",
        )
    return Finding("epsilon", 2, evidence, ("epsilon",), remedies.all())


def replay_small(case: Case) -> Finding | None:
    """The replay forgot most of the run, and the reward fell or settled too low."""
    size, step = case.value("storage_size"), case.run.step
    if size is None or not edits.off_policy(case.spec, case.catalogue) or case.solved:
        return None
    if size >= SMALL_REPLAY * step or case.kind not in {"fallen", "settled", "flat"}:
        return None
    pictures = (
        tasks.kind_of_observation(case.environment, case.spec.env_kwargs) == "pixels" if case.environment else True
    )
    wanted = min(MOST_PIXELS, step) if pictures else max(step, case.spec.num_train_steps)
    evidence = (
        f"storage_size is {text(size)} and {text(step)} steps were made: the replay held {size / step:.0%} of them."
    )
    remedies = Remedies(case)
    remedies.add(
        "replay",
        f"storage_size {text(size)} -> {text(wanted)}",
        "A storage that holds the whole run forgets no failure.",
        case.changed(storage_size=int(wanted)) if wanted > size else None,
        "forgot",
        "init-steps",
    )
    return Finding("replay_small", 3 if case.kind == "fallen" else 2, evidence, ("forgot",), remedies.all())


def few_updates(case: Case) -> Finding | None:
    """Off-policy, samples are used less often than they could be."""
    every = case.value("update_every_steps")
    if every is None or every <= 1 or case.solved or case.kind in {"short", "fallen"}:
        return None
    wanted = max(1, int(every) // 2)
    evidence = (
        f"update_every_steps is {every:.0f}: {1 / every:.2g} updates for each environment step, and the task "
        "is not yet learned."
    )
    remedies = Remedies(case)
    remedies.add(
        "update-ratio",
        f"update_every_steps {every:.0f} -> {wanted}",
        "Twice as many updates for each step: fewer steps, more time for each.",
        case.changed(update_every_steps=wanted),
        "update-ratio",
        "redq",
    )
    return Finding("few_updates", 1, evidence, ("update-ratio",), remedies.all())
