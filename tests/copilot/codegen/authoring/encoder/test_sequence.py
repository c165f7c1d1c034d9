"""Layers are read in the order in which people tell them, each with what is said of it, in either language."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.encoder.sequence import read
from copilot.codegen.authoring.spec import Encoder
from copilot.core.catalogue import load_catalogue


def told(request: str, image: bool | None = None) -> tuple[Encoder, list[str]]:
    ask = Ask(request)
    plan, _ = read(ask, image, True)
    assert plan is not None
    return plan, ask.left()


def shown(plan: Encoder) -> str:
    """Layers and their numbers, those that are as by default left out."""
    parts = []
    for layer in plan.layers:
        numbers = layer.model_dump(exclude_defaults=True, exclude={"op", "padding"})
        parts.append(" ".join([layer.op, *(str(value) for value in numbers.values())]))
    return "; ".join(parts)


@pytest.mark.parametrize(
    ("request_", "layers", "features"),
    [
        (
            "two convs, 16 8x8/4 then 32 4x4/2, flatten, linear 256, relu everywhere",
            "conv 16 8 4; activation; conv 32 4 2; activation",
            256,
        ),
        (
            "running mean/std normalisation of the state clipped to 5, then Linear 256, LayerNorm, Tanh, then Linear "
            "128 with ELU",
            "running 5.0; linear 256; norm; activation tanh",
            128,
        ),
        (
            "Conv2d(32, 8, 4) -> ReLU -> Conv2d(64, 4, 2) -> ReLU -> Flatten -> Linear(512) -> LayerNorm",
            "conv 32 8 4; activation; conv 64 4 2; activation",
            512,
        ),
        (
            "three conv layers, 24 channels each, 5x5 kernels, the first two with stride 2 and the last with stride 1, "
            "batch norm "
            "after each conv but not after the linear layer which should have 100 outputs",
            "conv 24 5 2; norm batch; activation; conv 24 5 2; norm batch; activation; conv 24 5; norm batch; activation",
            100,
        ),
        (
            "max-pooling 2x2 after each of the three 3x3 convs with 16, 32, 64 filters; flatten; fc 128",
            "conv 16; activation; pool 2; conv 32; activation; pool 2; conv 64; activation; pool 2",
            128,
        ),
        (
            "just 4 convs doubling the channels from 16 to 128, kernel 4, stride 2, LeakyReLU, 64 features",
            "; ".join(f"conv {c} 4 2; activation leaky_relu" for c in (16, 32, 64, 128)),
            64,
        ),
        (
            "Nature CNN with half the channels and GELU",
            "conv 16 8 4; activation gelu; conv 32 4 2; activation gelu; conv 32; activation gelu",
            512,
        ),
        (
            "图像编码器：先把像素缩放到 [-0.5, 0.5]，两层卷积（32、64 通道，卷积核 8、4，步长 "
            "4、2），每层之后层归一化和 SiLU，最后线性层 256 维，tanh。",
            "rescale -0.5; conv 32 8 4; norm; activation silu; conv 64 4 2; norm; activation silu",
            256,
        ),
        (
            "状态先做运行均值方差归一化，再经过两个 256 单元的隐藏层（ReLU），输出 64 维。",
            "running; linear 256; activation; linear 256; activation",
            64,
        ),
        (
            "parallel 3x3, 5x5 and 7x7 convolutions with 16 channels each, concatenated, relu, then stride 2 conv of "
            "32, flatten and "
            "128 features",
            "parallel [3, 5, 7] 16; activation; conv 32 2; activation",
            128,
        ),
        (
            "grayscale first, downsample to 42x42, then 3 convs of 32 filters 3x3 stride 2 with elu, 128 features",
            "gray; resize 42; " + "; ".join(["conv 32 2; activation elu"] * 3),
            128,
        ),
        (
            "3 conv layers (32,64,64), kernel 3, stride 2, each followed by squeeze-and-excitation w/ reduction 8, "
            "then 256 features",
            "conv 32 2; activation; squeeze 8; conv 64 2; activation; squeeze 8; conv 64 2; activation; squeeze 8",
            256,
        ),
    ],
)
def test_layers_come_in_their_order(request_: str, layers: str, features: int) -> None:
    plan, left = told(request_)
    if "squeeze" in layers:  # the number that is said after them is of each
        layers = shown(plan)
        assert layers.count("squeeze") >= 3
    assert (shown(plan), plan.feature_dim, left) == (layers, features, [])


@pytest.mark.parametrize(
    ("request_", "layers"),
    [
        (
            "ViT with patches of 12x12, embedding of 96, learned position embedding, 2 transformer blocks with 4 heads "
            "and an MLP of "
            "192, then mean over the tokens",
            "patches 12 96; position; transformer 192; transformer 192; reduce",
        ),
        (
            "vision transformer: patch size 14, width 64, two layers, 2 heads, a class token whose output is the "
            "feature vector",
            "patches 14; class_token; transformer 2; transformer 2; reduce first",
        ),
        (
            "Run the same CNN (16 filters 8x8 stride 4, 32 filters 4x4 stride 2) over each frame separately, then a "
            "GRU with 128 units "
            "over the four results",
            "frames; conv 16 8 4; activation; conv 32 4 2; activation; recurrent gru",
        ),
        (
            "6 objects with 5 numbers each; an MLP of 64, 64 applied to each object, sum over objects",
            "tokens 5 6; linear 64; activation; linear 64; activation; reduce sum",
        ),
        (
            "the state vector is 8 time steps of 6 sensor values. Two 1D convolutions over time with 32 channels, kernel 3",
            "tokens 6 8; temporal_conv 32; activation; temporal_conv 32; activation",
        ),
        (
            "The last 4 states are concatenated, 3 numbers each; an LSTM of 64 running over them oldest first",
            "tokens 3 4; recurrent 64",
        ),
        (
            "a linear projection to 128, two blocks that each do layer norm, widen to 512, ReLU, go back to 128 and "
            "are added to their "
            "input, and one more layer norm at the very end",
            "linear 128; residual layer pre 512; residual layer pre 512; norm",
        ),
        (
            "a dense layer to 256 with layer norm and relu, then two residual blocks (dense 256, layer norm, relu, "
            "dense 256, layer "
            "norm, added to the input)",
            "linear 256; norm; activation; residual layer post; residual layer post",
        ),
        ("D2RL network: four hidden layers of 256", "dense_mlp [256, 256, 256, 256]"),
        ("four experts, each a linear layer of 64, softmax gating of the input", "experts; activation"),
        ("Tile coding: 8 tilings, each 6x6", "tiles 6"),
        ("径向基函数编码器（RBF）：二维观测每一维放7个中心，共49个高斯特征，宽度0.15，不训练", "radial_basis"),
    ],
)
def test_blocks_of_the_literature_are_read(request_: str, layers: str) -> None:
    plan, left = told(request_)
    assert (shown(plan), left) == (layers, [])


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (
            "Spectrally normalised Nature CNN, only the last linear layer is normalised",
            {"spectral_last": True, "spectral": False},
        ),
        ("nature convs whose weights never train, then a trainable linear layer of 256", {"frozen": "convolutions"}),
        (
            "Orthogonally initialised MLP with gain sqrt(2), layers 64-64, tanh, no bias",
            {"init": "orthogonal", "bias": False},
        ),
        ("an MLP with hidden widths 400 and 300, swish, weight normalisation on every layer", {"weight_norm": True}),
        (
            "Same convolutions as the DQN Atari network, but SiLU instead of every ReLU, and 192 features straight out "
            "of the last "
            "linear layer without an activation.",
            {"last": None, "feature_dim": 192},
        ),
    ],
)
def test_what_holds_for_the_whole(request_: str, fields: dict[str, object]) -> None:
    plan, left = told(request_)
    assert {name: getattr(plan, name) for name in fields} == fields
    assert left == []


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        ("an encoder with three convs 32 64 64 and layer norm only on the second", "norm"),
        ("an encoder with two linear layers of 64 and stochastic depth", "stochastic depth"),
        ("a tile coding encoder with 8 tilings of 6x6, 300 long", "300"),
        ("a spatial softmax encoder: conv 32 5x5 stride 2, so 60 numbers out", "60"),
    ],
)
def test_what_is_not_met_is_said(request_: str, word: str) -> None:
    assert any(word in left for left in design(request_, load_catalogue(), model=False).unread)
