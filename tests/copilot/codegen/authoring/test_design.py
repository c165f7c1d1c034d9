"""A request becomes a plan, or is refused with what would be needed."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Augmentation, Bonus, Distribution, Free
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError, InvalidRequest, SpaceMismatch, UnknownName


def test_name_environment_agent_and_steps_are_read() -> None:
    found = design(
        "write a residual encoder called tiny_net for Breakout, trained by A2C for 50k steps",
        load_catalogue(),
        model=False,
    )
    spec = found.spec
    assert (spec.name, spec.module, spec.env_id, spec.agent, spec.num_train_steps) == (
        "TinyNet", "tiny_net", "Breakout-v5", "A2C", 50_000,
    )  # fmt: skip


def test_a_name_of_the_library_is_not_taken() -> None:
    found = design("an augmentation with random cutout called RandomCutout", load_catalogue(), model=False)
    assert found.spec.name == "MyRandomCutout"


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ("write an encoder with three conv layers for CartPole", InvalidRequest),
        ("an augmentation with random crop for state vectors", InvalidRequest),
        ("write an encoder with two linear layers of 64 for Foo-v7", UnknownName),
        ("write an encoder with two linear layers of 64 for DQN on Pendulum", SpaceMismatch),
        ("write a graph neural network encoder", InvalidRequest),
        ("train PPO on CartPole", InvalidRequest),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(request_: str, error: type[CopilotError]) -> None:
    from copilot.codegen.authoring import render

    with pytest.raises(error) as caught:
        render(design(request_, load_catalogue(), model=False).spec, load_catalogue())
    assert caught.value.hint


def test_a_model_takes_what_no_family_holds() -> None:
    found = design("write a graph neural network encoder", load_catalogue(), model=True)
    assert isinstance(found.spec.body, Free)
    assert any("graph" in note for note in found.notes)


def test_what_is_left_out_is_named() -> None:
    found = design("an intrinsic reward that counts hashed observations on sundays", load_catalogue(), model=False)
    assert any("CAREFUL" in note and "sundays" in note for note in found.notes)


@pytest.mark.parametrize(
    ("request_", "steps"),
    [
        ("an augmentation: noise of 0.1 then crop with padding 6", [("noise", {"sigma": 0.1}), ("crop", {"pad": 6})]),
        ("an augmentation: blur, then vertical flip with probability 0.3", [("blur", {}), ("flip_vertical", {})]),
        ("设计一种先加噪声再裁剪的数据增强", [("noise", {}), ("crop", {})]),
        (
            "an image augmentation with 8-pixel shifts and cutout of 8 to 16 pixels",
            [("shift", {"pad": 8}), ("cutout", {"min_cut": 8, "max_cut": 16})],
        ),
    ],
)  # fmt: skip
def test_operations_come_in_the_order_of_the_words(request_: str, steps: list[tuple[str, dict[str, float]]]) -> None:
    body = design(request_, load_catalogue(), model=False).spec.body
    assert isinstance(body, Augmentation)
    assert [(step.op, step.kwargs) for step in body.steps] == steps


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("an intrinsic reward that counts hashed observations within an episode", {"measure": "count", "scope": "episode"}),
        ("a bonus with a 20-bit simhash", {"measure": "count", "counted_by": "simhash", "bits": 20}),
        ("实现一个基于哈希计数的内在奖励", {"measure": "count", "counted_by": "hash"}),
        (
            "a bonus: distance to the 7 nearest neighbours in a 16-dimensional random embedding",
            {"measure": "nearest", "k": 7, "latent_dim": 16},
        ),
        (
            "an intrinsic reward from an ensemble of 4 models, weight 0.2",
            {"measure": "disagreement", "models": 4, "beta": 0.2},
        ),
        ("a curiosity bonus from the error of a forward model", {"measure": "prediction_error", "predicts": "next"}),
    ],
)  # fmt: skip
def test_bonuses(request_: str, expected: dict[str, object]) -> None:
    body = design(request_, load_catalogue(), model=False).spec.body
    assert isinstance(body, Bonus)
    assert {key: getattr(body, key) for key in expected} == expected


def test_the_steps_of_a_schedule_are_not_those_of_training() -> None:
    spec = design(
        "an action noise that decays linearly from 0.3 to 0.05 over 20k steps", load_catalogue(), model=False
    ).spec
    assert isinstance(spec.body, Distribution)
    assert spec.body.schedule == "linear(0.3, 0.05, 20000)"
    assert spec.num_train_steps != 20_000


@pytest.mark.parametrize(
    "words",
    [
        "write a noise distribution that draws uniform noise between -0.3 and 0.3",
        "a new distribution with uniform noise in [-0.3, 0.3] for DDPG",
        "写一个动作噪声，均匀分布在 -0.3 到 0.3 之间",
    ],
)
def test_noise_over_an_interval_has_its_deviation(words: str) -> None:
    body = design(words, load_catalogue(), model=False).spec.body
    assert getattr(body, "amount", 0.0) == pytest.approx(0.3 / 3**0.5)


def test_a_value_that_cannot_be_is_an_error_in_words() -> None:
    with pytest.raises(InvalidRequest, match=r"amount is -0\.2"):
        design("an action noise with standard deviation -0.2", load_catalogue(), model=False)
