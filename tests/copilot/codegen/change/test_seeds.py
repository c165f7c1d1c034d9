"""Seeds are added, taken out and exchanged; a seed that is denied is never the only one left."""

from __future__ import annotations

import pytest

from copilot.codegen import ExperimentSpec, edit, plan
from copilot.codegen.change.seeds import changed_seeds
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("change", "seeds"),
    [
        ("remove seed 2", [1, 3, 4, 5]),
        ("drop seeds 4, 5", [1, 2, 3]),
        ("remove seeds 2 and 3", [1, 4, 5]),
        ("without seed 3", [1, 2, 4, 5]),
        ("skip seeds 4 and 5", [1, 2, 3]),
        ("all seeds but 3", [1, 2, 4, 5]),
        ("the same but seed 3", [3]),
        ("Remove Seed 2", [1, 3, 4, 5]),
        ("去掉种子2", [1, 3, 4, 5]),
        ("不要种子3", [1, 2, 4, 5]),
        ("add seed 6", [1, 2, 3, 4, 5, 6]),
        ("also seed 7", [1, 2, 3, 4, 5, 7]),
        ("再加种子8", [1, 2, 3, 4, 5, 8]),
        ("seed 9 too", [1, 2, 3, 4, 5, 9]),
        ("replace seed 5 by 9", [1, 2, 3, 4, 9]),
        ("two seeds fewer", [1, 2, 3]),
        ("one seed less", [1, 2, 3, 4]),
        ("3 fewer seeds", [1, 2]),
        ("use seed 7", [7]),
        ("seeds 1-3", [1, 2, 3]),
        ("add seeds 6 and 7", [1, 2, 3, 4, 5, 6, 7]),
        ("drop seed 2 and use 16 environments", [1, 3, 4, 5]),
    ],
)
def test_seeds_after_a_change(change: str, seeds: list[int]) -> None:
    before = plan("PPO on CartPole, 5 seeds", CATALOGUE).spec
    after = edit(change, before, CATALOGUE).spec
    assert isinstance(after, ExperimentSpec)
    assert after.seeds == seeds
    assert after.num_envs == (16 if "16" in change else before.num_envs)


def test_all_runs_of_a_comparison_get_them() -> None:
    before = plan("compare PPO and A2C on CartPole over 3 seeds", CATALOGUE).spec
    for change, seeds in (("remove seed 2", [1, 3]), ("add seed 4", [1, 2, 3, 4])):
        after = edit(change, before, CATALOGUE).spec
        assert after.kind == "comparison"
        assert [run.seeds for run in after.runs.values()] == [seeds, seeds]


@pytest.mark.parametrize("change", ["remove seed 9", "drop seeds 1 and 2 and 3", "drop seeds 1, 2, 3"])
def test_what_is_not_there_or_leaves_none_is_refused(change: str) -> None:
    with pytest.raises(InvalidRequest, match=r"no seed"):
        changed_seeds(change, [1, 2, 3])
