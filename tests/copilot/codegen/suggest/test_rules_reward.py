"""The curve of rewards: flat, rising, settled, fallen, and evaluated far below."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot.codegen.suggest import rules_reward as rules
from copilot.codegen.suggest.finding import Rule
from tests.copilot.codegen.suggest.real import PPO, line, made, real, seen, settled

RULES: list[Rule] = [
    rules.flat,
    rules.rising,
    rules.plateau,
    rules.fallen,
    rules.evaluation_below,
    rules.memory_missing,
    rules.too_short,
]


@pytest.mark.parametrize("name", ["ppo_cartpole", "ppo_cartpole_s2", "sac_pendulum"])
@pytest.mark.parametrize("rule", RULES)
def test_a_run_that_solved_its_task_shows_none(rule: Rule, name: str) -> None:
    assert seen(rule, real(name)) is None


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("ppo_mountaincar_flat", "flat_sparse"),
        ("ppo_doorkey", "flat_sparse"),
        ("ppo_cartpole_lr1e6", "flat"),
        ("ppo_pendulum_default", "flat"),
        ("a2c_cartpole_collapse", "flat"),
    ],
)
def test_real_flat_runs(name: str, rule: str) -> None:
    finding = seen(rules.flat, real(name))
    assert finding is not None and finding.rule == rule and finding.remedies


def test_a_reward_that_is_never_found_asks_for_a_bonus_that_suits_the_task() -> None:
    finding = seen(rules.flat, real("ppo_doorkey"))
    assert finding is not None
    assert [one.spec.modules["reward"].name for one in finding.remedies[:2]] == ["RE3", "PseudoCounts"]  # type: ignore[union-attr]
    assert finding.remedies[0].spec.modules["reward"].kwargs["beta"] == 0.003  # type: ignore[union-attr]
    assert finding.remedies[0].title == "PPO with RE3 (beta 0.003), 163,840 steps"  # over which it was measured


def test_few_updates_are_no_flat_curve() -> None:
    short = PPO.model_copy(update={"num_train_steps": 8192})
    finding = seen(rules.flat, made(short, [-200.0] * 8))
    assert finding is not None and finding.rule == "flat_too_early"


def test_a_real_run_that_ended_too_early_is_trained_longer() -> None:
    finding = seen(rules.rising, real("ppo_cartpole_short"))
    assert finding is not None
    assert "from 23.3" in finding.evidence and "475 counts as learned" in finding.evidence
    assert finding.remedies[0].spec.num_train_steps == 49_000  # type: ignore[union-attr]


def test_a_line_is_not_believed_for_more_than_four_times_the_steps() -> None:
    slow = seen(rules.rising, made(PPO, line(-200, -100)))
    assert slow is not None and slow.remedies[0].spec.num_train_steps == 400_000  # type: ignore[union-attr]
    near = seen(rules.rising, made(PPO, line(-200, 190)))
    assert near is not None and near.remedies[0].spec.num_train_steps == 150_000  # type: ignore[union-attr]


def test_settled_below_what_counts_as_learned_is_a_plateau_and_above_it_is_none() -> None:
    finding = seen(rules.plateau, made(PPO, settled(-200, 50)))
    assert finding is not None and "settled at 50" in finding.evidence
    assert finding.remedies[0].topic == "preset"
    assert seen(rules.plateau, made(PPO, settled(-200, 210))) is None
    unknown = PPO.model_copy(update={"env_id": "Breakout-v5"})
    assert seen(rules.plateau, made(unknown, settled(0, 50))) is None  # nobody says what is good there


def test_a_reward_that_was_lost_again() -> None:
    rewards = [*line(-200, 100, 20), *line(100, -100, 20)]
    finding = seen(rules.fallen, made(PPO, rewards))
    assert finding is not None and "of the gain was lost" in finding.evidence
    assert finding.remedies[0].spec.train_kwargs["anneal_lr"] is True  # type: ignore[union-attr]
    assert seen(rules.fallen, made(PPO, [*line(-200, 100, 20), *line(100, 50, 20)])) is None


@pytest.mark.parametrize(
    ("score", "spread", "shown"), [(-50.0, 20.0, True), (40.0, 20.0, False), (-50.0, 400.0, False)]
)
def test_an_evaluation_far_below_training(score: float, spread: float, shown: bool) -> None:
    run = made(PPO, settled(-200, 50))
    row = {"kind": "eval", "step": 100_000, "episode_reward": score, "episode_reward_std": spread}
    assert (seen(rules.evaluation_below, replace(run, rows=(*run.rows, row))) is not None) == shown


def test_an_evaluation_far_above_training_is_no_fault() -> None:
    assert seen(rules.evaluation_below, real("ppo_cartpole_short")) is None  # 449 against 96


def test_a_real_run_without_a_memory_where_one_is_needed() -> None:
    finding = seen(rules.memory_missing, real("ppo_memory"))
    assert finding is not None and finding.remedies[0].spec.agent == "PPOLSTM"  # type: ignore[union-attr]
    assert seen(rules.memory_missing, real("ppo_memory", agent="PPOLSTM")) is None


def test_a_trial_is_trained_as_long_as_tuned_settings_say() -> None:
    finding = seen(rules.too_short, real("ppo_doorkey_rnd_tiny"))
    assert finding is not None
    assert finding.remedies[0].spec.num_train_steps == 160_000  # type: ignore[union-attr]
