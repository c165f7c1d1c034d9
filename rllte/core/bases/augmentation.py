"""The contract of augmentations."""

from __future__ import annotations

from abc import ABC

from torch import nn


class BaseAugmentation(nn.Module, ABC):
    """Changes observations without changing what they mean; `forward` keeps shape and dtype."""
