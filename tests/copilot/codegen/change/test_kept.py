"""What a change keeps is what the plan had, and what is told of one phase is told of both."""

from __future__ import annotations

import pytest

from copilot.codegen import ExperimentSpec, edit, plan
from copilot.codegen.change.kept import of_both_phases, pinned, refuse_one_phase
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()
PPO = plan("PPO on CartPole, 3 seeds", CATALOGUE).spec
PHASES = plan("PPO on DoorKey: pre-train with RND for 50k steps, then fine-tune for 100k", CATALOGUE).spec
assert isinstance(PPO, ExperimentSpec) and isinstance(PHASES, ExperimentSpec)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("train on Acrobot instead, keep the steps", {"num_train_steps"}),
        ("on Acrobot with the same number of steps", {"num_train_steps"}),
        ("换成Acrobot环境，步数不变", {"num_train_steps"}),
        ("换成Acrobot环境，步数和环境数不变", {"num_train_steps", "num_envs"}),
        ("换成Acrobot，保持步数", {"num_train_steps"}),
        ("switch to A2C, keep the steps and the lr", {"num_train_steps", "lr"}),
        ("switch to A2C, the lr stays the same", {"lr"}),
        ("on Acrobot", set()),
    ],
)
def test_what_is_kept_is_not_taken_from_the_tuned_settings(words: str, kept: set[str]) -> None:
    made = edit(words, PPO, CATALOGUE).spec
    assert isinstance(made, ExperimentSpec)
    before, after = (
        {"num_train_steps": run.num_train_steps, "num_envs": run.num_envs, "lr": run.agent_kwargs["lr"]}
        for run in (PPO, made)
    )
    assert {name for name in before if before[name] == after[name]} == kept


@pytest.mark.parametrize("words", ["keep the steps, lr 1e-4", "switch to A2C, keep the batch size at 64", "on Acrobot"])
def test_other_words_stay(words: str) -> None:
    assert pinned(words, PPO, CATALOGUE) == words


def test_seeds_stay_anyway() -> None:
    made = edit(
        "on Acrobot, but keep the steps and the seed", plan("PPO on CartPole, seed 6", CATALOGUE).spec, CATALOGUE
    ).spec
    assert isinstance(made, ExperimentSpec)
    assert (made.seeds, made.num_train_steps) == ([6], PPO.num_train_steps)


@pytest.mark.parametrize(
    "words", ["lr 1e-4 for fine-tuning only", "lr 1e-4 only for pre-training", "只在微调时学习率1e-4"]
)
def test_no_phase_has_a_setting_of_its_own(words: str) -> None:
    with pytest.raises(InvalidRequest, match="both phases have the same"):
        refuse_one_phase(words, PHASES, CATALOGUE)
    refuse_one_phase(words, PPO, CATALOGUE)
    refuse_one_phase("pre-train for 30k steps only", PHASES, CATALOGUE)


def test_a_setting_of_one_phase_is_noted_as_that_of_both() -> None:
    assert "lr of both" in of_both_phases("fine-tune with lr 1e-4", PHASES, CATALOGUE)[0]
    for words in ("fine-tune for 200k steps", "16 envs, pre-train for 30k", "pre-train with RND lr 1e-4"):
        assert of_both_phases(words, PHASES, CATALOGUE) == []
    assert of_both_phases("fine-tune with lr 1e-4", PPO, CATALOGUE) == []


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("seeds 10 to 14", "seeds", [10, 11, 12, 13, 14]),
        ("用GPU跑", "device", "cuda"),
        ("步数都改成10万", "num_train_steps", 100000),
    ],
)
def test_words_that_were_something_else(words: str, field: str, value: object) -> None:
    assert getattr(edit(words, PPO, CATALOGUE).spec, field) == value


def test_a_setting_that_agent_and_bonus_have_is_set_for_the_agent_alone_and_noted() -> None:
    with_bonus = plan("PPO with RND on CartPole", CATALOGUE).spec
    assert any("RND has its own lr" in note for note in edit("lr 1e-4 for both", with_bonus, CATALOGUE).notes)
    for words in ("lr 1e-4", "16 envs for both"):
        assert not any("its own" in note for note in edit(words, with_bonus, CATALOGUE).notes)
    runs = plan("compare PPO with RND and PPO with ICM on CartPole", CATALOGUE).spec
    assert not any("its own" in note for note in edit("lr 1e-4 for both", runs, CATALOGUE).notes)
