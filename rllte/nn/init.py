"""Weight initialisation by name, as RLLTE's `init_fn` argument takes it."""

from __future__ import annotations

from collections.abc import Callable

import torch as th
from torch import nn

from rllte.core.errors import UnknownNameError

INIT_FNS = ("orthogonal", "xavier_uniform", "xavier_normal", "identity")


def get_init_fn(method: str = "orthogonal") -> Callable[[nn.Module], None]:
    """A function for `nn.Module.apply` that initialises linear and convolutional layers; biases become zero.

    Args:
        method: orthogonal (gain sqrt(2)), xavier_uniform, xavier_normal, or identity: leave the layers as they are.

    Raises:
        UnknownNameError: another name.
    """
    fills: dict[str, Callable[[th.Tensor], object]] = {
        "orthogonal": lambda weight: nn.init.orthogonal_(weight, gain=2**0.5),
        "xavier_uniform": nn.init.xavier_uniform_,
        "xavier_normal": nn.init.xavier_normal_,
    }
    if method not in INIT_FNS:
        raise UnknownNameError("initialisation", method, INIT_FNS)
    fill = fills.get(method)

    def init(module: nn.Module) -> None:
        if fill is not None and isinstance(module, nn.Linear | nn.Conv2d):
            fill(module.weight.data)
            if module.bias is not None:
                nn.init.zeros_(module.bias)

    return init


def head(inputs: int, outputs: int, gain: float) -> nn.Linear:
    """An output layer with orthogonal weights of the given gain and zero bias (0.01 for policies, 1 for values)."""
    layer = nn.Linear(inputs, outputs)
    nn.init.orthogonal_(layer.weight, gain=gain)
    nn.init.zeros_(layer.bias)
    return layer
