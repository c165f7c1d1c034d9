"""One check for all losses: tensors of one shape, so that nothing is broadcast by accident."""

from __future__ import annotations

import torch as th

from rllte.core.errors import ParameterError


def same_shape(*tensors: th.Tensor) -> None:
    """Compare shapes.

    Raises:
        ParameterError: they differ.
    """
    shapes = {tuple(tensor.shape) for tensor in tensors}
    if len(shapes) != 1:
        raise ParameterError(
            f"Expected tensors of one shape, received {sorted(shapes)}: (B, 1) against (B,) would broadcast to (B, B)."
        )
