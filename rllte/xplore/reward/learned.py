"""What intrinsic rewards share whose networks learn by gradient descent."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeAlias

import torch as th
from torch import nn

from rllte.core.bases import BaseReward
from rllte.core.registry import Param, checked
from rllte.core.trees import to_device, tree_map
from rllte.nn.reward_nets import ENCODER_MODELS, WEIGHT_INITS

Device: TypeAlias = Annotated[str | th.device, Param("auto, cpu, cuda, cuda:N, npu or mps")]
Beta: TypeAlias = Annotated[float, Param("weight of the reward", aliases=("intrinsic reward weight",))]
Kappa: TypeAlias = Annotated[
    float, Param("decay of the weight: after n updates it is beta * (1 - kappa)^n", low=0, high=1)
]
Gamma: TypeAlias = Annotated[
    float | None,
    Param("rms divides by the deviation of rewards discounted by it; None: of single rewards", low=0, high=1),
]
RewardNorm: TypeAlias = Annotated[
    str,
    Param(
        "divide by the running deviation, by the range of the rollout (off-policy: so far), or not",
        choices=("rms", "minmax", "none"),
    ),
]
ObsNorm: TypeAlias = Annotated[str, Param("shift and divide observations, or not", choices=("rms", "none"))]
Rate: TypeAlias = Annotated[float, Param("learning rate of Adam", low=0, high=1, aliases=("learning rate",))]
BatchSize: TypeAlias = Annotated[int, Param("samples per gradient step", low=1)]
Proportion: TypeAlias = Annotated[float, Param("part of the samples that is learned from", low=0, high=1)]
EncoderModel: TypeAlias = Annotated[str, Param("convolutions for images", choices=ENCODER_MODELS)]
WeightInit: TypeAlias = Annotated[str, Param("initialisation of the networks", choices=WEIGHT_INITS)]


class LearnedReward(BaseReward):
    """An intrinsic reward with networks, of which `update` makes one pass over a part of each rollout.

    A subclass builds its networks, calls `learn_by`, and defines `compute` and `loss`.

    Args:
        envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type: see `BaseReward`.
        lr: of Adam.
        batch_size: samples per gradient step.
        update_proportion: the part of a rollout's samples, drawn anew each time, that is learned from; 0: none.
    """

    optimizer: th.optim.Optimizer

    @checked
    def __init__(
        self,
        envs: Any,
        device: Device,
        beta: Beta,
        kappa: Kappa,
        gamma: Gamma,
        rwd_norm_type: RewardNorm,
        obs_norm_type: ObsNorm,
        lr: Rate,
        batch_size: BatchSize,
        update_proportion: Proportion,
    ) -> None:
        super().__init__(envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type)
        self.lr, self.batch_size, self.update_proportion = lr, batch_size, update_proportion

    def learn_by(self, *networks: nn.Module) -> None:
        """Make the optimiser, over these networks."""
        parameters = [parameter for network in networks for parameter in network.parameters()]
        self.optimizer = th.optim.Adam(parameters, lr=self.lr)

    def seen(self, samples: Mapping[str, Any], sync: bool) -> tuple[Any, Any]:
        """Observations and the ones after them, (T * N, ...), normalised; with `sync` the latter are counted in first."""
        following = self.normalize(self.flat(samples, "next_observations"), sync)
        return self.normalize(self.flat(samples, "observations"), sync=False), following

    def update(self, samples: Mapping[str, Any]) -> None:
        """Learn from a part of the rollout in minibatches, and count the update.

        Observations come normalised into `loss`, by the statistics that `compute` has gathered. Which samples are drawn
        depends on torch's seed and the number of updates; torch's global generator does not advance, so a reward of
        weight 0 changes nothing.
        """
        self.check(samples)
        with th.enable_grad():  # the training loop may not
            for batch in self.batches(samples):
                loss = self.loss(batch)
                self.optimizer.zero_grad(set_to_none=True)
                loss.backward()
                self.optimizer.step()
        self.updates += 1

    @abstractmethod
    def loss(self, batch: Mapping[str, Any]) -> th.Tensor:
        """What to descend, a scalar.

        Args:
            batch: the entries of the samples, (B, ...) each; observations normalised.
        """

    def generator(self) -> th.Generator:
        """A generator for the present update, on the CPU."""
        return th.Generator().manual_seed((th.initial_seed() + 1_000_003 * (self.updates + 1)) % 2**63)

    def batches(self, samples: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """`update_proportion` of the samples in random order, by `batch_size`."""
        flat = {name: self.flat(samples, name) for name in samples}
        for name in ("observations", "next_observations"):
            if name in flat:
                flat[name] = self.normalize(flat[name], sync=False)
        number = samples["terminateds"].numel()
        generator = self.generator()
        order = th.randperm(number, generator=generator)[: math.ceil(self.update_proportion * number)]
        for rows in order.split(self.batch_size):
            drawn = to_device(self.draw(len(rows), generator), self.device)
            where = rows.to(self.device)
            yield {**{name: tree_map(lambda leaf, r=where: leaf[r], entry) for name, entry in flat.items()}, **drawn}

    def draw(self, number: int, generator: th.Generator) -> dict[str, th.Tensor]:
        """Random numbers for the loss of `number` samples, on the CPU; entries of the batch beside the samples'."""
        return {}
