"""The values of a plan: of a setting by its owner, and the setting that has a value."""

from __future__ import annotations

from copilot.codegen import ExperimentSpec
from copilot.codegen.change.present import current, exchanged, usual
from copilot.codegen.spec import Module
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()
SPEC = ExperimentSpec(
    agent="PPO", env_id="CartPole-v1", num_envs=8, num_train_steps=1000, agent_kwargs={"lr": 0.003},
    modules={"reward": Module(name="RND", kwargs={"lr": 0.5})},
)  # fmt: skip


def test_whose_value_it_is() -> None:
    assert current("lr", SPEC, CATALOGUE) == 0.003
    assert current("lr", SPEC, CATALOGUE, "reward") == 0.5
    assert current("num_envs", SPEC, CATALOGUE) == 8
    assert current("gae_lambda", SPEC, CATALOGUE) == 0.95


def test_what_is_exchanged_is_the_setting_that_has_the_value() -> None:
    assert exchanged("16 instead of 8", SPEC, CATALOGUE) == " num_envs=16 "
    assert exchanged("replace 8 envs by 16", SPEC, CATALOGUE) == " num_envs=16 "
    assert exchanged("seeds 8 to 16", SPEC, CATALOGUE) == "seeds 8 to 16"
    assert exchanged("16 instead of 9", SPEC, CATALOGUE) == "16 instead of 9"


def test_the_usual_values_are_the_tuned_ones() -> None:
    assert usual("PPO", "CartPole-v1", CATALOGUE).agent_kwargs["lr"] == 0.001
    assert usual("PPO", "CartPole-v1", CATALOGUE, untuned=True).agent_kwargs == {}
