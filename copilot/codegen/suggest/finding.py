"""What rules are given and what they return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from copilot.codegen.settings.values import Entry
from copilot.codegen.spec import ExperimentSpec, Spec
from copilot.codegen.suggest import curve, edits, tasks
from copilot.codegen.suggest.curve import Shape
from copilot.codegen.suggest.records import RunRecord
from copilot.core.catalogue import Catalogue


@dataclass(frozen=True)
class Proposal:
    """An experiment that could be next.

    Args:
        topic: what it changes; of two with one topic only the better is shown.
        title: in a line.
        why: the reason, with its numbers; starts where the evidence of a finding ends.
        spec: complete.
        sources: names of `sources.SOURCES`.
        rank: how much it is worth, the larger the sooner; see `rank`.
    """

    topic: str
    title: str
    why: str
    spec: Spec
    sources: tuple[str, ...] = ()
    rank: float = 0.0


@dataclass(frozen=True)
class Finding:
    """What a rule saw in a run.

    Args:
        rule: its name.
        severity: 5 the run is lost, 4 it cannot learn so, 3 it does not learn, 2 it could do better, 1 it could be cheaper.
        evidence: a sentence with the numbers.
        sources: names of `sources.SOURCES` that say what is healthy.
        remedies: what to run next, best first.
        seeds: of the runs that show it.
    """

    rule: str
    severity: int
    evidence: str
    sources: tuple[str, ...] = ()
    remedies: tuple[Proposal, ...] = ()
    label: str = ""
    seeds: tuple[int, ...] = ()


@dataclass(frozen=True)
class Case:
    """A run, its plan, and what is known of its task."""

    run: RunRecord
    spec: ExperimentSpec
    catalogue: Catalogue

    @cached_property
    def environment(self) -> Entry:
        """The catalogue's entry; empty for an environment of the user's own."""
        return self.catalogue.environment(self.spec.env_id) or {}

    @cached_property
    def shape(self) -> Shape | None:
        """Of the rewards in training."""
        return curve.shape(self.run)

    @cached_property
    def target(self) -> float | None:
        """The reward from which the task counts as learned."""
        return tasks.target(self.spec.env_id, self.catalogue)

    @property
    def solved(self) -> bool:
        """Whether training or evaluation reached it: then no metric is a fault."""
        reached = [self.run.score, self.shape.last if self.shape else None]
        return self.target is not None and any(score is not None and score >= self.target for score in reached)

    @property
    def kind(self) -> str:
        """Of the curve; "short" where there is none."""
        return self.shape.kind if self.shape else "short"

    @property
    def rising(self) -> bool:
        """Learning goes on: nothing that looks odd keeps it from that."""
        return self.kind == "rising"

    @property
    def sparse(self) -> bool:
        """The first reward is hard to find, or none was seen: the same number from the first row to the last."""
        values = self.run.series("episode_reward").values
        return bool(tasks.HARD_TO_FIND.search(self.spec.env_id)) or (
            len(values) > 1 and max(values) - min(values) < 1e-9
        )

    def late(self, name: str) -> float | None:
        """The typical value of a metric in the last fifth."""
        series = self.run.series(name)
        return curve.late(series) if len(series) else None

    def early(self, name: str) -> float | None:
        """The typical value of a metric in the first tenth."""
        series = self.run.series(name)
        return curve.early(series) if len(series) else None

    def value(self, name: str) -> float | None:
        """A setting as a number; None where the agent has none of that name."""
        return edits.number(self.spec, self.catalogue, name)

    def changed(self, **values: object) -> ExperimentSpec | None:
        """The plan with other settings; None if nothing would change."""
        return edits.changed(self.spec, self.catalogue, **values)

    def scaled(self, name: str, factor: float) -> float | int | None:
        """A setting times a factor."""
        return edits.scaled(self.spec, self.catalogue, name, factor)


Rule = Callable[[Case], Finding | None]


@dataclass
class Remedies:
    """Collects proposals whose plan exists and is one that the catalogue takes."""

    case: Case
    kept: list[Proposal] = field(default_factory=list)

    def add(self, topic: str, title: str, why: str, spec: Spec | None, *sources: str) -> None:
        """Keep a proposal unless there is no plan for it."""
        plan = edits.checked(spec, self.case.catalogue) if spec is not None else None
        if plan is not None:
            self.kept.append(Proposal(topic, title, why, plan, sources))

    def all(self) -> tuple[Proposal, ...]:
        """In the order in which they came."""
        return tuple(self.kept)


def text(number: float) -> str:
    """A number for a sentence."""
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
