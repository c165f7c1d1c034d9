"""The DeepMind Control Suite: states, pixels, actions, ends, and restoring."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch as th

from rllte.core.errors import ParameterError, UnknownNameError
from rllte.env import dmc, make_dmc_env

pytest.importorskip("dm_control")

DRAWS = any(dmc._works(name) for name in dmc.BACKENDS)
needs_gl = pytest.mark.skipif(not DRAWS, reason="neither EGL nor OSMesa can draw here (libegl1, libosmesa6)")


def test_states_are_all_observations_of_the_task_in_a_row() -> None:
    env = make_dmc_env("walker_walk", num_envs=2, asynchronous=False)
    obs, _ = env.reset()
    assert obs.shape == (2, 24)
    assert obs.dtype == th.float32
    assert not th.equal(obs[0], obs[1])
    assert env.action_space.shape == (6,)
    env.close()


def test_the_time_limit_truncates_and_repeats_shorten_it() -> None:
    env = make_dmc_env("cartpole_swingup", action_repeat=50)
    env.reset()
    flags = [env.step(th.zeros(1, 1))[2:4] for _ in range(20)]
    assert [int(end) for end, _ in flags] == [0] * 20
    assert [int(cut) for _, cut in flags] == [0] * 19 + [1]
    env.close()


class _Over:
    """A time step at which the task has ended by itself."""

    reward, discount = 1.0, 0.0
    observation = {"position": np.zeros(3), "velocity": np.zeros(2)}  # noqa: RUF012

    def last(self) -> bool:
        return True


def test_a_discount_of_zero_is_a_termination(monkeypatch: pytest.MonkeyPatch) -> None:
    env = dmc.DMC2Gymnasium("cartpole/balance", False, False, 84, 84, 4)
    env.reset(seed=1)
    monkeypatch.setattr(env._env, "step", lambda action: _Over())
    _, reward, terminated, truncated, _ = env.step(np.zeros(1, np.float32))
    assert (reward, terminated, truncated) == (1.0, True, False)
    env.close()


def test_actions_span_the_limits_of_the_motors(monkeypatch: pytest.MonkeyPatch) -> None:
    env = dmc.DMC2Gymnasium("finger/spin", False, False, 84, 84, 1)
    env.reset(seed=1)
    env._low, env._range = np.array([-2.0, 0.0]), np.array([4.0, 1.0])
    given = []
    inner = env._env.step
    monkeypatch.setattr(env._env, "step", lambda action: given.append(action) or inner(np.clip(action, -1, 1)))
    for action in (-1.0, 0.0, 1.0):
        env.step(np.full(2, action, np.float32))
    assert np.array_equal(given, [[-2.0, 0.0], [0.0, 0.5], [2.0, 1.0]])
    env.close()


@pytest.mark.parametrize("env_id", ["cartpole_swingup", "reacher_easy", "cup_catch"])
def test_tasks_are_restored_and_seeds_seed(env_id: str) -> None:
    env, other = (make_dmc_env(env_id, num_envs=2, seed=3, action_repeat=20, asynchronous=False) for _ in range(2))
    env.reset()
    actions = th.rand(90, 2, *env.action_space.shape, generator=th.Generator().manual_seed(0)) * 2 - 1
    for action in actions[:70]:
        env.step(action)
    assert other.restore(env.state()) is not None
    for action in actions[70:]:
        assert all(th.equal(a, b) for a, b in zip(env.step(action)[:4], other.step(action)[:4], strict=True))
    env.close()
    other.close()


def test_unknown_tasks_name_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="cartpole_swingup"):
        make_dmc_env("cartpole_swing_up")


@needs_gl
def test_pixels_are_stacked_pictures_channels_first() -> None:
    env = make_dmc_env("cartpole_balance", num_envs=1, from_pixels=True)
    obs, _ = env.reset()
    assert obs.shape == (1, 9, 84, 84)
    assert obs.dtype == th.uint8
    assert obs.float().std() > 5  # something is drawn
    after = env.step(th.ones(1, 1))[0]
    assert th.equal(after[:, :3], obs[:, 6:])
    assert not th.equal(after[:, 6:], obs[:, 6:])
    env.close()


@needs_gl
def test_a_process_that_has_drawn_gives_birth_to_ones_that_draw() -> None:
    code = """
from rllte.env import make_dmc_env
if __name__ == "__main__":
    for num_envs in (1, 2):
        env = make_dmc_env("cartpole_balance", num_envs=num_envs, from_pixels=True, height=16, width=16)
        print(tuple(env.reset()[0].shape))
        env.close()
"""
    environment = {key: value for key, value in os.environ.items() if key != "MUJOCO_GL"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=100, env=environment, check=False
    )
    assert done.stdout.split("\n")[:2] == ["(1, 9, 16, 16)", "(2, 9, 16, 16)"], done.stderr


def test_without_anything_to_draw_with_states_work_and_pixels_name_the_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("MUJOCO_GL", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(dmc, "_works", lambda backend: False)
    loaded = {name: module for name, module in sys.modules.items() if name != "dm_control"}
    monkeypatch.setattr(sys, "modules", loaded)
    assert dmc._choose_renderer() == os.environ["MUJOCO_GL"] == dmc.NO_RENDERER
    arguments: dict[str, Any] = {"env_id": "cartpole_balance"}
    with pytest.raises(ParameterError, match="libegl1 or libosmesa6"):
        make_dmc_env(**arguments, from_pixels=True)
