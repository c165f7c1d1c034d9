"""One seed for every generator that learning draws from."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch as th


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and torch (all devices)."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    th.manual_seed(seed)


@contextmanager
def drawn_apart(name: str) -> Iterator[None]:
    """Draw numbers on the CPU from a stream of their own within; torch's generator is afterwards as it was before.

    What is made within depends on the state of the generator, so on the seed, and on the name; what comes after it does
    not depend on whether it was made at all.
    """
    with th.random.fork_rng(devices=[]):
        start = int(th.randint(2**62, ()))
        th.default_generator.manual_seed(start ^ zlib.crc32(name.encode()))  # th.manual_seed would reach other devices
        yield
