"""Observations are a tensor or, in Dict spaces, a flat dict of tensors; these functions treat both alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import gymnasium as gym
import torch as th

Tree: TypeAlias = th.Tensor | dict[str, th.Tensor]
"""(B, ...) or, by key, (B, ...) each."""


def tree_map(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """`function` of a leaf, or of each leaf by key; `others` have the same keys."""
    if isinstance(tree, dict):
        return {key: function(leaf, *(other[key] for other in others)) for key, leaf in tree.items()}
    return function(tree, *others)


def leaves(tree: Any) -> dict[str, Any]:
    """The leaves by key; a single leaf is under the key "observations"."""
    return dict(tree) if isinstance(tree, dict) else {"observations": tree}


def space_leaves(space: gym.Space[Any]) -> Any:
    """The spaces of a Dict space by key, or the space itself: a tree to map over beside observations."""
    return dict(space.spaces) if isinstance(space, gym.spaces.Dict) else space


def to_device(tree: Any, device: th.device) -> Any:
    """The tree on a device."""
    return tree_map(lambda leaf: leaf.to(device), tree)
