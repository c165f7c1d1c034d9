"""Signs, comparatives and bare verbs beside a setting; parts of what the plan has."""

from __future__ import annotations

import pytest

from copilot.codegen import ExperimentSpec, difference, edit
from copilot.codegen.change.operators import find_bare, find_operators, find_portions
from copilot.codegen.settings.mentions import Named
from copilot.codegen.spec import Module
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()
SPEC = ExperimentSpec(
    agent="PPO", env_id="CartPole-v1", num_envs=8, num_train_steps=100_000, agent_kwargs={"lr": 0.001, "discount": 0.99}
)
PHASED = SPEC.model_copy(
    update={"pretrain_steps": 50_000, "modules": {"reward": Module(name="RND", kwargs={"beta": 0.5})}}
)


def lines(words: str, spec: ExperimentSpec = SPEC) -> list[str]:
    return difference(spec, edit(words, spec, CATALOGUE).spec)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("gamma 0.005 lower", "discount: 0.99 -> 0.985"),
        ("gamma should be 0.005 lower", "discount: 0.99 -> 0.985"),
        ("gamma 0.005 lower than now", "discount: 0.99 -> 0.985"),
        ("0.005 more gamma", "discount: 0.99 -> 0.995"),
        ("raise gamma 0.005", "discount: 0.99 -> 0.995"),
        ("gamma up 0.005", "discount: 0.99 -> 0.995"),
        ("折扣低0.005", "discount: 0.99 -> 0.985"),
        ("折扣比现在高0.005", "discount: 0.99 -> 0.995"),
        ("lr *= 0.5", "lr: 0.001 -> 0.0005"),
        ("lr /= 2", "lr: 0.001 -> 0.0005"),
        ("lr / 2", "lr: 0.001 -> 0.0005"),
        ("lr ÷ 2", "lr: 0.001 -> 0.0005"),
        ("lr = lr * 0.5", "lr: 0.001 -> 0.0005"),
        ("lr x10", "lr: 0.001 -> 0.01"),
        ("lr × 10", "lr: 0.001 -> 0.01"),
        ("lr times 3", "lr: 0.001 -> 0.003"),
        ("divide the lr 10", "lr: 0.001 -> 0.0001"),
        ("学习率乘以0.5", "lr: 0.001 -> 0.0005"),
        ("学习率除以2", "lr: 0.001 -> 0.0005"),
        ("reduce the learning rate to 10%", "lr: 0.001 -> 0.0001"),
        ("学习率降到10%", "lr: 0.001 -> 0.0001"),
        ("use 50% of the learning rate", "lr: 0.001 -> 0.0005"),
        ("num_envs += 4", "num_envs: 8 -> 12"),
        ("num_envs -= 2", "num_envs: 8 -> 6"),
        ("increase envs 4", "num_envs: 8 -> 12"),
        ("drop 2 envs", "num_envs: 8 -> 6"),
        ("环境加4个", "num_envs: 8 -> 12"),
        ("环境减2个", "num_envs: 8 -> 6"),
        ("steps += 50k", "num_train_steps: 100000 -> 150000"),
        ("extend training 50k steps", "num_train_steps: 100000 -> 150000"),
        ("cut 20k steps", "num_train_steps: 100000 -> 80000"),
        ("use 50% of the steps", "num_train_steps: 100000 -> 50000"),
        ("train on 50% of the steps", "num_train_steps: 100000 -> 50000"),
        ("use only 10% of the steps", "num_train_steps: 100000 -> 10000"),
        ("3/4 of the steps", "num_train_steps: 100000 -> 75000"),
        ("a quarter as many steps", "num_train_steps: 100000 -> 25000"),
        ("three fifths of the steps", "num_train_steps: 100000 -> 60000"),
        ("a fifth as long", "num_train_steps: 100000 -> 20000"),
        ("lr a third", "lr: 0.001 -> 0.000333333333333"),
        ("steps to one fifth", "num_train_steps: 100000 -> 20000"),
        ("步数减半", "num_train_steps: 100000 -> 50000"),
        ("一半的步数", "num_train_steps: 100000 -> 50000"),
        ("用10%的步数", "num_train_steps: 100000 -> 10000"),
        ("四分之一的步数", "num_train_steps: 100000 -> 25000"),
        ("步数改成一半", "num_train_steps: 100000 -> 50000"),
        ("步数改为50%", "num_train_steps: 100000 -> 50000"),
    ],
)
def test_a_change_without_by_is_one_of_the_value_that_the_plan_has(words: str, line: str) -> None:
    assert lines(words) == [line]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("raise gamma 0.95", "discount: 0.99 -> 0.95"),
        ("raise gamma to 0.995", "discount: 0.99 -> 0.995"),
        ("raise gamma to 99.5%", "discount: 0.99 -> 0.995"),
        ("gamma 0.95 or lower", "discount: 0.99 -> 0.95"),
        ("lower lr to 1e-4", "lr: 0.001 -> 0.0001"),
        ("a lower lr: 1e-4", "lr: 0.001 -> 0.0001"),
        ("use a lower learning rate, 1e-4", "lr: 0.001 -> 0.0001"),
        ("lower learning rate of 1e-4", "lr: 0.001 -> 0.0001"),
        ("increase envs to 32", "num_envs: 8 -> 32"),
        ("more envs: 32", "num_envs: 8 -> 32"),
        ("cut training to 50k steps", "num_train_steps: 100000 -> 50000"),
        ("reduce to 50k steps", "num_train_steps: 100000 -> 50000"),
    ],
)
def test_new_values_stay_new_values(words: str, line: str) -> None:
    assert lines(words) == [line]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("lower lr 1e-4", "lr: 0.001 -> 0.0001"),
        ("降低学习率0.0001", "lr: 0.001 -> 0.0001"),
        ("increase envs 32", "num_envs: 8 -> 32"),
        ("reduce steps 50k", "num_train_steps: 100000 -> 50000"),
    ],
)
def test_of_two_meanings_one_is_taken_and_noted(words: str, line: str) -> None:
    made = edit(words, SPEC, CATALOGUE)
    assert difference(SPEC, made.spec) == [line]
    assert [note for note in made.notes if 'is read as "to' in note]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("lower gamma 0.005", "to 0.005 and by 0.005"),
        ("anneal the lr over half of the training", "in parts of it"),
        ("decay epsilon twice as long", "in parts of it"),
        ("pre-train for half of the steps", "may be of the steps of training"),
    ],
)
def test_what_cannot_be_told_is_refused(words: str, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        edit(words, PHASED, CATALOGUE)


def test_each_phase_and_module_has_its_own() -> None:
    assert lines("pre-training steps += 50k", PHASED) == ["pretrain_steps: 50000 -> 100000"]
    assert lines("extend the pre-training 50k steps", PHASED) == ["pretrain_steps: 50000 -> 100000"]
    assert lines("use 50% of the pre-training steps", PHASED) == ["pretrain_steps: 50000 -> 25000"]
    assert lines("bonus weight x2", PHASED) == ["reward.beta: 0.5 -> 1.0"]
    assert lines("奖励权重乘以2", PHASED) == ["reward.beta: 0.5 -> 1.0"]


def test_a_step_beside_a_value_is_no_list_of_values() -> None:
    assert lines("lr 1e-4 and 0.005 more gamma") == ["lr: 0.001 -> 0.0001", "discount: 0.99 -> 0.995"]
    assert "kind: experiment -> comparison" in lines("lr 1e-3 and 1e-4")


@pytest.mark.parametrize(
    "text",
    ["lr 1e-4", "lr/batch size 64", "lr decays by 1e-4 per update", "lr -3", "lr 1e-4 lower gamma 0.9", "lr低一点"],
)
def test_other_words_beside_a_setting_are_no_operator(text: str) -> None:
    assert find_operators(text, [Named("lr", 0, 3 if text.startswith("lr低") else 2)]) == []


@pytest.mark.parametrize(
    "text",
    ["warm up for 10% of the steps", "decay epsilon over 10% of the steps", "use 10% of the steps for exploration"],
)
def test_parts_of_the_steps_that_something_else_takes_are_none_of_training(text: str) -> None:
    at = text.index("steps")
    assert find_portions(text, [Named("num_train_steps", at, at + 5)]) == []
    assert find_bare(text, [Named("num_train_steps", at, at + 5)]) == []
