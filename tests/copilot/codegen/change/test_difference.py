"""Differences of comparisons: what all runs share stands once, runs are found again under a new label."""

from __future__ import annotations

from copilot.codegen import ComparisonSpec, ExperimentSpec, Module, difference

PPO = ExperimentSpec(agent="PPO", env_id="CartPole-v1", num_envs=8, num_train_steps=1000)
A2C = PPO.model_copy(update={"agent": "A2C"})
TWO = ComparisonSpec(title="x", runs={"PPO": PPO, "A2C": A2C})


def test_the_same_plan_has_no_differences() -> None:
    assert difference(PPO, PPO) == difference(TWO, TWO) == []


def test_modules_and_arguments() -> None:
    one = PPO.model_copy(update={"modules": {"reward": Module(name="RND", kwargs={"beta": 0.1})}})
    two = PPO.model_copy(
        update={"modules": {"reward": Module(name="Fabric", parts=["ICM", "RND"])}, "agent_kwargs": {"lr": 1.0}}
    )
    assert difference(PPO, one) == ["reward: none -> RND", "reward.beta: default -> 0.1"]
    assert difference(one, two) == ["lr: default -> 1.0", "reward: RND -> ICM + RND"]
    assert difference(two, PPO) == ["lr: 1.0 -> default", "reward: ICM + RND -> none"]


def test_runs() -> None:
    seeds = {label: run.model_copy(update={"seeds": [4]}) for label, run in TWO.runs.items()}
    assert difference(TWO, TWO.model_copy(update={"runs": seeds})) == ["seeds: 1 -> 4"]
    renamed = {"first": PPO, "A2C": A2C, "third": PPO.model_copy(update={"num_envs": 9})}
    assert difference(TWO, TWO.model_copy(update={"runs": renamed})) == ["run PPO: renamed first", "run third: added"]
    assert difference(TWO, A2C) == ["kind: comparison -> experiment", "run PPO: removed"]
    assert difference(PPO, TWO) == ["kind: experiment -> comparison", "run A2C: added"]
