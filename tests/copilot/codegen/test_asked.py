"""Each entry of a plan keeps the words that ask for it, in the user's own writing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.codegen import Spec, edit, plan
from copilot.codegen.asked import asked, kept_words, unasked
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def make(request: str) -> Spec:
    return plan(request, CATALOGUE).spec


def words(request: str) -> dict[str, str]:
    return asked(request, make(request), make, CATALOGUE)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (
            "Train PPO with a curiosity bonus on DoorKey for 50k steps using 16 envs and lr 3e-4, 3 seeds",
            {
                "agent": "Train PPO", "env_id": "on DoorKey", "num_envs": "using 16 envs",
                "num_train_steps": "for 50k steps", "seeds": "3 seeds", "agent_kwargs.lr": "lr 3e-4",
                "modules.reward": "with a curiosity bonus",
            },
        ),
        (
            "用PPO在CartPole上训练10万步，学习率1e-4，5个种子，加上RND，beta 0.1",
            {
                "agent": "用PPO", "env_id": "在CartPole上", "num_train_steps": "训练10万步", "seeds": "5个种子",
                "agent_kwargs.lr": "学习率1e-4", "modules.reward": "RND", "modules.reward.beta": "beta 0.1",
            },
        ),
        (
            "compare PPO and A2C on CartPole over 5 seeds, PPO with lr 1e-4 and A2C with lr 7e-4",
            {
                "env_id": "on CartPole", "seeds": "over 5 seeds", "runs.PPO.agent": "compare PPO … PPO",
                "runs.PPO.agent_kwargs.lr": "with lr 1e-4", "runs.A2C.agent": "A2C … A2C",
                "runs.A2C.agent_kwargs.lr": "with lr 7e-4",
            },
        ),
    ],
)  # fmt: skip
def test_the_words_of_each_entry(request_: str, expected: dict[str, str]) -> None:
    assert words(request_) == expected


def test_a_value_that_is_the_default_anyway_keeps_its_words() -> None:
    assert words("SAC on Pendulum, gamma 0.99")["agent_kwargs.discount"] == "gamma 0.99"
    assert words("PPO on CartPole")["agent"] == "PPO"


def test_what_is_said_twice_keeps_words_too() -> None:
    said = words("PPO on CartPole, put it on the second gpu (cuda:1)")
    assert said["device"] == "on the second gpu (cuda:1)"


def test_what_another_number_only_pulls_along_is_not_asked_for() -> None:
    said = words("DQN on CartPole for 30k steps")
    assert set(said) == {"agent", "env_id", "num_train_steps"}


def test_words_left_out_do_not_make_others_ask() -> None:
    """Without the range of epsilon "over 20k steps" would be the length of training, which nobody asks for."""
    said = words("DQN on CartPole, epsilon from 1 to 0.05 over 20k steps")
    assert said["agent_kwargs.epsilon_schedule"] == "from 1 to 0.05 over 20k steps"
    assert "num_train_steps" not in said


def test_a_change_asks_for_what_it_changes_alone() -> None:
    before = make("PPO with RND on CartPole, lr 1e-4")

    def change(text: str) -> Spec:
        return edit(text, before, CATALOGUE).spec

    said = asked(
        "use 16 envs and RND with beta 0.5",
        change("use 16 envs and RND with beta 0.5"),
        change,
        CATALOGUE,
        before=before,
    )
    assert said == {"num_envs": "use 16 envs", "modules.reward.beta": "with beta 0.5"}


def test_an_entry_that_nothing_asks_for_is_told_and_one_with_words_is_not() -> None:
    request = "PPO on CartPole with lr 1e-4"
    spec = make(request)
    assert unasked(spec, words(request), make) == []
    added = spec.model_copy(update={"num_envs": 3})
    assert unasked(added, words(request), make) == ["num_envs"]


def test_words_of_a_plan_file_stay_with_what_is_the_same(tmp_path: Path) -> None:
    spec = make("PPO on CartPole with lr 1e-4, 4 envs")
    kept = {"spec": spec.model_dump(mode="json"), "evidence": {"agent_kwargs.lr": "lr 1e-4", "num_envs": "4 envs"}}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(kept), encoding="utf-8")
    assert kept_words(path, spec.model_copy(update={"num_envs": 8})) == {"agent_kwargs.lr": "lr 1e-4"}


@pytest.mark.parametrize("text", ["", "[]", '{"spec": 1}', '{"evidence": []}', "\xff"])
def test_a_file_without_words_has_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="latin-1")
    assert kept_words(path, make("PPO on CartPole")) == {}
    assert kept_words(tmp_path / "absent", make("PPO on CartPole")) == {}
