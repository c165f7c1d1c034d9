"""No augmentation."""

from __future__ import annotations

from rllte.core.bases import BaseAugmentation
from rllte.core.registry import register
from rllte.core.trees import Tree


@register("augmentation", aliases=("no augmentation", "none"))
class Identity(BaseAugmentation):
    """Leaves observations of any kind as they are: the baseline, or the way to switch an agent's augmentation off."""

    def __call__(self, x: Tree) -> Tree:
        """The same object, dicts of observations included; there is nothing to check."""
        return x

    def forward(self, x: Tree) -> Tree:
        """The same object."""
        return x
