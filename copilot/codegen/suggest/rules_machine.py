"""Rules about the process: time, memory, and speed that is left unused."""

from __future__ import annotations

from copilot.codegen.suggest import edits
from copilot.codegen.suggest.finding import Case, Finding, Remedies, text

ROOM = 0.8
"""Of the time that a run had, for the next one to fit."""
FEW_ENVS = 4
"""On-policy, below which more environments are faster: corpus/how-to/number-of-environments.md says 8 to 16."""
REPLAY_LEAST = 10_000


def time_out(case: Case) -> Finding | None:
    """The run was ended by its limit of time."""
    run, total = case.run, case.spec.num_train_steps
    if run.status not in {"timeout", "cpu"}:
        return None
    took = f" in {text(run.wall_s)} s" if run.wall_s else ""
    evidence = f"The run was ended by its time limit after {text(run.step)} of {text(total)} steps{took}."
    remedies = Remedies(case)
    if run.step:
        fits = edits.whole(ROOM * run.step)
        remedies.add(
            "shorter",
            f"{text(fits)} steps, which fit into the same time",
            "At the speed that was measured; annealing and evaluation then come to their end.",
            case.changed(num_train_steps=fits) if fits < total else None,
            "longer",
        )
    every = case.scaled("update_every_steps", 2)
    if every is not None:
        remedies.add(
            "cheaper",
            f"Half as many updates (update_every_steps={every})",
            "Updates take most of the time of an off-policy agent.",
            case.changed(update_every_steps=every),
            "updates-cost",
        )
    epochs = case.value("n_epochs")
    if epochs and epochs > 4:
        remedies.add(
            "cheaper",
            f"4 passes over each rollout instead of {epochs:.0f}",
            "Fewer passes are the cheapest way to a faster update.",
            case.changed(n_epochs=4),
            "batch-cost",
        )
    return Finding("time_out", 4, evidence, ("updates-cost",), remedies.all())


def out_of_memory(case: Case) -> Finding | None:
    """The run was ended by its limit of memory."""
    if case.run.status != "oom":
        return None
    evidence = (
        f"The run was ended by its memory limit after {text(case.run.step)} of {text(case.spec.num_train_steps)} steps."
    )
    remedies, size = Remedies(case), case.value("storage_size")
    if size is not None and edits.off_policy(case.spec, case.catalogue):
        wanted = max(REPLAY_LEAST, min(edits.whole(size / 10), case.spec.num_train_steps))
        remedies.add(
            "replay",
            f"storage_size {text(size)} -> {text(wanted)}",
            "The replay is what grows while training goes on.",
            case.changed(storage_size=int(wanted)) if wanted < size else None,
            "memory-out",
        )
    if case.spec.num_envs > 1:
        half = case.spec.num_envs // 2
        remedies.add(
            "num_envs",
            f"{half} environments instead of {case.spec.num_envs}",
            "Half of the environments' memory, and of a rollout's.",
            case.changed(num_envs=half),
            "memory-out",
        )
    phase = case.scaled("policy_epochs", 0.25)
    if phase and case.spec.agent == "PPG":
        remedies.add(
            "phase",
            f"policy_epochs={phase}",
            "PPG keeps the rollouts of a whole phase.",
            case.changed(policy_epochs=phase),
            "memory-out",
        )
    return Finding("out_of_memory", 5, evidence, ("memory-out",), remedies.all())


def few_environments(case: Case) -> Finding | None:
    """On-policy with so few environments that the policy acts for one or two at a time."""
    spec, speed = case.spec, case.run.steps_per_s
    steps = case.value("num_steps")
    if not edits.on_policy(spec, case.catalogue) or spec.num_envs >= FEW_ENVS or speed is None or not steps:
        return None
    each = max(16, int(steps * spec.num_envs / 16))
    evidence = (
        f"{spec.num_envs} environment{'s' * (spec.num_envs > 1)} made {text(speed)} steps a second; "
        f"{spec.agent} acts for all of them in one call."
    )
    remedies = Remedies(case)
    remedies.add(
        "num_envs",
        f"16 environments with num_steps={each}",
        "As much data for each update, collected in fewer calls.",
        case.changed(num_envs=16, num_steps=each),
        "envs-faster",
        "num-envs",
    )
    return Finding("few_environments", 1, evidence, ("envs-faster",), remedies.all())
