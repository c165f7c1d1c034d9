"""The default modules of off-policy agents, by observation space."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rllte.agent.on_policy_modules import fused
from rllte.common.prototype import BaseDistribution, BaseEncoder, BasePolicy, OffPolicyAgent
from rllte.core.errors import ParameterError
from rllte.core.spaces import observation_kind
from rllte.nn import get_init_fn
from rllte.xploit.encoder import IdentityEncoder, RaffinCombinedEncoder
from rllte.xploit.storage import DictReplayStorage, VanillaReplayStorage

OBSERVATIONS = ("Box1", "Box3", "Discrete", "MultiDiscrete", "MultiBinary", "Dict")
STORAGES = (
    "VanillaReplayStorage",
    "DictReplayStorage",
    "NStepReplayStorage",
    "PrioritizedReplayStorage",
    "HerReplayStorage",
)


def adam(agent: OffPolicyAgent, lr: float, eps: float, **kwargs: Any) -> dict[str, Any]:
    """Arguments of Adam, in its fast implementation where torch has one.

    Raises:
        ParameterError: `betas` are not two numbers from 0 to below 1.
    """
    if "betas" in kwargs:
        check_betas(kwargs["betas"])
    return {"lr": lr, "eps": eps, **kwargs, **fused(agent.device)}


def check_betas(betas: Any) -> None:
    """Whether these are decay rates that Adam takes.

    Raises:
        ParameterError: they are not.
    """
    pair = isinstance(betas, tuple | list) and len(betas) == 2
    if not pair or not all(isinstance(beta, int | float) and 0 <= beta < 1 for beta in betas):
        raise ParameterError(
            f"betas is {betas!r}; expected two numbers from 0 to below 1, the decay rates of Adam's means: (0.9, 0.999)."
        )


def assemble(
    agent: OffPolicyAgent,
    *,
    images: Callable[[Any, int], BaseEncoder],
    feature_dim: int,
    init_fn: str,
    policy: Callable[[int], BasePolicy],
    distribution: BaseDistribution,
    storage_size: int,
    batch_size: int,
    discount: float,
    storage: Callable[..., Any] | None = None,
) -> None:
    """Build and set encoder, policy, storage and distribution; of stacked pictures the storage keeps one a step.

    Args:
        images: encoder of images, of an observation space and a size of features.
        policy: makes the policy for a size of features.
        storage: class of the storage; None: the plain one of the observation space.
    """
    space = agent.observation_space
    kind = observation_kind(space)
    encoder: BaseEncoder
    if kind == "Box3":
        encoder = images(space, feature_dim)
    elif kind == "Dict":
        encoder = RaffinCombinedEncoder(space, feature_dim)
    else:
        encoder = IdentityEncoder(space)
    encoder.apply(get_init_fn(init_fn))
    stacked = {"frame_stack": agent.env.frame_stack} if kind == "Box3" else {}
    make = storage or (DictReplayStorage if kind == "Dict" else VanillaReplayStorage)
    agent.set(
        encoder=encoder,
        policy=policy(encoder.feature_dim),
        storage=make(
            space,
            agent.action_space,
            device=str(agent.device),
            storage_size=storage_size,
            batch_size=batch_size,
            num_envs=agent.num_envs,
            discount=discount,
            **stacked,
        ),
        distribution=distribution,
    )
