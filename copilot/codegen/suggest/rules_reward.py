"""Rules about the curve of rewards itself: flat, rising, settled too low, fallen, and an evaluation far below it.

The shapes are those of `curve`, whose thresholds were measured; what to change is of the guide
corpus/guides/training-troubleshooting.md.
"""

from __future__ import annotations

import math

from copilot.codegen.spec import ExperimentSpec
from copilot.codegen.suggest import edits, sources, tasks
from copilot.codegen.suggest.bonuses import add_bonuses
from copilot.codegen.suggest.finding import Case, Finding, Remedies, text
from copilot.codegen.suggest.rules_policy import slower
from copilot.codegen.suggest.rules_values import scale

FEW_UPDATES = 10
"""On-policy, below which nothing is said of a reward that does not rise. Measured: PPO on CartPole-v1 has risen by a half of
its first reward after four."""
GAP = 0.25
"""Of an evaluation below training, as a share of what training reaches or gained. Measured: 0.00 of PPO that solved
CartPole-v1, below 0 of those still learning; 0.85 of one that stands still on DoorKey (seed 2 with RE3)."""
RISEN_AGAIN = 2.0
LONGEST = 4.0
"""Times as many steps, at most: a line is not believed further than that."""
MOST_LONGER = 50.0
"""Where the run was a trial of a few steps and tuned settings say how many it takes."""


def flat(case: Case) -> Finding | None:
    """The reward stays where it began."""
    shape = case.shape
    if shape is None or shape.kind != "flat" or case.solved or _waiting(case):
        return None
    updates = _updates(case)
    evidence = (
        f"The reward stays at {text(shape.last)} (it began at {text(shape.first)}) for {text(case.run.step)} steps"
    )
    remedies = Remedies(case)
    if updates is not None and updates < FEW_UPDATES:
        evidence += f", but they are only {updates} updates."
        _train_longer(case, remedies, LONGEST, "early")
        return Finding("flat_too_early", 2, evidence, ("early",), remedies.all())
    if case.sparse:
        add_bonuses(case, remedies)
        return Finding(
            "flat_sparse", 3, f"{evidence}: no better reward was found.", ("never-found", "hard-first"), remedies.all()
        )
    tuned(case, remedies)
    if _vectors(case) and not case.spec.train_kwargs.get("normalize_obs"):
        remedies.add(
            "normalize-obs",
            "Observations normalised",
            "Entries of different scales hide what matters; normalised, each counts.",
            case.changed(normalize_obs=True),
            "scale",
            "observations",
        )
    if not case.spec.train_kwargs.get("normalize_reward"):
        scale(case, remedies, "scale")
    _train_longer(case, remedies, RISEN_AGAIN, "early")
    return Finding("flat", 3, f"{evidence}.", ("early", "lacking"), remedies.all())


def _waiting(case: Case) -> bool:
    """Most of the run were random steps, of which another rule speaks."""
    init = case.value("num_init_steps")
    return init is not None and case.run.step < 1.5 * init


def _updates(case: Case) -> int | None:
    if not edits.on_policy(case.spec, case.catalogue):
        return None
    return int(case.run.step / max(1.0, (case.value("num_steps") or 1.0) * case.spec.num_envs))


def _vectors(case: Case) -> bool:
    return bool(case.environment) and tasks.observed(case.environment, case.spec.env_kwargs) == "Box1"


def memory_missing(case: Case) -> Finding | None:
    """The task asks for what was seen before, and the agent forgets it."""
    if case.solved or case.rising or not _lacks_memory(case) or case.run.score is None:
        return None
    remedies = Remedies(case)
    remedies.add(
        "memory",
        f"PPOLSTM instead of {case.spec.agent}",
        "It carries what it saw from step to step.",
        edits.fresh("PPOLSTM", case.spec.env_id, case.catalogue, case.spec.env_kwargs, seeds=case.spec.seeds),
        "remember",
        "memory-measured",
    )
    stateful = edits.fresh("PPOLSTM", case.spec.env_id, case.catalogue, case.spec.env_kwargs)
    remedies.add(
        "memory-compared",
        f"PPOLSTM beside {case.spec.agent}",
        "On the same seeds, how much the memory is worth.",
        edits.comparison(
            f"{case.spec.agent} with and without a memory", {"PPOLSTM": stateful, case.spec.agent: case.spec}, [1, 2, 3]
        ),
        "memory-measured",
        "five-seeds",
    )
    evidence = (
        f"The reward is {text(case.run.score)} after {text(case.run.step)} steps on {case.spec.env_id}, where "
        "something seen "
        f"earlier decides, and {case.spec.agent} has no memory."
    )
    return Finding("memory_missing", 4, evidence, ("memory-signs",), remedies.all())


def _lacks_memory(case: Case) -> bool:
    stacked = case.spec.env_kwargs.get("frame_stack", 1)
    recurrent = case.spec.agent == "PPOLSTM" or bool(case.spec.agent_kwargs.get("use_lstm"))
    return bool(tasks.NEEDS_MEMORY.search(case.spec.env_id)) and not recurrent and stacked == 1


def too_short(case: Case) -> Finding | None:
    """There are too few episodes or log lines to say how it goes."""
    if case.kind != "short" or case.solved or _waiting(case) or case.run.status != "ok":
        return None
    episodes = case.run.series("episode").values
    wanted = (case.catalogue.preset(case.spec.agent, case.spec.env_id) or {}).get("num_train_steps", 0)
    factor = max(LONGEST, wanted / max(case.spec.num_train_steps, 1))
    remedies = Remedies(case)
    _train_longer(case, remedies, min(factor, MOST_LONGER), "early")
    evidence = (
        f"{text(episodes[-1] if episodes else 0)} episodes ended in {text(case.run.step)} steps, in "
        f"{len(case.run.train)} log lines: "
        "too few to tell learning from chance."
    )
    return Finding("too_short", 3, evidence, ("early",), remedies.all())


def tuned(case: Case, remedies: Remedies) -> None:
    """The library's tuned settings of the pair, where the run had others."""
    if case.catalogue.preset(case.spec.agent, case.spec.env_id) is None:
        return
    spec = edits.fresh(case.spec.agent, case.spec.env_id, case.catalogue, case.spec.env_kwargs, seeds=case.spec.seeds)
    if spec is None or _settings(spec, case) == _settings(case.spec, case):
        return
    remedies.add(
        "preset",
        f"The tuned settings of {case.spec.agent} on {case.spec.env_id}",
        f"They were measured over several seeds; this run differs in {_differences(spec, case)}.",
        spec,
        "preset",
        sources.measured(case.spec.agent, case.spec.env_id),
    )


def _settings(spec: ExperimentSpec, case: Case) -> dict[str, object]:
    names = [*edits.parameters(spec, case.catalogue), *edits.train_parameters(spec, case.catalogue)]
    return {name: edits.value(spec, case.catalogue, name) for name in names}


def _differences(spec: ExperimentSpec, case: Case) -> str:
    mine, other = _settings(case.spec, case), _settings(spec, case)
    names = [name for name in other if other[name] != mine.get(name)]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def rising(case: Case) -> Finding | None:
    """The reward was still going up when training ended."""
    shape = case.shape
    if shape is None or shape.kind != "rising" or case.solved:
        return None
    factor = RISEN_AGAIN
    if case.target is not None and shape.late_gain > 0:
        fifths = (case.target - shape.last) / shape.late_gain
        factor = min(LONGEST, max(1.5, 1 + 0.2 * fifths))
    remedies = Remedies(case)
    _train_longer(case, remedies, factor, "longer")
    aim = f"; {text(case.target)} counts as learned" if case.target is not None else ""
    evidence = (
        f"The reward rose from {text(shape.first)} to {text(shape.last)} and by {text(shape.late_gain)} in the last "
        "fifth of "
        f"{text(case.run.step)} steps{aim}: training ended too early."
    )
    return Finding("rising", 3, evidence, ("longer",), remedies.all())


def _train_longer(case: Case, remedies: Remedies, factor: float, source: str) -> None:
    steps = edits.whole(max(case.run.step, case.spec.num_train_steps) * factor)
    why = "Nothing else changes, so that the two curves can be laid over each other."
    if case.spec.train_kwargs.get("anneal_lr"):
        why += " The learning rate falls over the whole of one call, so the run starts anew."
    remedies.add(
        "longer",
        f"Train {steps / max(case.spec.num_train_steps, 1):.2g} times as long ({text(steps)} steps)",
        why,
        case.changed(num_train_steps=steps),
        source,
        sources.measured(case.spec.agent, case.spec.env_id),
    )


def plateau(case: Case) -> Finding | None:
    """The reward has settled below what counts as learned."""
    shape = case.shape
    if shape is None or shape.kind != "settled" or case.solved or case.target is None:
        return None
    evidence = (
        f"The reward rose from {text(shape.first)} and has settled at {text(shape.last)} (best {text(shape.best)}); "
        f"{text(case.target)} counts as learned on {case.spec.env_id}."
    )
    remedies = Remedies(case)
    tuned(case, remedies)
    if case.sparse:
        add_bonuses(case, remedies)
    steps = case.scaled("num_steps", 2)
    if edits.on_policy(case.spec, case.catalogue) and steps:
        remedies.add(
            "rollout",
            f"Rollouts twice as long (num_steps={steps})",
            "More data for each update: less noise in the gradient where gains have become small.",
            case.changed(num_steps=steps),
            "one-thing",
            "tune-lr",
        )
    slower(case, remedies, "fell")
    return Finding("plateau", 2, evidence, ("settled",), remedies.all())


def fallen(case: Case) -> Finding | None:
    """The reward rose, and was lost again."""
    shape = case.shape
    if shape is None or shape.kind != "fallen" or case.solved or _lacks_memory(case):
        return None
    evidence = (
        f"The reward rose from {text(shape.first)} to {text(shape.best)} and ended at {text(shape.last)}: "
        f"{(shape.best - shape.last) / shape.gain:.0%} of the gain was lost."
    )
    remedies = Remedies(case)
    if not case.spec.train_kwargs.get("anneal_lr"):
        remedies.add(
            "anneal",
            "The learning rate annealed to 0",
            "A constant rate that was right at first is too large for the end.",
            case.changed(anneal_lr=True),
            "fell",
            "details",
        )
    slower(case, remedies, "fell")
    clip = case.value("clip_range")
    if clip is not None and clip > 0.1:
        remedies.add(
            "clip",
            f"clip_range {text(clip)} -> 0.1",
            "One bad update is held smaller.",
            case.changed(clip_range=0.1),
            "fell",
        )
    return Finding("fallen", 3, evidence, ("fell",), remedies.all())


def evaluation_below(case: Case) -> Finding | None:
    """Evaluated, the agent is far worse than in training."""
    shape, run = case.shape, case.run
    if (
        shape is None
        or shape.kind in {"short", "flat"}
        or not run.evaluations
        or case.environment.get("suite") == "atari"
    ):
        return None
    last = run.evaluations[-1]
    score, spread = last.get("episode_reward"), last.get("episode_reward_std") or 0.0
    if not isinstance(score, int | float):
        return None
    episodes = case.value("num_eval_episodes") or 10.0
    gap = shape.last - score
    if gap <= GAP * max(abs(shape.last), shape.gain) or gap <= 2 * spread / math.sqrt(episodes):
        return None
    evidence = (
        f"The last evaluation is {text(score)} (deviation {text(spread)} over {episodes:.0f} episodes), training ended at "
        f"{text(shape.last)}: with its likeliest actions the policy does worse than with sampled ones."
    )
    remedies, entropy = Remedies(case), case.value("ent_coef")
    steps = edits.whole(case.spec.num_train_steps * RISEN_AGAIN)
    if entropy:
        remedies.add(
            "ent_coef",
            f"ent_coef {text(entropy)} -> {text(entropy / 10)}, and twice as many steps",
            "With less pay for entropy the likeliest action becomes the right one.",
            case.changed(ent_coef=edits.rounded(entropy / 10), num_train_steps=steps),
            "evaluation",
        )
    else:
        _train_longer(case, remedies, RISEN_AGAIN, "evaluation")
    remedies.add(
        "evaluation",
        "The same, evaluated over 50 episodes",
        "First whether the gap is more than chance: ten episodes say little where they differ much.",
        case.changed(eval_episodes=50, num_eval_episodes=50),
        "few-episodes",
    )
    grid = ("grid-turning",) if case.environment.get("suite") == "minigrid" else ()
    return Finding("evaluation_below", 3, evidence, ("evaluation", *grid), remedies.all())
