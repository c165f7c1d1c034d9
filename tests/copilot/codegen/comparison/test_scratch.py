"""A run that is pre-trained and one that is not: the second has neither the phase nor its bonus, the rest is alike."""

from __future__ import annotations

import pytest

from copilot.codegen import check, plan, render
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()
PRE, PLAIN = ("PPO", 50_000, "RND", 70_000), ("PPO", None, None, 70_000)


def found(request: str) -> list[tuple[str, int | None, str | None, int]]:
    """Of each run its agent, the steps of pre-training, its bonus, and the steps of training."""
    made = plan(request, CATALOGUE)
    assert isinstance(made.spec, ComparisonSpec)
    assert not any("Not understood" in note or "CAREFUL" in note for note in made.notes), made.notes
    runs = made.spec.runs.values()
    return [
        (
            run.agent,
            run.pretrain_steps,
            run.modules["reward"].name if "reward" in run.modules else None,
            run.num_train_steps,
        )
        for run in runs
    ]


@pytest.mark.parametrize(
    ("request_text", "runs"),
    [
        (
            "compare PPO pre-trained with RND for 50k steps and then fine-tuned for 70k against PPO from scratch on "
            "CartPole",
            [PRE, PLAIN],
        ),
        ("compare PPO pre-trained with RND for 50k steps vs from scratch on CartPole, 70k steps", [PRE, PLAIN]),
        (
            "compare PPO from scratch with PPO pre-trained with RND for 50k steps on CartPole, 70k steps, 3 seeds",
            [PLAIN, PRE],
        ),
        ("PPO on CartPole for 70k steps, with and without RND pre-training for 50k steps", [PRE, PLAIN]),
        ("PPO with and without pre-training with RND (50k steps) on CartPole, 70k steps", [PRE, PLAIN]),
        (
            "compare PPO pre-trained with RND for 50k steps with PPO without pre-training, CartPole, 70k steps",
            [PRE, PLAIN],
        ),
        (
            "The baseline is PPO from scratch on CartPole with 70k steps; the treatment is pre-trained with RND for 50k "
            "steps, then fine-tuned for 70k.",
            [PLAIN, PRE],
        ),
        ("比较先用RND预训练5万步再微调7万步的PPO和从头训练的PPO，CartPole", [PRE, PLAIN]),
        ("比较PPO在CartPole上从头训练和用RND预训练5万步再微调7万步，3个种子", [PLAIN, PRE]),
        ("比较PPO在CartPole上有无RND预训练（5万步），训练7万步", [PRE, PLAIN]),
    ],
)
def test_two_runs(request_text: str, runs: list[tuple[str, int | None, str | None, int]]) -> None:
    assert found(request_text) == runs


def test_another_agent_several_bonuses_and_several_agents() -> None:
    words = "for 50k steps against A2C from scratch on CartPole, 70k steps"
    assert found(f"compare PPO pre-trained with RND {words}") == [PRE, ("A2C", *PLAIN[1:])]
    words = "PPO pre-trained with RND or ICM for 50k steps with PPO from scratch on CartPole, 70k steps"
    assert [bonus for _, _, bonus, _ in found(f"compare {words}")] == ["RND", "ICM", None]
    words = "PPO and A2C on CartPole, 70k steps, pre-trained with RND for 50k steps versus from scratch"
    assert [(agent, bonus) for agent, _, bonus, _ in found(words)] == [
        ("PPO", "RND"), ("A2C", "RND"), ("PPO", None), ("A2C", None),
    ]  # fmt: skip


def test_labels_notes_and_the_script() -> None:
    made = plan("compare PPO pre-trained with RND (beta 0.5) for 50k steps vs from scratch on CartPole", CATALOGUE)
    assert isinstance(made.spec, ComparisonSpec)
    assert list(made.spec.runs) == ["pre-trained", "from scratch"]
    assert any(note.startswith("Steps of pre-training") and "50,000" in note for note in made.notes)
    assert made.spec.runs["pre-trained"].modules["reward"].kwargs["beta"] == 0.5
    script = render(made.spec, CATALOGUE)
    compile(script, "train.py", "exec")
    assert [item for item in check(script, CATALOGUE) if not item.ok] == []


@pytest.mark.parametrize(
    "request_text", ["train PPO on CartPole from scratch", "PPO on CartPole, trained from scratch, 3 seeds"]
)
def test_from_scratch_alone_is_what_is_done_anyway(request_text: str) -> None:
    made = plan(request_text, CATALOGUE)
    assert isinstance(made.spec, ExperimentSpec)
    assert not any("scratch" in note for note in made.notes)


def test_two_phases_alone_are_one_run() -> None:
    made = plan("pre-train PPO with RND for 50k steps on CartPole, then fine-tune for 70k", CATALOGUE).spec
    assert isinstance(made, ExperimentSpec)
    assert (made.pretrain_steps, made.num_train_steps) == (50_000, 70_000)


def test_a_phase_without_a_bonus_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="Pre-training needs an intrinsic reward"):
        plan("compare PPO pre-trained for 50k steps vs from scratch on CartPole", CATALOGUE)
