"""A package that is missing is a sentence that says what to install."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from rllte.core.errors import ParameterError
from rllte.env import make_atari_env, make_dmc_env, make_minigrid_env
from rllte.env.packages import needed


@pytest.mark.parametrize(
    ("make", "module"),
    [(make_atari_env, "ale_py"), (make_dmc_env, "dm_control"), (make_minigrid_env, "minigrid")],
)
def test_defect_3_3_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], Any], module: str
) -> None:
    class Missing:
        def find_spec(self, name: str, *_: Any) -> None:
            if name.split(".")[0] == module:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(ParameterError, match=rf"{module}.*\.\[envs\]"):
        make()


def test_what_is_missing_inside_a_package_is_not_hidden() -> None:
    with pytest.raises(ModuleNotFoundError):
        needed("json.nothing", "No")
