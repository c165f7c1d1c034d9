"""The library's own values are taken where a request asks for them, and only there."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.names.defaults import wants_library_defaults
from copilot.codegen.request.reading import Reading
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import load_catalogue


@pytest.mark.parametrize(
    "words",
    [
        "with library defaults",
        "without tuned settings",
        ", not the tuned ones",
        ", use the default hyperparameters of the library",
        ", everything at the library's defaults",
        "with RLLTE's default settings",
        ", don't use the preset",
        "with the untuned defaults",
        "，用库的默认参数",
        "，不要用调好的参数",
        "，采用框架自带的默认设置",
    ],
)
def test_the_preset_is_left_alone(words: str) -> None:
    made = plan(f"PPO on CartPole {words}", load_catalogue())
    assert isinstance(made.spec, ExperimentSpec)
    assert (made.spec.agent_kwargs, made.spec.train_kwargs, made.spec.env_kwargs) == ({}, {}, {})
    assert any("not the tuned settings" in note for note in made.notes)
    assert not any("Not understood" in note for note in made.notes)


def test_what_is_named_stands_beside_the_defaults() -> None:
    made = plan("PPO on CartPole with library defaults but lr 2e-3, twice the usual batch size", load_catalogue()).spec
    assert isinstance(made, ExperimentSpec)
    assert made.agent_kwargs == {"lr": 0.002, "batch_size": 512}


def test_each_arm_of_a_comparison_has_them() -> None:
    made = plan("compare PPO and A2C on CartPole with library defaults, 3 seeds", load_catalogue()).spec
    assert isinstance(made, ComparisonSpec)
    assert all(run.agent_kwargs == {} for run in made.runs.values())


@pytest.mark.parametrize(
    "text",
    [
        "PPO on CartPole",
        "tuned settings instead of the library defaults",
        "不要用库的默认参数",
        "with an entropy temperature held fixed rather than tuned automatically",
        "the temperature is tuned towards a target entropy",
    ],
)
def test_other_words_leave_it(text: str) -> None:
    assert not wants_library_defaults(Reading(text))
