"""What a request leaves open is filled in so that the script runs: storages, intervals, environments, schedules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from copilot.codegen import check, plan, render
from copilot.codegen.spec import Plan
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError, SpaceMismatch

CATALOGUE = load_catalogue()
ENVIRONMENTS = ("CartPole-v1", "Pendulum-v1", "LunarLander-v3", "rllte/BitFlipping-v0", "cartpole_balance")
PAIRS = [
    (agent["name"], storage, env_id)
    for agent in CATALOGUE.of("agent")
    for storage in agent["combines"]["storage"]
    for env_id in ENVIRONMENTS
    if env_id != "cartpole_balance" or agent["name"] == "DrQv2"  # one agent that learns from pixels is enough
]


def planned(request: str) -> Plan:
    made = plan(request, CATALOGUE, None)
    assert all(found.ok for found in check(render(made.spec, CATALOGUE), CATALOGUE))
    return made


def execute(script: str, monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str) -> Any:
    """What `main` of a script returns, run in a folder of its own."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["train.py", *options])
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(script, "train.py", "exec"), names)
    return names["main"]()


@pytest.mark.parametrize(("agent", "storage", "env_id"), PAIRS)
def test_every_agent_is_built_with_every_storage_that_it_allows(
    agent: str, storage: str, env_id: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if env_id == "cartpole_balance":
        pytest.importorskip("dm_control")
    try:
        made = plan(f"Train {agent} on {env_id} with {storage}", CATALOGUE, None)
    except SpaceMismatch:
        return  # refused in words, before a script is written
    construction = render(made.spec, CATALOGUE).split("    agent.train(")[0] + "    return agent\n"
    built = execute(construction, monkeypatch, tmp_path, "--num-envs", "2")
    built.check()
    assert type(built.storage).__name__ == storage
    for name in ("discount", "batch_size", "storage_size"):
        wanted = made.spec.agent_kwargs.get(name)
        assert wanted is None or getattr(built.storage, name, wanted) == wanted
    built.env.close()
    built.eval_env.close()


@pytest.mark.parametrize(
    "request_text",
    [
        "DQN on CartPole with prioritized replay, discount 0.9, 200 random steps, 400 steps",
        "SAC on Pendulum with n-step replay of 5 steps, discount 0.95, 200 random steps, 300 steps",
        "DQN with HerReplayStorage on bit flipping, 200 random steps, for 400 steps",
    ],
)
def test_scripts_with_another_storage_train(
    request_text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(render(planned(request_text).spec, CATALOGUE), monkeypatch, tmp_path)
    assert "mean reward of 10 episodes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("request_text", "agent", "storage"),
    [
        (
            "Train DQN on LunarLander with PrioritizedReplayStorage",
            {"batch_size": 128},
            {"batch_size": 128, "storage_size": 100_000},
        ),
        (
            "Train SAC on Pendulum with discount 0.9 and prioritized experience replay",
            {"discount": 0.9},
            {"discount": 0.9, "batch_size": 128},
        ),
        (
            "SAC on Pendulum with n-step replay, discount 0.95, buffer size 5000",
            {"discount": 0.95, "storage_size": 5000},
            {"discount": 0.95, "batch_size": 128, "storage_size": 5000},
        ),
        # 0.95 is this preset's, not the agent's default
        (
            "DQN on bit flipping with prioritized replay",
            {"discount": 0.95, "batch_size": 128},
            {"discount": 0.95, "batch_size": 128, "storage_size": 100_000},
        ),
        ("SAC on Pendulum with n-step replay of 5 steps", {}, {"n_step": 5, "batch_size": 128}),
        ("DQN on CartPole with 5-step returns", {}, {"n_step": 5, "batch_size": 64, "storage_size": 100_000}),
        ("用SAC训练Pendulum，5步回报，训练1万步", {}, {"n_step": 5, "batch_size": 128}),
        ("TD3 on MountainCarContinuous with PER", {}, {"batch_size": 100}),
        (
            "DrQ-v2 on Pendulum with prioritized replay",
            {},
            {"n_step": 3, "batch_size": 256},
        ),
    ],
)
def test_a_storage_has_the_values_of_its_agent(
    request_text: str, agent: dict[str, Any], storage: dict[str, Any]
) -> None:
    spec = planned(request_text).spec
    assert spec.modules["storage"].kwargs == storage
    assert {name: spec.agent_kwargs[name] for name in agent} == agent


@pytest.mark.parametrize(
    ("request_text", "steps", "intervals"),
    [
        (
            "Train PPO on CartPole, evaluate every 5000 steps, save every 10000 steps",
            98_304,
            {"eval_interval": 5, "save_interval": 10},
        ),
        ("用PPO训练CartPole，每5000步评估一次，每1万步保存一次", 98_304, {"eval_interval": 5, "save_interval": 10}),
        ("PPO on CartPole, evaluate every 10 updates", 98_304, {"eval_interval": 10}),
        ("用PPO训练CartPole，每10次更新评估一次", 98_304, {"eval_interval": 10}),
        ("PPO on CartPole with 64 steps per update, evaluate every 1024 steps", 98_304, {"eval_interval": 2}),
        ("PPO on CartPole with 4 environments, log every 1024 steps", 98_304, {"log_interval": 2}),
        ("SAC on Pendulum, evaluate every 2000 steps and save every 3000 steps", 15_000, {"eval_interval": 2000}),
        ("DQN on CartPole, evaluate every 100 updates", 50_000, {"eval_interval": 200}),
        ("PPO on CartPole, an evaluation every 2048 steps, 20k steps", 20_000, {"eval_interval": 2}),
        ("PPO on CartPole for 20k steps, every 2048 steps an evaluation", 20_000, {"eval_interval": 2}),
    ],
)
def test_intervals_are_in_the_unit_of_the_agent(request_text: str, steps: int, intervals: dict[str, int]) -> None:
    made = planned(request_text)
    assert made.spec.num_train_steps == steps
    assert {name: made.spec.train_kwargs[name] for name in intervals} == intervals
    assert "eval_env=eval_env" in render(made.spec, CATALOGUE)


def test_a_converted_interval_is_noted() -> None:
    notes = planned("Train PPO on CartPole, evaluate every 5000 steps").notes
    assert any("eval_interval=5" in note and "updates" in note and "5000 steps" in note for note in notes)


def test_an_interval_that_cannot_be_converted_is_left_out_in_words() -> None:
    made = planned("SAC on Pendulum, evaluate every 10 episodes")
    assert "eval_interval" not in made.spec.train_kwargs
    assert any("Left out: eval_interval" in note and "10 episodes" in note for note in made.notes)


def test_what_equals_the_default_is_noted_as_understood() -> None:
    notes = planned("SAC on Pendulum, evaluate every 5000 steps").notes
    assert any("As asked" in note and "eval_interval=5000" in note for note in notes)


@pytest.mark.parametrize(
    ("request_text", "kwargs"),
    [
        ("PPO on Breakout with frame stack 3", {"frame_stack": 3}),
        ("PPO on Atari Breakout with 4 frames stacked", {"frame_stack": 4}),
        ("SAC on cheetah run, action repeat 4", {"action_repeat": 4}),
        ("SAC on cheetah run from pixels, 42x42 images", {"from_pixels": True, "height": 42, "width": 42}),
        ("用SAC从像素训练cheetah_run", {"from_pixels": True}),
        ("DrQ-v2 on cheetah_run", {"from_pixels": True}),
        ("DrQ-v2 on cheetah_run from states", {"from_pixels": False}),
        ("DQN with HerReplayStorage on bit flipping", {"env_kwargs": {"n_bits": 15}}),
        ("PPO on Breakout from pixels", {}),
        ("PPO on DoorKey, partially observable", {"fully_observable": False}),
    ],
)
def test_arguments_of_the_environments_maker(request_text: str, kwargs: dict[str, Any]) -> None:
    made = planned(request_text)
    assert made.spec.env_kwargs == kwargs
    assert not any("Not understood" in note for note in made.notes)


def test_modules_must_fit_what_is_observed() -> None:
    shift = planned("DrQ-v2 on cheetah_run with random shift").spec
    assert shift.modules["augmentation"].name == "RandomShift"
    with pytest.raises(SpaceMismatch):
        planned("DrQ-v2 on cheetah_run from states with random shift")
    with pytest.raises(SpaceMismatch):
        planned("SAC on cheetah run from pixels with an mlp encoder")


@pytest.mark.parametrize(
    "request_text", ["PPO on CartPole with 20 steps", "SAC on Pendulum for 800 steps", "用PPO训练CartPole，20步"]
)
def test_a_run_without_an_update_is_noted(request_text: str) -> None:
    assert any("no more than" in note for note in planned(request_text).notes)


def test_a_tag_names_agent_and_environment() -> None:
    assert planned("DQN on LunarLander").spec.tag == "dqn_lunarlander-v3"
    assert 'tag="dqn_lunarlander-v3"' in render(planned("DQN on LunarLander").spec, CATALOGUE)


@pytest.mark.parametrize("words", ["storage size 0", "frame stack 3", "tau 2"])
def test_what_cannot_be_set_is_refused(words: str) -> None:
    with pytest.raises(CopilotError):
        planned(f"SAC on Pendulum, {words}")
