"""Packages that a suite needs and the library does not."""

from __future__ import annotations

import importlib
from typing import Any

from rllte.core.errors import ParameterError


def needed(module: str, suite: str) -> Any:
    """Import a module of a suite's package.

    Raises:
        ParameterError: it is not installed; the message says how to.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.split(".")[0]:
            raise
        raise ParameterError(
            f"{suite} environments need the package {module.split('.')[0]}, which is not installed: run "
            "pip install -e '.[envs]' in the repository."
        ) from error
