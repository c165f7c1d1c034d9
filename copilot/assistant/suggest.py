"""A goal or finished runs -> the next experiments: rules first; the index adds sources, a model only words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from copilot.assistant import finished
from copilot.codegen import ComparisonSpec
from copilot.codegen.suggest import diagnose, sources, wishes
from copilot.codegen.suggest.cost import Cost
from copilot.codegen.suggest.diagnose import Diagnosis
from copilot.codegen.suggest.finding import Finding, Proposal
from copilot.codegen.suggest.goals import EXAMPLE, Goal, asks_what_next, read_goal
from copilot.codegen.suggest.rank import Experiment, choose
from copilot.codegen.suggest.wording import worded
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError, InvalidRequest, of_system
from copilot.core.types import Citation, Passage
from copilot.experiments import Experiments
from copilot.models.chat import Chat

FOUND = 4
"""Passages that are looked at for a source."""
HEALTHY = "The metrics show nothing that would have to be changed."
WANTED_RANK = 5.0
"""Of what a finished run asks for, where the goal wants the same."""


class Searcher(Protocol):
    """What is needed of the retriever."""

    def search(self, query: str, k: int = 8) -> Any:
        """Passages of the index."""
        ...


@dataclass(frozen=True)
class Suggestion:
    """An experiment that could be next."""

    title: str
    why: str
    spec: dict[str, Any]
    citations: list[Citation]
    cost: Cost

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        citations = [asdict(citation) for citation in self.citations]
        data = {"title": self.title, "why": self.why, "spec": self.spec, "citations": citations}
        return {**data, "cost": self.cost.to_json()}


@dataclass(frozen=True)
class Suggestions:
    """Three to five experiments, what was seen in the runs, and what was assumed."""

    experiments: list[Suggestion]
    findings: list[Finding]
    notes: list[str]

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "experiments": [experiment.to_json() for experiment in self.experiments],
            "findings": [finding_json(finding) for finding in self.findings],
            "notes": self.notes,
        }


def finding_json(finding: Finding) -> dict[str, Any]:
    """What a rule saw, with its sources."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "evidence": finding.evidence,
        "label": finding.label,
        "seeds": list(finding.seeds),
        "citations": [asdict(citation) for citation in sources.cite(finding.sources)],
    }


def suggest(
    words: str,
    runs: Sequence[str],
    catalogue: Catalogue,
    *,
    plan: Path | str | None = None,
    store: Experiments | None = None,
    searcher: Searcher | None = None,
    chat: Chat | None = None,
) -> Suggestions:
    """The next experiments.

    Args:
        words: a goal; may be empty, or ask what is next and no more.
        runs: folders and kept experiments, see `finished.load_runs`; without them and a goal, the newest kept one.
        catalogue: of the library.
        plan: of the runs, its file or its JSON; None looks for it beside them.
        store: of kept experiments; None opens the data folder's.
        searcher: finds a further source for each experiment; None leaves that.
        chat: words the reasons; None keeps the rules' own.

    Raises:
        InvalidRequest: nothing is wanted, or the runs have no metrics or no known plan.
        CopilotError: what reading the runs or the goal raises.
    """
    goal = read_goal(words, catalogue) if words.strip() and not asks_what_next(words) else None
    kept = store or Experiments()
    with closing(kept) if store is None else nullcontext():
        if goal is None and not runs:
            runs = [_newest(kept)]
        records = [record for name in runs for record in finished.load_runs(name, plan, kept)]
        others = finished.kept_speeds(kept)
    diagnosis = diagnose.diagnose(records, catalogue) if records else Diagnosis([], [], [])
    notes = [] if diagnosis.findings or not records else [HEALTHY]
    proposals = list(diagnosis.proposals)
    if goal is not None:
        proposals = _with_goal(goal, proposals, diagnosis, catalogue, notes)
    chosen = choose(proposals, catalogue, [*diagnosis.speeds, *others], goal.budget_s if goal else None)
    if goal is not None and goal.budget_s is not None and all(one.cost.seconds > goal.budget_s for one in chosen):
        notes.append("Nothing of this fits into the time; the cheapest comes first.")
        chosen.sort(key=lambda one: one.cost.seconds)
    made = [_suggestion(one, searcher, chat) for one in chosen]
    return Suggestions(made, diagnosis.findings, notes)


def _newest(kept: Experiments) -> str:
    """The id of the newest kept experiment of which a run has ended.

    Raises:
        InvalidRequest: there is none.
    """
    for experiment in kept.list():
        if any(run.status == "ok" for run in experiment.runs):
            return experiment.id
    raise InvalidRequest(
        "Neither a goal nor a run is given, and no experiment that is kept has ended; expected one of them.",
        hint=f'rllte-copilot suggest "{EXAMPLE}", or rllte-copilot suggest --from RUN',
    )


def _with_goal(
    goal: Goal, proposals: list[Proposal], diagnosis: Diagnosis, catalogue: Catalogue, notes: list[str]
) -> list[Proposal]:
    """What the goal asks for; beside runs, on their task with their agent, after what is wrong with them."""
    if not diagnosis.speeds and not proposals:
        wish = wishes.proposals(goal, catalogue)
        notes += wish.notes
        return wish.kept
    plans = [proposal.spec for proposal in proposals]
    first = diagnosis.speeds[0].spec if diagnosis.speeds else _first(plans[0])
    agent = goal.agent or first.agent
    same = goal.env_id in {None, first.env_id}
    if not same:
        notes.append(f"The run trained on {first.env_id}, the goal names {goal.env_id}; both are answered.")
    wish = wishes.proposals(
        replace(goal, env_id=goal.env_id or first.env_id, agent=agent if same else goal.agent), catalogue
    )
    notes += wish.notes
    return [*proposals, *(replace(one, rank=one.rank - WANTED_RANK) for one in wish.kept)]


def _first(spec: Any) -> Any:
    return next(iter(spec.runs.values())) if isinstance(spec, ComparisonSpec) else spec


def _suggestion(one: Experiment, searcher: Searcher | None, chat: Chat | None) -> Suggestion:
    proposal = one.proposal
    citations = sources.cite(proposal.sources)
    more = _found(proposal, citations, searcher) if searcher is not None else None
    if more is not None:
        citations.append(more)
    why = worded(proposal.why, chat) if chat is not None else proposal.why
    return Suggestion(proposal.title, why, proposal.spec.model_dump(mode="json"), citations, one.cost)


def _found(proposal: Proposal, cited: Sequence[Citation], searcher: Searcher) -> Citation | None:
    """A passage of the bundled corpus that is about what the experiment changes, and is not cited yet."""
    names = set(re.findall(r"\b[A-Z][A-Za-z]*[A-Z0-9]\w*\b|\b[a-z]+_[a-z_]+\b", proposal.title))
    try:
        passages: list[Passage] = searcher.search(f"{proposal.title}. {proposal.why}", k=FOUND).passages
    except CopilotError:
        return None
    for passage in passages:
        told = names & set(re.findall(r"\w+", passage.heading))  # a name in the text alone may be there by the way
        if passage.source.startswith("corpus/") and told and not any(_within(passage, one) for one in cited):
            return Citation(len(cited) + 1, passage.source, passage.lines, passage.heading, passage.page, passage.cell)
    return None


def _within(passage: Passage, citation: Citation) -> bool:
    first, last = passage.lines
    return passage.source == citation.source and first <= citation.lines[0] <= last


def write_plans(suggestions: Suggestions, folder: Path) -> list[Path]:
    """Each experiment as a plan file of its own, `1-....json`, that `experiment run` takes.

    Raises:
        FileProblem: the folder cannot be made or written to.
        DiskFull: its disk is full.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(suggestions.experiments, 1):
            path = folder / f"{number}-{_slug(one.title)}.json"
            text = json.dumps({"spec": one.spec, "notes": [one.why]}, indent=2, ensure_ascii=False)
            path.write_text(text + "\n", encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise of_system(error) from error
    return written


def _slug(title: str) -> str:
    """A short file name of small letters, digits and hyphens."""
    words = re.sub(r"[^a-z0-9.]+", "-", title.lower()).strip("-.")
    return words[:40].rstrip("-.") or "experiment"
