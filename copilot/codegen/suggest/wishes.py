"""A goal -> experiments that serve it: agents that fit the task, tuned settings, and what each wish asks for."""

from __future__ import annotations

from dataclasses import replace

from copilot.codegen.fit import fit_agent, known_environment, observed
from copilot.codegen.suggest import edits, sources, tasks
from copilot.codegen.suggest.finding import text
from copilot.codegen.suggest.goals import Goal
from copilot.codegen.suggest.served import SERVED
from copilot.codegen.suggest.wish import SEEDS, Wish, first_agents, known_result
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

MOST = {
    "CartPole-v1": 500.0, "FrozenLake-v1": 1.0, "FrozenLake8x8-v1": 1.0, "MountainCar-v0": 0.0, "Acrobot-v1": 0.0,
    "Pendulum-v1": 0.0, "MountainCarContinuous-v0": 100.0, "rllte/Memory-v0": 1.0, "InvertedPendulum-v5": 1000.0,
}  # fmt: skip
"""The largest reward that an episode can have, where the task sets one."""
MOST_OF_SUITE = {"minigrid": 1.0, "dmc": 1000.0}
USUAL = {"memory": "rllte/Memory-v0", "exploration": "MiniGrid-DoorKey-6x6-v0", "sparse": "MiniGrid-DoorKey-6x6-v0",
         "generalisation": "MiniGrid-DoorKey-6x6-v0"}  # fmt: skip
"""The task that shows a wish, where the goal names none."""


def proposals(goal: Goal, catalogue: Catalogue) -> Wish:
    """What to run for a goal.

    Raises:
        SpaceMismatch: the agent does not fit the task.
        InvalidRequest: the reward that is wanted cannot be had, or the task's package is missing.
    """
    wish = Wish(goal, goal.env_id or _usual(goal, catalogue), catalogue)
    if goal.env_id is None:
        wish.notes.append(f"No environment is named; {wish.env_id} is taken.")
    environment = known_environment(wish.env_id, catalogue)
    if goal.agent is not None:
        fit_agent(goal.agent, observed(environment, dict(wish.kwargs)), catalogue)
    _possible(wish)
    wants = list(goal.wants)
    spoken = len(wants)
    if tasks.HARD_TO_FIND.search(wish.env_id) and "sparse" not in wants and "exploration" not in wants:
        wants.append("sparse")
    if tasks.NEEDS_MEMORY.search(wish.env_id) and "memory" not in wants:
        wants.insert(0, "memory")
    for place, want in enumerate(dict.fromkeys(wants)):
        before = len(wish.kept)
        SERVED[want](wish)
        wish.kept[before:] = [
            replace(one, rank=one.rank - (3 if place < spoken else 8) * place) for one in wish.kept[before:]
        ]
    usual(wish)
    return wish


def _usual(goal: Goal, catalogue: Catalogue) -> str:
    """The task where none is named: one that shows the wish, or one for which the agent has tuned settings."""
    for want in goal.wants:
        if want in USUAL and goal.agent in {None, "PPO", "PPOLSTM", "A2C", "PPG", "DAAC"}:
            return USUAL[want]
    tuned = [preset["env_id"] for preset in catalogue.presets if preset["agent"] == goal.agent]
    if tuned:
        return str(tuned[0])
    return "CartPole-v1" if goal.agent is None or _takes(goal.agent, "Discrete", catalogue) else "Pendulum-v1"


def _takes(agent: str, actions: str, catalogue: Catalogue) -> bool:
    return actions in catalogue.component(agent, "agent")["action_spaces"]


def _possible(wish: Wish) -> None:
    most = MOST.get(wish.env_id, MOST_OF_SUITE.get(str(wish.environment.get("suite"))))
    if wish.goal.reward is not None and most is not None and wish.goal.reward > most:
        raise InvalidRequest(
            f"A reward of {text(wish.goal.reward)} is wanted; an episode of {wish.env_id} pays at most {text(most)}.",
            hint=f"Ask for {text(most)} or less.",
        )


SOURCE_OF = {"Discrete": "fast-discrete", "Box": "fast-box"}


def usual(wish: Wish) -> None:
    """The first agent with tuned settings, the second, and both side by side: what any goal can begin with."""
    first, *others = first_agents(wish)
    spec = wish.fresh(first)
    why = known_result(wish, first)
    general = SOURCE_OF.get(str(wish.environment.get("action_space")), "many-actions")
    if first == "DrQv2":
        general = "pixels-box"
    wish.add(
        "base",
        f"{first} on {wish.env_id}, 3 seeds",
        why,
        spec,
        20.0,
        "preset",
        general,
        sources.measured(first, wish.env_id),
    )
    for place, other in enumerate(others[:2]):
        again = wish.fresh(other)
        wish.add(
            f"agent-{other}",
            f"{other} on {wish.env_id}, 3 seeds",
            known_result(wish, other),
            again,
            12.0 - 2 * place,
            "first-agent",
            general,
        )
    if others:
        both = edits.comparison(
            f"{first} and {others[0]} on {wish.env_id}", {first: spec, others[0]: wish.fresh(others[0])}, SEEDS
        )
        wish.add(
            "compare",
            f"{first} beside {others[0]}",
            "Side by side on the same seeds, with intervals.",
            both,
            9.0,
            "five-seeds",
            "better",
        )
