"""Where RLLTE keeps what its agents share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch as th

from rllte.nn import soft_update_params

__all__ = ["soft_update_params", "to_torch"]


def to_torch(xs: Iterable[Any], device: str | th.device) -> tuple[th.Tensor, ...]:
    """Arrays, tensors or numbers as float32 tensors on a device."""
    return tuple(th.as_tensor(x, dtype=th.float32, device=device) for x in xs)
