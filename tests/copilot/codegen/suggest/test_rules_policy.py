"""Divergence, clip and entropy: what triggers each rule, and that a healthy curve does not."""

from __future__ import annotations

import math

import pytest

from copilot.codegen.suggest import rules_policy as rules
from copilot.codegen.suggest.finding import Rule
from tests.copilot.codegen.suggest.real import HEALTHY, PPO, SAC, line, made, real, seen, settled

RULES: list[Rule] = [
    rules.divergence_large,
    rules.divergence_small,
    rules.entropy_collapse,
    rules.temperature_vanished,
]


@pytest.mark.parametrize("name", HEALTHY)
@pytest.mark.parametrize("rule", RULES)
def test_a_healthy_run_shows_none(rule: Rule, name: str) -> None:
    assert seen(rule, real(name)) is None


def test_a_real_run_with_a_large_rate_diverges_and_a_third_of_it_is_proposed() -> None:
    finding = seen(rules.divergence_large, real("ppo_cartpole_lr05"))
    assert finding is not None
    assert "19 of 19 updates" in finding.evidence
    first, second = finding.remedies
    assert first.spec.agent_kwargs["lr"] == pytest.approx(0.017)  # type: ignore[union-attr]
    assert first.spec.train_kwargs["anneal_lr"] is True  # type: ignore[union-attr]
    assert second.spec.agent_kwargs["n_epochs"] == 4  # type: ignore[union-attr]


@pytest.mark.parametrize(("kl", "shown"), [(0.06, True), (0.04, False)])
def test_the_bound_of_the_divergence(kl: float, shown: bool) -> None:
    run = made(PPO, settled(-200, -100), approx_kl=kl, clip_fraction=0.2)
    assert (seen(rules.divergence_large, run) is not None) == shown


def test_a_single_peak_is_no_divergence() -> None:
    kl = [0.01] * 39 + [0.5]
    assert seen(rules.divergence_large, made(PPO, settled(-200, -100), approx_kl=kl)) is None


def test_a_real_run_with_a_tiny_rate_does_not_move() -> None:
    finding = seen(rules.divergence_small, real("ppo_cartpole_lr1e6"))
    assert finding is not None
    assert finding.remedies[0].spec.agent_kwargs["lr"] == pytest.approx(3e-4)  # type: ignore[union-attr]


def test_one_pass_in_one_minibatch_has_no_divergence_by_construction() -> None:
    spec = PPO.model_copy(update={"agent_kwargs": {"n_epochs": 1, "batch_size": 1024, "num_steps": 128}})
    run = made(spec, [-200.0] * 40, approx_kl=0.0, clip_fraction=0.0)
    assert seen(rules.divergence_small, run) is None
    two = spec.model_copy(update={"agent_kwargs": {"n_epochs": 2, "batch_size": 1024, "num_steps": 128}})
    assert seen(rules.divergence_small, made(two, [-200.0] * 40, approx_kl=0.0, clip_fraction=0.0)) is not None


def test_a_real_collapse_names_when_it_came() -> None:
    finding = seen(rules.entropy_collapse, real("a2c_cartpole_collapse"))
    assert finding is not None
    assert "0.693 nats" in finding.evidence and "3,072" in finding.evidence
    assert finding.remedies[0].spec.agent_kwargs["ent_coef"] == 0.01  # type: ignore[union-attr]


@pytest.mark.parametrize(("share", "shown"), [(0.05, True), (0.2, False)])
def test_the_bound_of_the_entropy(share: float, shown: bool) -> None:
    run = made(PPO, settled(-200, -100), entropy=share * math.log(4))
    assert (seen(rules.entropy_collapse, run) is not None) == shown


def test_a_certain_policy_that_has_solved_its_task_is_no_collapse() -> None:
    assert seen(rules.entropy_collapse, made(PPO, settled(-200, 260), entropy=0.0)) is None


def test_entropy_of_box_actions_may_be_negative() -> None:
    spec = PPO.model_copy(update={"env_id": "Pendulum-v1"})
    assert seen(rules.entropy_collapse, made(spec, settled(-1200, -900), entropy=line(1.4, -0.5))) is None


def test_a_temperature_that_vanished() -> None:
    run = made(SAC, settled(0, 500), alpha=[*line(0.2, 0.0001, 30), *[0.0001] * 10], entropy=-3.0)
    assert seen(rules.temperature_vanished, run) is not None
    assert seen(rules.temperature_vanished, made(SAC, settled(0, 500), alpha=line(0.2, 0.1))) is None
