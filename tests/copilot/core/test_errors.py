"""The error tree: kinds are unique, the drawing at the top is true, unknown names suggest the nearest."""

import errno
import re

import pytest

from copilot.core import errors
from copilot.core.errors import CopilotError, UnknownName


def subclasses() -> list[type[CopilotError]]:
    return CopilotError.__subclasses__()


def in_module() -> list[type[CopilotError]]:
    return [cls for cls in subclasses() if cls.__module__ == errors.__name__]


def test_kinds_are_unique() -> None:
    kinds = [cls.kind for cls in in_module()]
    assert len(kinds) == len(set(kinds))


def test_the_drawn_tree_is_true() -> None:
    drawn = dict(re.findall(r"[├└]── (\w+)\s+(\w+)", errors.__doc__ or ""))
    assert drawn == {cls.__name__: cls.kind for cls in in_module()}


@pytest.mark.parametrize(("received", "expected"), [("PPPO", "PPO"), ("ppo", "PPO"), ("CartPol-v1", "CartPole-v1")])
def test_the_nearest_name_is_suggested(received: str, expected: str) -> None:
    error = UnknownName("thing", received, ["PPO", "A2C", "CartPole-v1"])
    assert error.nearest[0] == expected
    assert received in error.message
    assert expected in error.hint


def test_with_nothing_near_the_known_names_are_listed() -> None:
    assert "A2C" in UnknownName("agent", "zzzz", ["PPO", "A2C"]).hint


def test_what_the_system_refuses_is_an_error_of_ours() -> None:
    for number, kind in ((errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EROFS, "file_problem")):
        error = errors.of_system(OSError(number, "refused", "/data/x"))
        assert (error.kind, error.exit_code) == (kind, 3)
        assert "/data/x" in error.message
        assert "RLLTE_COPILOT_HOME" in error.hint
