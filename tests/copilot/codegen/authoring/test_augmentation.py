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
