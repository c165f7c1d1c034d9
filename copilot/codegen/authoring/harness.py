"""The script that checks a package from within the sandbox. It needs no pytest, as a user's machine may have none."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.encoder.spaces import stand_in
from copilot.codegen.authoring.spec import AgentSpec, Encoder, ModuleSpec
from copilot.core import paths

MARK = "[failure] "
"""Begins a line of the log that holds one failure as JSON; metrics are cut at 200 characters."""
_SHAPES = {
    "atari": ("Box(0, 255, (4, 84, 84), np.uint8)", "Discrete(6)"),
    "minigrid": ("Box(0, 255, (3, 7, 7), np.uint8)", "Discrete(7)"),
    "dmc": ("Box(-1.0, 1.0, (17,), np.float32)", "Box(-1.0, 1.0, (6,), np.float32)"),
    "pixels": ("Box(0, 255, (9, 84, 84), np.uint8)", "Box(-1.0, 1.0, (6,), np.float32)"),
}
_SCRIPT = '''import json, os, runpy, sys, traceback

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded: small networks gain nothing from more

import gymnasium as gym
import numpy as np

NAME = {name!r}
FILES = {files!r}
ARGUMENTS = {arguments!r}
for path, text in FILES.items():
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
sys.path[:0] = [os.getcwd(), {library!r}]
METRICS = int(os.environ["RLLTE_METRICS_FD"])


def report(name, ok, detail=""):
    row = {{"kind": "check", "name": name, "ok": ok, "detail": detail[:190]}}
    os.write(METRICS, (json.dumps(row) + "\\n").encode())


def attempt(name, call):
    """Run one check; what went wrong is told with the line of the module, where it went through it."""
    try:
        call()
    except BaseException as error:
        own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(NAME + ".py")
               and not f.filename.endswith("test_" + NAME + ".py")]
        message = f"{{type(error).__name__}}: {{error}}"
        if isinstance(error, SystemExit) and not error.code:
            report(name, True)
            return True
        found = {{"name": name, "message": message[:600], "line": own[-1].lineno if own else 0,
                 "code": (own[-1].line or "") if own else ""}}
        print({mark!r} + json.dumps(found), flush=True)
        report(name, False, message)
        return False
    report(name, True)
    return True


def suites():
    module = __import__("test_" + NAME)
    found = [value for value in vars(module).values() if isinstance(value, type) and value.__name__.startswith("Test")
             and value.__module__ == module.__name__]
    if not found:
        raise RuntimeError("the test file holds no suite")
    return found


def trained():
    {stand_in}
    sys.argv = ["train.py", *ARGUMENTS]
    runpy.run_path("train.py", run_name="__main__")


if __name__ == "__main__":
    if attempt("imports", suites):
        for suite in suites():
            for name in sorted(dir(suite)):
                if name.startswith("test_"):
                    attempt(name, lambda: getattr(suite(), name)())
        if ARGUMENTS is not None:
            attempt("trains", trained)
    report("done", True)
'''
_STAND_IN = """import rllte.env
    from rllte.env.make import vectorize
    from rllte.env.testing.random_envs import RandomEnv

    def make(env_id, num_envs=8, device="cpu", seed=1, **kwargs):
        space, actions = gym.spaces.{observations}, gym.spaces.{actions}
        return vectorize(lambda: RandomEnv(space, actions), num_envs, seed=seed, device=device, apart=False)

    setattr(rllte.env, {maker!r}, make)
"""


def script(
    name: str, files: dict[str, str], maker: str, stand_in: tuple[str, str] | None, arguments: list[str] | None
) -> str:
    """The checking script.

    Args:
        name: of the module.
        files: all that is written beside it, by name.
        maker: of the environment.
        stand_in: spaces of observations and actions of what stands in for it; None: the environment itself.
        arguments: of `train.py`; None: it is not run.
    """
    patch = "pass"
    if stand_in:
        patch = _STAND_IN.format(observations=stand_in[0], actions=stand_in[1], maker=maker)
    library = str(paths.library_dir().parent)
    return _SCRIPT.format(library=library, name=name, files=files, arguments=arguments, mark=MARK, stand_in=patch)


SLOW = frozenset({"atari", "dmc"})
"""Suites whose episodes are too long, or which draw pictures: random observations stand in for them in a short check."""


def spaces(spec: ModuleSpec | AgentSpec, environment: dict[str, Any]) -> tuple[str, str]:
    """Spaces like those of an environment that is not installed."""
    suite = str(environment.get("suite"))
    own = needed(spec, environment)
    if own is not None:
        return own, f"Discrete({environment.get('action_n') or 4})"
    if suite == "dmc" and (spec.agent == "DrQv2" or getattr(spec.body, "observations", "") == "image"):
        return _SHAPES["pixels"]
    observations, actions = _SHAPES.get(suite, _SHAPES["dmc"])
    shape = environment.get("observation_shape")
    if shape and environment.get("observation_space") == "Box1":
        observations = f"Box(-1.0, 1.0, ({shape[0]},), np.float32)"
    if environment.get("action_space") == "Discrete":
        actions = f"Discrete({environment.get('action_n') or 6})"
    elif environment.get("action_shape"):
        actions = f"Box(-1.0, 1.0, ({environment['action_shape'][0]},), np.float32)"
    return observations, actions


def needed(spec: ModuleSpec | AgentSpec, environment: dict[str, Any]) -> str | None:
    """Observations that an encoder takes where it cannot take those of the environment; None: it can."""
    if not isinstance(spec.body, Encoder):
        return None
    shape = list(environment["observation_shape"]) if environment.get("observation_shape") else None
    shape = shape or {"atari": [4, 84, 84], "minigrid": [3, 7, 7], "dmc": [9, 84, 84]}.get(
        str(environment.get("suite"))
    )
    return stand_in(spec.body, shape, environment.get("observation_space"))
