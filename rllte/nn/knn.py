"""Nearest neighbours: found by one matrix product, then measured exactly, so that equal points are 0 apart."""

from __future__ import annotations

import torch as th
from torch import nn

CELLS = 2**24
"""Distances held at once; more queries are looked up in several goes."""


class Bank(nn.Module):
    """The last vectors seen, in a ring of fixed size that stays on its device and that checkpoints keep.

    Args:
        size: how many are kept.
        dim: of one vector.
    """

    points: th.Tensor
    seen: th.Tensor

    def __init__(self, size: int, dim: int) -> None:
        super().__init__()
        self.size = size
        self.register_buffer("points", th.zeros(size, dim))
        self.register_buffer("seen", th.zeros((), dtype=th.int64))

    @property
    def held(self) -> th.Tensor:
        """The vectors kept, (at most size, dim) float32, in no particular order; not a copy."""
        return self.points[: min(int(self.seen), self.size)]

    @th.no_grad()
    def add(self, vectors: th.Tensor) -> None:
        """Keep vectors (B, dim) in the place of the oldest ones; of more than `size`, the last."""
        start = int(self.seen) + max(len(vectors) - self.size, 0)
        kept = vectors[-self.size :].to(self.points)
        places = th.arange(start, start + len(kept), device=self.points.device) % self.size
        self.points[places] = kept
        self.seen += len(vectors)


@th.no_grad()
def nearest(
    queries: th.Tensor, points: th.Tensor, k: int, allowed: th.Tensor | None = None, *, among: bool = False
) -> th.Tensor:
    """Euclidean distances from each query to its nearest points.

    Args:
        queries: (..., Q, D) float32.
        points: (..., P, D), with the same leading axes.
        k: how many neighbours.
        allowed: (..., Q, P) bool, the points that count for a query; None: all.
        among: the queries are the first Q points, and none counts for itself.

    Returns:
        (..., Q, k) ascending; infinite where a query has fewer neighbours.
    """
    found = min(k, points.shape[-2])
    out = queries.new_full((*queries.shape[:-1], k), th.inf)
    if found == 0:
        return out
    centre = points.mean(-2, keepdim=True)  # a matrix product loses fewer digits near the origin
    rows = max(1, CELLS // points[..., 0].numel())
    for start in range(0, queries.shape[-2], rows):
        part = queries[..., start : start + rows, :]
        distances = th.cdist(part - centre, points - centre)
        if allowed is not None:
            distances.masked_fill_(~allowed[..., start : start + rows, :], th.inf)
        if among:
            distances[..., start:].diagonal(dim1=-2, dim2=-1).fill_(th.inf)
        near, index = distances.topk(found, dim=-1, largest=False, sorted=False)
        picked = th.take_along_dim(points.unsqueeze(-3), index.unsqueeze(-1), dim=-2)
        exact = th.linalg.vector_norm(part.unsqueeze(-2) - picked, dim=-1)
        out[..., start : start + rows, :found] = exact.masked_fill(near.isinf(), th.inf).sort(-1).values
    return out


def nearest_others(vectors: th.Tensor, more: th.Tensor, k: int) -> th.Tensor:
    """Distances from each vector to its nearest neighbours among the other vectors and some more points.

    Args:
        vectors: (..., Q, D) float32; a vector is no neighbour of itself, but one equal to it is.
        more: (..., P, D).
        k: how many neighbours.

    Returns:
        (..., Q, k) as `nearest`.
    """
    return nearest(vectors, th.cat([vectors, more], dim=-2), k, among=True)


def kth(distances: th.Tensor) -> th.Tensor:
    """Of distances (..., k) from `nearest` the last, (...): of the furthest neighbour there is, 0 where there is none."""
    return distances.masked_fill(distances.isinf(), 0.0).amax(-1)


def mean_over_neighbours(values: th.Tensor, distances: th.Tensor) -> th.Tensor:
    """The mean (...) of values (..., k) over the neighbours there are, those at finite distance; 0 where there is none."""
    there = distances.isfinite()
    return values.masked_fill(~there, 0.0).sum(-1) / there.sum(-1).clamp(min=1)
