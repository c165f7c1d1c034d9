"""All rules over runs: what is proposed is valid and renders, seeds are taken together, healthy runs get no problems."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from copilot.codegen import render, validate
from copilot.codegen.suggest.diagnose import RULES, diagnose
from copilot.codegen.suggest.rank import choose
from copilot.codegen.suggest.records import RunRecord
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest
from tests.copilot.codegen.suggest.real import NAMES, PPO, line, made, real, settled

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("name", NAMES)
def test_each_run_has_three_to_five_distinct_experiments_that_render(name: str) -> None:
    found = diagnose([real(name)], CATALOGUE)
    chosen = choose(found.proposals, CATALOGUE, found.speeds)
    assert 3 <= len(chosen) <= 5
    assert len({one.proposal.title for one in chosen}) == len(chosen)
    for one in chosen:
        spec = one.proposal.spec
        assert validate(spec, CATALOGUE) == spec
        ast.parse(render(spec, CATALOGUE))
        assert one.proposal.why and one.proposal.sources and one.cost.seconds > 0


@pytest.mark.parametrize("name", ["ppo_cartpole", "ppo_cartpole_s2", "sac_pendulum"])
def test_a_run_that_solved_its_task_has_no_findings(name: str) -> None:
    found = diagnose([real(name)], CATALOGUE)
    assert not found.findings
    topics = {one.topic.split("-")[0] for one in found.proposals}
    assert {"seeds", "baseline", "harder"} <= topics


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("ppo_cartpole_lr05", "divergence_large"),
        ("a2c_cartpole_collapse", "entropy_collapse"),
        ("ppo_pendulum_default", "value_loss"),
        ("ppo_doorkey_rnd1", "bonus_dominates"),
        ("ppo_memory", "memory_missing"),
        ("ppo_mountaincar_flat", "flat_sparse"),
        ("ppo_cartpole_short", "rising"),
        ("dqn_cartpole_init", "random_steps"),
    ],
)
def test_the_gravest_comes_first_and_its_remedy_too(name: str, first: str) -> None:
    found = diagnose([real(name)], CATALOGUE)
    assert found.findings[0].rule == first
    chosen = choose(found.proposals, CATALOGUE, found.speeds)
    assert chosen[0].proposal.why.startswith(found.findings[0].evidence[:40])


def test_seeds_of_one_plan_are_taken_together() -> None:
    broken = real("ppo_cartpole_lr05")
    found = diagnose([broken, replace(broken, seed=2), replace(real("ppo_cartpole"), seed=3)], CATALOGUE)
    finding = next(one for one in found.findings if one.rule == "divergence_large")
    assert finding.evidence.startswith("In 2 of 3 runs (seeds 1, 2); in seed 1: approx_kl is above"), (
        "its figures are one seed's"
    )
    assert finding.seeds == (1, 2)


def test_an_agent_that_ran_beside_it_is_not_proposed_as_another() -> None:
    flat = replace(made(PPO, settled(-200, -200)), label="PPO")
    other = PPO.model_copy(update={"agent": "A2C", "agent_kwargs": {}, "train_kwargs": {}})
    beside = replace(made(other, settled(-200, -250)), label="A2C")
    assert "other-A2C" in {one.topic for one in diagnose([flat], CATALOGUE).proposals}
    assert "other-A2C" not in {one.topic for one in diagnose([flat, beside], CATALOGUE).proposals}


def test_seeds_that_end_far_apart() -> None:
    runs = [replace(made(PPO, settled(-200, last)), seed=seed) for seed, last in ((1, 250), (2, -100), (3, 240))]
    finding = next(one for one in diagnose(runs, CATALOGUE).findings if one.rule == "seed_variance")
    assert "between -100 and 250" in finding.evidence
    assert len(finding.remedies[0].spec.seeds) == 10
    near = [replace(made(PPO, settled(-200, last)), seed=seed) for seed, last in ((1, 250), (2, 245))]
    assert not [one for one in diagnose(near, CATALOGUE).findings if one.rule == "seed_variance"]


def test_a_comparison_says_who_is_ahead_and_whether_that_is_more_than_chance() -> None:
    def runs(label: str, *lasts: float) -> list[RunRecord]:
        return [replace(made(PPO, settled(-200, last)), label=label, seed=i) for i, last in enumerate(lasts, 1)]

    over = diagnose([*runs("a", 250, 220), *runs("b", 230, 210)], CATALOGUE)
    finding = next(one for one in over.findings if one.rule == "comparison")
    assert "a is ahead, but the seeds overlap: a 235 (250, 220); b 220 (230, 210)" in finding.evidence
    assert finding.remedies[0].spec.kind == "comparison" and len(finding.remedies[0].spec.seeds) == 5
    apart = diagnose([*runs("a", 250, 240), *runs("b", 230, 210)], CATALOGUE)
    assert "ahead on every seed" in next(one for one in apart.findings if one.rule == "comparison").evidence


def test_a_run_without_metrics_is_an_error_that_says_how_it_ended() -> None:
    with pytest.raises(InvalidRequest, match=r"no metrics.*status: error.*ModuleNotFoundError"):
        diagnose([RunRecord("PPO", 1, PPO, "error", (), 1.0, "Traceback\nModuleNotFoundError: no\n")], CATALOGUE)
    with pytest.raises(InvalidRequest, match="not known"):
        diagnose([replace(made(PPO, line(0, 1)), spec=None)], CATALOGUE)


def test_an_environment_of_the_user_s_own_is_judged_without_its_entry() -> None:
    run = made(PPO.model_copy(update={"env_id": "Mine-v0"}), settled(0, 10), approx_kl=0.5)
    assert diagnose([run], CATALOGUE).findings


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.__name__ for rule in RULES]
    assert len(set(names)) == len(names)
