"""Operations of an augmentation, with the numbers that belong to each."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Augmentation
from copilot.core.catalogue import load_catalogue


@pytest.mark.parametrize(
    ("request_", "steps"),
    [
        ("Augmentation for state vectors: every number is set to zero with probability 0.1, the others stay as they are",
         [("mask", {"share": 0.1}, None)]),
        ("Image augmentation: a random shift by up to 6 pixels, and after that a change of brightness by up to 20 percent",
         [("shift", {"pad": 6}, None), ("brightness", {"low": 0.8, "high": 1.2}, None)]),
        ("State augmentation: add Gaussian noise with standard deviation 0.02, clipped to [-0.05, 0.05]",
         [("noise", {"clip": 0.05, "sigma": 0.02}, None)]),
        ("An augmentation for state vectors that multiplies every number by a factor of its own, drawn from [0.9, 1.1]",
         [("scale_each", {"low": 0.9, "high": 1.1}, None)]),
        ("写一个图像增强：以 0.5 的概率把边长 8 到 20 像素的矩形区域换成随机噪声（随机擦除）",
         [("erase", {"min_cut": 8, "max_cut": 20}, 0.5)]),
        ("Image augmentation in the frequency domain: amplitudes are multiplied by random factors between 0.8 and 1.2",
         [("spectrum", {"low": 0.8, "high": 1.2}, None)]),
        ("图像增强：把亮度乘以 0.7 到 1.3 之间的随机数", [("brightness", {"low": 0.7, "high": 1.3}, None)]),
        ("Write an augmentation that multiplies images' brightness by a random factor from 0.6 to 1.4",
         [("brightness", {"low": 0.6, "high": 1.4}, None)]),
        ("An augmentation that adds uniform noise between -0.1 and 0.1 to every number of a state",
         [("uniform_noise", {"low": -0.1, "high": 0.1}, None)]),
        ("图像增强：随机平移最多 4 个像素，然后以 0.5 的概率水平翻转", [("shift", {"pad": 4}, None), ("flip", {}, 0.5)]),
        ("augmentation that drops one colour channel in 30% of the images", [("drop_channel", {}, 0.3)]),
        ("Augmentation that rotates each image by a random angle of at most 10 degrees",
         [("turn", {"degrees": 10.0}, None)]),
    ],
)  # fmt: skip
def test_each_operation_has_its_numbers(request_: str, steps: list[tuple[str, dict[str, Any], float | None]]) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, Augmentation)
    assert [(step.op, step.kwargs, step.p) for step in found.spec.body.steps] == steps
    assert found.unread == []


_SAID = {
    "random hue rotation by up to 30 degrees for RGB stacks": [{"op": "hue", "kwargs": {"degrees": 30.0}}],
    "frame dropping: in a stack of 4 frames each frame is blacked out with probability 0.1, but never the newest one":
        [{"op": "frame_drop", "kwargs": {"share": 0.1}, "but": [-1]}],
    "In a stack of RGB frames, replace every frame except the first, with probability 0.2 each, by the original frame "
    "right before it.": [{"op": "frame_hold", "kwargs": {"share": 0.2}}],
    "I'd like a window augmentation as in RAD: everything outside a random box with sides from 40 to 70 pixels is black":
        [{"op": "window", "kwargs": {"min_cut": 40, "max_cut": 70}}],
    "For DrQ-v2: shift the image by up to 6 pixels, but wrap around instead of repeating the border":
        [{"op": "slide", "kwargs": {"down": 6, "across": 6}, "fill": "wrap"}],
    "state augmentation: add noise with std 0.1 only to the first three entries":
        [{"op": "noise", "kwargs": {"sigma": 0.1}, "only": [0, 1, 2]}],
    "mixup of state vectors, lambda drawn from Beta(0.4, 0.4)": [{"op": "mix", "kwargs": {"alpha": 0.4}}],
    "Coarse dropout: five black squares of 8x8 pixels at random places":
        [{"op": "holes", "kwargs": {"min_cut": 8, "max_cut": 8, "count": 5}}],
    "sensor delay: the state is a stack of 4 states, deliver it up to 2 steps late":
        [{"op": "delay", "kwargs": {"parts": 4, "most": 2}}],
    "swap noise for state vectors: every entry is replaced with the same entry of another state in the batch with "
    "probability 0.15": [{"op": "exchange", "kwargs": {"share": 0.15}}],
    "random rotation of at most 15 degrees, empty corners filled with black, plus brightness between 0.7 and 1.3":
        [{"op": "turn", "kwargs": {"degrees": 15.0}, "fill": "zero"},
         {"op": "brightness", "kwargs": {"low": 0.7, "high": 1.3}}],
    "给状态加高斯噪声，标准差 0.05，只对前四维": [{"op": "noise", "kwargs": {"sigma": 0.05}, "only": [0, 1, 2, 3]}],
    "图像增强：先随机平移最多 4 像素，再以 0.3 的概率转为灰度，最后加标准差 0.02 的高斯噪声":
        [{"op": "shift", "kwargs": {"pad": 4}}, {"op": "grayscale", "p": 0.3}, {"op": "noise", "kwargs": {"sigma": 0.02}}],
    "Hi! for my thesis I need an augmentation which simulates a dirty camera lens: 3 to 6... no, always 4 grey patches of "
    "12x12 pixels. thanks": [{"op": "holes", "kwargs": {"min_cut": 12, "max_cut": 12, "count": 4}}],
    "augmentation: each frame of the stack gets its own brightness factor between 0.5 and 1.5":
        [{"op": "brightness", "kwargs": {"low": 0.5, "high": 1.5}, "per": "frame"}],
    "horizontal flip with p=0.5 and vertical flip with p=0.2": [{"op": "flip", "p": 0.5}, {"op": "flip_vertical", "p": 0.2}],
    "feature dropout on proprioceptive states with rate 0.1, with inverted dropout scaling so that the mean stays":
        [{"op": "mask", "kwargs": {"share": 0.1, "rescale": 1}}],
    "Random convolution as in network randomization, images stay clean with probability 0.3":
        [{"op": "convolution", "kwargs": {"alpha": 0.3}}],
    "I'd like to blend each observation with another randomly chosen one from the same batch, 0.8 of the original and 0.2 "
    "of the other, a poor man's version of the random overlay in SODA since I don't have the Places dataset here. Images.":
        [{"op": "mix", "kwargs": {"least": 0.2, "most": 0.2}}],
    "GridMask augmentation pls (Chen 2020): squares of 8 px are removed on a regular grid with period 16, random offset per "
    "image, set to 0": [{"op": "grid_mask", "kwargs": {"size": 16, "hole": 8}}],
    "sensor noise proportional to the value: x * (1 + U(-0.02, 0.02)) drawn per component, and on top a constant bias per "
    "sample from N(0, 0.01). vectors.":
        [{"op": "scale_each", "kwargs": {"low": 0.98, "high": 1.02}}, {"op": "offset", "kwargs": {"sigma": 0.01}}],
    "水平剪切（shear）增强：每张图随机剪切，最上一行最多偏移10个像素，最下一行相反方向，空出来的地方用边缘像素填。uint8输入。":
        [{"op": "shear", "kwargs": {"pixels": 10.0}, "fill": "border"}],
    "random cutout with grey fill, one box of 10 to 25 pixels per image": [
        {"op": "holes", "kwargs": {"count": 1, "min_cut": 10, "max_cut": 25}, "fill": "grey"}],
    "Random crop after padding by 8 pixels with zeros":
        [{"op": "slide", "kwargs": {"down": 8, "across": 8}, "fill": "zero"}],
    "add Gaussian noise to every state dimension except the last two, std 0.02":
        [{"op": "noise", "kwargs": {"sigma": 0.02}, "but": [-2, -1]}],
    "image augmentation: with probability 0.2 convert to grayscale, with probability 0.5 flip horizontally, and always "
    "shift by at most 3 pixels":
        [{"op": "grayscale", "p": 0.2}, {"op": "flip", "p": 0.5}, {"op": "shift", "kwargs": {"pad": 3}}],
    "高斯模糊增强，核大小5，sigma每张图从0.1到2.0均匀采样，概率0.3。":
        [{"op": "blur", "kwargs": {"kernel": 5, "low": 0.1, "high": 2.0}, "p": 0.3}],
}  # fmt: skip


@pytest.mark.parametrize("request_", _SAID)
def test_what_people_write_is_read_to_the_last_word(request_: str) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, Augmentation)
    assert found.unread == []
    shown = [step.model_dump(exclude_defaults=True) for step in found.spec.body.steps]
    assert shown == _SAID[request_]


def test_one_of_several_is_drawn_for_each_image() -> None:
    found = design(
        "An augmentation that picks one of the following for every image: random shift by 4 pixels, cutout with boxes of "
        "10 to 20 pixels, colour jitter",
        load_catalogue(),
        model=False,
    )
    assert isinstance(found.spec.body, Augmentation)
    assert found.spec.body.choose == 1
    assert [step.op for step in found.spec.body.steps] == ["shift", "cutout", "jitter"]
    assert found.unread == []


@pytest.mark.parametrize(
    "request_",
    [
        "Image augmentation: random shift by 4 pixels for odd frames",
        "Augmentation for states: noise with std 0.1, stronger for later episodes",
    ],
)
def test_what_is_not_understood_is_said(request_: str) -> None:
    assert design(request_, load_catalogue(), model=False).unread
