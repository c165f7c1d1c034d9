"""Comparisons as plans: labels of what sets the runs apart, a title, notes once; and names that are not wanted."""

from __future__ import annotations

import pytest

from copilot.codegen import ComparisonSpec, check, plan, render, validate
from copilot.codegen.comparison.compare import listing, shared_notes
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError, InvalidRequest, SpaceMismatch, UnknownName

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("request_", "title", "labels"),
    [
        ("compare PPO and A2C on CartPole over 3 seeds", "PPO and A2C on CartPole-v1", ["PPO", "A2C"]),
        ("PPO with and without RND on CartPole", "PPO + RND and PPO on CartPole-v1", ["PPO + RND", "PPO"]),
        ("compare RND and ICM for PPO on CartPole", "RND and ICM of PPO on CartPole-v1", ["RND", "ICM"]),
        ("PPO on CartPole and Acrobot", "PPO on CartPole-v1 and Acrobot-v1", ["CartPole-v1", "Acrobot-v1"]),
        ("lr 0.1 vs 0.2 for PPO on CartPole", "lr=0.1 and lr=0.2 of PPO on CartPole-v1", ["lr=0.1", "lr=0.2"]),
        ("PPO with an LSTM vs PPO on CartPole", "PPOLSTM and PPO on CartPole-v1", ["PPOLSTM", "PPO"]),
        (
            "PPO and A2C on CartPole and Acrobot",
            "PPO and A2C on CartPole-v1 and Acrobot-v1",
            ["PPO, CartPole-v1", "PPO, Acrobot-v1", "A2C, CartPole-v1", "A2C, Acrobot-v1"],
        ),
    ],
)  # fmt: skip
def test_labels_and_titles(request_: str, title: str, labels: list[str]) -> None:
    spec = plan(request_, CATALOGUE).spec
    assert isinstance(spec, ComparisonSpec)
    assert spec.title == f"Compare {title}"
    assert list(spec.runs) == labels
    assert validate(spec, CATALOGUE) == spec
    assert all(item.ok for item in check(render(spec, CATALOGUE), CATALOGUE))


def test_each_run_is_what_it_would_be_alone() -> None:
    spec = plan(
        "PPO with gamma 0.9 vs A2C on CartPole, seeds 3 and 4, 10k steps, evaluate over 5 episodes", CATALOGUE
    ).spec
    alone = [
        plan(f"{agent} on CartPole, seeds 3-4, 10k steps, evaluate over 5 episodes", CATALOGUE).spec
        for agent in ("PPO with gamma 0.9", "A2C")
    ]
    assert isinstance(spec, ComparisonSpec)
    assert list(spec.runs.values()) == alone


def test_one_seed_and_no_plots() -> None:
    made = plan("compare PPO and A2C on CartPole without plots", CATALOGUE)
    assert isinstance(made.spec, ComparisonSpec)
    assert not made.spec.plots
    assert "one seed" in made.notes[0]


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        ("compare PPO on CartPole", InvalidRequest, "only PPO on CartPole-v1"),
        ("compare PPO and TQC on CartPole", UnknownName, "TQC"),
        ("PPO with seed 3 vs A2C with seed 4 on CartPole", InvalidRequest, "seeds [3] and [4]"),
        ("PPO vs DQN on Pendulum", SpaceMismatch, "DQN takes Discrete"),
        ("PPO with and without the clip range vs A2C with clip range 0.1 on CartPole", UnknownName, "clip_range"),
        ("pre-train PPO with RND on CartPole, then fine-tune on Acrobot", InvalidRequest, "share one environment"),
        ("pre-train PPO on CartPole, then fine-tune", InvalidRequest, "intrinsic reward"),
        ("PPO on CartPole with seed 9 over 3 seeds", InvalidRequest, "seed 9"),
        ("PPO on CartPole with seed 4294967295", InvalidRequest, "4294967295"),
    ],
)
def test_refusals(request_: str, error: type[CopilotError], words: str) -> None:
    with pytest.raises(error) as caught:
        plan(request_, CATALOGUE)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("request_", "denied"),
    [
        ("PPO on CartPole with RND instead of ICM", "ICM"),
        ("PPO, not A2C, on CartPole with RND", "A2C"),
        ("PPO 在 CartPole 上, 用 RND, 不用 ICM", "ICM"),
    ],
)
def test_what_is_denied_is_left_out_and_noted(request_: str, denied: str) -> None:
    made = plan(request_, CATALOGUE)
    assert made.spec == plan("PPO on CartPole with RND", CATALOGUE).spec
    assert made.notes[0] == f"Not used, as the request denies it: {denied}."


def test_notes_that_all_share_stand_once() -> None:
    assert shared_notes(["a", "b"], [["x", "y"], ["y", "z"]]) == ["a: x", "b: z", "y"]
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"


def test_pre_training_without_a_length_takes_that_of_training() -> None:
    made = plan("pre-train PPO with RND on CartPole, then fine-tune for 9000 steps", CATALOGUE)
    assert (made.spec.pretrain_steps, made.spec.num_train_steps) == (9000, 9000)  # type: ignore[union-attr]
    assert any("pretrain_steps=9000" in note for note in made.notes)


def test_runs_that_train_for_different_lengths_are_told() -> None:
    """Tuned lengths differ by a factor of four; a comparison of scores would be one of budgets."""
    [note] = [note for note in plan("compare PPO and A2C on CartPole", CATALOGUE).notes if "different lengths" in note]
    assert note.startswith("On CartPole-v1 the runs train for different lengths: PPO ")
    for request in ("compare PPO and A2C on CartPole, 50k steps each", "compare PPO on CartPole and Acrobot"):
        assert not any("different lengths" in note for note in plan(request, CATALOGUE).notes)
