"""The DeepMind Control Suite: continuous control from states or from pixels."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Annotated, Any

import gymnasium as gym
import numpy as np

from rllte.core.errors import ParameterError, UnknownNameError
from rllte.core.registry import SEEDS, Param, checked
from rllte.env.make import vectorize
from rllte.env.packages import needed
from rllte.env.torch_env import Gymnasium2Torch
from rllte.env.wrappers import FrameStack

BACKENDS = ("egl", "osmesa")
NO_RENDERER = "disable"
"""MuJoCo's word for a process that draws nothing."""

_DRAW = "import mujoco; context = mujoco.GLContext(8, 8); context.make_current(); context.free()"


@checked
def make_dmc_env(
    env_id: Annotated[str, Param("domain_task, for example cartpole_swingup")] = "humanoid_run",
    num_envs: Annotated[int, Param("environments side by side", low=1)] = 1,
    device: Annotated[str, Param("where observations go: auto, cpu, cuda, cuda:N, npu or mps")] = "cpu",
    seed: Annotated[int, Param("environment i is seeded with seed + i", **SEEDS)] = 1,
    visualize_reward: Annotated[bool, Param("colour bodies by reward in what render() draws, never in pixels")] = True,
    from_pixels: Annotated[bool, Param("observe pictures; False: the state as a vector")] = False,
    height: Annotated[int, Param("of a picture", low=1)] = 84,
    width: Annotated[int, Param("of a picture", low=1)] = 84,
    frame_stack: Annotated[int, Param("pictures in an observation; states are not stacked", low=1)] = 3,
    action_repeat: Annotated[int, Param("steps that an action is held for; their rewards add up", low=1)] = 1,
    asynchronous: Annotated[bool, Param("one process per environment")] = True,
) -> Gymnasium2Torch:
    """Make N environments of a task of the DeepMind Control Suite (Tassa et al. 2018, arXiv 1801.00690).

    States are vectors float32: all of the task's observations, one after the other. Pictures are (3 * frame_stack,
    height, width) uint8, channels first, newest last. Actions are in [-1, 1] whatever the limits of the motors. An
    episode ends with its time limit, which truncates it, after 1000 steps (fewer with `action_repeat`) in most tasks;
    where the task itself ends (discount 0) it is a termination.

    Pictures are drawn without a screen by what MUJOCO_GL names: egl, osmesa or glfw. Where it is not set and there is no
    display, the first of egl and osmesa that works is chosen.

    Raises:
        UnknownNameError: there is no such task; the nearest are named.
        ParameterError: an argument outside its range, dm-control is not installed, or nothing here can draw pictures.
    """
    draws = _choose_renderer()
    suite = needed("dm_control.suite", "DeepMind Control")
    domain, task = _task(env_id, suite.ALL_TASKS)
    if from_pixels and draws == NO_RENDERER:
        raise ParameterError(
            "from_pixels=True needs OpenGL, and neither EGL nor OSMesa works here: install the Debian package libegl1 "
            "or libosmesa6 (apt-get install libegl1 libegl-mesa0 libosmesa6), and leave MUJOCO_GL unset."
        )

    stacked = frame_stack if from_pixels else 1

    def one() -> gym.Env[Any, Any]:
        env = DMC2Gymnasium(f"{domain}/{task}", visualize_reward, from_pixels, height, width, action_repeat)
        return FrameStack(env, stacked) if stacked > 1 else env

    apart = asynchronous and num_envs > 1
    context = "spawn" if from_pixels and DMC2Gymnasium.drawn else None
    return vectorize(one, num_envs, seed=seed, device=device, apart=apart, context=context, frame_stack=stacked)


class DMC2Gymnasium(gym.Env[Any, Any]):
    """One task as a Gymnasium environment; a reset with a seed makes the episode repeatable.

    Args:
        name: domain/task.
        visualize_reward: colour bodies by reward, where observations are states.
        from_pixels: observe pictures (3, height, width) uint8.
        height: of a picture.
        width: of a picture.
        action_repeat: steps that an action is held for.

    Attributes:
        drawn: whether this process has drawn a picture: from then on a fork of it hangs when it draws.
    """

    drawn = False
    metadata = {"render_modes": ["rgb_array"], "render_fps": 30}  # noqa: RUF012  # Gymnasium's own form
    render_mode = "rgb_array"

    def __init__(
        self, name: str, visualize_reward: bool, from_pixels: bool, height: int, width: int, action_repeat: int
    ) -> None:
        domain, task = name.split("/")
        suite = needed("dm_control.suite", "DeepMind Control")
        self._env = suite.load(domain, task, visualize_reward=visualize_reward and not from_pixels)
        self._size = {"height": height, "width": width, "camera_id": 2 if domain == "quadruped" else 0}
        self._from_pixels, self._repeat = from_pixels, action_repeat
        spec = self._env.action_spec()
        self._low, self._range = spec.minimum, spec.maximum - spec.minimum
        self.action_space = gym.spaces.Box(-1.0, 1.0, spec.shape, np.float32)
        if from_pixels:
            self.observation_space = gym.spaces.Box(0, 255, (3, height, width), np.uint8)
        else:
            size = sum(int(np.prod(part.shape)) for part in self._env.observation_spec().values())
            self.observation_space = gym.spaces.Box(-np.inf, np.inf, (size,), np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        super().reset(seed=seed)
        if seed is not None:
            self._env.task.random.seed(seed % 2**32)
        return self._observe(self._env.reset()), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Hold an action in [-1, 1] for `action_repeat` steps."""
        torque = (np.asarray(action, dtype=np.float64) + 1.0) / 2.0 * self._range + self._low
        reward = 0.0
        for _ in range(self._repeat):
            time_step = self._env.step(torque)
            reward += time_step.reward or 0.0
            if time_step.last():
                break
        over = time_step.last()
        terminated = over and time_step.discount == 0.0
        return self._observe(time_step), reward, terminated, over and not terminated, {}

    def render(self) -> Any:
        """A picture (height, width, 3) uint8."""
        DMC2Gymnasium.drawn = True
        return self._env.physics.render(**self._size)

    def close(self) -> None:
        """Release the simulator and what it draws with."""
        self._env.close()

    def _observe(self, time_step: Any) -> Any:
        if self._from_pixels:
            return np.ascontiguousarray(np.moveaxis(self.render(), -1, 0))
        return np.concatenate([np.ravel(part) for part in time_step.observation.values()], dtype=np.float32)


def _task(env_id: str, known: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Domain and task; RLLTE's cup is ball_in_cup."""
    names = {f"{domain}_{task}": (domain, task) for domain, task in known}
    full = f"ball_in_{env_id}" if env_id.startswith("cup_") else env_id
    if full not in names:
        raise UnknownNameError("DeepMind Control task", env_id, names)
    return names[full]


def _choose_renderer() -> str:
    """What MuJoCo draws with, chosen before anything of it is loaded and left in MUJOCO_GL for child processes."""
    if "MUJOCO_GL" not in os.environ and "dm_control" not in sys.modules and sys.platform == "linux":
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            os.environ["MUJOCO_GL"] = next((name for name in BACKENDS if _works(name)), NO_RENDERER)
    return os.environ.get("MUJOCO_GL", "")


@functools.cache
def _works(backend: str) -> bool:
    """Whether MuJoCo can draw with it: tried in another process, as a failure would leave its traces in this one."""
    environment = {**os.environ, "MUJOCO_GL": backend}
    environment.pop("PYOPENGL_PLATFORM", None)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _DRAW], env=environment, capture_output=True, timeout=180, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
