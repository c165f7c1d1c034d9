"""Memories of intrinsic rewards, one per environment and cleared where its episode ends. N environments, D numbers.

They are modules whose state is in buffers of fixed shape, so checkpoints keep them. The loops are over time only.
"""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import torch as th
from torch import nn

from rllte.core.trees import leaves


class EpisodicMemory(nn.Module):
    """The last `capacity` vectors of each environment's present episode.

    Args:
        num_envs: N.
        dim: D.
        capacity: rows per environment; in longer episodes the oldest give way.
    """

    rows: th.Tensor
    written: th.Tensor

    def __init__(self, num_envs: int, dim: int, capacity: int = 5000) -> None:
        super().__init__()
        self.capacity = capacity
        self.register_buffer("rows", th.zeros(num_envs, capacity, dim))
        self.register_buffer("written", th.zeros(num_envs, dtype=th.int64))

    @property
    def sizes(self) -> th.Tensor:
        """How many vectors each environment has, (N,) int64."""
        return self.written.clamp(max=self.capacity)

    @th.no_grad()
    def append(self, vectors: th.Tensor) -> None:
        """Add one vector per environment, (N, D)."""
        everyone = th.arange(len(self.rows), device=self.rows.device)
        self.rows[everyone, self.written % self.capacity] = vectors.to(self.rows)
        self.written += 1

    @th.no_grad()
    def clear(self, ended: th.Tensor) -> None:
        """Forget everything of the environments where `ended` (N,) is true."""
        self.written.masked_fill_(ended.to(self.written.device).bool(), 0)

    @th.no_grad()
    def nearest(self, vectors: th.Tensor, k: int) -> th.Tensor:
        """Squared distances to the k nearest of the same environment, (N, D) to (N, k), nearest first.

        Where an environment has fewer than k vectors the rest is infinite.
        """
        most = int(self.sizes.max())
        if most == 0:
            return vectors.new_full((len(vectors), k), th.inf)
        exact = "donot_use_mm_for_euclid_dist"  # the other way equal vectors are not at distance 0
        distances = th.cdist(vectors.unsqueeze(1), self.rows[:, :most], compute_mode=exact).squeeze(1).square()
        absent = th.arange(most, device=distances.device) >= self.sizes.unsqueeze(1)
        found = distances.masked_fill(absent, th.inf).topk(min(k, most), largest=False).values
        return nn.functional.pad(found, (0, k - found.shape[1]), value=th.inf)

    @th.no_grad()
    def walk(self, vectors: th.Tensor, ended: th.Tensor, k: int, sync: bool = True) -> th.Tensor:
        """For each step: squared distances to the k nearest before it in its episode, then remember it.

        Args:
            vectors: (T, N, D).
            ended: whether the episode ended with the step, (T, N); the memory is cleared after it.
            k: neighbours.
            sync: False puts the memory back as it was.

        Returns:
            (T, N, k), see `nearest`.
        """
        before = None if sync else (self.rows.clone(), self.written.clone())
        out = []
        for now, over in zip(vectors, ended, strict=True):
            out.append(self.nearest(now, k))
            self.append(now)
            self.clear(over)
        if before is not None:
            self.rows.copy_(before[0])
            self.written.copy_(before[1])
        return th.stack(out)


class Counter(nn.Module):
    """How often each environment has been in a state in its present episode, by the hash of rounded observations.

    Args:
        num_envs: N.
        observation_space: of one observation.
        decimals: floats are rounded to so many; whole numbers count as they are.
        capacity: visits kept per environment; in longer episodes the oldest are forgotten.
    """

    keys: th.Tensor
    written: th.Tensor

    def __init__(
        self, num_envs: int, observation_space: gym.Space[Any], decimals: int = 2, capacity: int = 10_000
    ) -> None:
        super().__init__()
        self.space, self.decimals, self.capacity = observation_space, decimals, capacity
        self.register_buffer("keys", th.zeros(num_envs, capacity, dtype=th.int64))
        self.register_buffer("written", th.zeros(num_envs, dtype=th.int64))

    def hashes(self, observations: Any) -> th.Tensor:
        """A number for each observation (B, ...) or dict of them, (B,) int64: equal ones share it, others hardly ever."""
        found = leaves(observations)
        rows = th.cat([self._whole(found[key]) for key in sorted(found)], dim=1)
        generator = th.Generator().manual_seed(0)  # always the same: hashes outlive a run
        factors = th.randint(-(2**62), 2**62, (rows.shape[1],), generator=generator) * 2 + 1
        mixed = (rows ^ (rows << 17)) * factors.to(rows.device)  # wraps around, as hashes may
        return mixed.sum(1)

    @th.no_grad()
    def clear(self, ended: th.Tensor) -> None:
        """Begin the counts anew in the environments where `ended` (N,) is true."""
        self.written.masked_fill_(ended.to(self.written.device).bool(), 0)

    def _whole(self, leaf: th.Tensor) -> th.Tensor:
        flat = leaf.reshape(len(leaf), -1)
        return (flat.float() * 10**self.decimals).round().long() if flat.is_floating_point() else flat.long()

    @th.no_grad()
    def walk(self, observations: Any, ended: th.Tensor, sync: bool = True) -> th.Tensor:
        """For each step: how often its state has been seen in its episode, this time included.

        Args:
            observations: (T * N, ...), row t * N + n of environment n.
            ended: whether the episode ended with the step, (T, N); the counts begin anew after it.
            sync: False puts the counts back as they were.

        Returns:
            (T, N) float32, at least 1.
        """
        steps, envs = ended.shape
        hashes = self.hashes(observations).to(self.keys.device).reshape(steps, envs)
        before = None if sync else (self.keys.clone(), self.written.clone())
        everyone, out = th.arange(envs, device=self.keys.device), []
        for now, over in zip(hashes, ended, strict=True):
            self.keys[everyone, self.written % self.capacity] = now
            self.written += 1
            sizes = self.written.clamp(max=self.capacity)
            most = int(sizes.max())
            present = th.arange(most, device=self.keys.device) < sizes.unsqueeze(1)
            out.append(((self.keys[:, :most] == now.unsqueeze(1)) & present).sum(1))
            self.clear(over)
        if before is not None:
            self.keys.copy_(before[0])
            self.written.copy_(before[1])
        return th.stack(out).float()


class Kernel(nn.Module):
    """Never Give Up's inverse kernel (arXiv 2002.06038, algorithm 1): how like a state its nearest ones are, 0 to 1 each.

    K(d^2) = epsilon / (max(d^2 / m - cluster_distance, 0) + epsilon), m the running mean of d^2.

    Args:
        cluster_distance: normalised squared distances up to it count as none.
        epsilon: of the formula.
    """

    mean: th.Tensor
    number: th.Tensor

    def __init__(self, cluster_distance: float = 0.008, epsilon: float = 1e-4) -> None:
        super().__init__()
        self.cluster_distance, self.epsilon = cluster_distance, epsilon
        self.register_buffer("mean", th.zeros(()))
        self.register_buffer("number", th.zeros((), dtype=th.int64))

    @th.no_grad()
    def forward(self, distances: th.Tensor, sync: bool = True) -> th.Tensor:
        """Squared distances (..., k), infinite where there is no neighbour, to similarities (..., k), 0 there.

        Args:
            sync: whether the mean is updated with them first.
        """
        real = distances.isfinite()
        number = self.number + real.sum()
        shift = (distances - self.mean).where(real, 0.0).sum()  # no sum over all of training: 32 bits would not hold it
        mean = self.mean + shift / number.clamp(min=1)
        if sync:
            self.mean.copy_(mean)
            self.number.copy_(number)
        far = distances / mean.clamp(min=1e-8) - self.cluster_distance
        return self.epsilon / (far.clamp(min=0.0) + self.epsilon)


class Ellipsoid(nn.Module):
    """E3B's inverse covariance of the vectors of each environment's episode (arXiv 2210.05805, algorithm 1).

    C = ridge * I + the sum of v v^T. Of C^-1 a root is kept, C^-1 = R R^T, and updated as the formula of Sherman and
    Morrison asks (Potter's square-root form, known from Kalman filters): what is a square cannot become negative, while
    of C^-1 itself nothing but rounding would be left after long vectors.

    Args:
        num_envs: N.
        dim: D.
        ridge: lambda of the paper.
    """

    root: th.Tensor

    def __init__(self, num_envs: int, dim: int, ridge: float = 0.1) -> None:
        super().__init__()
        self.ridge = ridge
        self.register_buffer("root", (th.eye(dim) / ridge**0.5).repeat(num_envs, 1, 1))

    @property
    def inverse(self) -> th.Tensor:
        """C^-1, (N, D, D)."""
        return self.root @ self.root.mT

    @th.no_grad()
    def clear(self, ended: th.Tensor) -> None:
        """C is ridge * I again in the environments where `ended` (N,) is true."""
        self.root.copy_(self._fresh(self.root, ended))

    def _fresh(self, root: th.Tensor, ended: th.Tensor) -> th.Tensor:
        begun = th.eye(root.shape[-1], device=root.device) / self.ridge**0.5
        return th.where(ended.to(root.device).bool().view(-1, 1, 1), begun, root)

    @th.no_grad()
    def walk(self, vectors: th.Tensor, ended: th.Tensor, sync: bool = True) -> th.Tensor:
        """For each step v^T C^-1 v, by the C of what came before it in the episode; then v is added to C.

        Args:
            vectors: (T, N, D).
            ended: whether the episode ended with the step, (T, N); C is ridge * I after it.
            sync: False leaves C as it was.

        Returns:
            (T, N) float32.
        """
        root, out = self.root.clone(), []
        for now, over in zip(vectors, ended, strict=True):
            turned = th.einsum("nij,ni->nj", root, now)
            bonus = turned.square().sum(1)
            share = 1.0 / (1.0 + bonus + (1.0 + bonus).sqrt())
            along = th.einsum("nij,nj->ni", root, turned) * share.unsqueeze(1)
            root = root - along.unsqueeze(2) * turned.unsqueeze(1)
            root = self._fresh(root, over)
            out.append(bonus)
        if sync:
            self.root.copy_(root)
        return th.stack(out)
