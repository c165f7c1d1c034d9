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


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ("add 2 seeds", 5),
        ("add two more seeds", 5),
        ("another 2 seeds", 5),
        ("another seed", 4),
        ("2 seeds more", 5),
        ("increase the number of seeds by 2", 5),
        ("seeds += 2", 5),
        ("再加2个种子", 5),
        ("种子加2个", 5),
        ("多跑2个种子", 5),
        ("增加2个种子", 5),
        ("drop 2 seeds", 1),
        ("reduce the number of seeds by 1", 2),
        ("少跑1个种子", 2),
        ("去掉一个种子", 2),
        ("double the seeds", 6),
        ("种子翻倍", 6),
        ("2 seeds", 2),
        ("2 seeds and add RND", 2),
        ("add RND and 5 seeds", 5),
        ("drop the seeds to 2", 2),
        ("raise the seeds to 10", 10),
        ("增加到5个种子", 5),
        ("种子减到2个", 2),
        ("用5个种子", 5),
        ("换成A2C，加5个种子", 8),
    ],
)
def test_a_count_of_those_that_come_or_go_is_no_count_of_all(change: str, count: int) -> None:
    after = edit(change, plan("PPO on CartPole, 3 seeds", CATALOGUE).spec, CATALOGUE).spec
    assert isinstance(after, ExperimentSpec)
    assert after.seeds == list(range(1, count + 1))


def test_the_one_seed_that_nobody_chose_is_among_those_that_come() -> None:
    before = plan("PPO on CartPole", CATALOGUE).spec
    for change, count in (("add 3 seeds", 3), ("再加3个种子", 3), ("3 more seeds", 4), ("add 1 seed", 2)):
        after = edit(change, before, CATALOGUE).spec
        assert isinstance(after, ExperimentSpec)
        assert after.seeds == list(range(1, count + 1))


def test_no_half_of_an_odd_number() -> None:
    with pytest.raises(InvalidRequest, match="halved"):
        changed_seeds("halve the number of seeds", [1, 2, 3])
    assert changed_seeds("halve the seeds", [1, 2, 3, 4])[0] == [1, 2]


@pytest.mark.parametrize("change", ["remove seed 9", "drop seeds 1 and 2 and 3", "drop seeds 1, 2, 3"])
def test_what_is_not_there_or_leaves_none_is_refused(change: str) -> None:
    with pytest.raises(InvalidRequest, match=r"no seed"):
        changed_seeds(change, [1, 2, 3])
