"""Three to five experiments of all that were proposed: distinct, the gravest and cheapest first."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from copilot.codegen.spec import ExperimentSpec, Spec
from copilot.codegen.suggest import edits
from copilot.codegen.suggest.cost import Cost, Speed, duration, estimate
from copilot.codegen.suggest.finding import Proposal
from copilot.core.catalogue import Catalogue

MOST = 5
PER_DOUBLING = 0.8
"""What a doubling of the cost takes from the rank: a step of severity (10) outweighs some four thousand times the cost."""


@dataclass(frozen=True)
class Experiment:
    """A proposal with what it costs."""

    proposal: Proposal
    cost: Cost


def choose(
    proposals: Sequence[Proposal],
    catalogue: Catalogue,
    speeds: Sequence[Speed] = (),
    budget_s: float | None = None,
) -> list[Experiment]:
    """Up to five, no two of one topic or with the same plan; within a budget first, if there is one."""
    weighed = [Experiment(proposal, estimate(proposal.spec, catalogue, speeds)) for proposal in proposals]
    weighed.sort(key=lambda one: -(one.proposal.rank - PER_DOUBLING * math.log2(max(one.cost.seconds, 1.0))))
    if budget_s is not None:
        weighed = [_within(one, budget_s, catalogue, speeds) for one in weighed]
        weighed.sort(key=lambda one: one.cost.seconds > budget_s)
    chosen: list[Experiment] = []
    topics: set[str] = set()
    plans: set[str] = set()
    for one in weighed:
        topic, plan = one.proposal.topic, _plan(one.proposal)
        if topic in topics or plan in plans:
            continue
        topics.add(topic)
        plans.add(plan)
        chosen.append(one)
        if len(chosen) == MOST:
            break
    return chosen


LEAST_SHARE = 0.1
"""Of the steps that a plan had: with fewer it would show nothing, and it is left too dear instead."""


def _within(one: Experiment, budget_s: float, catalogue: Catalogue, speeds: Sequence[Speed]) -> Experiment:
    """The same with fewer seeds, then fewer steps, if it would take longer than there is."""
    if one.cost.seconds <= budget_s:
        return one
    proposal, changes = one.proposal, []
    spec = proposal.spec
    seeds = spec.seeds[: max(1, int(len(spec.seeds) * budget_s / one.cost.seconds))]
    if len(seeds) < len(spec.seeds):
        spec = _each(spec, lambda run: {"seeds": seeds})
        changes.append(f"{len(seeds)} seed{'s' * (len(seeds) > 1)}")
    left = estimate(spec, catalogue, speeds).seconds
    if left > budget_s:
        share = 0.9 * budget_s / left
        if share < LEAST_SHARE:
            return one
        spec = _each(spec, lambda run: {"num_train_steps": edits.whole(share * run.num_train_steps)})
        changes.append(f"{share:.0%} of the steps")
    kept = (
        re.sub(r",? (?:over )?\d+ seeds\b", "", proposal.title)
        if len(seeds) < len(proposal.spec.seeds)
        else proposal.title
    )
    why = f"{proposal.why} Cut to {' and '.join(changes)}, to fit {duration(budget_s)}."
    cut = replace(proposal, spec=spec, title=f"{kept} ({', '.join(changes)})", why=why)
    return Experiment(cut, estimate(spec, catalogue, speeds))


def _each(spec: Spec, change: Callable[[ExperimentSpec], dict[str, Any]]) -> Spec:
    """Every run of a plan with other values."""
    if isinstance(spec, ExperimentSpec):
        return spec.model_copy(update=change(spec))
    runs = {label: run.model_copy(update=change(run)) for label, run in spec.runs.items()}
    return spec.model_copy(update={"runs": runs})


def _plan(proposal: Proposal) -> str:
    """The plan as a text to compare, its names left out."""
    data = proposal.spec.model_dump(mode="json")
    for run in [data, *data.get("runs", {}).values()]:
        run.pop("tag", None)
        run.pop("title", None)
    return json.dumps(data, sort_keys=True)
