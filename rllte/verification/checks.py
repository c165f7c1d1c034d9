"""The checks: each takes an empty folder, returns what it found, and raises if that is wrong."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch as th

from rllte.agent import A2C, DQN, PPO, SAC
from rllte.core.registry import find, load_all
from rllte.env import make_rllte_env
from rllte.env.testing import make_identity_env

SMALL = {"hidden_dim": 32}


def the_catalogue_loads(folder: Path) -> str:
    """Every component registers itself."""
    entries = load_all()
    kinds = {entry.primitive for entry in entries}
    _expect(len(kinds) == 7, f"primitives {sorted(kinds)}; expected seven")
    return f"{len(entries)} components"


def PPO_learns(folder: Path) -> str:
    """PPO finds the action that equals the observation; a run of random actions earns 1 of 10."""
    env = make_identity_env("Discrete", num_envs=8)
    agent = PPO(env=env, log_dir=folder, num_steps=64, batch_size=64, lr=3e-3, ent_coef=0.0, **SMALL)
    return _learned(agent, 10_240, 0.9)


def A2C_learns(folder: Path) -> str:
    """A2C finds it too."""
    env = make_identity_env("Discrete", num_envs=8)
    agent = A2C(env=env, log_dir=folder, num_steps=16, lr=5e-3, ent_coef=0.0, **SMALL)
    return _learned(agent, 20_480, 0.9)


def DQN_learns(folder: Path) -> str:
    """DQN finds it from a replay."""
    env = make_identity_env("Discrete", num_envs=4)
    agent = DQN(env=env, log_dir=folder, num_init_steps=200, batch_size=64, storage_size=10_000, lr=1e-3, **SMALL)
    return _learned(agent, 6_000, 0.9)


def SAC_learns(folder: Path) -> str:
    """SAC finds it where actions are continuous."""
    env = make_identity_env("Box", num_envs=4)
    agent = SAC(env=env, log_dir=folder, num_init_steps=200, batch_size=64, storage_size=10_000, lr=1e-3, **SMALL)
    return _learned(agent, 2_000, 0.9)


def the_same_seed_gives_the_same_weights(folder: Path) -> str:
    """Two runs with one seed are equal, bit for bit; a third with another seed is not."""
    one, two, other = (_short_run(folder, seed) for seed in (1, 1, 2))
    _expect(th.equal(one, two), "two runs with seed 1 differ")
    _expect(not th.equal(one, other), "seeds 1 and 2 give the same weights")
    return f"{one.numel()} weights"


def a_checkpoint_goes_on(folder: Path) -> str:
    """256 steps, saved, loaded and 256 more are 512 steps, bit for bit."""
    whole = _agent(folder, 1)
    whole.train(512, log_interval=10**9)
    half = _agent(folder, 1)
    half.train(256, log_interval=10**9)
    file = half.save(folder / "half.safetensors")
    rest = _agent(folder, 5)
    rest.load(file)
    rest.train(256, log_interval=10**9)
    _expect(th.equal(_weights(whole), _weights(rest)), "resumed and uninterrupted training differ")
    return "equal to training without a stop"


def an_intrinsic_reward_matters(folder: Path) -> str:
    """RE3 with weight 0 changes nothing, with weight 1 it does."""

    def run(beta: float | None) -> th.Tensor:
        agent = _agent(folder, 1)
        if beta is not None:
            agent.set(reward=find("RE3", "reward").cls(agent.env, beta=beta))
        agent.train(256, log_interval=10**9)
        return _weights(agent)

    without, off, on = run(None), run(0.0), run(1.0)
    _expect(th.equal(without, off), "a bonus of weight 0 changes something")
    _expect(not th.equal(off, on), "a bonus of weight 1 changes nothing")
    return f"largest change of a weight {float((off - on).abs().max()):.1e}"


def the_device(folder: Path) -> str:
    """What training may use here."""
    kinds = ["cuda"] * th.cuda.is_available() + ["mps"] * th.backends.mps.is_available() + ["cpu"]
    for kind in kinds:
        th.ones(2, device=kind).sum().item()
    return ", ".join(kinds)


def optional_suites(folder: Path) -> str:
    """Which environments can be made here; none of them is needed."""
    found = []
    for suite, module in (("atari", "ale_py"), ("box2d", "Box2D"), ("dmc", "dm_control"), ("minigrid", "minigrid")):
        if importlib.util.find_spec(module) is not None:
            found.append(suite)
    return ", ".join(found) or "none; pip install -e '.[envs]' adds them"


CHECKS: tuple[Callable[[Path], str], ...] = (
    the_catalogue_loads,
    the_device,
    optional_suites,
    PPO_learns,
    A2C_learns,
    DQN_learns,
    SAC_learns,
    the_same_seed_gives_the_same_weights,
    a_checkpoint_goes_on,
    an_intrinsic_reward_matters,
)


def _learned(agent: Any, steps: int, share: float) -> str:
    best = 10.0  # the identity environments pay 1 in each of 10 steps
    agent.train(steps, log_interval=10**9)
    reward = agent.eval(8)["episode_reward"]
    _expect(reward >= share * best, f"mean reward {reward:.2f} of {best:.0f} after {steps} steps")
    return f"mean reward {reward:.2f} of {best:.0f} after {steps} steps"


def _agent(folder: Path, seed: int) -> PPO:
    env = make_rllte_env("CartPole-v1", num_envs=4, seed=seed)
    return PPO(env=env, seed=seed, log_dir=folder, num_steps=32, **SMALL)


def _short_run(folder: Path, seed: int) -> th.Tensor:
    agent = _agent(folder, seed)
    agent.train(256, log_interval=10**9)
    return _weights(agent)


def _weights(agent: Any) -> th.Tensor:
    return th.cat([parameter.detach().flatten() for parameter in agent.policy.parameters()])


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)
