"""Time, memory, and environments that are too few to be fast."""

from __future__ import annotations

from copilot.codegen.suggest import rules_machine as rules
from copilot.codegen.suggest.finding import Case
from tests.copilot.codegen.suggest.real import CATALOGUE, PPO, SAC, line, made, seen


def test_a_run_that_met_its_time_limit_is_made_to_fit() -> None:
    run = made(SAC.model_copy(update={"num_train_steps": 20_000}), line(0, 200), status="timeout")
    whole = SAC.model_copy(update={"num_train_steps": 100_000})
    finding = rules.time_out(Case(run, whole, CATALOGUE))
    assert finding is not None and "20,000 of 100,000" in finding.evidence
    assert finding.remedies[0].spec.num_train_steps == 16_000  # type: ignore[union-attr]
    assert finding.remedies[1].spec.agent_kwargs["update_every_steps"] == 2  # type: ignore[union-attr]
    assert seen(rules.time_out, made(SAC, line(0, 200))) is None


def test_a_run_out_of_memory_keeps_less() -> None:
    finding = seen(rules.out_of_memory, made(SAC, line(0, 200), status="oom"))
    assert finding is not None and finding.severity == 5
    assert finding.remedies[0].spec.agent_kwargs["storage_size"] == 50_000  # type: ignore[union-attr]
    on_policy = seen(rules.out_of_memory, made(PPO, line(0, 200), status="oom"))
    assert on_policy is not None and on_policy.remedies[0].spec.num_envs == 4  # type: ignore[union-attr]


def test_one_environment_on_policy_is_slow() -> None:
    alone = PPO.model_copy(update={"num_envs": 1, "agent_kwargs": {"num_steps": 2048}})
    finding = seen(rules.few_environments, made(alone, line(0, 200)))
    assert finding is not None
    spec = finding.remedies[0].spec
    assert (spec.num_envs, spec.agent_kwargs["num_steps"]) == (16, 128)  # type: ignore[union-attr]
    assert seen(rules.few_environments, made(PPO, line(0, 200))) is None
    assert seen(rules.few_environments, made(SAC, line(0, 200))) is None
