"""Factors: how much, of what if the words tell, and what is none."""

from __future__ import annotations

import pytest

from copilot.codegen import ExperimentSpec, plan
from copilot.codegen.change.factors import find_factors
from copilot.codegen.settings.mentions import Named
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "factor", "name"),
    [
        ("twice as long", 2, "num_train_steps"),
        ("double the batch size", 2, None),
        ("3x smaller", 1 / 3, None),
        ("lower the rate by 4x", 0.25, None),
        ("raise the rate by a factor of 4", 4, None),
        ("减半", 0.5, None),
    ],
)
def test_how_much_and_of_what(text: str, factor: float, name: str | None) -> None:
    [change] = find_factors(text, [])
    assert (change.factor, change.name) == (pytest.approx(factor), name)


def test_what_is_no_factor() -> None:
    assert find_factors("double q-learning on", [Named("double", 0, 17)]) == []
    assert find_factors("half a million steps", []) == []
    with pytest.raises(InvalidRequest, match="more than 0"):
        find_factors("0 times the batch size", [])


@pytest.mark.parametrize(
    ("request_", "setting", "value"),
    [
        ("PPO on Pong with half the lr", "lr", 1.25e-4),
        ("PPO on CartPole with half the batch size", "batch_size", 64),
        ("PPO on Pong, gamma .99, twice the lr", "lr", 5e-4),
    ],
)
def test_a_part_beside_a_setting_is_one_of_the_usual_value_in_a_first_request(
    request_: str, setting: str, value: float
) -> None:
    """ "Half the lr" was a learning rate of 0.5, without a word."""
    spec = plan(request_, CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    assert spec.agent_kwargs[setting] == value
