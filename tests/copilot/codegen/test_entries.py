"""Entries by path, and what differs between two plans."""

from __future__ import annotations

from copilot.codegen import Spec, plan
from copilot.codegen.entries import changed, entries, told
from copilot.core.catalogue import load_catalogue


def made(request: str) -> Spec:
    return plan(request, load_catalogue()).spec


def test_entries_have_the_paths_of_a_plan_and_modules_their_own() -> None:
    found = entries(made("PPO with RND, beta 0.3, on CartPole with lr 1e-4, 2 seeds"))
    assert found["agent_kwargs.lr"] == 1e-4
    assert (found["modules.reward"], found["modules.reward.beta"]) == ("RND", 0.3)
    assert found["seeds"] == [1, 2]


def test_what_all_runs_of_a_comparison_have_stands_once() -> None:
    found = entries(made("compare PPO and A2C on CartPole over 2 seeds with lr 1e-4"))
    assert (found["agent_kwargs.lr"], found["env_id"]) == (1e-4, "CartPole-v1")
    assert (found["runs.PPO.agent"], found["runs.A2C.agent"]) == ("PPO", "A2C")
    assert "runs.PPO.env_id" not in found


def test_what_only_follows_from_another_agent_task_or_module_is_no_change_of_its_own() -> None:
    one = made("PPO on CartPole")
    assert changed(one, made("A2C on CartPole")) == {"agent"}
    assert changed(one, made("PPO on Acrobot")) == {"env_id"}
    assert changed(one, made("PPO on CartPole with lr 1e-5")) == {"agent_kwargs.lr"}
    assert changed(made("PPO with RND on CartPole"), made("PPO with ICM on CartPole")) == {"modules.reward"}
    assert changed(one, one) == changed(one, None) == set()


def test_a_run_that_is_gone_is_a_change_of_that_run() -> None:
    three = made("compare PPO, A2C and DQN on CartPole over 2 seeds")
    assert changed(three, made("compare PPO and DQN on CartPole over 2 seeds")) == {"runs.A2C"}


def test_lines_say_the_entry_its_value_and_the_words() -> None:
    spec = made("compare PPO and A2C on CartPole over 2 seeds, A2C with lr 1e-4")
    words = {"seeds": "over 2 seeds", "runs.A2C.agent_kwargs.lr": "with lr 1e-4", "runs.PPO": "PPO"}
    assert told(spec, words) == [
        "seeds = 1, 2, for “over 2 seeds”", "A2C: lr = 0.0001, for “with lr 1e-4”", "PPO, for “PPO”",
    ]  # fmt: skip
