"""Rows beside the ring: what is needed once an episode, such as its last observation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch as th

from rllte.core.trees import leaves, tree_map
from rllte.xploit.storage.memory import Array


class SideTable:
    """Rows of observations (or parts of them) that are handed out and taken back; it grows when none is left.

    Args:
        like: a tensor, or tensors by key, of one row each: shape and dtype of a row.

    `rows` is a tensor (capacity, *row_shape), or by key.
    """

    def __init__(self, like: Any) -> None:
        self._like = like
        self.clear()

    def __len__(self) -> int:
        """How many rows are in use."""
        return self._capacity - len(self._free)

    def clear(self) -> None:
        """Take back every row."""
        self.rows = tree_map(lambda leaf: leaf.new_zeros((0, *leaf.shape)), self._like)
        self._capacity = 0
        self._free: list[int] = []

    def put(self, values: Any) -> Array:
        """Keep values (M, *row_shape), or by key; returns their rows (M,) int64."""
        count = len(next(iter(leaves(values).values())))
        if len(self._free) < count:
            self._grow(max(64, 2 * self._capacity, self._capacity + count))
        taken = np.array([self._free.pop() for _ in range(count)], np.int64)
        index = th.from_numpy(taken)
        tree_map(lambda rows, value: rows.index_copy_(0, index, value.detach().to(rows)), self.rows, values)
        return taken

    def take_back(self, rows: Array) -> None:
        """Rows (M,) that are needed no more."""
        self._free.extend(rows.tolist())

    def _grow(self, capacity: int) -> None:
        def longer(rows: th.Tensor) -> th.Tensor:
            return th.cat([rows, rows.new_zeros((capacity - len(rows), *rows.shape[1:]))])

        self.rows = tree_map(longer, self.rows)
        self._free.extend(range(capacity - 1, self._capacity - 1, -1))
        self._capacity = capacity

    def state_dict(self, prefix: str) -> dict[str, th.Tensor]:
        """Copies of all rows, and which are free."""
        rows = {f"{prefix}.{key}": leaf.clone() for key, leaf in leaves(self.rows).items()}
        return {**rows, f"{prefix}.free": th.tensor(self._free, dtype=th.int64)}

    def load_state_dict(self, prefix: str, state: Mapping[str, th.Tensor]) -> None:
        """Take what `state_dict` gave."""
        saved = {key: state[f"{prefix}.{key}"].clone() for key in leaves(self._like)}
        self.rows = saved if isinstance(self._like, dict) else saved["observations"]
        self._free = state[f"{prefix}.free"].tolist()
        self._capacity = len(next(iter(saved.values())))
