"""What intrinsic rewards share whose networks learn by gradient descent."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

import torch as th
from torch import nn

from rllte.core.bases import BaseReward
from rllte.core.trees import tree_map


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

    def __init__(
        self,
        envs: Any,
        device: str | th.device,
        beta: float,
        kappa: float,
        gamma: float | None,
        rwd_norm_type: str,
        obs_norm_type: str,
        lr: float,
        batch_size: int,
        update_proportion: float,
    ) -> None:
        super().__init__(envs, device, beta, kappa, gamma, rwd_norm_type, obs_norm_type)
        self.lr, self.batch_size, self.update_proportion = lr, batch_size, update_proportion

    def learn_by(self, *networks: nn.Module) -> None:
        """Make the optimiser, over these networks."""
        parameters = [parameter for network in networks for parameter in network.parameters()]
        self.optimizer = th.optim.Adam(parameters, lr=self.lr)

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
        order = th.randperm(number, generator=self.generator())[: math.ceil(self.update_proportion * number)]
        for rows in order.to(self.device).split(self.batch_size):
            yield {name: tree_map(lambda leaf, r=rows: leaf[r], entry) for name, entry in flat.items()}
