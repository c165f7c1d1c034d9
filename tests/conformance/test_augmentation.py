"""Every registered augmentation passes the suite that ships with the package, for every kind of observation it declares."""

from __future__ import annotations

import pytest
import torch as th

from rllte.common.prototype import BaseAugmentation
from rllte.conformance.augmentation import AugmentationSuite
from rllte.core.registry import Component, load_all

COMPONENTS = [entry for entry in load_all() if entry.primitive == "augmentation"]
CHECKS = sorted(name for name in vars(AugmentationSuite) if name.startswith("test_"))
NOTHING_CHANGES = {"Identity"}
NOTHING_DRAWN = {"Identity", "GrayScale"}


def suite(made: BaseAugmentation, kinds: tuple[str, ...]) -> AugmentationSuite:
    class Suite(AugmentationSuite):
        def make(self) -> BaseAugmentation:
            return made

    found = Suite()
    found.kinds = kinds or ("Box1", "Box3")
    found.changes = type(made).__name__ not in NOTHING_CHANGES
    found.draws = type(made).__name__ not in NOTHING_DRAWN
    return found


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("entry", COMPONENTS, ids=lambda entry: entry.name)
def test_every_augmentation(entry: Component, check: str) -> None:
    getattr(suite(entry.cls(), entry.observation_spaces), check)()


def test_no_augmentation_is_missing() -> None:
    assert len(COMPONENTS) >= 13
    assert {kind for entry in COMPONENTS for kind in entry.observation_spaces} == {"Box1", "Box3"}


class Broken(BaseAugmentation):
    """Wrong in every way that the suite looks for."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        x.mul_(0)
        return x.detach() + 300 if x.is_floating_point() else x


@pytest.mark.parametrize(
    "check",
    [name for name in CHECKS if not any(word in name for word in ("shape_and", "same_seed", "saving"))],
)
def test_the_suite_finds_a_broken_one(check: str) -> None:
    with pytest.raises((AssertionError, RuntimeError)):
        getattr(suite(Broken(), ("Box3",)), check)()


class Smaller(BaseAugmentation):
    def forward(self, x: th.Tensor) -> th.Tensor:
        return x[..., 1:]


def test_the_suite_finds_a_changed_shape() -> None:
    with pytest.raises(Exception, match="keeps shape"):
        suite(Smaller(), ("Box3",)).test_shape_and_dtype_stay()
