"""The lists of ids are those of the installed packages, and the spaces those of the makers."""

from __future__ import annotations

from typing import Any

import pytest

from rllte import env as makers
from rllte.core.errors import UnknownNameError
from rllte.core.spaces import action_kind, observation_kind
from rllte.env.by_id import make_env
from rllte.env.suites import SUITES

by_suite = pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite["package"])


@by_suite
def test_the_spaces_of_a_suite_are_those_of_its_environments(suite: dict[str, Any]) -> None:
    pytest.importorskip(suite["package"].replace("-", "_"))
    made = getattr(makers, suite["maker"])(suite["ids"][0], num_envs=1)
    assert observation_kind(made.observation_space) == suite["observation_space"]
    assert action_kind(made.action_space) == suite["action_space"]
    made.close()


@by_suite
def test_every_id_of_a_suite_exists(suite: dict[str, Any]) -> None:
    module = pytest.importorskip(suite["package"].replace("-", "_"))
    if suite["package"] == "ale-py":
        from rllte.env.atari import _game as find
    elif suite["package"] == "dm-control":
        tasks = pytest.importorskip("dm_control.suite").ALL_TASKS
        find = {f"{domain}_{task}": None for domain, task in tasks}.__getitem__
    else:
        import gymnasium

        assert module
        find = gymnasium.spec
    for env_id in suite["ids"]:
        find(env_id)
    assert len(suite["ids"]) == len(set(suite["ids"])) > 40


def test_an_id_finds_its_maker() -> None:
    assert make_env("CartPole-v1", 2).num_envs == 2
    assert make_env("MiniGrid-DoorKey-6x6-v0").observation_space.shape == (3, 6, 6)
    assert make_env("Breakout-v5").observation_space.shape == (4, 84, 84)


def test_atari_is_evaluated_in_whole_games(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr("rllte.env.make_atari_env", lambda *_, **kwargs: given.update(kwargs))
    make_env("Breakout-v5", evaluation=True, frame_stack=2)
    assert not given["episodic_life"] and not given["clip_rewards"] and given["frame_stack"] == 2


def test_a_typo_is_compared_with_the_ids_of_all_suites() -> None:
    with pytest.raises(UnknownNameError, match="'cartpole_balance'"):
        make_env("cartpole_balanse")
    with pytest.raises(UnknownNameError, match="'CartPole-v1'"):
        make_env("Cartpole-v1")
