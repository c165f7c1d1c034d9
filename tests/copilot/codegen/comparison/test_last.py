"""What stands behind the words of the last run is that run's, or that of all, and a note tells where it may be either."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.comparison.last import told_of_all
from copilot.codegen.spec import ComparisonSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()
START = "compare PPO with lr 1e-4 and A2C with lr 8e-4"


def found(request: str) -> tuple[list[tuple[Any, int, int]], list[str]]:
    """Of each run its rate, copies and steps; and the notes on what was given to all."""
    made = plan(request, CATALOGUE)
    assert isinstance(made.spec, ComparisonSpec)
    assert not any("Not understood" in note for note in made.notes), made.notes
    runs = [(run.agent_kwargs.get("lr"), run.num_envs, run.num_train_steps) for run in made.spec.runs.values()]
    return runs, [note for note in made.notes if note.startswith("Given to all")]


@pytest.mark.parametrize(
    "words",
    [
        f"{START} on CartPole, 70k steps",
        f"{START}, 70k steps on CartPole",
        f"{START}, 70k steps, on CartPole",
        "compare PPO with lr 1e-4 and 3 epochs and A2C with lr 8e-4, 70k steps on CartPole",
        "compare PPO with lr 1e-4 and 3 epochs and A2C with lr 8e-4 on CartPole, 70k steps",
        "compare PPO (lr 1e-4) and A2C (lr 8e-4), CartPole, 70k steps",
        "PPO with lr 1e-4 vs A2C with lr 8e-4, 70k steps each, on CartPole",
        "比较PPO学习率1e-4和A2C学习率8e-4，7万步，在CartPole上",
        "比较学习率1e-4的PPO和学习率8e-4的A2C在CartPole上，7万步",
    ],
)
def test_steps_are_those_of_all(words: str) -> None:
    assert found(words) == ([(1e-4, 8, 70_000), (8e-4, 16, 70_000)], [])


@pytest.mark.parametrize(
    ("words", "envs", "told"),
    [
        (f"{START}, 12 envs on CartPole", (12, 12), True),
        (f"{START} on CartPole, 12 envs", (12, 12), False),
        ("compare PPO (lr 1e-4) and A2C (lr 8e-4), 12 envs, on CartPole", (12, 12), False),
        (f"{START} and 12 envs on CartPole", (8, 12), False),
        ("PPO: lr 1e-4. A2C: lr 8e-4, 12 envs. On CartPole", (8, 12), False),
        ("compare PPO with lr 1e-4, 4 envs and A2C with lr 8e-4, 12 envs on CartPole", (4, 12), False),
    ],
)
def test_copies_are_of_all_or_of_the_last(words: str, envs: tuple[int, int], told: bool) -> None:
    runs, notes = found(words)
    assert [(rate, count) for rate, count, _ in runs] == list(zip((1e-4, 8e-4), envs, strict=True))
    assert bool(notes) == told


def test_steps_of_each_are_its_own() -> None:
    runs, notes = found("compare PPO with lr 1e-4, 50k steps and A2C with lr 8e-4, 70k steps on CartPole")
    assert ([steps for _, _, steps in runs], notes) == ([50_000, 70_000], [])


def test_the_note_names_the_settings() -> None:
    assert told_of_all(f"{START}, 12 envs, batch size 96, 50k steps on CartPole", CATALOGUE) == [
        "Given to all runs, not to A2C alone: '12 envs', 'batch size 96'."
    ]
    assert told_of_all("compare PPO with ICM and A2C with RND, beta 0.5, on CartPole", CATALOGUE)
    assert not told_of_all("compare PPO and A2C with RND, beta 0.5, on CartPole", CATALOGUE)
