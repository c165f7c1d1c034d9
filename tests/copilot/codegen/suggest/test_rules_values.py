"""Losses of values, Q-values, explained variance and numbers that are none."""

from __future__ import annotations

import pytest

from copilot.codegen.suggest import rules_values as rules
from copilot.codegen.suggest.finding import Rule
from tests.copilot.codegen.suggest.real import DQN, HEALTHY, PPO, SAC, line, made, real, seen, settled

RULES: list[Rule] = [rules.not_finite, rules.loss_of_values, rules.values_run_away, rules.explained_variance]


@pytest.mark.parametrize("name", HEALTHY)
@pytest.mark.parametrize("rule", RULES)
def test_a_healthy_run_shows_none(rule: Rule, name: str) -> None:
    assert seen(rule, real(name)) is None


def test_a_real_run_with_rewards_in_the_thousands_asks_for_scaling() -> None:
    finding = seen(rules.loss_of_values, real("ppo_pendulum_default"))
    assert finding is not None
    assert "value_loss is 4," in finding.evidence
    assert finding.remedies[0].spec.train_kwargs["normalize_reward"] is True  # type: ignore[union-attr]


def test_rewards_that_are_scaled_already_are_not_scaled_again() -> None:
    assert seen(rules.loss_of_values, real("ppo_pendulum_default", train_kwargs={"normalize_reward": True})) is None


def test_a_loss_that_grows_by_orders_is_an_explosion_only_where_the_reward_does_not_rise() -> None:
    loss = [0.1 * 1.3**i for i in range(40)]
    assert seen(rules.loss_of_values, made(PPO, settled(-200, -100), value_loss=loss)) is not None
    assert seen(rules.loss_of_values, made(PPO, line(-200, 100), value_loss=loss)) is None


def test_values_beyond_any_return_run_away() -> None:
    lengths = 100.0
    run = made(DQN, settled(-200, -100), q_value=line(0, 5000), episode_length=lengths)
    finding = seen(rules.values_run_away, run)
    assert finding is not None
    assert any(one.spec.agent_kwargs.get("tau") == 0.005 for one in finding.remedies)  # type: ignore[union-attr]
    assert (
        seen(rules.values_run_away, made(DQN, settled(-200, -100), q_value=line(0, 90), episode_length=lengths)) is None
    )


def test_a_metric_that_became_null_is_a_number_that_is_none() -> None:
    loss: list[float | None] = [*line(1, 2, 20), *([None] * 20)]
    finding = seen(rules.not_finite, made(PPO, settled(-200, -100), value_loss=loss))
    assert finding is not None and finding.severity == 5
    assert "value_loss became null" in finding.evidence
    assert finding.remedies[0].spec.agent_kwargs["lr"] == pytest.approx(1e-4)  # type: ignore[union-attr]


def test_td3_leaves_its_actor_loss_out_of_some_rows() -> None:
    loss: list[float | None] = [1.0, None] * 20
    assert seen(rules.not_finite, made(SAC, settled(0, 500), actor_loss=loss)) is None


def test_training_that_stopped_says_so_in_its_log() -> None:
    run = made(PPO, settled(-200, -100), status="error", log="rllte.core.errors.NotFiniteError: At step 4096 ...")
    assert seen(rules.not_finite, run) is not None


@pytest.mark.parametrize(("explained", "severity"), [(-0.5, 4), (0.1, 3), (0.6, None)])
def test_explained_variance(explained: float, severity: int | None) -> None:
    finding = seen(rules.explained_variance, made(PPO, settled(-200, -100), explained_variance=explained))
    assert (finding.severity if finding else None) == severity
