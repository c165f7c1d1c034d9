"""What every augmentation must do.

    from rllte.conformance.augmentation import AugmentationSuite

    class TestMine(AugmentationSuite):
        def make(self):
            return Mine()

pytest finds `TestMine` and runs its tests; none of them needs pytest itself.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import torch as th

from rllte.core.bases import BaseAugmentation
from rllte.core.errors import ParameterError

IMAGES = ((3, 84, 84), (9, 84, 84), (4, 36, 48), (1, 7, 9), (3, 5, 5))
"""(C, H, W): an RGB frame, a stack of three, a grey stack that is not square, an odd one, MiniGrid's view."""

STATES = ((1,), (17,))
DTYPES = (th.uint8, th.float32, th.float64)


class AugmentationSuite:
    """Inherit, and say what is tested.

    Attributes:
        kinds: kinds of observation that it takes, "Box3" (images) and "Box1" (states).
        changes: whether it changes anything at all.
        draws: whether it draws random numbers.
    """

    kinds: tuple[str, ...] = ("Box3",)
    changes = True
    draws = True

    def make(self) -> BaseAugmentation:
        """The augmentation, made anew."""
        raise NotImplementedError

    def test_shape_and_dtype_stay(self) -> None:
        """For every kind, shape and dtype, and for a batch of one."""
        augment = self.make()
        for x in self._batches():
            for batch in (x, x[:1]):
                out = augment(batch)
                _expect(out.shape == batch.shape, f"{_named(batch)} became {_named(out)}")
                _expect(out.dtype == batch.dtype, f"{_named(batch)} became {_named(out)}")
                _expect(bool(out.isfinite().all()), f"{_named(batch)} became infinite or not a number")

    def test_what_comes_in_stays(self) -> None:
        """The batch is a view of a storage's memory: an augmentation must not write into it."""
        augment = self.make()
        for x in self._batches():
            before = x.clone()
            augment(x)
            _expect(th.equal(x, before), f"{_named(x)} was changed in place")

    def test_images_stay_in_their_range(self) -> None:
        """Floats in [0, 1] and in [0, 255] stay there."""
        if "Box3" not in self.kinds:
            return
        augment = self.make()
        for shape in IMAGES:
            for top in (1.0, 255.0):
                out = augment(th.rand(16, *shape) * top)
                _expect(bool((out >= -1e-4).all() and (out <= top * (1 + 1e-5)).all()), f"{shape} left [0, {top}]")

    def test_the_same_seed_gives_the_same_bits(self) -> None:
        """Whatever NumPy's and Python's generators are at."""
        augment = self.make()
        for x in self._batches():
            outs = []
            for other in (1, 2):
                th.manual_seed(7)
                np.random.seed(other)
                random.seed(other)
                outs.append(augment(x))
            _expect(th.equal(*outs), f"{_named(x)}: seed 7 gave two results")

    def test_two_calls_draw_anew(self) -> None:
        """Unless nothing is drawn."""
        augment = self.make()
        for x in self._batches():
            if _varied(x):
                outs = [augment(x) for _ in range(2)]
                _expect(th.equal(*outs) is not self.draws, f"{_named(x)}: two calls and draws={self.draws}")

    def test_each_sample_draws_for_itself(self) -> None:
        """Copies of one observation do not all become the same."""
        augment = self.make()
        for x in self._batches():
            if self.draws and _varied(x):
                out = augment(x[:1].expand(64, *x.shape[1:]).contiguous())
                _expect(not bool((out == out[:1]).all()), f"{_named(x)}: all samples of the batch were treated alike")

    def test_something_changes(self) -> None:
        """What an augmentation is for; `changes = False` says that there is none."""
        augment = self.make()
        for x in self._batches():
            if _varied(x):
                _expect(th.equal(augment(x), x) is not self.changes, f"{_named(x)}: changes={self.changes} is not true")

    def test_gradients_flow(self) -> None:
        """From what comes out to what goes in, finite."""
        augment = self.make()
        for x in self._batches():
            if x.is_floating_point():
                leaf = x.clone().requires_grad_()
                augment(leaf).square().sum().backward()
                grad = leaf.grad
                _expect(grad is not None and bool(grad.isfinite().all()), f"{_named(x)}: no finite gradient")
                _expect(grad is not None and bool(grad.any()), f"{_named(x)}: the gradient is zero")

    def test_a_wrong_shape_is_named_at_once(self) -> None:
        """A missing batch dimension, or another kind of observation."""
        if not self.changes:
            return
        augment = self.make()
        wrong = [th.rand(17), th.rand(3, 84, 84)]
        wrong += [] if "Box1" in self.kinds else [th.rand(2, 17)]
        wrong += [] if "Box3" in self.kinds else [th.rand(2, 3, 84, 84)]
        for x in wrong:
            try:
                augment(x)
            except ParameterError as error:
                _expect(str(tuple(x.shape)) in str(error), f"the message does not name {tuple(x.shape)}: {error}")
            else:
                _expect(False, f"{_named(x)} was taken")

    def test_it_survives_saving_and_copying_weights(self) -> None:
        """It is part of an agent's state: the state of one fits another."""
        self.make().load_state_dict(self.make().state_dict())

    def _batches(self) -> Iterator[th.Tensor]:
        """32 varied observations of each kind, shape and dtype."""
        generator = th.Generator().manual_seed(1)
        for kind, shapes in (("Box3", IMAGES), ("Box1", STATES)):
            for shape in shapes if kind in self.kinds else ():
                for dtype in DTYPES:
                    values = th.rand(32, *shape, generator=generator)
                    yield values.to(dtype) if dtype.is_floating_point else (values * 256).to(dtype)


def _varied(x: th.Tensor) -> bool:
    """Observations in which every draw shows: grey images have no colour to change, small noise is lost in whole numbers."""
    return x.is_floating_point() if x.dim() == 2 else x.shape[1] % 3 == 0 and x.shape[2] > 5


def _named(x: th.Tensor) -> str:
    return f"{x.dtype} {tuple(x.shape)}"


def _expect(met: bool, otherwise: str) -> None:
    if not met:
        raise AssertionError(otherwise)
