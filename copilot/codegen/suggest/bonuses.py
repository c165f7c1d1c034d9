"""Which intrinsic rewards suit a task: corpus/concepts/exploration-bonuses.md, "Which intrinsic reward for which task"."""

from __future__ import annotations

from copilot.codegen.spec import ExperimentSpec
from copilot.codegen.suggest import edits
from copilot.codegen.suggest.finding import Case, Remedies, text


def suited(case: Case) -> list[tuple[str, str, tuple[str, ...]]]:
    """Names of intrinsic rewards, best first, each with why and its sources."""
    env_id, suite = case.spec.env_id, case.environment.get("suite")
    state_entropy = ("RE3", "It needs no training and its pay does not fade.", ("bonus-first",))
    counts = (
        "PseudoCounts",
        "It begins anew with each episode, where every episode is worth exploring.",
        ("bonus-mazes",),
    )
    if env_id.startswith("MiniGrid-DoorKey"):
        measured = (
            "RE3",
            "On DoorKey-6x6 ten seeds of ten learned with it, six of ten without.",
            ("re3", "hard-first"),
        )
        return [measured, counts]
    if suite == "minigrid":
        return [counts, state_entropy]
    if env_id == "MountainCar-v0" and edits.on_policy(case.spec, case.catalogue):
        return [
            (counts[0], "With it PPO reached the top where it never did without.", ("mountain-car",)),
            state_entropy,
        ]
    if suite == "atari":
        return [
            ("RND", "One fixed world of pictures, where lifelong novelty leads on.", ("bonus-first",)),
            state_entropy,
        ]
    return [state_entropy, counts]


def add_bonuses(case: Case, remedies: Remedies) -> None:
    """An intrinsic reward, the same beside no bonus, a pre-training, and more noise in the actions."""
    present = case.spec.modules.get("reward")
    others = [row for row in suited(case) if present is None or row[0] != present.name]
    for name, why, sources in others[:2]:
        whole = _long_enough(case)
        spec = edits.with_reward(whole, case.catalogue, name)
        beta = spec.modules["reward"].kwargs["beta"] if spec else 0.0
        more = whole.num_train_steps > case.spec.num_train_steps
        longer = f", {text(whole.num_train_steps)} steps" if more else ""
        instead = f" instead of {present.name}" if present else ""
        remedies.add(
            f"bonus-{name}",
            f"{case.spec.agent} with {name} (beta {text(beta)}){instead}{longer}",
            why,
            spec,
            *sources,
            "bonus-bound",
        )
    entropy = case.value("ent_coef")
    if entropy is not None and entropy < 0.05:
        wanted = min(0.05, max(0.01, 5 * entropy))
        remedies.add(
            "ent_coef",
            f"ent_coef {text(entropy)} -> {text(wanted)}",
            "More random actions cost nothing and come before any bonus.",
            case.changed(ent_coef=wanted),
            "sparse",
            "bonus-fabric",
        )
    if others and present is None:
        bonus = edits.with_reward(case.spec, case.catalogue, others[0][0])
        if bonus is not None:
            steps = edits.whole(case.spec.num_train_steps / 2)
            remedies.add(
                "pretrain",
                f"Pre-train {text(steps)} steps on {others[0][0]} alone, then train as before",
                "The agent learns to get around first, from a bonus that needs no reward of the task.",
                bonus.model_copy(update={"pretrain_steps": steps}),
                "bonus-pretrain",
                "pretrain",
            )
    _envs(case, remedies)


def _long_enough(case: Case) -> ExperimentSpec:
    """With the steps over which bonuses were measured on such a task, where the run had fewer."""
    tuned = edits.settings(case.spec.agent, case.spec.env_id, case.catalogue)
    steps = tuned["num_train_steps"] if tuned and tuned["rewards"] else 0
    return case.spec.model_copy(update={"num_train_steps": max(steps, case.spec.num_train_steps)})


def _envs(case: Case, remedies: Remedies) -> None:
    if case.spec.num_envs < 16 and edits.on_policy(case.spec, case.catalogue):
        remedies.add(
            "num_envs",
            f"16 environments instead of {case.spec.num_envs}",
            "One success is then part of more updates, and sixteen look for it at a time.",
            case.changed(num_envs=16),
            "sparse-envs",
            "num-envs",
        )
