"""Seeds in short forms are a list of seeds; a number of something else beside them is not."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.request.seeds import seeds_written_out
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue

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
    ],
)
def test_seeds(words: str, seeds: list[int], envs: int) -> None:
    spec = plan(f"PPO on CartPole, {words}", CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    assert (spec.seeds, spec.num_envs) == (seeds, envs)


@pytest.mark.parametrize(
    "words", ["seed 42, 50000", "seed=1,000", "seed 42, 50000 steps", "seeds 1-5", "seeds 1, 2 and 3"]
)
def test_what_is_plain_stays(words: str) -> None:
    assert seeds_written_out(words) == words
