"""What a newcomer's augmentation is given: sizes, draws, boxes, bytes and floats, and its mistakes named at once."""

from __future__ import annotations

import pytest
import torch as th

from rllte.common.prototype import BaseAugmentation
from rllte.core.errors import ParameterError


class Frost(BaseAugmentation):
    """What a newcomer writes: a white box of random brightness per image."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        values, top = self.unit(x)
        return self.restore(th.where(self.boxes(x, 5, 10), self.uniform(x, 0.5, 1.0), values) * top, x)


class Gives(BaseAugmentation):
    """Whatever it is told to."""

    def __init__(self, out: object) -> None:
        super().__init__()
        self.out = out

    def forward(self, x: th.Tensor) -> th.Tensor:
        return self.out  # type: ignore[return-value]


IMAGES = th.zeros(200, 3, 40, 60)
PLAIN = Frost()


def test_a_newcomers_augmentation_is_a_few_lines() -> None:
    out = Frost()(th.zeros(4, 3, 20, 20, dtype=th.uint8))
    assert out.dtype == th.uint8
    assert all(127 <= image.max() <= 255 for image in out)


@pytest.mark.parametrize("out", [th.zeros(2, 3, 8, 7), th.zeros(2, 3, 8, 8).byte(), None])
def test_a_changed_shape_or_dtype_is_named(out: object) -> None:
    with pytest.raises(ParameterError, match=r"Gives made .* of torch.float32 of shape \(2, 3, 8, 8\)"):
        Gives(out)(th.zeros(2, 3, 8, 8))


@pytest.mark.parametrize("x", [{"image": IMAGES}, IMAGES.bool(), [1.0], None])
def test_what_is_no_tensor_of_numbers_is_refused(x: object) -> None:
    with pytest.raises(ParameterError, match="takes a tensor"):
        Gives(IMAGES)(x)  # type: ignore[arg-type]


def test_images_and_vectors_give_sizes_or_say_what_to_do() -> None:
    assert PLAIN.images(IMAGES) == (200, 3, 40, 60)
    assert PLAIN.vectors(th.zeros(5, 7)) == (5, 7)
    with pytest.raises(ParameterError, match=r"received torch.float32 of shape \(3, 40, 60\).*x\[None\]"):
        PLAIN.images(IMAGES[0])
    with pytest.raises(ParameterError, match=r"states \(batch, size\); received .*\(200, 3, 40, 60\)"):
        PLAIN.vectors(IMAGES)


def test_draws_are_one_per_sample() -> None:
    th.manual_seed(0)
    drawn = PLAIN.uniform(IMAGES, 2.0, 3.0)
    assert drawn.shape == (200, 1, 1, 1)
    assert 2.0 <= drawn.min() < 2.1
    assert 2.9 < drawn.max() < 3.0
    assert set(PLAIN.integers(IMAGES, -1, 1).tolist()) == {-1, 0, 1}
    assert PLAIN.chance(IMAGES, 0.3).float().mean() == pytest.approx(0.3, abs=0.1)
    assert not PLAIN.chance(IMAGES, 0.0).any()
    assert PLAIN.chance(IMAGES, 1.0).all()


def sides(boxes: th.Tensor) -> tuple[th.Tensor, th.Tensor, th.Tensor, th.Tensor]:
    """Heights, widths, tops and lefts of boxes (B, 1, H, W), each of which must be a full rectangle."""
    rows, columns = boxes[:, 0].any(2), boxes[:, 0].any(1)
    assert th.equal(boxes[:, 0], rows[:, :, None] & columns[:, None, :])
    found = []
    for line in (rows, columns):
        length, start = line.sum(1), line.byte().argmax(1)
        assert all(line[b, s : s + n].all() for b, (s, n) in enumerate(zip(start, length, strict=True)))
        found.append((length, start))
    return found[0][0], found[1][0], found[0][1], found[1][1]


def test_boxes_have_the_sides_asked_for_and_reach_every_corner() -> None:
    th.manual_seed(0)
    x = th.zeros(4000, 1, 40, 60)
    height, width, top, left = sides(PLAIN.boxes(x, 3, 7))
    assert set(height.tolist()) == set(width.tolist()) == {3, 4, 5, 6, 7}
    assert (top == 0).any()
    assert (top + height == 40).any()
    assert (left == 0).any()
    assert (left + width == 60).any()
    assert (top + height).max() == 40
    drawn = th.stack([height, width, top / (40.0 - height), left / (60.0 - width)]).float()
    assert (th.corrcoef(drawn) - th.eye(4)).abs().max() < 0.06, "four independent draws"


def test_boxes_leave_half_of_each_side_of_a_small_image() -> None:
    height, width, _, _ = sides(PLAIN.boxes(th.zeros(50, 3, 5, 9), 10, 30))
    assert set(height.tolist()) == {2}
    assert set(width.tolist()) == {4}


def test_pick_takes_the_named_pixels() -> None:
    x = th.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    rows, columns = th.tensor([3, 2, 1, 0])[:, None], th.tensor([[0, 1, 2, 3, 4], [4, 3, 2, 1, 0]])[:, None, :]
    out = PLAIN.pick(x, rows, columns)
    assert th.equal(out[0], x[0].flip(1))
    assert th.equal(out[1], x[1].flip(1, 2))


@pytest.mark.parametrize(("channels", "shape"), [(3, (1, 3)), (9, (3, 3)), (4, (4, 1)), (1, (1, 1))])
def test_frames_of_a_stack(channels: int, shape: tuple[int, int]) -> None:
    x = th.rand(2, channels, 4, 5)
    frames = PLAIN.frames(x)
    assert frames.shape == (2, *shape, 4, 5)
    assert th.equal(frames.reshape(x.shape), x)


def test_bytes_and_both_ranges_of_floats_become_units_and_come_back() -> None:
    x = th.arange(256, dtype=th.uint8).reshape(1, 1, 16, 16)
    for images in (x, x.float(), x.double(), x.half(), x.float() / 255, x.long()):
        values, top = PLAIN.unit(images)
        assert values.max() == 1.0
        assert values.dtype == (th.float64 if images.dtype == th.float64 else th.float32)
        assert th.equal(PLAIN.restore(values * top, images), images)


def test_restore_rounds_and_keeps_bytes_in_their_range() -> None:
    values = th.tensor([-3.0, 0.6, 254.4, 300.0])
    assert PLAIN.restore(values, th.zeros(1, dtype=th.uint8)).tolist() == [0, 1, 254, 255]
    assert PLAIN.restore(values, th.zeros(1)) is values
