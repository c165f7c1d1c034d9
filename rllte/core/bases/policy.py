"""The contract of policies."""

from __future__ import annotations

import functools
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core import weights
from rllte.core.bases.distribution import BaseDistribution
from rllte.core.bases.encoder import BaseEncoder
from rllte.core.device import resolve_device
from rllte.core.errors import ParameterError
from rllte.core.registry import Param, checked
from rllte.core.spaces import check_space


def check_optimizer(opt_class: Any, opt_kwargs: Any, name: str = "opt_kwargs") -> None:
    """Whether an optimiser can be made of these, by making one of a single number.

    Args:
        opt_class: a class of `torch.optim` or one derived from them, with `functools.partial` or without.
        opt_kwargs: its arguments by name, or None.
        name: of these arguments in the message.

    Raises:
        ParameterError: it cannot; what the optimiser says is in the message.
    """
    made = opt_class.func if isinstance(opt_class, functools.partial) else opt_class
    if not isinstance(made, type) or not issubclass(made, th.optim.Optimizer):
        raise ParameterError(
            f"opt_class is {opt_class!r}; expected a class of optimisers. Take one of torch.optim, such as "
            "torch.optim.Adam, itself and not its name."
        )
    if opt_kwargs is not None and not isinstance(opt_kwargs, Mapping):
        raise ParameterError(
            f"{name} is {opt_kwargs!r}; expected the optimiser's arguments by name, for example {{'lr': 3e-4}}."
        )
    given = {key: value for key, value in (opt_kwargs or {}).items() if key not in BY_DEVICE}
    try:
        opt_class([nn.Parameter(th.zeros(1))], **given)
    except Exception as error:
        takes = ", ".join(list(inspect.signature(opt_class).parameters)[1:])
        raise ParameterError(
            f"{name} is {opt_kwargs!r}, which {made.__name__} refuses: {error}. Expected arguments by name, for example "
            f"{{'lr': 3e-4}}; it takes {takes}."
        ) from error


BY_DEVICE = {"fused", "capturable"}
"""Arguments of optimisers that depend on where the weights are, which is not known before they are put there."""


class Described:
    """`describe()` of a class tells what it is; of an instance also its modules and optimisers. Printed and returned."""

    def __get__(self, instance: BasePolicy | None, owner: type[BasePolicy]) -> Callable[[], str]:
        def describe() -> str:
            text = "\n\n".join(_sections(instance, owner))
            print(text)  # noqa: T201 (that is what it is for)
            return text

        return describe


def _sections(policy: BasePolicy | None, cls: type[BasePolicy]) -> list[str]:
    parts = [f"{cls.__name__}\n{inspect.getdoc(cls) or ''}".rstrip()]
    if policy is not None:
        sizes = {name: sum(p.numel() for p in module.parameters()) for name, module in policy.named_children()}
        rows = [f"  {name}: {sizes[name]:,} weights\n{_indented(module)}" for name, module in policy.named_children()]
        parts.append("Structure\n" + "\n".join(rows))
    if cls.forward_paths:
        parts.append("Forward paths\n" + "\n".join(f"  {path}" for path in cls.forward_paths))
    if policy is not None:
        rows = [
            f"  {name}: {type(optimizer).__name__}, lr {optimizer.param_groups[0]['lr']}, "
            f"{sum(p.numel() for group in optimizer.param_groups for p in group['params']):,} weights"
            for name, optimizer in policy.optimizers.items()
        ]
        parts.append("Optimisers\n" + ("\n".join(rows) or "  none before freeze(encoder, dist)"))
    return parts


def _indented(module: nn.Module) -> str:
    return "\n".join(f"    {line}" for line in str(module).splitlines())


class BasePolicy(nn.Module, ABC):
    """Encoder and heads: from observations to actions and values.

    Args:
        observation_space: of the environment.
        action_space: of the environment.
        feature_dim: size of the encoder's features.
        hidden_dim: width of the heads.
        opt_class: class of the optimiser.
        opt_kwargs: its arguments.
        init_fn: name of the initialisation of the heads (see `rllte.nn.get_init_fn`).

    Raises:
        SpaceError: a space that is none.
        ParameterError: a size below 1, or no optimiser can be made of `opt_class` and `opt_kwargs`.
    """

    @checked
    def __init__(
        self,
        observation_space: gym.Space[Any],
        action_space: gym.Space[Any],
        feature_dim: Annotated[int, Param("size of the encoder's features", low=1)],
        hidden_dim: Annotated[int, Param("width of the heads", low=1)],
        opt_class: type[th.optim.Optimizer] = th.optim.Adam,
        opt_kwargs: Mapping[str, Any] | None = None,
        init_fn: str = "orthogonal",
    ) -> None:
        super().__init__()
        check_space("observation_space", observation_space)
        check_space("action_space", action_space)
        check_optimizer(opt_class, opt_kwargs)
        self.observation_space = observation_space
        self.action_space = action_space
        self.feature_dim = feature_dim
        self.hidden_dim = hidden_dim
        self.opt_class = opt_class
        self.opt_kwargs = dict(opt_kwargs or {})
        self.init_fn = init_fn
        self._optimizers: dict[str, th.optim.Optimizer] = {}

    @property
    def optimizers(self) -> dict[str, th.optim.Optimizer]:
        """By name; filled by `freeze`."""
        return self._optimizers

    @abstractmethod
    def freeze(self, encoder: BaseEncoder, dist: BaseDistribution) -> None:
        """Take the encoder and the distribution and build the optimisers. Weights are left as they are."""

    forward_paths: ClassVar[tuple[str, ...]] = ()
    """For `describe`: what goes through which modules, one path a line."""

    describe = Described()

    def env_action(self, actions: th.Tensor) -> th.Tensor:
        """What the environment is given for actions (N, ...) of this policy: the same, unless it says otherwise.

        Policies that act in [-1, 1] whatever the bounds of the space stretch their actions here.
        """
        return actions

    def random_actions(self, number: int, device: th.device | str = "cpu") -> th.Tensor:
        """So many actions (number, ...) drawn evenly from the action space with torch's generator.

        Box dimensions without two finite bounds are drawn from the standard normal distribution.
        """
        space: Any = self.action_space
        if isinstance(space, gym.spaces.Discrete):
            return th.randint(int(space.n), (number,), device=device)
        if isinstance(space, gym.spaces.MultiDiscrete):
            sizes = th.as_tensor(space.nvec, device=device)
            return (th.rand(number, *sizes.shape, device=device) * sizes).long()
        if isinstance(space, gym.spaces.MultiBinary):
            return th.rand(number, *space.shape, device=device).round()
        low, high = (th.as_tensor(bound, dtype=th.float32, device=device) for bound in (space.low, space.high))
        bounded = (high - low).isfinite()
        even = low + th.rand(number, *low.shape, device=device) * (high - low)
        return th.where(bounded, even, th.randn_like(even))

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Compile acting and, where the policy has them, what learning calls: `evaluate_actions` and `get_value`.

        Args:
            args, kwargs: of `torch.compile`.
        """
        super().compile(*args, **kwargs)
        for name in ("evaluate_actions", "get_value"):
            method = getattr(type(self), name, None)
            if method is not None:
                setattr(self, name, th.compile(method.__get__(self), *args, **kwargs))

    def save(self, path: str | Path, pretraining: bool = False, global_step: int = 0) -> Path:
        """Write the weights alone into the folder `path`, as agent_<step> or pretrained_<step>; `agent.save` writes all.

        Returns:
            Where they are.

        Raises:
            ParameterError: the path is no text or Path.
            FileError: it cannot be written there.
        """
        file = weights.file_path(path) / f"{'pretrained' if pretraining else 'agent'}_{global_step}.safetensors"
        return weights.write(file, weights.state_of(self, weights.POLICY), {"step": global_step, "episode": 0})

    def load(self, path: str | Path, device: str | th.device = "cpu") -> None:
        """Take the weights of a checkpoint, and nothing else of it, and move to a device.

        Raises:
            ParameterError: the path is no text or Path.
            CheckpointError: unreadable, or of other modules; the weights are as before.
        """
        self.load_state_dict(weights.fitting(weights.read(path), self, weights.POLICY))
        self.to(resolve_device(device))
