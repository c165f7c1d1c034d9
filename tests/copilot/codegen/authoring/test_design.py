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


@pytest.mark.parametrize(
    "request_",
    [
        "Write a CNN encoder for 84x84 frames with three conv layers of 32, 64 and 64 channels, kernels 8, 4, 3 "
        "and strides 4, 2, 1, "
        "GELU activations and a 256-dim output, as I want to compare it with the Nature CNN on Pong.",
        "IMPALA ResNet encoder with channels 16, 32, 32 and a dropout of 0.1 before the last layer.",
        "Intrinsic reward: disagreement of an ensemble of five forward models, as in Pathak et al. 2019.",
        "A curiosity reward like ICM, but the forward error is measured by the L1 distance.",
        "A bonus that rewards state entropy like RE3, but with k = 5 and averaging over all k neighbours instead "
        "of only the k-th.",
        "Random horizontal flip with probability 0.5, for driving tasks where left and right are symmetric.",
        "写一个 Beta 分布策略用的动作分布",
    ],
)
def test_reasons_references_and_likenesses_are_no_demands(request_: str) -> None:
    assert design(request_, load_catalogue(), model=False).unread == []


@pytest.mark.parametrize(
    ("request_", "unread"),
    [
        ("a curiosity reward like RND with a gated memory", "gated"),
        ("an encoder with two linear layers of 64, because I want layer norm only on the second", "norm"),
        ("Laplace distribution as action distribution, scale fixed 0.5", "0.5"),
        ("an encoder with two linear layers of 64. I want to use stochastic depth.", "stochastic depth"),
        ("an encoder with two linear layers of 64 whose outputs attend to memories", "memories"),
        ("a bonus like NGU: the distance to the 10 nearest states of the episode", "NGU"),
    ],
)
def test_a_demand_among_prose_is_still_named(request_: str, unread: str) -> None:
    found = design(request_, load_catalogue(), model=False).unread
    assert any(unread in words for words in found), found


def test_numbers_of_new_places_are_read() -> None:
    def body(request_: str) -> dict[str, object]:
        return design(request_, load_catalogue(), model=False).spec.body.model_dump()

    assert body("random cutout of a square patch of 12 pixels per image, filled with zeros")["steps"][0].items() >= {
        "op": "cutout", "kwargs": {"min_cut": 12, "max_cut": 12}, "p": None,
    }.items()  # fmt: skip
    steps = body("an augmentation which adds noise with std 0.05 to pixels and then shifts brightness by up to 20%")[
        "steps"
    ]
    assert [step["op"] for step in steps] == ["noise", "brightness"]  # type: ignore[attr-defined]
    residual = body(
        "an encoder for state vectors of residual MLP blocks (3 blocks of width 128) with layer normalization"
    )
    assert [layer["op"] for layer in residual["layers"]].count("residual") == 3  # type: ignore[attr-defined]
    fourier = body(
        "a Fourier feature encoder for vectors, 48 frequencies with a scale of 10, then a linear layer to 128 features"
    )
    assert fourier["layers"][0] | {"op": "fourier", "size": 48, "scale": 10.0} == fourier["layers"][0]  # type: ignore[index]
    penalty = body("a new algorithm: PPO with a KL penalty instead of clipping; the coefficient is 0.5")
    assert penalty["terms"][0]["weight"] == 0.5  # type: ignore[index]
    convs = body("写一个图像编码器：四层卷积，每层 32 个通道，3x3 的核，第一层步长 2，最后接 50 维的线性层")["layers"]
    assert [layer["stride"] for layer in convs if layer["op"] == "conv"] == [2, 1, 1, 1]  # type: ignore[attr-defined]


def test_an_agent_that_is_named_acts_where_it_can() -> None:
    spec = design("写一个图像编码器：两层卷积，每层 32 个通道，用于 DrQ-v2", load_catalogue(), model=False).spec
    assert (spec.agent, spec.env_id) == ("DrQv2", "walker_walk")


def test_noise_that_is_bounded_keeps_its_deviation_among_other_operations() -> None:
    body = design(
        "an augmentation for images: Gaussian noise of 0.05 clipped to 0.1, then a horizontal flip",
        load_catalogue(),
        model=False,
    ).spec.body.model_dump()
    assert body["steps"][0]["kwargs"] == {"sigma": 0.05, "clip": 0.1}
