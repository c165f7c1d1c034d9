"""Parts of an observation, and which layers are of which."""

from __future__ import annotations

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Encoder
from copilot.core.catalogue import load_catalogue


def plan(request: str) -> Encoder:
    found = design(request, load_catalogue(), model=False)
    assert found.unread == []
    assert isinstance(found.spec.body, Encoder)
    return found.spec.body


def ops(layers: list[object]) -> list[str]:
    return [str(layer.op) for layer in layers]  # type: ignore[attr-defined]


def test_each_key_has_its_layers_and_what_follows_is_of_both() -> None:
    body = plan(
        "I have dict observations with 'image' (3x64x64) and 'vector' (7 numbers). Write an encoder: CNN of 32, 64 "
        "channels with "
        "stride 2 on the image, MLP of 64 on the vector, concatenate both and project to 128."
    )
    image, vector = body.branches
    assert (image.key, image.shape, ops(image.layers)) == (
        "image",
        [3, 64, 64],
        ["conv", "activation", "conv", "activation"],
    )
    assert (vector.key, vector.shape, ops(vector.layers)) == ("vector", [7], ["linear", "activation"])
    assert (body.combine, body.feature_dim) == ("concat", 128)


def test_film_scales_the_channels_of_the_last_convolution() -> None:
    body = plan(
        'Each observation is a dict: "image" is an RGB picture, 64 by 64, and "state" holds ten joint readings. Rather than '
        "concatenating, I want FiLM: three stride-2 convolutions (32, 64, 64 channels) over the picture, an MLP on "
        "the joints that "
        "predicts a scale and a shift for each of the last 64 channels, then average pooling and a linear layer to 256."
    )
    assert body.combine == "film" and not body.every
    assert [branch.shape for branch in body.branches] == [[3, 64, 64], [10]]
    assert (ops(body.layers), body.feature_dim) == (["pool"], 256)


def test_film_after_each_convolution() -> None:
    body = plan(
        "Dict observations: 'image' (3x64x64) and 'goal' (a vector of 4). I want FiLM (Perez et al. 2018): goal -> "
        "scale and shift "
        "for the channels of each of 2 conv layers (32 channels each). features 128."
    )
    assert body.every
    assert ops(body.branches[0].layers).count("conv") == 2
    assert body.feature_dim == 128


def test_slices_of_a_vector() -> None:
    body = plan(
        "Two-stream encoder: first 10 numbers of the state through an MLP of 64, the rest through an MLP of 32, "
        "concatenate, one "
        "layer of 128"
    )
    assert [(branch.start, branch.stop) for branch in body.branches] == [(0, 10), (10, None)]
    assert [branch.layers[0].model_dump()["size"] for branch in body.branches] == [64, 32]
    assert body.feature_dim == 128
