"""Processor seconds of an environment step, of acting and of learning, by agent and kind of observation.

Each agent trains twice with different numbers of updates for a step, which tells acting and learning apart. Processor
time of one thread is counted, so that other work on the machine matters little. `suggest` estimates from the object:

    python -m evals cost > copilot/core/data/costs.json
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from typing import Any

import torch as th

from rllte.core.registry import find, parameters
from rllte.env.by_id import make_env

TASKS: dict[str, dict[str, Any]] = {
    "classic_control": {"id": "CartPole-v1"},
    "box2d": {"id": "LunarLander-v3"},
    "mujoco": {"id": "HalfCheetah-v5"},
    "minigrid": {"id": "MiniGrid-DoorKey-6x6-v0", "kwargs": {"fully_observable": False, "flat": False}},
    "atari": {"id": "Breakout-v5"},
    "dmc": {"id": "cartpole_balance"},
    "dmc_pixels": {"id": "cartpole_balance", "kwargs": {"from_pixels": True}},
    "toy_text": {"id": "FrozenLake-v1"},
    "rllte": {"id": "rllte/Memory-v0"},
}
"""One of each suite, whose steps are taken for all of them."""

ROLLOUT = {"n_epochs": "n_epochs", "policy_epochs": "policy_epochs"}
"""Arguments that say how often each rollout is passed over, first that there is."""
SIZES = {
    "vector": {"discrete": "classic_control", "box": ("Pendulum-v1", {})},
    "grid": {"discrete": "minigrid", "box": None},
    "pixels": {"discrete": "atari", "box": "dmc_pixels"},
}
ON_POLICY = ("PPO", "A2C", "PPOLSTM", "DAAC", "DrAC", "DrDAAC", "PPG")
OFF_POLICY = ("DQN", "SACDiscrete", "SAC", "TD3", "DDPG", "DrQv2")
REWARDS = ("RE3", "RND", "ICM", "PseudoCounts", "Disagreement", "RIDE", "E3B", "NGU", "GIRM", "RISE", "REVD")
STEPS = {"vector": (8192, 400), "grid": (2048, 300), "pixels": (1024, 24)}
"""Of one run: on-policy, off-policy."""
FROM_PIXELS = ("PPO", "A2C", "DrAC", "DQN", "DrQv2")
"""Agents that are measured on large pictures, where one run takes minutes; the rest are taken to be like them."""
REPEATS = 2
"""Of which the cheaper counts: what disturbs only adds."""
ENVS = 8
INIT = 130
"""Random steps before an off-policy run is timed: a batch is there then."""


def measure(args: list[str]) -> dict[str, Any]:
    """Seconds: `environments` a step by suite; `agents` by name and kind, acting for all environments once and learning from
    a step once; `rewards` a step by name and kind."""
    parser = argparse.ArgumentParser(prog="python -m evals cost")
    parser.add_argument("--kinds", nargs="+", default=[*STEPS], choices=[*STEPS])
    parser.add_argument("--agents", nargs="+", default=[*ON_POLICY, *OFF_POLICY])
    parser.add_argument("--rewards", nargs="+", default=[*REWARDS])
    given = parser.parse_args(args)
    th.set_num_threads(1)
    environments = {suite: step_of(task["id"], task.get("kwargs", {})) for suite, task in TASKS.items()}
    figures: dict[str, Any] = {"unit": "processor seconds", "environments": environments, "agents": {}, "rewards": {}}
    for kind in given.kinds:
        for agent in given.agents if kind != "pixels" else FROM_PIXELS:
            row = agent_row(agent, kind, environments)
            if row is not None:
                figures["agents"].setdefault(agent, {})[kind] = row
                print(agent, kind, row, file=sys.stderr)
        if kind != "pixels":
            for name in given.rewards:
                figures["rewards"].setdefault(name, {})[kind] = reward_of(name, kind)
                print(name, kind, figures["rewards"][name][kind], file=sys.stderr)
    return figures


def step_of(env_id: str, kwargs: dict[str, Any]) -> float:
    """Seconds of one environment's step, with random actions."""
    env = make_env(env_id, 2, 1, asynchronous=False, **kwargs)
    env.reset()
    actions = [th.as_tensor(env.action_space.sample()) for _ in range(2)]
    stacked = th.stack(actions)
    count, began = 0, used()
    while used() - began < 1.0:
        for _ in range(20):
            env.step(stacked)
        count += 40
    spent = used() - began
    env.close()
    return digits(spent / count)


def agent_row(name: str, kind: str, environments: dict[str, float]) -> dict[str, float] | None:
    """`call_s`: acting once for all environments; `learn_s`: one pass over a step, or one update off-policy."""
    task = task_of(name, kind)
    if task is None:
        return None
    suite, env_id, kwargs = task
    if name in ON_POLICY:
        return rollout_row(name, kind, env_id, kwargs, environments[suite])
    few, many = (train(name, env_id, kwargs, kind, {"update_every_steps": every}) for every in (4, 1))
    learn = (many - few) / (1 - 1 / 4)
    return {
        "call_s": digits(max(1e-6, many - learn - environments[suite])),
        "learn_s": digits(learn),
        "hidden_dim": 256.0,
    }


def rollout_row(name: str, kind: str, env_id: str, kwargs: dict[str, Any], step_s: float) -> dict[str, float]:
    """On-policy: with one pass and with five, or with the agent's own number where it has none."""
    names = {parameter["name"] for parameter in parameters(find(name, "agent").cls)}
    passes = next((passes for passes in ROLLOUT if passes in names), None)
    if passes is None:
        raise SystemExit(f"{name} has none of {', '.join(ROLLOUT)}")
    few, many = (train(name, env_id, kwargs, kind, {passes: count}) for count in (1, 5))
    learn = (many - few) / 4
    return {"call_s": digits(max(1e-6, few - learn - step_s) * ENVS), "learn_s": digits(learn), "hidden_dim": 64.0}


def task_of(name: str, kind: str) -> tuple[str, str, dict[str, Any]] | None:
    """Suite, id and arguments of a task that suits the agent's actions; None where there is none of that kind."""
    spaces = find(name, "agent").action_spaces
    found = SIZES[kind]["discrete" if "Discrete" in spaces else "box"]
    if found is None:
        return None
    if isinstance(found, tuple):
        return "classic_control", found[0], found[1]
    return found, TASKS[found]["id"], TASKS[found].get("kwargs", {})


def train(
    name: str, env_id: str, kwargs: dict[str, Any], kind: str, settings: dict[str, Any], reward: str | None = None
) -> float:
    """Processor seconds of a step of a whole training loop; what is built before it is not counted."""
    on_policy = name in ON_POLICY
    num_envs, steps = (ENVS, STEPS[kind][0]) if on_policy else (1, STEPS[kind][1])
    env = make_env(env_id, num_envs, 1, asynchronous=False, **kwargs)
    made = {"num_steps": 64, "hidden_dim": 64} if on_policy else {"num_init_steps": INIT, "hidden_dim": 256}
    made |= {} if on_policy else {"storage_size": 5000, "batch_size": 128}
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        agent = find(name, "agent").cls(env=env, log_dir=folder, **{**made, **settings})
        if reward:
            agent.set(reward=find(reward, "reward").cls(env))
        agent.freeze()
        agent.train(2 * ENVS * 64 if on_policy else INIT + 10, log_interval=10**9, save_interval=10**9)
        costs = []
        for _ in range(REPEATS):
            begun, began = agent.global_step, used()
            agent.train(steps, log_interval=10**9, save_interval=10**9)
            costs.append((used() - began) / (agent.global_step - begun))
    env.close()
    return min(costs)


def reward_of(name: str, kind: str) -> float:
    """Seconds that an intrinsic reward adds to a step of PPO."""
    task = task_of("PPO", kind)
    if task is None:
        return 0.0
    _, env_id, kwargs = task
    with_it = train("PPO", env_id, kwargs, kind, {"n_epochs": 1}, name)
    return digits(max(1e-6, with_it - train("PPO", env_id, kwargs, kind, {"n_epochs": 1})))


def used() -> float:
    """Processor seconds of this process."""
    times = os.times()
    return times.user + times.system


def digits(seconds: float) -> float:
    """Three that count."""
    return float(f"{seconds:.3g}")
