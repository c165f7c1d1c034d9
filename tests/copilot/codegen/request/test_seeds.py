"""Seeds in short forms are a list of seeds; a number of something else beside them is not."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.request.seeds import seeds_written_out
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("words", "seeds", "envs"),
    [
        ("seed=1,2,3", [1, 2, 3], 8),
        ("seed 1,2,3", [1, 2, 3], 8),
        ("seed: 1, 2, 3, with lr 1e-3", [1, 2, 3], 8),
        ("seeds 42-44 and 100", [42, 43, 44, 100], 8),
        ("seeds 42-44, 100", [42, 43, 44, 100], 8),
        ("seeds 1 to 3 and 7, 4 envs", [1, 2, 3, 7], 4),
        ("seeds 5, 10-12", [5, 10, 11, 12], 8),
        ("种子 42-44 和 100", [42, 43, 44, 100], 8),
        ("随机种子 1、3-5，4 个环境", [1, 3, 4, 5], 4),
        ("seed=2, lr=0.001", [2], 8),
        ("seed 2, 4 envs", [2], 4),
        ("seeds 1-3 and 4 envs", [1, 2, 3], 4),
        ("seeds 1-3, 100000 steps", [1, 2, 3], 8),
        ("seeds {1..5}", [1, 2, 3, 4, 5], 8),
        ("seeds [1..3], 4 envs", [1, 2, 3], 4),
        ("seeds 3/4/5", [3, 4, 5], 8),
        ("seed 1/2/3, 16 envs", [1, 2, 3], 16),
        ("种子3和7", [3, 7], 8),
        ("种子 3 和 7，4 个环境", [3, 7], 4),
        ("种子1、2和3，4个环境", [1, 2, 3], 4),
        ("种子 1,2,3", [1, 2, 3], 8),
        ("3个种子（0,1,2）", [0, 1, 2], 8),
        ("三个种子：4、5、6，16 个环境", [4, 5, 6], 16),
        ("seeds 1,2 and 3, 4 minibatches", [1, 2, 3], 8),
        ("seeds 1, 2, 3, 4 minibatches", [1, 2, 3], 8),
        ("seeds 1, 2 and 3, 16 envs", [1, 2, 3], 16),
        ("seeds 10, 20 and 16 environments", [10, 20], 16),
        ("3 seeds (0,1,2)", [0, 1, 2], 8),
        ("3 seeds (0, 1 and 2), lr 1e-3", [0, 1, 2], 8),
        ("5 seeds (1-5)", [1, 2, 3, 4, 5], 8),
        ("three seeds: 4, 5, 6", [4, 5, 6], 8),
        ("3 seeds: 0,1,2, 16 envs", [0, 1, 2], 16),
        ("3 seeds, 16 envs", [1, 2, 3], 16),
        ("3 seeds (16 envs)", [1, 2, 3], 16),
    ],
)
def test_seeds(words: str, seeds: list[int], envs: int) -> None:
    made = plan(f"PPO on CartPole, {words}", CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    assert (made.spec.seeds, made.spec.num_envs) == (seeds, envs)
    assert not any("Not understood" in note for note in made.notes)


@pytest.mark.parametrize("words", ["5 seeds (1,2,3)", "3 seeds: 1-5", "4个种子（0,1,2）"])
def test_another_count_than_the_list_is_refused(words: str) -> None:
    with pytest.raises(InvalidRequest, match="seeds twice"):
        plan(f"PPO on CartPole, {words}", CATALOGUE)


@pytest.mark.parametrize(
    "words", ["seed 42, 50000", "seed=1,000", "seed 42, 50000 steps", "seeds 1-5", "seeds 1, 2 and 3"]
)
def test_what_is_plain_stays(words: str) -> None:
    assert seeds_written_out(words) == words
