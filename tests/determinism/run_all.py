"""`python -m tests.determinism.run_all THREADS FILE`: train agents for a few steps; write their weights and their way there.

Every agent learns with small networks; some learn again with sizes for which torch shares its work out among threads.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch as th

from rllte.agent import PPO, SAC, DrQv2
from rllte.core.registry import Component, load_all
from rllte.env import make_rllte_env
from tests.compatibility.conftest import ACTIONS, OBSERVATIONS, Probe, first, make_agent, weights

ENVS = 32
REPLAY = {"hidden_dim": 256, "storage_size": 5000, "update_every_steps": ENVS // 2}
LARGE: dict[str, tuple[type[Any], str, int, dict[str, Any]]] = {
    "PPO of vectors": (PPO, "Box1", 2048, {"hidden_dim": 256, "num_steps": 64, "batch_size": 2048, "n_epochs": 2}),
    "SAC of vectors": (SAC, "Box1", 1024 + ENVS, {**REPLAY, "num_init_steps": 1024, "batch_size": 1024}),
    "PPO of images": (PPO, "Box3", 256, {"hidden_dim": 256, "num_steps": 8, "batch_size": 256, "n_epochs": 2}),
    "DrQv2 of images": (DrQv2, "Box3", 128 + ENVS, {**REPLAY, "num_init_steps": 128, "batch_size": 64}),
}
"""Class, kind of observations, steps and arguments."""


def observed(entry: Component) -> str:
    """The kind of observations with which an agent learns here."""
    return first(entry.observation_spaces, (), OBSERVATIONS)


def small(entry: Component, folder: Path) -> tuple[Any, int]:
    """An agent with small networks, and how many steps it makes."""
    return make_agent(entry, observed(entry), first(entry.action_spaces, (), ACTIONS), folder), 200


def large(name: str, folder: Path) -> tuple[Any, int]:
    """An agent of `LARGE`, and how many steps it makes."""
    cls, seen, steps, sizes = LARGE[name]
    env = make_rllte_env(lambda: Probe(OBSERVATIONS[seen], ACTIONS["Box"]), num_envs=ENVS, seed=1, asynchronous=False)
    return cls(env=env, seed=1, log_dir=folder, **sizes), steps


def main() -> None:
    """Two arrays for each agent: its weights, and by how much they differ from those that it began with."""
    th.set_num_threads(int(sys.argv[1]))
    assert th.get_num_threads() == int(sys.argv[1])
    agents = [entry for entry in load_all() if entry.primitive == "agent"]
    makers = {entry.name: partial(small, entry) for entry in agents} | {name: partial(large, name) for name in LARGE}
    arrays = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        for name, make in makers.items():
            agent, steps = make(Path(folder))
            agent.freeze()
            begun = weights(agent).clone()
            agent.train(num_train_steps=steps)
            assert agent.num_updates > 0
            arrays |= {name: weights(agent).numpy(), f"{name}: way": (weights(agent) - begun).numpy()}
    np.savez(sys.argv[2], **arrays)


if __name__ == "__main__":
    main()
