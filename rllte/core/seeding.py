"""One seed for every generator that learning draws from."""

from __future__ import annotations

import random

import numpy as np
import torch as th


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and torch (all devices)."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    th.manual_seed(seed)
