"""A weight that fades: its ends are no rate, the rate is computed, and zero is never reached."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import copilot
from copilot.codegen import plan
from copilot.codegen.change.edit import edit
from copilot.codegen.settings.fading import INTRINSIC_STEPS
from copilot.codegen.spec import ExperimentSpec, Plan
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


def made(request: str) -> tuple[ExperimentSpec, Plan]:
    found = plan(request, CATALOGUE)
    assert isinstance(found.spec, ExperimentSpec)
    return found.spec, found


@pytest.mark.parametrize(
    ("words", "first", "last", "updates"),
    [
        ("PPO with RND on CartPole, bonus weight decays from 0.1 to 0.01", 0.1, 0.01, 96),
        ("PPO with RND on CartPole, beta from 0.1 to 0.001 over training", 0.1, 0.001, 96),
        ("PPO with RND on CartPole, weight 0.5 decaying to 0.01", 0.5, 0.01, 96),
        ("PPO with RND on CartPole, weight 0.5, decaying to 0.01", 0.5, 0.01, 96),
        ("PPO with RND on CartPole, its weight starts at 0.1 and decays to 0.001", 0.1, 0.001, 96),
        ("PPO with RND on CartPole, the bonus fades to 0.01 over 51200 steps", 1.0, 0.01, 50),
        ("PPO with RND on CartPole, the intrinsic reward weight falls from 0.2 to 0.02 in 40 updates", 0.2, 0.02, 40),
        ("PPO with RND on CartPole, the bonus weight decays from 0.1 to 10% of its initial value", 0.1, 0.01, 96),
        ("PPO 加 RND 训练 CartPole，权重从 0.1 衰减到 0.01", 0.1, 0.01, 96),
        ("SAC with RND on Pendulum, the weight fades to 0.01", 1.0, 0.01, 234),
    ],
)
def test_the_rate_follows_from_the_ends(words: str, first: float, last: float, updates: int) -> None:
    spec, found = made(words)
    kwargs = spec.modules["reward"].kwargs
    assert kwargs.get("beta", 1.0) == first
    assert first * (1 - kwargs["kappa"]) ** updates == pytest.approx(last, rel=1e-3)
    assert any(f"after {updates}" in note for note in found.notes)


@pytest.mark.parametrize(
    "words",
    [
        "weight decay to 0 over training",
        "make the bonus decay to zero",
        "anneal the intrinsic reward coefficient to zero",
        "bonus weight 0.1, linearly annealed to 0",
        "内在奖励权重逐渐衰减到 0",
    ],
)
def test_zero_is_refused(words: str) -> None:
    with pytest.raises(InvalidRequest, match="never reaches zero"):
        made(f"PPO with RND on CartPole, {words}")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("bonus weight decays exponentially from 0.1", "how fast"),
        ("the weight decays from 0.1 to 0.5", "shall fall from 0.1 to 0.5"),
        ("the weight decays from 0.1 to 0.01 with kappa 0.001", "at a rate of 0.001"),
    ],
)
def test_what_says_too_little_or_too_much_is_refused(words: str, told: str) -> None:
    with pytest.raises(InvalidRequest, match=told):
        made(f"PPO with RND on CartPole, {words}")


@pytest.mark.parametrize(
    ("words", "kwargs"),
    [
        ("weight 0.5 decaying by 1e-4 per update", {"beta": 0.5, "kappa": 1e-4}),
        ("it starts at 0.05 and its weight decays by kappa=0.0005 with each update", {"beta": 0.05, "kappa": 0.0005}),
        ("kappa 1e-4", {"kappa": 1e-4}),
        ("decay 0.001", {"kappa": 0.001}),
        ("decrease the bonus weight to 0.05", {"beta": 0.05}),
        ("decrease the weight to 0.05", {"beta": 0.05}),
        ("reduce the intrinsic coefficient to 0.05", {"beta": 0.05}),
        ("权重减小到 0.05", {"beta": 0.05}),
        ("内在奖励权重降到 0.05", {"beta": 0.05}),
        ("weight 0.1, lr annealed to zero", {"beta": 0.1}),
        ("weight 0.1 and the learning rate decays to 0", {"beta": 0.1}),
    ],
)
def test_rates_and_what_else_falls(words: str, kwargs: dict[str, float]) -> None:
    assert made(f"PPO with RND on CartPole, {words}")[0].modules["reward"].kwargs == kwargs


def test_an_exploration_rate_is_no_weight() -> None:
    spec, _ = made("DQN with RND on CartPole, weight 0.1, epsilon from 1 to 0.05")
    assert spec.modules["reward"].kwargs == {"beta": 0.1}


def test_a_change_says_the_rate() -> None:
    spec, _ = made("PPO with RND on CartPole")
    with pytest.raises(InvalidRequest, match="number of updates"):
        edit("let the bonus weight decay to 0.01", spec, CATALOGUE)


def test_the_bonus_is_updated_as_often_as_the_library_does() -> None:
    source = (Path(copilot.__file__).parents[1] / "rllte" / "training" / "off_policy.py").read_text(encoding="utf-8")
    assert re.search(rf"^INTRINSIC_STEPS = {INTRINSIC_STEPS}$", source, re.MULTILINE)
