"""Layers are read as they are said, in either language; what is not said is named."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.encoder.reading import read
from copilot.codegen.authoring.spec import Encoder


def encoder(request: str, image: bool | None = None, nature: bool = False) -> Encoder:
    found, _ = read(Ask(request), image, nature)
    assert found is not None
    return found


def shown(plan: Encoder) -> list[str]:
    kept = [layer.model_dump(exclude={"dilation", "separable", "style", "hidden", "scale"}) for layer in plan.layers]
    return [" ".join(str(value) for value in layer.values()) for layer in kept]


def test_convolutions_take_the_nature_paper_s_sizes_on_atari_s_images() -> None:
    plan = encoder("three conv layers 32 64 64 and layer norm", True, nature=True)
    one = ["conv 32 8 4 0", "norm layer", "activation relu"]
    assert shown(plan)[:3] == one
    assert [line for line in shown(plan) if line.startswith("conv")] == [
        "conv 32 8 4 0",
        "conv 64 4 2 0",
        "conv 64 3 1 0",
    ]


@pytest.mark.parametrize(
    ("request_", "layers", "features"),
    [
        ("an MLP encoder with two hidden layers of 128 and GELU", ["linear 128", "activation gelu"], 128),
        ("MLP encoder 256 128 with dropout 0.2", ["linear 256", "activation relu", "dropout 0.2"], 128),
        ("两层的 MLP 编码器，每层 96 个单元，激活函数用 tanh", ["linear 96", "activation tanh"], 96),
        (
            "an encoder with a linear layer of 50 and layer norm at the end",
            ["linear 50", "norm layer", "activation relu"],
            None,
        ),
    ],
)
def test_vectors(request_: str, layers: list[str], features: int | None) -> None:
    plan = encoder(request_)
    assert plan.observations == "vector"
    assert (shown(plan), plan.feature_dim) == (layers, features)


@pytest.mark.parametrize(
    ("request_", "layers"),
    [
        ("two convolutional layers (16 and 32 filters), 3x3 kernels with stride 2", ["conv 16 3 2 0", "conv 32 3 2 0"]),
        ("4 conv layers with 24 channels each, kernel size 5 and stride 1", ["conv 24 5 1 0"] * 4),
        ("conv layers 8, 16 with 5x5/2 kernels", ["conv 8 5 2 0", "conv 16 5 2 0"]),
        ("三层卷积，通道数 16、32、64，卷积核 3，步长 2", ["conv 16 3 2 0", "conv 32 3 2 0", "conv 64 3 2 0"]),
    ],
)
def test_convolutions(request_: str, layers: list[str]) -> None:
    plan = encoder(f"an encoder with {request_}")
    assert [line for line in shown(plan) if line.startswith("conv")] == layers


def test_residual_blocks_come_after_each_pooled_convolution() -> None:
    lines = shown(encoder("写一个带残差连接的编码器"))
    assert lines[:4] == ["conv 16 3 1 1", "activation relu", "pool max 3 2", "residual None None"]


def test_what_is_not_stated_is_named() -> None:
    _, notes = read(Ask("a residual encoder"), None, False)
    assert any("channels are not stated" in note for note in notes)
    assert any("size of the features is not stated" in note for note in notes)


def test_without_a_layer_there_is_no_plan() -> None:
    assert read(Ask("write an encoder"), None, False)[0] is None


def test_what_is_said_not_to_be_there_is_not() -> None:
    plan = encoder("two conv layers 8 8 without batch norm, no dropout and no max pooling", True)
    assert {layer.op for layer in plan.layers} == {"conv", "activation"}
