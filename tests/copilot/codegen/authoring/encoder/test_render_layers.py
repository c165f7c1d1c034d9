"""Encoders of all layers pass the suite of encoders and the tests of what was asked; the wrong variant does not."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.authoring.spec import Encoder
from copilot.core.errors import InvalidRequest
from tests.copilot.codegen.authoring.suites import failures, package


def conv(channels: int, kernel: int = 3, stride: int = 1) -> dict[str, Any]:
    return {"op": "conv", "channels": channels, "kernel": kernel, "stride": stride}


def op(name: str, **numbers: Any) -> dict[str, Any]:
    return {"op": name, **numbers}


RELU, FRAME = op("activation"), [conv(8, 8, 8), op("activation")]
IMAGES: dict[str, list[dict[str, Any]]] = {
    "patches": [op("patches", size=14, dim=16), op("position"), op("transformer", heads=2), op("reduce", by="mean")],
    "class token": [
        op("patches", size=28, dim=16),
        op("class_token"),
        op("position", by="sine"),
        op("transformer", heads=2),
        op("reduce", by="first"),
    ],
    "frames and memory": [op("frames"), *FRAME, op("recurrent", cell="gru", size=8)],
    "frames and attention": [
        op("frames"),
        *FRAME,
        op("linear", size=8),
        op("attention", heads=2),
        op("reduce", by="last"),
    ],
    "colours and both ways": [op("frames", channels=3), *FRAME, op("recurrent", size=8, both=True)],
    "differences": [op("differences", joined=True), *FRAME],
    "inputs": [op("gray"), op("resize", size=42), op("rescale", factor=2.0, offset=-1.0), *FRAME],
    "side by side": [
        op("pool", size=8, stride=8),
        op("parallel", kernels=[3, 5], channels=4),
        RELU,
        op("spatial_gate"),
    ],
    "concatenated": [conv(8, 8, 8), op("concat_relu"), op("linear", size=8), op("concat_relu")],
    "blocks": [
        conv(8, 8, 8),
        op("residual", style="resnet", norm="batch"),
        op("residual", style="bottleneck"),
        op("residual", style="inverted", hidden=16),
        op("residual", style="convnext", scale=1e-6),
        op("pool", by="global_max"),
    ],
    "instances": [
        conv(8, 8, 8),
        op("norm", by="instance"),
        RELU,
        op("squeeze", reduction=2),
        op("pool", by="adaptive", size=2),
    ],
}
VECTORS: dict[str, list[dict[str, Any]]] = {
    "sets": [op("tokens", size=5, count=6), op("linear", size=8), RELU, op("reduce", by="sum")],
    "absent": [
        op("tokens", size=5, count=8, masked=True),
        op("linear", size=8),
        op("attention", heads=2),
        op("reduce"),
    ],
    "history": [op("tokens", count=8, size=6), op("temporal_conv", channels=8, causal=True), RELU],
    "memory": [op("tokens", count=4), op("recurrent", size=8)],
    "pre-norm": [
        op("running", clip=5.0),
        op("linear", size=16),
        op("residual", style="pre", norm="layer", hidden=32),
        op("norm"),
    ],
    "post-norm": [op("linear", size=16), op("residual", style="post", norm="layer"), op("residual", scale=0.0)],
    "dense": [op("dense_mlp", sizes=[8, 8, 8])],
    "all before": [op("dense_mlp", sizes=[8, 8, 8], joins="all")],
    "experts": [op("experts", count=4, size=8, top=2), RELU],
    "gates": [op("gate", size=8, function="silu"), op("gate", size=8, function="gelu")],
    "waves": [op("fourier", size=8, joined=True), op("fourier", size=8, learned=True), op("linear", size=8)],
    "basis": [op("basis", order=3)],
    "polynomial": [op("basis", order=2, kind="polynomial")],
    "radial": [op("radial_basis")],
    "tiles": [op("tiles", tilings=8, tiles=6)],
}


def made(name: str, **fields: Any) -> tuple[str, str]:
    body = Encoder(**fields)
    places = {"image": "Pong-v5", "labels": "FrozenLake-v1", "dict": "rllte/BitFlipping-v0"}
    sources = package(name, "encoder", body, places.get(body.observations, "CartPole-v1"), "PPO")
    return sources.module, sources.test


@pytest.mark.parametrize("layers", IMAGES.values(), ids=IMAGES)
def test_layers_of_images(layers: list[dict[str, Any]]) -> None:
    assert failures("OfImages", *made("OfImages", observations="image", layers=layers)) == []


@pytest.mark.parametrize("layers", VECTORS.values(), ids=VECTORS)
def test_layers_of_vectors(layers: list[dict[str, Any]]) -> None:
    assert failures("OfVectors", *made("OfVectors", observations="vector", layers=layers)) == []


def test_labels_are_embedded() -> None:
    layers = [op("embedding", size=8), op("linear", size=8)]
    assert failures("OfLabels", *made("OfLabels", observations="labels", layers=layers)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"combine": "film", "layers": [op("pool", by="global")]},
        {"combine": "film", "every": True, "layers": []},
        {"combine": "concat", "layers": [op("linear", size=8), RELU]},
    ],
)
def test_parts_of_a_dict(fields: dict[str, Any]) -> None:
    branches = [
        {"key": "image", "observations": "image", "shape": [3, 32, 32], "layers": [conv(8, 4, 4), RELU]},
        {"key": "goal", "shape": [4], "layers": [op("linear", size=8), RELU]},
    ]
    assert failures("OfParts", *made("OfParts", observations="dict", branches=branches, feature_dim=16, **fields)) == []


def test_parts_of_a_vector() -> None:
    branches = [{"stop": 3, "layers": [op("linear", size=8)]}, {"start": 3, "layers": []}]
    assert (
        failures("OfSlices", *made("OfSlices", observations="vector", branches=branches, layers=[], feature_dim=8))
        == []
    )


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({"layers": [conv(8, 8, 8), RELU], "feature_dim": 16}, {"layers": [conv(8, 8, 4), RELU], "feature_dim": 16}),
        (
            {"layers": FRAME, "feature_dim": 16, "last": "relu"},
            {"layers": FRAME, "feature_dim": 16, "last": None},
        ),
        ({"layers": FRAME, "feature_dim": 16, "frozen": "convolutions"}, {"layers": FRAME, "feature_dim": 16}),
        ({"layers": FRAME, "feature_dim": 16, "unit_length": True}, {"layers": FRAME, "feature_dim": 16}),
        ({"layers": [*FRAME, op("dropout", p=0.5)], "feature_dim": 16}, {"layers": FRAME, "feature_dim": 16}),
        (
            {"observations": "vector", "layers": VECTORS["sets"]},
            {"observations": "vector", "layers": [*VECTORS["sets"][:-1], op("reduce", by="last")]},
        ),
        (
            {"observations": "vector", "layers": VECTORS["absent"]},
            {"observations": "vector", "layers": [op("tokens", size=5, count=8), *VECTORS["absent"][1:]]},
        ),
        (
            {"observations": "vector", "layers": VECTORS["tiles"]},
            {"observations": "vector", "layers": [op("tiles", tilings=7, tiles=6)]},
        ),
        (
            {"observations": "vector", "layers": VECTORS["radial"]},
            {"observations": "vector", "layers": [op("radial_basis", width=0.3)]},
        ),
    ],
)
def test_the_wrong_variant_fails(asked: dict[str, Any], given: dict[str, Any]) -> None:
    _, test = made("Wanted", **{"observations": "image", **asked})
    module, _ = made("Wanted", **{"observations": "image", **given})
    assert any("asked" in name for name in failures("Wanted", module, test))


@pytest.mark.parametrize(
    "layers",
    [
        [op("linear", size=8), op("recurrent", size=8)],
        [op("linear", size=8), op("patches", size=7)],
        [op("parallel", kernels=[2, 4])],
        [op("linear", size=8), op("basis", order=2)],
    ],
)
def test_layers_that_do_not_fit_are_refused(layers: list[dict[str, Any]]) -> None:
    with pytest.raises(InvalidRequest):
        made("Unfit", observations="vector", layers=layers)
