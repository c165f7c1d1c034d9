"""Of whom a change is, and of whom it is not: exactly these runs change."""

from __future__ import annotations

import pytest

from copilot.codegen import Spec, difference, edit, plan
from copilot.codegen.change.whom import aside, completed, excepted, grouped, one_by_one, says
from copilot.codegen.names.environments import Mention
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()
REQUESTS = {
    "one": "PPO on CartPole with RND, lr 0.001",
    "three": "compare PPO, A2C and DQN on CartPole over 3 seeds, lr 0.001",
    "bonuses": "compare PPO with RND and PPO with ICM on CartPole, lr 0.001",
}
PPO, A2C, DQN = (f"{agent}: lr: 0.001 -> 0.0001" for agent in ("PPO", "A2C", "DQN"))


def base(name: str) -> Spec:
    return plan(REQUESTS[name], CATALOGUE).spec


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("lr 1e-4 for all but A2C", [PPO, DQN]),
        ("lr 1e-4 for everything except A2C", [PPO, DQN]),
        ("lr 1e-4 except for A2C", [PPO, DQN]),
        ("except A2C, use lr 1e-4", [PPO, DQN]),
        ("lr 1e-4, leave A2C alone", [PPO, DQN]),
        ("lr 1e-4, A2C stays as it is", [PPO, DQN]),
        ("don't touch A2C; lr 1e-4", [PPO, DQN]),
        ("除了A2C，学习率都改成1e-4", [PPO, DQN]),
        ("学习率都改成1e-4，A2C除外", [PPO, DQN]),
        ("学习率都改成1e-4，A2C不变", [PPO, DQN]),
        ("lr 1e-4 for everyone except DQN and A2C", [PPO]),
        ("lr 1e-4 for PPO, not for DQN", [PPO]),
        ("lr 1e-4 for PPO and A2C, not for DQN", [PPO, A2C]),
        ("lr 1e-4 for PPO and A2C, DQN keeps its own", [PPO, A2C]),
        ("lr 1e-4 for PPO and A2C", [PPO, A2C]),
        ("PPO and A2C with lr 1e-4", [PPO, A2C]),
        ("PPO's and A2C's lr 1e-4", [PPO, A2C]),
        ("PPO和A2C的学习率改为1e-4", [PPO, A2C]),
        ("lr 1e-4 only for A2C", [A2C]),
        ("只把A2C的学习率改成1e-4", [A2C]),
        ("A2C lr 1e-4", [A2C]),
        ("A2C: lr 1e-4", [A2C]),
        ("run A2C twice as long", ["A2C: num_train_steps: 400384 -> 800768"]),
        ("A2C is too slow; lr 1e-4", ["lr: 0.001 -> 0.0001"]),
        ("lr 1e-4 for PPO, the others stay as they are", [PPO]),
        ("all with lr 1e-4 but PPO with 2e-4", ["PPO: lr: 0.001 -> 0.0002", A2C, DQN]),
        ("lr 1e-4 for all but PPO, which gets 2e-4", ["PPO: lr: 0.001 -> 0.0002", A2C, DQN]),
        ("PPO with lr 2e-4, the others with 1e-4", ["PPO: lr: 0.001 -> 0.0002", A2C, DQN]),
        ("PPO的学习率2e-4，其他的用1e-4", ["PPO: lr: 0.001 -> 0.0002", A2C, DQN]),
        ("lr 2e-4 for PPO and 1e-4 for the others", ["PPO: lr: 0.001 -> 0.0002", A2C, DQN]),
        ("add RND to all except DQN", ["PPO: reward: none -> RND", "A2C: reward: none -> RND"]),
        ("use RND for PPO but not for A2C", ["PPO: reward: none -> RND"]),
        ("PPO with RND and A2C with ICM", ["PPO: reward: none -> RND", "A2C: reward: none -> ICM"]),
        ("lr 1e-4 for all", ["lr: 0.001 -> 0.0001"]),
        ("lr 1e-4, 2 more seeds, but not for A2C", ["seeds: 1, 2, 3 -> 1, 2, 3, 4, 5", PPO, DQN]),
        ("lr 1e-4 for all but A2C, and 5 seeds", ["seeds: 1, 2, 3 -> 1, 2, 3, 4, 5", PPO, DQN]),
    ],
)
def test_the_runs_of_a_comparison_that_change(words: str, lines: list[str]) -> None:
    made = edit(words, base("three"), CATALOGUE)
    assert difference(base("three"), made.spec) == lines


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("lr 1e-4 for all but ICM", ["RND: lr: 0.001 -> 0.0001"]),
        ("lr 1e-4 except for the one with ICM", ["RND: lr: 0.001 -> 0.0001"]),
        ("beta 0.1 for RND", ["RND: reward.beta: default -> 0.1"]),
        ("ICM的权重改为0.1", ["ICM: reward.beta: default -> 0.1"]),
        ("beta 0.1", ["reward.beta: default -> 0.1"]),
    ],
)
def test_runs_that_a_module_sets_apart(words: str, lines: list[str]) -> None:
    assert difference(base("bonuses"), edit(words, base("bonuses"), CATALOGUE).spec) == lines


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("halve PPO's lr but not RND's", ["lr: 0.001 -> 0.0005"]),
        ("double the lr of PPO, not of A2C", ["lr: 0.001 -> 0.002"]),
        ("double the lr of PPO, not of RND", ["lr: 0.001 -> 0.002"]),
        ("double the learning rate, but not that of RND", ["lr: 0.001 -> 0.002"]),
        ("PPO的学习率减半，RND的不变", ["lr: 0.001 -> 0.0005"]),
        ("double the lr of RND, not of PPO", ["reward.lr: default -> 0.0002"]),
        ("use ICM, not RND", ["reward: RND -> ICM"]),
        ("remove RND", ["reward: RND -> none"]),
    ],
)
def test_one_run(words: str, lines: list[str]) -> None:
    made = edit(words, base("one"), CATALOGUE)
    assert difference(base("one"), made.spec) == lines
    assert not any("Not understood" in note for note in made.notes)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("lr 1e-4 for all but PPO, A2C and DQN", "leaves out all"),
        ("the others with lr 1e-4", "is not said"),
        ("16 envs and lr 1e-4 for all but PPO with 3e-4", "Of which setting"),
    ],
)
def test_nobody_is_guessed(words: str, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        edit(words, base("three"), CATALOGUE)


def test_the_pieces() -> None:
    text = "PPO and A2C, DQN"
    mentions = [Mention("PPO", 0, 3), Mention("A2C", 8, 11), Mention("DQN", 13, 16)]
    [group] = grouped(text, mentions)
    assert (group.names, group.alone().names) == (("PPO", "A2C", "DQN"), ("DQN",))
    assert excepted(text, mentions) is None
    assert says("lr 1e-4 for PPO", grouped("lr 1e-4 for PPO", [Mention("PPO", 12, 15)])[0], CATALOGUE)
    assert not says("PPO is slow", grouped("PPO is slow", [Mention("PPO", 0, 3)])[0], CATALOGUE)
    assert aside("PPO is slow; lr 1e-4", grouped("PPO is slow", [Mention("PPO", 0, 3)])[0], CATALOGUE)
    assert one_by_one("PPO", [Mention("PPO", 0, 3)], CATALOGUE) == []
    assert completed("16 envs", "lr 1e-4", CATALOGUE) == "16 envs"
    assert completed("3e-4", "lr 1e-4", CATALOGUE) == "lr=3e-4"
