"""What no plan can hold is refused by its words, with the nearest that works; words that only sound alike are not."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.names import unmet
from copilot.codegen.names.unmet import refuse_unmet
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core import paths
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ("PPO on CartPole, resume from checkpoint runs/a/model.pth", "go on from a checkpoint"),
        ("PPO on CartPole, continue training from my last run", "go on from a checkpoint"),
        ("从检查点model.pth继续训练CartPole上的PPO", "go on from a checkpoint"),
        ("PPO on CartPole, init from weights pre.pth", "initial weights"),
        ("PPO on CartPole starting from a pre-trained model", "initial weights"),
        ("加载预训练权重，用PPO训练CartPole", "initial weights"),
        ("PPO on CartPole with SGD", "'sgd'; PPO learns by adam"),
        ("A2C on CartPole with the Adam optimiser", "A2C learns by rmsprop"),
        ("用SGD优化器在CartPole上训练PPO", "'sgd'"),
        ("PPO on CartPole with target KL 0.01", "KL"),
        ("PPO在CartPole上，目标KL为0.01", "KL"),
        ("PPO on CartPole until it reaches 475", "score"),
        ("PPO on CartPole, stop when the reward reaches 475", "score"),
        ("PPO在CartPole上训练到平均奖励达到475", "score"),
        ("PPO on CartPole for 100 episodes", "no fixed length"),
        ("PPO在CartPole上训练500回合", "no fixed length"),
        ("PPO on CartPole with reward scaling 0.1", "fixed factor"),
        ("PPO on CartPole, divide the rewards by 10", "fixed factor"),
        ("SAC on Pendulum for 1000 updates", "replay"),
        ("benchmark all on-policy agents on CartPole", "on-policy"),
        ("用所有算法在CartPole上训练", "所有算法"),
    ],
)
def test_refusals(request_: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        plan(request_, load_catalogue())
    assert words in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "PPO on CartPole, evaluate for 20 episodes",
        "PPO on CartPole, average over 100 episodes",
        "PPO on CartPole until 1M steps have passed",
        "PPO on CartPole, no early stopping, train from scratch",
        "PPO on CartPole with orthogonal initial weights",
        "A2C on CartPole with RMSprop",
        "PPO with Adam on CartPole",
        "scale the intrinsic reward by 0.1",
        "NGU with a maximum reward scaling of 5",
        "PPO on CartPole; the learning rate decreases linearly until it reaches zero",
        "compare PPO and A2C: all agents on CartPole with 4 environments",
        "pretrain with RND for 10k steps, then start from those weights",
    ],
)
def test_what_only_sounds_alike(text: str) -> None:
    refuse_unmet(text, load_catalogue())


def test_updates_of_rollouts_are_steps() -> None:
    made = plan("PPO on CartPole with library defaults, 4 envs, 100 updates", load_catalogue())
    assert isinstance(made.spec, ExperimentSpec)
    parameters = load_catalogue().component("PPO")["parameters"]
    each = next(p["default"] for p in parameters if p["name"] == "num_steps")
    assert made.spec.num_train_steps == 100 * 4 * each
    assert any("100 updates" in note for note in made.notes)
    runs = plan("compare PPO and A2C on CartPole for 200 updates, 3 seeds", load_catalogue()).spec
    assert isinstance(runs, ComparisonSpec)
    assert {name: run.num_train_steps for name, run in runs.runs.items()} == {"PPO": 204_800, "A2C": 102_400}


@pytest.mark.parametrize("words", ["evaluate every 10 updates", "let the policy phase be 16 iterations"])
def test_updates_of_something_else_are_not_the_length(words: str) -> None:
    made = plan(f"PPG on CartPole for 50k steps, {words}", load_catalogue()).spec
    assert isinstance(made, ExperimentSpec)
    assert made.num_train_steps == 50_000


def test_who_learns_by_rmsprop_is_what_the_library_says() -> None:
    sources = {entry["name"]: entry["source"] for entry in load_catalogue().of("agent")}
    found = {name for name, file in sources.items() if "RMSprop" in (paths.project_root() / file).read_text("utf-8")}
    assert found == unmet._RMSPROP
