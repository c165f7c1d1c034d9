"""Names, titles and states."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot.core.errors import InvalidRequest
from copilot.experiments import Experiment, Run
from copilot.experiments.records import checked_title, environment_of, plan_of, slug
from tests.copilot.experiments.fakes import HOST, SPEC, VERSIONS, draft


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ("ok ok", "ok"),
        ("queued queued", "queued"),
        ("ok queued", "interrupted"),
        ("error interrupted", "interrupted"),
        ("running error", "running"),
        ("ok timeout", "failed"),
    ],
)
def test_the_state_of_an_experiment_follows_from_its_runs(statuses: str, expected: str) -> None:
    runs = tuple(Run(place, "x-1", "PPO", place, status) for place, status in enumerate(statuses.split()))
    assert Experiment("x-1", 1, 0.0, draft(), VERSIONS, HOST, runs).status == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["PPO", "CartPole"], "ppo-cartpole"),
        (["ALE/Pong v5", "ALE/Pong v5"], "ale-pong-v5"),
        (["近端策略优化 PPO"], "ppo"),
        (["倒立摆"], "experiment"),
        (["a" * 40], "a" * 24),
        (["one two three four five six seven"], "one-two-three-four-five"),
        (["../../etc/passwd"], "etc-passwd"),
    ],
)
def test_a_slug_is_short_and_safe(words: list[str], expected: str) -> None:
    assert slug(words) == expected


def test_a_title_is_one_line_of_some_length() -> None:
    assert checked_title(" 倒立摆 \n 实\x1b[31m验 ") == "倒立摆 实验"
    for title in ("", " \n", "x" * 121):
        with pytest.raises(InvalidRequest, match="The title has"):
            checked_title(title)


def test_arguments_of_a_run() -> None:
    plain = draft(args=("--num-envs", "4"))
    assert plain.arguments("PPO", 3) == ["--seed", "3", "--num-envs", "4"]
    assert replace(plain, labelled=True).arguments("A b", 3)[:4] == ["--run", "A b", "--seed", "3"]


def test_the_plan_of_a_label() -> None:
    comparison = {"kind": "comparison", "runs": {"a": SPEC}}
    assert (plan_of(SPEC, "PPO"), plan_of(comparison, "a"), plan_of(comparison, "b"), plan_of(None, "x")) == (
        SPEC,
        SPEC,
        {},
        {},
    )
    assert (environment_of(comparison, "a"), environment_of(None, "a")) == ("CartPole-v1", "")
