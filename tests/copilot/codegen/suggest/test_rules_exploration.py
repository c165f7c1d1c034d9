"""Bonuses, epsilon, random steps, the replay and its use."""

from __future__ import annotations

import pytest

from copilot.codegen.spec import Module
from copilot.codegen.suggest import rules_exploration as rules
from copilot.codegen.suggest.finding import Rule
from tests.copilot.codegen.suggest.real import DQN, HEALTHY, PPO, SAC, line, made, real, seen, settled

RULES: list[Rule] = [
    rules.bonus_dominates,
    rules.bonus_gone,
    rules.random_steps,
    rules.epsilon,
    rules.replay_small,
    rules.few_updates,
]
MAZE = PPO.model_copy(
    update={"env_id": "MiniGrid-DoorKey-6x6-v0", "modules": {"reward": Module(name="RND", kwargs={"beta": 0.1})}}
)


@pytest.mark.parametrize("name", HEALTHY)
@pytest.mark.parametrize("rule", RULES)
def test_a_healthy_run_shows_none(rule: Rule, name: str) -> None:
    assert seen(rule, real(name)) is None


def test_a_real_bonus_that_pays_more_than_the_goal_is_made_smaller() -> None:
    finding = seen(rules.bonus_dominates, real("ppo_doorkey_rnd1"))
    assert finding is not None
    assert "more than 0.009" in finding.evidence
    assert finding.remedies[0].spec.modules["reward"].kwargs["beta"] == 0.2  # type: ignore[union-attr]
    assert finding.remedies[1].spec.kind == "comparison"


@pytest.mark.parametrize(("paid", "shown"), [(0.02, True), (0.005, False)])
def test_the_bound_of_a_bonus(paid: float, shown: bool) -> None:
    assert (seen(rules.bonus_dominates, made(MAZE, [0.0] * 40, intrinsic_reward=paid)) is not None) == shown


def test_a_bonus_that_leads_to_the_goal_is_not_blamed() -> None:
    assert seen(rules.bonus_dominates, made(MAZE, settled(0.0, 0.95), intrinsic_reward=0.02)) is None


def test_a_bonus_that_faded_and_one_that_never_counted() -> None:
    faded = seen(rules.bonus_gone, made(MAZE, [0.0] * 40, intrinsic_reward=[*line(0.008, 0.0005, 30), *[0.0005] * 10]))
    assert faded is not None and faded.rule == "bonus_gone"
    nothing = seen(rules.bonus_gone, real("ppo_doorkey_rnd_tiny"))
    assert nothing is not None and nothing.rule == "bonus_negligible"
    assert nothing.remedies[0].spec.modules["reward"].kwargs["beta"] == 0.001  # type: ignore[union-attr] # the preset's
    assert seen(rules.bonus_gone, made(MAZE, [0.0] * 40, intrinsic_reward=0.004)) is None


def test_real_runs_that_were_mostly_random_steps() -> None:
    finding = seen(rules.random_steps, real("dqn_cartpole_init"))
    assert finding is not None and "62%" in finding.evidence
    assert finding.remedies[0].spec.agent_kwargs["num_init_steps"] == 200  # type: ignore[union-attr]
    assert seen(rules.random_steps, made(SAC, line(0, 500))) is None


@pytest.mark.parametrize(("steps", "shown"), [(90_000, True), (30_000, False), (1_000, True)])
def test_the_bounds_of_epsilon(steps: int, shown: bool) -> None:
    spec = DQN.model_copy(update={"agent_kwargs": {"epsilon_schedule": f"linear(1.0, 0.05, {steps})"}})
    finding = seen(rules.epsilon, made(spec, settled(-200, -100)))
    assert (finding is not None) == shown
    if finding is not None:
        assert finding.remedies[0].spec.agent_kwargs["epsilon_schedule"] == "linear(1, 0.05, 30000)"  # type: ignore[union-attr]


@pytest.mark.parametrize(("size", "shown"), [(10_000, True), (50_000, False)])
def test_a_replay_that_forgets(size: int, shown: bool) -> None:
    spec = DQN.model_copy(update={"agent_kwargs": {"storage_size": size}})
    finding = seen(rules.replay_small, made(spec, [*line(-200, 100, 20), *line(100, -100, 20)]))
    assert (finding is not None) == shown
    if finding is not None:
        assert finding.remedies[0].spec.agent_kwargs["storage_size"] == 100_000  # type: ignore[union-attr]


def test_updates_are_doubled_only_where_the_task_is_not_learned() -> None:
    spec = DQN.model_copy(update={"agent_kwargs": {"update_every_steps": 4}})
    finding = seen(rules.few_updates, made(spec, settled(-200, 50)))
    assert finding is not None and finding.remedies[0].spec.agent_kwargs["update_every_steps"] == 2  # type: ignore[union-attr]
    assert seen(rules.few_updates, made(spec, settled(-200, 250))) is None
