"""A number of minibatches is no size of one: it is converted where the rollout is known, else refused."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.change.edit import edit
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("request_text", "size"),
    [
        ("PPO on CartPole with 4 epochs per update and 8 minibatches", 128),
        ("PPO on CartPole, 4 minibatches per epoch", 256),
        ("PPO on CartPole, num_minibatches=4", 256),
        ("PPO on CartPole, number of minibatches: 4", 256),
        ("PPO on CartPole, 16 envs, rollouts of 64 steps, 16 minibatches", 64),
        ("PPO on CartPole, split each rollout into 4 batches", 256),
        ("PPO 训练 CartPole，4 个小批量", 256),
        ("PPO 训练 CartPole，每次采样分成 8 批", 128),
        ("PPO on CartPole, minibatches of 64", 64),
        ("PPO on CartPole, minibatch size 32", 32),
        ("PPO on CartPole, 16 minibatches of 64", 64),
        ("PPO on CartPole, minibatches 8", 128),
        ("PPO on CartPole, minibatches: 4", 256),
        ("PPO on CartPole with mini-batches = 4, lr 1e-3", 256),
        ("PPO on CartPole, minibatch 64", 64),
        ("PPO 训练 CartPole，小批量数 4", 256),
        ("PPO 训练 CartPole，小批量 64", 64),
        ("DQN on CartPole, minibatches 32", 32),
    ],
)
def test_a_number_of_minibatches(request_text: str, size: int) -> None:
    made = plan(request_text, CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    assert made.spec.agent_kwargs["batch_size"] == size


@pytest.mark.parametrize(
    ("request_text", "told"),
    [
        ("PPO on CartPole, 3 minibatches", "cannot be cut"),
        ("PPO on CartPole, 8 minibatches and batch size 32", "Leave one|names a batch size"),
        ("SAC on Pendulum, 8 minibatches", "no rollout"),
        ("PPO on CartPole, n_steps 64, 8 envs, 4 minibatches of 64", "Leave one|names a batch size"),
    ],
)
def test_what_cannot_be_converted_is_refused(request_text: str, told: str) -> None:
    with pytest.raises(InvalidRequest, match=told):
        plan(request_text, CATALOGUE)


@pytest.mark.parametrize(
    ("words", "num_steps", "num_envs", "size"),
    [
        ("PPO on CartPole, 16 minibatches of size 64", 128, 8, 64),
        ("PPO on CartPole, 32 minibatches of size 64", 256, 8, 64),
        ("PPO on CartPole, 16 envs, 4 minibatches of 128", 32, 16, 128),
        ("PPO on CartPole, 4 minibatches with 64 samples each", 32, 8, 64),
        ("PPO on CartPole, 4 minibatches (64 each)", 32, 8, 64),
        ("PPO on CartPole, n_steps 64, 4 minibatches of 256", 64, 16, 256),
        ("PPO on CartPole, n_steps 64, 8 envs, 4 minibatches of 128", 64, 8, 128),
        ("PPO on CartPole, 4 minibatches, 16 envs", 128, 16, 512),
        ("PPO 训练 CartPole，4 个大小为 128 的小批量", 64, 8, 128),
    ],
)
def test_so_many_of_a_size_say_the_rollout(words: str, num_steps: int, num_envs: int, size: int) -> None:
    made = plan(words, CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    kwargs = made.spec.agent_kwargs
    assert (kwargs["num_steps"], made.spec.num_envs, kwargs["batch_size"]) == (num_steps, num_envs, size)
    assert not any("Not understood" in note for note in made.notes)


def test_those_of_the_other_phase_are_others() -> None:
    made = plan("PPG on CartPole, aux minibatches 4", CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    kwargs = made.spec.agent_kwargs
    assert (kwargs["num_aux_mini_batch"], kwargs["batch_size"]) == (4, 128)


def test_a_change_says_the_size() -> None:
    made = plan("PPO on CartPole", CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    with pytest.raises(InvalidRequest, match="their size"):
        edit("use 8 minibatches", made.spec, CATALOGUE)
