"""A goal on its task, and what has been proposed for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from copilot.codegen.settings.values import Entry
from copilot.codegen.spec import ExperimentSpec, Spec
from copilot.codegen.suggest import edits, tasks
from copilot.codegen.suggest.finding import Case, Proposal, text
from copilot.codegen.suggest.goals import Goal
from copilot.codegen.suggest.records import RunRecord
from copilot.core.catalogue import Catalogue

SEEDS = [1, 2, 3]


@dataclass
class Wish:
    """A goal on its task, and what has been proposed for it."""

    goal: Goal
    env_id: str
    catalogue: Catalogue
    kept: list[Proposal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def environment(self) -> Entry:
        """The catalogue's entry."""
        return self.catalogue.environment(self.env_id) or {}

    @property
    def kwargs(self) -> dict[str, object]:
        """Arguments of the maker that the goal asks for."""
        return {"from_pixels": True} if self.goal.pixels and self.environment["maker"] == "make_dmc_env" else {}

    def fresh(self, agent: str, seeds: list[int] | None = None) -> ExperimentSpec | None:
        """The agent's plan for the task, with the steps that the goal allows."""
        spec = edits.fresh(agent, self.env_id, self.catalogue, self.kwargs, seeds=seeds or SEEDS)
        if spec is not None and self.goal.steps is not None:
            spec = spec.model_copy(update={"num_train_steps": self.goal.steps})
        return spec

    def case(self, spec: ExperimentSpec) -> Case:
        """A plan that has not been run, for the edits that rules make."""
        return Case(RunRecord(spec.agent, None, spec, "ok"), spec, self.catalogue)

    def add(self, topic: str, title: str, why: str, spec: Spec | None, rank: float, *sources: str) -> None:
        """Keep a proposal whose plan the catalogue takes."""
        plan = edits.checked(spec, self.catalogue) if spec is not None else None
        if plan is not None:
            self.kept.append(Proposal(topic, title, why, plan, sources, rank))


def first_agents(wish: Wish) -> list[str]:
    """Agents in the order of corpus/how-to/choose-an-agent.md, those named first."""
    seen = tasks.observed(wish.environment, dict(wish.kwargs))
    pictures = seen == "Box3" and wish.environment.get("suite") != "minigrid"
    slow = "samples" in wish.goal.wants
    order = {
        ("Discrete", False): ["DQN", "SACDiscrete", "PPO"] if slow else ["PPO", "DQN", "A2C"],
        ("Discrete", True): ["DQN", "PPO"] if slow else ["PPO", "DQN", "A2C"],
        ("Box", False): ["SAC", "TD3", "PPO"] if slow or "stability" in wish.goal.wants else ["PPO", "SAC", "TD3"],
        ("Box", True): ["DrQv2", "SAC", "PPO"],
    }.get((str(wish.environment.get("action_space")), pictures), ["PPO", "A2C", "PPG"])
    if tasks.NEEDS_MEMORY.search(wish.env_id) or "memory" in wish.goal.wants:
        order = ["PPOLSTM", "PPO"]
    return list(dict.fromkeys(([wish.goal.agent] if wish.goal.agent else []) + order))


def known_result(wish: Wish, agent: str) -> str:
    tuned = wish.catalogue.preset(agent, wish.env_id)
    if tuned is None:
        kin = edits.settings(agent, wish.env_id, wish.catalogue)
        return (
            f"Begin with the tuned settings of {kin['env_id']}, a task of the same kind."
            if kin
            else "There are no tuned settings: the library's defaults for such a task."
        )
    aim = tasks.target(wish.env_id, wish.catalogue)
    reached = f"; from {text(aim)} on it counts as learned" if aim is not None else ""
    wanted = f" {text(wish.goal.reward)} is wanted{reached}." if wish.goal.reward is not None else ""
    return (
        f"Tuned settings were measured for it over {text(tuned['num_train_steps'])} steps ({tuned['source']}).{wanted}"
    )
