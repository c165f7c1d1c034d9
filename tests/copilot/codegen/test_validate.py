"""A plan that people have edited gets the checks of a request, in words that name what stands there."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import ComparisonSpec, ExperimentSpec, check, plan, render, validate
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError, InvalidRequest, SpaceMismatch, UnknownName

CATALOGUE = load_catalogue()
BASE: dict[str, Any] = {"agent": "PPO", "env_id": "CartPole-v1", "num_envs": 2, "num_train_steps": 1000}


def changed(**changes: Any) -> ExperimentSpec:
    return ExperimentSpec.model_validate({**BASE, **changes})


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"agent": "PP0"}, UnknownName, ["PP0", "'PPO'"]),
        ({"env_id": "CartPol-v1"}, UnknownName, ["CartPol-v1", "CartPole-v1"]),
        ({"agent": "DQN", "env_id": "Pendulum-v1"}, SpaceMismatch, ["DQN", "Box", "SAC"]),
        ({"agent_kwargs": {"lr": -3}}, InvalidRequest, ["lr is -3", "0 to 1"]),
        ({"agent_kwargs": {"lr": float("nan")}}, InvalidRequest, ["lr is not a number"]),
        ({"agent_kwargs": {"lr": "fast"}}, InvalidRequest, ["lr is 'fast'", "float"]),
        ({"agent_kwargs": {"learning_rate": 0.1}}, UnknownName, ["learning_rate", "PPO"]),
        ({"agent_kwargs": {"seed": 3}}, InvalidRequest, ["seed", "Remove"]),
        ({"agent_kwargs": {"init_fn": "zeros"}}, InvalidRequest, ["zeros", "orthogonal"]),
        ({"agent_kwargs": {"pretraining": True}}, InvalidRequest, ["intrinsic reward"]),
        (
            {"agent_kwargs": {"pretraining": True}, "pretrain_steps": 9, "modules": {"reward": {"name": "RND"}}},
            InvalidRequest,
            ["pretrain_steps", "second phase"],
        ),
        ({"agent": "DQN", "agent_kwargs": {"epsilon_schedule": "exit()"}}, InvalidRequest, ["exit()", "linear("]),
        ({"agent": "SACDiscrete", "agent_kwargs": {"betas": "x"}}, InvalidRequest, ["betas", "list of numbers"]),
        ({"train_kwargs": {"eval_interval": 0}}, InvalidRequest, ["eval_interval is 0", "at least 1"]),
        ({"train_kwargs": {"callbacks": []}}, InvalidRequest, ["callbacks"]),
        ({"env_kwargs": {"frame_stack": 3}}, UnknownName, ["frame_stack", "make_rllte_env"]),
        ({"env_kwargs": {"env_kwargs": {"x": []}}}, InvalidRequest, ["env_kwargs", "numbers"]),
        ({"modules": {"reward": {"name": "RDN"}}}, UnknownName, ["RDN", "RND"]),
        ({"modules": {"encoder": {"name": "RND"}}}, InvalidRequest, ["modules.encoder is RND", "reward"]),
        ({"modules": {"encoder": {"name": "MnihCnnEncoder"}}}, SpaceMismatch, ["MnihCnnEncoder", "VanillaMlp"]),
        ({"modules": {"storage": {"name": "PrioritizedReplayStorage"}}}, InvalidRequest, ["does not work with"]),
        ({"modules": {"reward": {"name": "RND", "kwargs": {"beta": "x"}}}}, InvalidRequest, ["beta is 'x'"]),
        ({"modules": {"reward": {"name": "RND", "kwargs": {"envs": 1}}}}, InvalidRequest, ["envs"]),
        ({"modules": {"reward": {"name": "Fabric"}}}, InvalidRequest, ["two or more"]),
        ({"modules": {"reward": {"name": "Fabric", "parts": ["RND", "PPO"]}}}, UnknownName, ["PPO"]),
        ({"modules": {"reward": {"name": "RND", "parts": ["RND", "ICM"]}}}, InvalidRequest, ["parts"]),
        ({"modules": {"policy": {"name": "Identity"}}}, InvalidRequest, ["augmentation"]),
        ({"device": "quantum"}, InvalidRequest, ["quantum", "cuda:N"]),
        ({"tag": "../x"}, InvalidRequest, ["../x"]),
        (
            {
                "agent": "DQN",
                "env_id": "rllte/BitFlipping-v0",
                "modules": {"storage": {"name": "HerReplayStorage"}, "reward": {"name": "RND"}},
            },
            InvalidRequest,
            ["does not work beside"],
        ),
    ],
)
def test_refusals(changes: dict[str, Any], error: type[CopilotError], words: list[str]) -> None:
    with pytest.raises(error) as caught:
        validate(changed(**changes), CATALOGUE)
    for word in words:
        assert word in f"{caught.value.message} {caught.value.hint}"


def test_a_comparison_names_the_run_that_is_wrong() -> None:
    runs = {"a": changed(), "b": changed(agent_kwargs={"lr": 7})}
    with pytest.raises(InvalidRequest, match="Run 'b': lr is 7"):
        validate(ComparisonSpec(title="x", runs=runs), CATALOGUE)
    with pytest.raises(InvalidRequest, match="2 devices"):
        validate(ComparisonSpec(title="x", runs={"a": changed(), "b": changed(device="cuda")}), CATALOGUE)


def test_what_people_may_edit() -> None:
    spec = changed(
        agent="SACDiscrete",
        agent_kwargs={"betas": [0.5, 0.9], "batch_size": 32.0, "lr": 1e-4},
        modules={"reward": {"name": "Fabric", "kwargs": {"beta": 0.5}, "parts": ["RND", "ICM"]}},
        device="cuda:1",
        tag="mine/first",
        pretrain_steps=500,
    )
    found = validate(spec, CATALOGUE)
    assert repr(found.agent_kwargs["batch_size"]) == "32"
    assert found == spec
    script = render(found, CATALOGUE)
    assert "betas=(0.5, 0.9)" in script
    assert "batch_size=32," in script
    assert all(item.ok for item in check(script, CATALOGUE))


@pytest.mark.parametrize("preset", CATALOGUE.presets, ids=lambda preset: f"{preset['agent']} on {preset['env_id']}")
def test_every_preset_is_a_valid_plan(preset: dict[str, Any]) -> None:
    rewards = "".join(f" with {name}" for name in list(preset["rewards"])[:1])
    spec = plan(f"{preset['agent']} on {preset['env_id']}{rewards}", CATALOGUE).spec
    assert validate(spec, CATALOGUE).model_dump_json() == spec.model_dump_json()
