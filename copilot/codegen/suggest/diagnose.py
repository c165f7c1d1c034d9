"""Runs -> what was seen in them and what could be next: all rules over all runs, runs of one plan taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot.codegen.suggest import (
    edits,
    healthy,
    rules_exploration,
    rules_machine,
    rules_policy,
    rules_reward,
    rules_values,
)
from copilot.codegen.suggest.bonuses import add_bonuses
from copilot.codegen.suggest.cost import Speed
from copilot.codegen.suggest.finding import Case, Finding, Proposal, Remedies, Rule, text
from copilot.codegen.suggest.records import RunRecord, deviation, mean, trained
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

RULES: tuple[Rule, ...] = (
    rules_values.not_finite,
    rules_machine.out_of_memory,
    rules_machine.time_out,
    rules_policy.divergence_large,
    rules_policy.entropy_collapse,
    rules_values.loss_of_values,
    rules_values.values_run_away,
    rules_exploration.bonus_dominates,
    rules_exploration.bonus_gone,
    rules_policy.divergence_small,
    rules_policy.temperature_vanished,
    rules_values.explained_variance,
    rules_exploration.random_steps,
    rules_exploration.epsilon,
    rules_reward.memory_missing,
    rules_reward.too_short,
    rules_reward.flat,
    rules_reward.fallen,
    rules_reward.rising,
    rules_reward.plateau,
    rules_reward.evaluation_below,
    rules_exploration.replay_small,
    rules_exploration.few_updates,
    rules_machine.few_environments,
)
SPREAD = 0.25
"""Of the best seed's reward, between the best and the worst. Measured (evals/LEADERBOARD.md): 0.00 to 0.11 of PPO on
CartPole-v1, MountainCar-v0 and Pendulum-v1, 0.32 of DQN on LunarLander-v3, 1 of PPO on DoorKey-6x6."""
HEALTHY_RANK, ALSO_RANK = 15.0, 6.0


@dataclass(frozen=True)
class Diagnosis:
    """What was seen and what could be next; `speeds` of the runs, for the costs."""

    findings: list[Finding]
    proposals: list[Proposal]
    speeds: list[Speed]


def diagnose(runs: Sequence[RunRecord], catalogue: Catalogue) -> Diagnosis:
    """All rules over runs that have ended.

    Raises:
        InvalidRequest: no run has metrics, or of none is known what it trained.
    """
    apart = [part for run in runs for part in trained(run)]
    cases = [Case(run, run.spec, catalogue) for run in apart if run.spec is not None]
    _check(apart, cases)
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.run.label, []).append(case)
    findings: list[Finding] = []
    for label, group in groups.items():
        found = [merged for rule in RULES if (merged := _merged(rule, group))]
        variance = _variance(group)
        findings += [replace(one, label=label) for one in [*found, *([variance] if variance else [])]]
    findings += _compared(groups)
    findings.sort(key=lambda finding: -finding.severity)
    return Diagnosis(findings, _proposals(findings, groups), _speeds(cases))


def _check(runs: Sequence[RunRecord], cases: Sequence[Case]) -> None:
    if not any(run.train for run in runs) and not any(run.status in {"timeout", "oom", "cpu"} for run in runs):
        how = ", ".join(sorted({run.status for run in runs})) or "there are none"
        last = next((run.log.strip().splitlines()[-1] for run in runs if run.log.strip()), "")
        raise InvalidRequest(
            f"The run has no metrics to read (status: {how}); expected rows of kind train in its metrics.jsonl."
            + (f" It ended with: {last[:200]}" if last else ""),
            hint="Name a run that has trained: rllte-copilot run train.py, then suggest --from its folder.",
        )
    if not cases:
        raise InvalidRequest(
            "What the run trained is not known: there is no plan.json in its folder or above it.",
            hint="Name its plan, as generate wrote it: rllte-copilot suggest --from RUN --spec plan.json",
        )


def _merged(rule: Rule, group: Sequence[Case]) -> Finding | None:
    """The finding of the run that shows it most, with the seeds that show it."""
    found = [(finding, case.run) for case in group if (finding := rule(case)) is not None]
    if not found:
        return None
    worst, shown = max(found, key=lambda pair: pair[0].severity)
    seeds = tuple(run.seed for _, run in found if run.seed is not None)
    if len(group) == 1:
        return replace(worst, seeds=seeds)
    share = f"{len(found)} of {len(group)} runs" + (f" (seeds {', '.join(map(str, seeds))})" if seeds else "")
    where = f"; in seed {shown.seed}" if len(found) > 1 and shown.seed is not None else ""
    return replace(worst, seeds=seeds, evidence=f"In {share}{where}: {worst.evidence}")


def _variance(group: Sequence[Case]) -> Finding | None:
    """Seeds of one plan that end far apart."""
    scores = [score for case in group if (score := _trained_score(case)) is not None]
    if len(scores) < 2:
        return None
    low, high, first = min(scores), max(scores), group[0]
    size = max(abs(low), abs(high), 1e-9) if high <= 0 else high
    if high - low <= SPREAD * size or all(case.kind == "flat" for case in group):
        return None
    remedies = Remedies(first)
    title, more = healthy.more_seeds(first.spec, max(len(scores), healthy.ENOUGH_SEEDS))
    remedies.add(
        "seeds", title, "How often it succeeds is then the result, not the mean.", more, "seeds", "seeds-doorkey"
    )
    if first.sparse and "reward" not in first.spec.modules:
        add_bonuses(first, remedies)
    evidence = (
        f"{len(scores)} seeds of one plan ended between {text(low)} and {text(high)} (mean {text(mean(scores))}, deviation "
        f"{text(deviation(scores))}): one of them alone says little."
    )
    return Finding("seed_variance", 2, evidence, ("seeds-matter", "seeds-doorkey"), remedies.all())


def _trained_score(case: Case) -> float | None:
    """As training ended, where an evaluation could hide what was learned; else the evaluation's."""
    return case.shape.last if case.shape is not None else case.run.score


def _compared(groups: dict[str, list[Case]]) -> list[Finding]:
    """Which of several plans is ahead, and whether that is more than chance."""
    scores = {label: [s for case in group if (s := case.run.score) is not None] for label, group in groups.items()}
    scores = {label: values for label, values in scores.items() if values}
    if len(scores) < 2:
        return []
    order = sorted(scores, key=lambda label: -mean(scores[label]))
    best, second = order[:2]
    apart = min(scores[best]) > max(scores[second])
    fewest = min(len(scores[best]), len(scores[second]))
    listed = "; ".join(
        f"{label} {text(mean(scores[label]))} ({', '.join(map(text, scores[label]))})" for label in order
    )
    case = groups[best][0]
    remedies = Remedies(case)
    both = {label: groups[label][0].spec for label in (best, second)}
    _, more = healthy.more_seeds(case.spec, fewest)
    if not apart or fewest < healthy.ENOUGH_SEEDS:
        remedies.add(
            "comparison",
            f"{best} and {second} over {len(more.seeds)} seeds",
            "The scores overlap, so nothing is decided yet." if not apart else "All seeds agree, but they are few.",
            edits.comparison(f"{best} and {second} on {case.spec.env_id}", both, more.seeds),
            "five-seeds",
            "few-runs",
            "better",
        )
    word = "ahead on every seed" if apart else "ahead, but the seeds overlap"
    return [Finding("comparison", 2, f"{best} is {word}: {listed}.", ("seeds", "better"), remedies.all(), label=best)]


def _proposals(findings: Sequence[Finding], groups: dict[str, list[Case]]) -> list[Proposal]:
    """Remedies by severity, then what suits a healthy run; a broken one is not asked for more seeds."""
    several = len(groups) > 1
    ranked = []
    for finding in findings:
        for place, remedy in enumerate(finding.remedies):
            why = f"{finding.evidence} {remedy.why}" if not place else f"For the same reason: {_small(remedy.why)}"
            named = f"{finding.label}: {remedy.title}" if several and finding.rule != "comparison" else remedy.title
            sources = tuple(dict.fromkeys([*finding.sources, *remedy.sources]))
            rank = 10.0 * finding.severity - 6.0 * place
            ranked.append(replace(remedy, title=named, why=why, sources=sources, rank=rank))
    worst = max((finding.severity for finding in findings), default=0)
    best = _best(groups)
    seeds = len(groups[best.run.label])
    ran = {c.spec.agent for group in groups.values() for c in group if c.spec.env_id == best.spec.env_id}
    if worst < 3:
        usual, top = healthy.proposals(best, seeds, ran), HEALTHY_RANK
    else:
        usual, top = healthy.otherwise(best, seeds, ran), ALSO_RANK
    return ranked + [replace(proposal, rank=top - 1.5 * place) for place, proposal in enumerate(usual)]


def _small(sentence: str) -> str:
    """As it goes on after a colon; names keep their capitals."""
    second = sentence[1:2]
    return sentence if second.isupper() or "_" in sentence.split(" ", 1)[0] else sentence[:1].lower() + sentence[1:]


def _best(groups: dict[str, list[Case]]) -> Case:
    """The run with the best score, of which more is asked when nothing is wrong."""
    cases = [case for group in groups.values() for case in group]
    return max(cases, key=lambda case: case.run.score if case.run.score is not None else float("-inf"))


def _speeds(cases: Sequence[Case]) -> list[Speed]:
    """How fast the given runs were; the longest first, whose mean is the least disturbed by the beginning."""
    timed = [case for case in cases if case.run.steps_per_s]
    timed.sort(key=lambda case: -case.run.step)
    return [Speed(case.spec, case.run.steps_per_s or 1.0, f"the given run of {case.run.label}") for case in timed]
