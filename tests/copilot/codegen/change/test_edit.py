"""Plans changed by words in both languages: exactly what they name changes, and each difference is a readable line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.codegen import ComparisonSpec, ExperimentSpec, Spec, check, difference, edit, plan, render
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError, InvalidRequest, SpaceMismatch, UnknownName
from copilot.models.scripted import ScriptedChat

CATALOGUE = load_catalogue()
REQUESTS = {
    "ppo": "PPO on CartPole-v1 with 8 environments for 50k steps, lr 0.002",
    "rnd": "PPO on MountainCar-v0 with RND of weight 0.05",
    "phases": "PPO on MountainCar: pre-train with RND for 20k steps, then fine-tune for 50k",
    "dqn": "DQN on CartPole with prioritized replay, gamma 0.98",
    "pendulum": "PPO on Pendulum",
    "lstm": "PPO with an LSTM on CartPole",
    "two": "compare PPO and A2C on CartPole over 3 seeds",
}


def base(name: str) -> Spec:
    return plan(REQUESTS[name], CATALOGUE).spec


@pytest.mark.parametrize(
    ("name", "words", "lines"),
    [
        ("ppo", "use 16 environments", ["num_envs: 8 -> 16"]),
        ("ppo", "改成 16 个环境", ["num_envs: 8 -> 16"]),
        ("ppo", "double the number of environments", ["num_envs: 8 -> 16"]),
        ("ppo", "train for 1M steps instead", ["num_train_steps: 50000 -> 1000000"]),
        ("ppo", "train twice as long", ["num_train_steps: 50000 -> 100000"]),
        ("ppo", "步数翻倍", ["num_train_steps: 50000 -> 100000"]),
        ("ppo", "another 50k steps", ["num_train_steps: 50000 -> 100000"]),
        ("ppo", "set gamma to 0.999", ["discount: 0.99 -> 0.999"]),
        ("ppo", "把 lr 改成 0.0001", ["lr: 0.002 -> 0.0001"]),
        ("ppo", "halve the learning rate", ["lr: 0.002 -> 0.001"]),
        ("ppo", "use the default learning rate", ["lr: 0.002 -> default"]),
        ("ppo", "turn off annealing", ["anneal_lr: True -> False"]),
        ("ppo", "5 seeds", ["seeds: 1 -> 1, 2, 3, 4, 5"]),
        ("ppo", "2 more seeds", ["seeds: 1 -> 1, 2, 3"]),
        ("ppo", "add seeds 7 and 8", ["seeds: 1 -> 1, 7, 8"]),
        ("ppo", "seed 7 on the GPU", ["seeds: 1 -> 7", "device: cpu -> cuda"]),
        ("ppo", "tag it second", ["tag: ppo_cartpole-v1 -> second"]),
        ("ppo", "evaluate over 20 episodes", ["eval_episodes: 10 -> 20"]),
        ("ppo", "add RND", ["reward: none -> RND"]),
        ("ppo", "加上 RND", ["reward: none -> RND"]),
        (
            "ppo",
            "with an mlp encoder with feature dim 32",
            ["encoder: none -> VanillaMlpEncoder", "encoder.feature_dim: default -> 32"],
        ),
        ("ppo", "pre-train with RND for 20k steps first", ["pretrain_steps: none -> 20000", "reward: none -> RND"]),
        ("rnd", "remove the bonus", ["reward: RND -> none"]),
        ("rnd", "drop RND", ["reward: RND -> none"]),
        ("rnd", "remove the curiosity bonus", ["reward: RND -> none"]),
        ("rnd", "去掉奖励", ["reward: RND -> none"]),
        ("rnd", "use ICM instead of RND", ["reward: RND -> ICM"]),
        ("rnd", "replace RND with ICM", ["reward: RND -> ICM"]),
        ("rnd", "add ICM", ["reward: RND -> ICM + RND"]),
        ("rnd", "RND with weight 0.1", ["reward.beta: 0.05 -> 0.1"]),
        ("phases", "remove the pre-training", ["pretrain_steps: 20000 -> none"]),
        ("phases", "pre-train for 40k instead", ["pretrain_steps: 20000 -> 40000"]),
        ("phases", "fine-tune for 100k steps", ["num_train_steps: 50000 -> 100000"]),
        ("dqn", "set gamma to 0.9", ["discount: 0.98 -> 0.9", "storage.discount: 0.98 -> 0.9"]),
        ("dqn", "remove the prioritized replay", ["storage: PrioritizedReplayStorage -> none"]),
        ("two", "no plots", ["plots: True -> False"]),
        ("two", "5 seeds", ["seeds: 1, 2, 3 -> 1, 2, 3, 4, 5"]),
        ("two", "use 9 environments", ["PPO: num_envs: 8 -> 9", "A2C: num_envs: 16 -> 9"]),
        ("two", "lr 0.5 for PPO", ["PPO: lr: 0.001 -> 0.5"]),
        ("two", "remove A2C", ["kind: comparison -> experiment", "run A2C: removed"]),
    ],
)  # fmt: skip
def test_what_is_named_changes_and_nothing_else(name: str, words: str, lines: list[str]) -> None:
    old = base(name)
    made = edit(words, old, CATALOGUE)
    found = difference(old, made.spec)
    assert found == lines
    assert all(item.ok for item in check(render(made.spec, CATALOGUE), CATALOGUE))
    assert not any("Not understood" in note or "CAREFUL" in note for note in made.notes)


@pytest.mark.parametrize(
    ("name", "words", "request_"),
    [
        ("pendulum", "switch to SAC", "SAC on Pendulum"),
        ("pendulum", "use SAC instead of PPO", "SAC on Pendulum"),
        ("pendulum", "换成 SAC", "SAC on Pendulum"),
        ("pendulum", "switch from Pendulum to CartPole", "PPO on CartPole"),
        ("ppo", "switch to A2C with 8 environments", REQUESTS["ppo"].replace("PPO", "A2C")),
        ("ppo", "on Acrobot, 8 environments", REQUESTS["ppo"].replace("CartPole", "Acrobot")),
        ("lstm", "remove the LSTM", "PPO on CartPole"),
        ("rnd", "on CartPole", "PPO on CartPole with RND of weight 0.05"),
    ],
)
def test_another_agent_or_environment_keeps_what_was_chosen(name: str, words: str, request_: str) -> None:
    made = edit(words, base(name), CATALOGUE)
    assert made.spec == plan(request_, CATALOGUE).spec
    assert any("nobody had chosen" in note for note in made.notes)


def test_a_setting_that_the_new_agent_lacks_is_noted() -> None:
    made = edit("switch to A2C", plan("PPO on CartPole with clip range 0.3", CATALOGUE).spec, CATALOGUE)
    assert any("clip_range=0.3" in note for note in made.notes)


@pytest.mark.parametrize(
    ("name", "words", "labels"),
    [
        ("ppo", "compare it with A2C", ["PPO", "A2C"]),
        ("ppo", "和 A2C 比较", ["PPO", "A2C"]),
        ("ppo", "vs A2C and DQN", ["PPO", "A2C", "DQN"]),
        ("ppo", "compare it with and without RND", ["PPO + RND", "PPO"]),
        ("ppo", "use learning rates 1e-3 and 1e-4", ["lr=0.001", "lr=0.0001"]),
        ("two", "add DQN", ["PPO", "A2C", "DQN"]),
        ("two", "replace A2C with DQN", ["PPO", "DQN"]),
        ("two", "on Acrobot", ["PPO", "A2C"]),
    ],
)
def test_comparisons(name: str, words: str, labels: list[str]) -> None:
    old = base(name)
    made = edit(words, old, CATALOGUE).spec
    assert isinstance(made, ComparisonSpec)
    assert list(made.runs) == labels
    if isinstance(old, ExperimentSpec):
        assert (old in made.runs.values()) == ("learning" not in words)
    assert difference(old, made)
    assert all(item.ok for item in check(render(made, CATALOGUE), CATALOGUE))


@pytest.mark.parametrize(
    ("name", "words", "error", "message"),
    [
        ("ppo", "make it better", InvalidRequest, "Nothing in 'make it better'"),
        ("two", "make it better", InvalidRequest, "Nothing"),
        ("ppo", "lr -3", InvalidRequest, "lr is -3"),
        ("ppo", "0 environments", InvalidRequest, "num_envs is 0"),
        ("pendulum", "switch to DQN", SpaceMismatch, "DQN takes Discrete"),
        ("ppo", "switch to TQC", UnknownName, "TQC"),
        ("ppo", "add VIME", UnknownName, "VIME"),
        ("ppo", "add prioritized replay", InvalidRequest, "does not work with"),
        ("ppo", "remove RND", InvalidRequest, "no RND"),
        ("ppo", "remove the bonus", InvalidRequest, "no bonus"),
        ("phases", "remove RND", InvalidRequest, "intrinsic reward"),
        ("ppo", "pre-train for 10k steps", InvalidRequest, "intrinsic reward"),
        ("ppo", "make it multi-agent", InvalidRequest, "multi-agent"),
        ("two", "remove SAC", InvalidRequest, "SAC cannot be taken out"),
        ("two", "seed 9 for PPO", InvalidRequest, "same seeds"),
    ],
)
def test_refusals(name: str, words: str, error: type[CopilotError], message: str) -> None:
    with pytest.raises(error) as caught:
        edit(words, base(name), CATALOGUE)
    assert message in caught.value.message


def test_values_of_the_user_are_never_overwritten_by_presets() -> None:
    mine = plan("PPO on CartPole", CATALOGUE).spec.model_copy(
        update={"agent_kwargs": {"lr": 0.123}, "train_kwargs": {}}
    )
    made = edit("use 3 environments", mine, CATALOGUE).spec
    assert made == mine.model_copy(update={"num_envs": 3})


def test_what_is_not_understood_and_what_is_so_already_are_noted() -> None:
    assert any("purple" in note for note in edit("use 16 environments and a purple hat", base("ppo"), CATALOGUE).notes)
    made = edit("use 8 environments", base("ppo"), CATALOGUE)
    assert made.spec == base("ppo")
    assert "so already" in made.notes[0]


def test_the_model_may_add_with_evidence() -> None:
    entry = {"parameter": "ent_coef", "value": "1", "quote": "weight of the entropy up to 0.05"}
    chat = ScriptedChat([{"match": "entropy", "reply": {"settings": [entry]}}])
    made = edit("turn the weight of the entropy up to 0.05", base("ppo"), CATALOGUE, chat)
    assert difference(base("ppo"), made.spec) == ["ent_coef: 0.0 -> 0.05"]


VOCABULARY = (
    "add remove use switch to instead of RND ICM PPO A2C SAC CartPole Acrobot seeds 3 16 environments double lr 0.1 "
    "compare with and without the bonus pre-train for 10k steps default 加上 去掉 改成 个环境 LSTM no plots twice"
)
WORDS = st.sampled_from(VOCABULARY.split())


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(REQUESTS)), words=st.lists(WORDS, max_size=8).map(" ".join))
def test_any_words_change_the_plan_or_raise_a_user_error(name: str, words: str) -> None:
    old = base(name)
    try:
        made = edit(words, old, CATALOGUE)
    except CopilotError as error:
        assert error.message
        return
    assert bool(difference(old, made.spec)) == (made.spec != old)
    assert all(item.ok for item in check(render(made.spec, CATALOGUE), CATALOGUE))
