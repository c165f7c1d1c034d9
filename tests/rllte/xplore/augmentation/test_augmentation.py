"""Each augmentation against a plain way to compute it; what all share is in tests/conformance."""

from __future__ import annotations

import colorsys
from typing import Any

import pytest
import torch as th
from torch.nn import functional as F

from rllte.core.errors import ParameterError
from rllte.xplore import augmentation as package
from rllte.xplore.augmentation import (
    GaussianNoise,
    GrayScale,
    Identity,
    RandomAmplitudeScaling,
    RandomColorJitter,
    RandomConvolution,
    RandomCrop,
    RandomCutout,
    RandomCutoutColor,
    RandomFlip,
    RandomRotate,
    RandomShift,
    RandomTranslate,
)


@pytest.fixture(autouse=True)
def _seed() -> None:
    th.manual_seed(3)


def coordinates(batch: int, height: int, width: int) -> th.Tensor:
    """Images whose pixels are their own place: row * width + column."""
    return th.arange(height * width).reshape(1, 1, height, width).expand(batch, 1, height, width).float()


# --- states


def test_defect_20_the_default_noise_on_states_does_not_drown_them() -> None:
    x = th.zeros(2000, 17)
    noise = GaussianNoise()(x)
    assert noise.std() == pytest.approx(0.1, rel=0.02)
    assert noise.mean() == pytest.approx(0.0, abs=0.005)
    assert len(noise.unique()) > 30_000, "each number has a draw of its own"


def test_noise_has_the_mean_and_deviation_asked_for() -> None:
    noise = GaussianNoise(mu=3.0, sigma=2.0)(th.zeros(2000, 17))
    assert noise.mean() == pytest.approx(3.0, abs=0.05)
    assert noise.std() == pytest.approx(2.0, rel=0.02)
    assert th.equal(GaussianNoise(sigma=0)(noise), noise)


def test_amplitude_scaling_multiplies_a_state_by_one_number() -> None:
    x = th.randn(500, 6)
    factors = RandomAmplitudeScaling(0.6, 1.2)(x) / x
    assert (factors - factors[:, :1]).abs().max() < 1e-5
    assert 0.6 <= factors.min() < 0.62
    assert 1.18 < factors.max() <= 1.2001
    th.testing.assert_close(RandomAmplitudeScaling(2.0, 2.0)(x), 2 * x)


# --- places of pixels


@pytest.mark.parametrize("made", [RandomShift(3), RandomCrop(pad=3)])
def test_shift_and_crop_are_pad_and_crop(made: Any) -> None:
    x = coordinates(1000, 12, 9)
    padded = F.pad(x, (3, 3, 3, 3), mode="replicate")
    windows = padded[:1].unfold(2, 12, 1).unfold(3, 9, 1).reshape(49, 1, 12, 9)
    found = [(windows == image).all(dim=(1, 2, 3)).nonzero().item() for image in made(x)]
    counts = th.bincount(th.tensor(found), minlength=49)
    assert counts.min() > 5, "each of the 49 places comes up"
    assert counts.max() < 45


def test_shift_has_the_pixels_of_drqv2() -> None:
    """Equal to the bilinear sampling that DrQ-v2 is published with, where that draws the same shift."""
    x = th.rand(49, 9, 20, 20)
    shifts = th.cartesian_prod(th.arange(7), th.arange(7))
    expected = sampled(x, 3, shifts.reshape(49, 1, 1, 2).float())
    made = RandomShift(3)
    draws = iter(shifts.T.flip(0) - 3)  # columns come first in a grid
    made.integers = lambda x, low, high: next(draws)  # type: ignore[method-assign]
    th.testing.assert_close(made(x), expected, atol=2e-5, rtol=0)


def sampled(x: th.Tensor, pad: int, shifts: th.Tensor) -> th.Tensor:
    """Shift by sampling: pad, then read a grid of points moved by `shifts` (B, 1, 1, 2) pixels."""
    size = x.shape[2] + 2 * pad
    padded = F.pad(x, (pad,) * 4, mode="replicate")
    line = th.linspace(-1 + 1 / size, 1 - 1 / size, size)[: x.shape[2]]
    grid = th.stack([line.expand(len(line), -1), line[:, None].expand(-1, len(line))], dim=2)
    return F.grid_sample(padded, grid + shifts * 2 / size, padding_mode="zeros", align_corners=False)


def test_crop_takes_the_images_own_size_and_refuses_another() -> None:
    x = th.rand(4, 3, 84, 84)
    th.manual_seed(1)
    first = RandomCrop(pad=4, out=84)(x)
    th.manual_seed(1)
    assert th.equal(RandomCrop()(x), first)
    with pytest.raises(ParameterError, match=r"out=84 and received images of 64 x 64.*Leave out away"):
        RandomCrop(4, 84)(x[..., :64, :64])


def test_flip_mirrors_left_and_right_with_its_probability() -> None:
    x = th.rand(3000, 3, 4, 5)
    assert th.equal(RandomFlip(p=1.0)(x), x.flip(3))
    assert th.equal(RandomFlip(p=0.0)(x), x)
    mirrored = (RandomFlip()(x) == x.flip(3)).all(dim=(1, 2, 3))
    assert mirrored.float().mean() == pytest.approx(0.2, abs=0.03)


def test_rotate_turns_by_each_quarter_alike() -> None:
    x = th.rand(3000, 2, 6, 6)
    out = RandomRotate(p=1.0)(x)
    turned = [(out == x.rot90(k, (2, 3))).all(dim=(1, 2, 3)).float().mean().item() for k in range(4)]
    assert turned[0] == 0
    assert turned[1:] == pytest.approx([1 / 3] * 3, abs=0.04)
    assert th.equal(RandomRotate(p=0.0)(x), x)
    stay = (RandomRotate()(x) == x).all(dim=(1, 2, 3))
    assert stay.float().mean() == pytest.approx(0.8, abs=0.03)


def test_an_oblong_image_is_turned_upside_down_only() -> None:
    x = th.rand(8, 3, 6, 9)
    assert th.equal(RandomRotate(p=1.0)(x), x.rot90(2, (2, 3)))


def test_defect_20_translate_keeps_the_shape_and_the_whole_image() -> None:
    x = th.rand(300, 3, 12, 16)
    out = RandomTranslate()(x)
    small = F.interpolate(x, (9, 12), mode="bilinear", align_corners=False)
    places = set()
    for image, expected in zip(out, small, strict=True):
        lit = image.sum(0) != 0
        top, left = int(lit.any(1).byte().argmax()), int(lit.any(0).byte().argmax())
        assert th.equal(image[:, top : top + 9, left : left + 12], expected)
        assert lit.sum() == 9 * 12, "black around it"
        places.add((top, left))
    assert places == {(top, left) for top in range(4) for left in range(5)}


def test_translate_refuses_another_size() -> None:
    assert RandomTranslate(size=84)(th.rand(1, 3, 84, 84)).shape == (1, 3, 84, 84)
    with pytest.raises(ParameterError, match=r"size=256 and received images of 84 x 84.*Leave size away"):
        RandomTranslate(256)(th.rand(1, 3, 84, 84))


# --- boxes


@pytest.mark.parametrize("made", [RandomCutout(4, 8), RandomCutoutColor(4, 8)])
def test_defect_20_size_and_place_of_a_cut_are_drawn_apart(made: Any) -> None:
    """One number for both made every box begin at its own length, so that most of the image was never cut."""
    x = th.full((4000, 3, 24, 24), 2.0)  # above any cut: the range of these images is taken for [0, 255]
    cut = (made(x) != 2.0).any(1)
    rows, columns = cut.any(2), cut.any(1)
    height, top = rows.sum(1).float(), rows.byte().argmax(1).float()
    width = columns.sum(1).float()
    assert set(height.tolist()) == {4, 5, 6, 7, 8}
    assert (top == height).float().mean() < 0.1
    assert th.corrcoef(th.stack([height, width]))[0, 1].abs() < 0.06
    assert th.corrcoef(th.stack([height, top / (24 - height)]))[0, 1].abs() < 0.06
    assert cut.any(0).all(), "every pixel is cut in some image"


def test_a_cut_is_black_and_the_rest_stays() -> None:
    x = th.rand(16, 9, 40, 40) + 0.5
    out = RandomCutout(3, 8)(x)
    cut = out == 0
    assert cut.flatten(1).any(1).all()
    assert th.equal(cut, cut[:, :1].expand_as(cut)), "all channels of a stack lose the same box"
    assert th.equal(out[~cut], x[~cut])


def test_a_cut_in_color_is_one_color_in_all_frames() -> None:
    x = th.full((64, 9, 40, 40), 300.0)
    frames = RandomCutoutColor(3, 8)(x).reshape(64, 3, 3, 40, 40)
    assert th.equal(frames, frames[:, :1].expand_as(frames))
    colors = [image[:, (image != 300.0).any(0)] for image in frames[:, 0]]
    assert all(th.equal(color, color[:, :1].expand_as(color)) for color in colors)
    drawn = th.stack([color[:, 0] for color in colors])
    assert len(drawn.unique(dim=0)) == 64
    assert drawn.min() < 20
    assert 235 < drawn.max() <= 255


def test_a_cut_in_a_grey_stack_is_grey() -> None:
    out = RandomCutoutColor(3, 8)(th.full((64, 4, 40, 40), 300.0))
    assert th.equal(out, out[:, :1].expand_as(out))


@pytest.mark.parametrize("cls", [RandomCutout, RandomCutoutColor])
def test_a_longest_side_below_the_shortest_is_refused(cls: Any) -> None:
    with pytest.raises(ParameterError, match="min_cut is 30 and max_cut is 10"):
        cls(30, 10)


# --- colours


def test_defect_20_grayscale_keeps_the_shape_and_takes_the_color() -> None:
    x = th.rand(4, 9, 6, 7)
    out = GrayScale()(x)
    for frame, grey in zip(x.split(3, dim=1), out.split(3, dim=1), strict=True):
        expected = 0.299 * frame[:, 0] + 0.587 * frame[:, 1] + 0.114 * frame[:, 2]
        for channel in range(3):
            th.testing.assert_close(grey[:, channel], expected)
    red = th.zeros(1, 3, 2, 2, dtype=th.uint8)
    red[:, 0] = 255
    assert GrayScale()(red).unique().tolist() == [76]


def test_what_is_grey_already_stays() -> None:
    x = th.rand(4, 4, 6, 7)
    assert th.equal(GrayScale()(x), x)


def only(**kwargs: float) -> RandomColorJitter:
    return RandomColorJitter(**{"brightness": 0.0, "contrast": 0.0, "saturation": 0.0, "hue": 0.0, **kwargs})


def test_no_jitter_changes_nothing() -> None:
    x = (th.rand(4, 9, 8, 8) * 256).byte()
    assert th.equal(only()(x), x)


def test_brightness_multiplies() -> None:
    x = th.rand(400, 3, 4, 4) * 0.5 + 0.2
    factors = only(brightness=0.4)(x) / x
    assert (factors.flatten(1) - factors.flatten(1)[:, :1]).abs().max() < 1e-5
    assert factors.min() == pytest.approx(0.6, abs=0.02)
    assert factors.max() == pytest.approx(1.4, abs=0.02)


def test_contrast_is_about_the_mean_brightness_of_each_frame() -> None:
    x = th.rand(100, 4, 8, 8) * 0.3 + 0.35
    mean = x.mean((2, 3), keepdim=True)
    factors = (only(contrast=0.4)(x) - mean) / (x - mean)
    middle = factors.flatten(1).median(1).values
    assert (factors.flatten(1) - middle[:, None]).abs().quantile(0.98) < 1e-3
    assert middle.min() < 0.65
    assert middle.max() > 1.35


def test_saturation_keeps_the_luma() -> None:
    x = th.rand(50, 3, 8, 8) * 0.2 + 0.4
    out = only(saturation=0.4)(x)
    th.testing.assert_close(GrayScale()(out), GrayScale()(x))
    grey = GrayScale()(x)
    factors = ((out - grey) / (x - grey)).flatten(1).median(1).values
    assert factors.min() < 0.7
    assert factors.max() > 1.3


def test_hue_turns_as_in_hsv() -> None:
    x = th.rand(30, 3, 3, 3)
    x[:, :, 0, 0] = 0.5  # grey: no hue, and nothing to turn
    made = only(hue=0.5)
    turns = th.linspace(-0.5, 0.5, 30)
    made.uniform = lambda images, low, high: (  # type: ignore[method-assign]
        turns.reshape(-1, 1, 1, 1, 1) if low < 0 else th.ones(())
    )
    out = made(x)
    for image, turned, turn in zip(x, out, turns.tolist(), strict=True):
        for before, after in zip(image.flatten(1).T.tolist(), turned.flatten(1).T.tolist(), strict=True):
            hue, saturation, value = colorsys.rgb_to_hsv(*before)
            assert after == pytest.approx(colorsys.hsv_to_rgb((hue + turn) % 1.0, saturation, value), abs=1e-5)


@pytest.mark.parametrize("made", [RandomColorJitter(), RandomConvolution()])
def test_the_frames_of_a_stack_change_alike(made: Any) -> None:
    x = th.rand(8, 3, 10, 10).repeat(1, 3, 1, 1)
    frames = made(x).reshape(8, 3, 3, 10, 10)
    th.testing.assert_close(frames, frames[:, :1].expand_as(frames))


@pytest.mark.parametrize("made", [RandomColorJitter(), RandomConvolution(), GrayScale(), RandomCutoutColor()])
def test_bytes_and_both_ranges_of_floats_are_treated_alike(made: Any) -> None:
    x = (th.rand(8, 6, 10, 10) * 256).byte()
    outs = []
    for images, scale in ((x, 1.0), (x.float(), 1.0), (x.float() / 255, 255.0)):
        th.manual_seed(5)
        outs.append(made(images).float() * scale)
    th.testing.assert_close(outs[1], outs[2], atol=1e-2, rtol=0)
    assert (outs[0] - outs[1]).abs().max() < 0.51


@pytest.mark.parametrize("channels", [6, 4])
def test_convolution_is_one_convolution_per_image(channels: int) -> None:
    depth = 3 if channels % 3 == 0 else 1
    x = th.rand(5, channels, 8, 9)
    x[0, 0, 0, 0] = 1.0
    th.manual_seed(11)
    out = RandomConvolution(alpha=0.0)(x)
    th.manual_seed(11)
    weights = (th.randn(5 * depth, depth, 3, 3) * (2 / (18 * depth)) ** 0.5).split(depth)
    for image, changed, weight in zip(x, out, weights, strict=True):
        stack = image.reshape(-1, depth, 8, 9)
        expected = th.sigmoid(F.conv2d(stack, weight, padding=1)).reshape(channels, 8, 9)
        th.testing.assert_close(changed, expected)


def test_convolution_leaves_some_images_clean() -> None:
    x = th.rand(2000, 1, 4, 4)
    clean = (RandomConvolution()(x) == x).all(dim=(1, 2, 3)).float().mean()
    assert clean == pytest.approx(0.1, abs=0.025)
    assert th.equal(RandomConvolution(alpha=1.0)(x), x)


def test_convolution_has_nothing_that_could_be_trained() -> None:
    made = RandomConvolution()
    made(th.rand(2, 3, 8, 8))
    assert not list(made.parameters())


# --- all


def test_identity_returns_what_it_is_given_dicts_too() -> None:
    obs = {"image": th.zeros(2, 3, 8, 8), "state": th.zeros(2, 4)}
    assert Identity()(obs) is obs


@pytest.mark.parametrize("name", package.__all__)
def test_everything_happens_on_the_device_of_the_batch(name: str) -> None:
    """On torch's meta device a tensor of another device, or a look at a value (which makes a device wait), is an error."""
    shape = (2, 4) if name in ("GaussianNoise", "RandomAmplitudeScaling") else (2, 3, 84, 84)
    for dtype in (th.float32, th.uint8):
        assert getattr(package, name)()(th.zeros(shape, dtype=dtype, device="meta")).device.type == "meta"


@pytest.mark.parametrize("name", package.__all__)
def test_an_empty_batch_stays_empty(name: str) -> None:
    made = getattr(package, name)()
    shape = (0, 4) if name in ("GaussianNoise", "RandomAmplitudeScaling") else (0, 3, 84, 84)
    for dtype in (th.float32, th.uint8):
        assert made(th.zeros(shape, dtype=dtype)).shape == shape


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("GaussianNoise", {"sigma": -1.0}),
        ("RandomAmplitudeScaling", {"low": 2.0, "high": 1.0}),
        ("RandomColorJitter", {"hue": 0.6}),
        ("RandomConvolution", {"alpha": 2}),
        ("RandomCrop", {"pad": -1}),
        ("RandomCutout", {"min_cut": 0}),
        ("RandomFlip", {"p": 1.5}),
        ("RandomRotate", {"p": "half"}),
        ("RandomShift", {"pad": 1.5}),
        ("RandomTranslate", {"scale_factor": 0.0}),
    ],
)
def test_arguments_are_checked(name: str, kwargs: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        getattr(package, name)(**kwargs)
