"""Environments by what happens in them."""

import pytest

from copilot.codegen.names.described import described
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("we have to land the little spaceship in Gymnasium", "LunarLander-v3"),
        ("PPO that lands a rocket with continuous thrusters", "LunarLanderContinuous-v3"),
        ("the game where you balance the pole on a little cart", "CartPole-v1"),
        ("a car must get up the hill, the continuous one", "MountainCarContinuous-v0"),
        ("让小车爬上山坡", "MountainCar-v0"),
        ("the two-legged Box2D walker (the hardcore one would make him cry)", "BipedalWalker-v3"),
        ("the game with the chicken crossing the road", "Freeway-v5"),
        ("先拿钥匙再开门的环境", "DoorKey"),
    ],
)
def test_it_is_named(text: str, name: str) -> None:
    made, notes = described(text, CATALOGUE)
    assert f" {name}" in f" {made}" and name in notes[0]


@pytest.mark.parametrize("text", ["PPO on Pong, a game with a ball", "trade stocks with PPO", "a car. It has a hill."])
def test_nothing_else(text: str) -> None:
    assert described(text, CATALOGUE) == (text, [])
