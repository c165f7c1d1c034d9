"""Changes of whole runs: one more, another name, all but one; and what no phase can have."""

from __future__ import annotations

import pytest

from copilot.codegen import ComparisonSpec, Spec, difference, edit, plan
from copilot.codegen.change.runs import only_those
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest, UnknownName

CATALOGUE = load_catalogue()
REQUESTS = {
    "two": "compare PPO and A2C on CartPole over 2 seeds",
    "rnd": "PPO on CartPole with RND",
    "phases": "PPO on CartPole, pre-train with RND for 50k steps, then fine-tune for 100k steps",
}


def base(name: str) -> Spec:
    return plan(REQUESTS[name], CATALOGUE).spec


@pytest.mark.parametrize(
    ("words", "runs"),
    [
        ("add PPO with RND", ["PPO", "A2C", "PPO + RND"]),
        ("also PPO with ICM", ["PPO", "A2C", "PPO + ICM"]),
        ("add an A2C run with RND", ["PPO", "A2C", "A2C + RND"]),
        ("再加一个 PPO 加 RND", ["PPO", "A2C", "PPO + RND"]),
        ("also run PPO with lr 1e-4", ["PPO, lr=0.001", "A2C", "PPO, lr=0.0001"]),
        ("add a third run: PPO with RND", ["PPO", "A2C", "PPO + RND"]),
        ("add PPO with RND and A2C with ICM", ["PPO", "A2C", "PPO + RND", "A2C + ICM"]),
        ("add PPO with RND and PPO with ICM", ["PPO", "A2C", "PPO + RND", "PPO + ICM"]),
        ("also run A2C and PPO with RND", ["PPO", "A2C", "A2C + RND", "PPO + RND"]),
        ("再加一个带RND的PPO和带ICM的PPO", ["PPO", "A2C", "PPO + RND", "PPO + ICM"]),
        ("add DQN and DAAC", ["PPO", "A2C", "DQN", "DAAC"]),
        ("call the PPO run base", ["base", "A2C"]),
        ("add DQN", ["PPO", "A2C", "DQN"]),
        ("rename PPO to baseline", ["baseline", "A2C"]),
        ("rename the A2C run to reference", ["PPO", "reference"]),
        ("把 PPO 改名为 baseline", ["baseline", "A2C"]),
    ],
)
def test_the_runs_of_a_comparison(words: str, runs: list[str]) -> None:
    old = base("two")
    new = edit(words, old, CATALOGUE).spec
    assert isinstance(old, ComparisonSpec) and isinstance(new, ComparisonSpec)
    assert list(new.runs) == runs
    assert list(new.runs.values())[:2] == list(old.runs.values())


@pytest.mark.parametrize(
    "words",
    ["remove everything but PPO", "delete all but PPO", "only keep PPO", "除了 PPO 都去掉", "drop all runs except PPO"],
)
def test_all_but_one_go(words: str) -> None:
    old = base("two")
    assert isinstance(old, ComparisonSpec)
    assert edit(words, old, CATALOGUE).spec == old.runs["PPO"]
    assert edit(words.replace("PPO", "A2C"), old, CATALOGUE).spec == old.runs["A2C"]


def test_what_is_added_to_one_run_is_in_no_other() -> None:
    lines = ["PPO: lr: 0.001 -> 0.0005"]
    assert difference(base("two"), edit("halve PPO's learning rate", base("two"), CATALOGUE).spec) == lines
    assert difference(base("two"), edit("PPO 的学习率减半", base("two"), CATALOGUE).spec) == lines
    assert difference(base("two"), edit("add RND to PPO", base("two"), CATALOGUE).spec) == ["PPO: reward: none -> RND"]


@pytest.mark.parametrize(
    "words",
    [
        "compare against no bonus",
        "train with and without RND",
        "with and without the bonus",
        "also run it without RND",
        "train it without RND as well",
        "add a baseline run without RND",
        "compare against a run without RND",
        "与不用 RND 对比",
    ],
)
def test_a_run_is_compared_with_itself_without_a_part(words: str) -> None:
    old, new = base("rnd"), edit(words, base("rnd"), CATALOGUE).spec
    assert isinstance(new, ComparisonSpec)
    assert next(iter(new.runs.values())) == old
    assert [list(run.modules) for run in new.runs.values()] == [["reward"], []]
    assert difference(old, new)[1:] == ["run PPO: renamed PPO + RND", "run PPO: added"]


def test_what_is_said_beside_with_and_without_is_of_both() -> None:
    new = edit("with and without RND, 16 environments, 2 seeds", base("rnd"), CATALOGUE).spec
    assert isinstance(new, ComparisonSpec)
    assert [(run.num_envs, run.seeds) for run in new.runs.values()] == [(16, [1, 2])] * 2


def test_one_more_beside_a_single_run() -> None:
    new = edit("add PPO with ICM", base("rnd"), CATALOGUE).spec
    assert isinstance(new, ComparisonSpec)
    assert [run.modules["reward"].name for run in new.runs.values()] == ["RND", "ICM"]
    renamed = edit("rename PPO to baseline", base("rnd"), CATALOGUE).spec
    assert difference(base("rnd"), renamed) == ["tag: ppo_cartpole-v1 -> baseline"]


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("two", "add PPO", "what sets another one apart"),
        ("two", "add a run with 4 environments", "Of whom"),
        ("two", "rename TD3 to baseline", "the runs PPO, A2C"),
        ("two", "rename PPO to A2C", "the runs PPO, A2C"),
        ("two", "add PPO with RND and A2C", "what sets another one apart"),
        ("two", "rename PPO to base and A2C to other", "no name of a run"),
        ("phases", "use RND also during fine-tuning", "no intrinsic reward"),
        ("phases", "微调时也用 RND", "no intrinsic reward"),
        ("phases", "keep the bonus in fine-tuning", "no intrinsic reward"),
    ],
)
def test_what_cannot_be_is_refused(name: str, words: str, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        edit(words, base(name), CATALOGUE)


def test_what_several_runs_share_is_noted_and_names_that_are_none_are_refused() -> None:
    made = edit("also run A2C and PPO with RND", base("two"), CATALOGUE)
    assert any("Read as of A2C, too: 'with RND'" in note for note in made.notes)
    with pytest.raises(UnknownName, match="QR"):
        edit("add DQN and QRDQN", base("two"), CATALOGUE)
    shared = edit("add DAAC with RND, 4 envs for all", base("two"), CATALOGUE).spec
    assert isinstance(shared, ComparisonSpec)
    assert {run.num_envs for run in shared.runs.values()} == {4}


def test_all_but_some_is_only_those() -> None:
    assert only_those("remove everything but PPO and A2C, 5 seeds") == "only keep PPO and A2C, 5 seeds"
    assert only_those("drop A2C") == "drop A2C"
