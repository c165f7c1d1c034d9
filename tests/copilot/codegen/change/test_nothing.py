"""Words that change nothing are refused with what can be done; those that change something are not."""

from __future__ import annotations

import pytest

from copilot.codegen import edit, plan
from copilot.codegen.change.nothing import refuse_nothing
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("undo", "the plan before"),
        ("go back", "the plan before"),
        ("revert the last change", "the plan before"),
        ("please undo that", "the plan before"),
        ("undo that and use 16 envs", "the plan before"),
        ("go back to the previous version", "the plan before"),
        ("撤销", "the plan before"),
        ("撤销上一步的修改", "the plan before"),
        ("回到上一个版本", "the plan before"),
        ("nothing", "no change"),
        ("never mind", "no change"),
        ("keep it as it is", "no change"),
        ("不改了", "no change"),
        ("", "no words"),
        (" ?! ", "no words"),
        ("no evaluation", "changes nothing"),
        ("don't evaluate", "changes nothing"),
        ("不要评估", "changes nothing"),
        ("also save checkpoints", "changes nothing"),
    ],
)
def test_what_changes_nothing(words: str, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said) as caught:
        refuse_nothing(words)
    assert caught.value.hint


@pytest.mark.parametrize(
    "words",
    [
        "undo the bonus",
        "revert to the default lr",
        "go back to 4 envs",
        "go back to PPO",
        "16 envs, and keep everything else as it is",
        "save every 50 updates",
        "evaluate over 20 episodes",
        "去掉RND",
    ],
)
def test_what_changes_something(words: str) -> None:
    refuse_nothing(words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("resume from the checkpoint", "go on from a checkpoint"),
        ("use the Lion optimizer", "optimiser 'lion'"),
        ("使用Lion优化器", "optimiser 'lion'"),
        ("stop when the reward reaches 475", "end by the score"),
        ("train for 500 episodes", "episodes"),
        ("load weights from model.pth", "initial weights"),
        ("断点续训", "go on from a checkpoint"),
    ],
)
def test_what_no_request_can_have_no_change_can(words: str, said: str) -> None:
    for request in ("PPO on CartPole", "compare PPO and DQN on CartPole"):
        with pytest.raises(InvalidRequest, match=said):
            edit(words, plan(request, CATALOGUE).spec, CATALOGUE)


def test_all_agents_of_a_comparison_are_no_agents_of_the_library() -> None:
    edit("train all agents for 200k steps", plan("compare PPO and DQN on CartPole", CATALOGUE).spec, CATALOGUE)
