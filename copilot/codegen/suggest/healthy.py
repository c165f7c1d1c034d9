"""What comes after a run in which nothing is wrong: more seeds, an ablation, a baseline, a harder task."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator

from copilot.codegen.spec import ExperimentSpec
from copilot.codegen.suggest import edits, sources, tasks
from copilot.codegen.suggest.finding import Case, Proposal, Remedies, text

ENOUGH_SEEDS = 5
MANY_SEEDS = 10
BASELINES = {
    ("Discrete", False): ("PPO", "DQN", "A2C"),
    ("Box", False): ("PPO", "SAC", "TD3"),
    ("Discrete", True): ("PPO", "DQN", "A2C"),
    ("Box", True): ("DrQv2", "SAC", "PPO"),
}
"""First choices of corpus/how-to/choose-an-agent.md, by actions and whether pictures are seen."""


def more_seeds(spec: ExperimentSpec, used: int, title: str = "") -> tuple[str, ExperimentSpec]:
    """A title, and the plan over as many seeds as statements need: five, or ten where there are five."""
    wanted = ENOUGH_SEEDS if used < ENOUGH_SEEDS else max(MANY_SEEDS, 2 * used)
    seeds = list(spec.seeds)
    seeds += [seed for seed in range(1, wanted + len(seeds) + 1) if seed not in seeds][: wanted - len(seeds)]
    return title or f"The same over {len(seeds)} seeds", spec.model_copy(update={"seeds": seeds}, deep=True)


def ablation(case: Case) -> tuple[str, dict[str, ExperimentSpec], str] | None:
    """What can be left out of a run: a title, both plans by label and the name of the reason's source."""
    spec = case.spec
    reward = spec.modules.get("reward")
    if reward is not None:
        without = edits.without_reward(spec)
        runs = {f"{spec.agent} + {reward.name}": spec, **({spec.agent: without} if without else {})}
        return f"With and without {reward.name}", runs, "bonus-none"
    for name, words in (
        ("normalize_reward", "scaled rewards"),
        ("normalize_obs", "normalised observations"),
        ("anneal_lr", "annealing"),
    ):
        without = case.changed(**{name: False}) if spec.train_kwargs.get(name) else None
        if without is not None:
            return f"With and without {words}", {f"with {words}": spec, f"without {words}": without}, "details"
    return None


def baselines(case: Case, ran: Collection[str]) -> Iterator[tuple[str, ExperimentSpec]]:
    """Agents that suit the task and have not run beside this one, those with tuned settings first, each with its plan."""
    spec, environment = case.spec, case.environment
    if not environment:
        return
    if tasks.NEEDS_MEMORY.search(spec.env_id) and spec.agent != "PPOLSTM":
        return  # without a memory no agent is a baseline there
    pictures = tasks.observed(environment, spec.env_kwargs) == "Box3" and environment.get("suite") != "minigrid"
    first = BASELINES.get((str(environment.get("action_space")), pictures), ("PPO", "A2C", "PPG"))
    tuned = [preset["agent"] for preset in case.catalogue.presets if preset["env_id"] == spec.env_id]
    for agent in dict.fromkeys([name for name in first if name in tuned] + list(first) + tuned):
        if agent in {spec.agent, *ran}:
            continue
        other = edits.fresh(agent, spec.env_id, case.catalogue, spec.env_kwargs, seeds=spec.seeds, device=spec.device)
        if other is not None:
            if agent not in tuned:
                other = other.model_copy(update={"num_train_steps": spec.num_train_steps})
            yield agent, other


def proposals(case: Case, seeds: int, ran: Collection[str] = ()) -> tuple[Proposal, ...]:
    """In the order of their worth.

    Args:
        case: a run of the plan.
        seeds: how many seeds it has been run with.
        ran: the agents that ran beside it on its environment.
    """
    spec, remedies = case.spec, Remedies(case)
    title, more = more_seeds(spec, seeds)
    score = f" ({text(case.run.score)} here)" if case.run.score is not None else ""
    one = f"{seeds} seed{'s' * (seeds > 1)}"
    remedies.add(
        "seeds",
        title,
        f"A result of {one}{score} may be chance; five begin to mean something.",
        more,
        "seeds",
        "seeds-matter",
    )
    found = ablation(case)
    if found is not None:
        what, runs, source = found
        remedies.add(
            "ablation",
            what,
            "Whether it is needed at all, on the same seeds.",
            edits.comparison(f"{what} on {spec.env_id}", runs, [1, 2, 3]),
            source,
            "one-thing",
        )
    _beside(case, remedies, ran)
    _harder(case, remedies)
    if found is None:
        _sweep(case, remedies)
    return remedies.all()


def _beside(case: Case, remedies: Remedies, ran: Collection[str]) -> None:
    """The first baseline on the same task and seeds."""
    spec = case.spec
    agent, other = next(baselines(case, ran), ("", None))
    if other is None:
        return
    own = f"with the {text(other.num_train_steps)} steps of its own settings"
    steps = "as many steps" if other.num_train_steps == spec.num_train_steps else own
    remedies.add(
        f"baseline-{agent}",
        f"{spec.agent} beside {agent}",
        f"A stronger statement needs a second agent on the same task and seeds; {agent} runs {steps}.",
        edits.comparison(f"{spec.agent} and {agent} on {spec.env_id}", {spec.agent: spec, agent: other}, [1, 2, 3]),
        *(("ppo-or-sac",) if edits.off_policy(other, case.catalogue) else ()),
        "five-seeds",
        "better",
    )


def otherwise(case: Case, seeds: int, ran: Collection[str] = ()) -> tuple[Proposal, ...]:
    """Beside the remedies of a run that does not learn: another agent alone, tuned settings, and, last, other seeds."""
    spec, remedies = case.spec, Remedies(case)
    for agent, other in itertools.islice(baselines(case, ran), 2):
        tuned = case.catalogue.preset(agent, spec.env_id) is not None
        remedies.add(
            f"other-{agent}",
            f"{agent} on {spec.env_id}",
            f"Another agent shows whether it is the task or {spec.agent}"
            + (", with its tuned settings." if tuned else "."),
            other,
            "first-agent",
            "preset",
        )
    title, more = more_seeds(spec, seeds)
    remedies.add(
        "seeds",
        title,
        "Whether it was this seed: before settings are blamed, a few more.",
        more,
        "seeds",
        "seeds-matter",
    )
    return remedies.all()


def _harder(case: Case, remedies: Remedies) -> None:
    env_id = tasks.harder(case.spec.env_id, case.catalogue)
    if env_id is None or not case.solved:
        return
    spec = edits.fresh(case.spec.agent, env_id, case.catalogue, _carried(case, env_id))
    if spec is not None and "reward" in case.spec.modules:
        spec = spec.model_copy(update={"modules": {**spec.modules, "reward": case.spec.modules["reward"]}})
    reached = text(case.run.score) if case.run.score is not None else "the reward"
    remedies.add(
        "harder",
        f"The next task: {env_id}",
        f"{case.spec.env_id} is learned ({reached}, from {text(case.target or 0)} on); the same agent on a harder "
        "task of the kind.",
        spec,
        sources.measured(case.spec.agent, env_id),
    )


def _carried(case: Case, env_id: str) -> dict[str, object]:
    """Arguments of the maker, where the next task has the same maker."""
    same = (case.catalogue.environment(env_id) or {}).get("maker") == case.environment.get("maker")
    return dict(case.spec.env_kwargs) if same and case.environment.get("suite") == "minigrid" else {}


def _sweep(case: Case, remedies: Remedies) -> None:
    rate = case.value("lr")
    if not rate:
        return
    runs = {
        f"lr {text(value)}": case.changed(lr=value) or case.spec
        for value in (edits.rounded(rate / 3), rate, edits.rounded(rate * 3))
    }
    remedies.add(
        "sweep",
        f"Learning rates {', '.join(label.removeprefix('lr ') for label in runs)}",
        "The setting with the largest effect, with everything else as it is.",
        edits.comparison(f"Learning rates of {case.spec.agent} on {case.spec.env_id}", runs, [1, 2, 3]),
        "tune-lr",
        "one-thing",
    )
