"""A whole and a part of it give both phases their length; what is no such thing stays as it is."""

from __future__ import annotations

import pytest

from copilot.codegen import ExperimentSpec, plan
from copilot.codegen.totals import parted
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest


@pytest.mark.parametrize(
    ("request_", "phases"),
    [
        ("PPO with RND on DoorKey, 3M steps in all, of which 1M is pretraining", (10**6, 2 * 10**6)),
        ("PPO with RND on DoorKey, 3M steps in total, the first 1M of them pre-training", (10**6, 2 * 10**6)),
        ("PPO on DoorKey: 1M steps, of which the first 200k are pre-training with RND", (200_000, 800_000)),
        ("PPO with RND on DoorKey, 1M steps, half of it pre-training", (500_000, 500_000)),
        ("PPO with RND on DoorKey. Pre-training takes 20% of the 1M steps.", (200_000, 800_000)),
        ("PPO on DoorKey with RND, total budget 2M steps, pretraining budget 500k", (500_000, 1_500_000)),
        ("total 1M steps: 400k pretraining with RND + 600k finetuning, PPO on DoorKey", (400_000, 600_000)),
        ("用PPO和RND在DoorKey上共训练200万步，其中50万步是预训练", (500_000, 1_500_000)),
        ("PPO with RND on DoorKey, pretrain 500k, downstream 100k", (500_000, 100_000)),
        ("PPO DoorKey RND pretrain_steps=500k num_train_steps=250k", (500_000, 250_000)),
        (
            "PPO on DoorKey, unsupervised pretraining (RND, 1M frames) followed by 100k frames of finetuning",
            (10**6, 100_000),
        ),
    ],
)
def test_both_phases_have_their_length(request_: str, phases: tuple[int, int]) -> None:
    made = plan(request_, load_catalogue())
    assert isinstance(made.spec, ExperimentSpec)
    assert (made.spec.pretrain_steps, made.spec.num_train_steps) == phases
    assert not any("Not understood" in note for note in made.notes if "budget" not in note)


@pytest.mark.parametrize(
    "text",
    [
        "PPO with RND on DoorKey for 1M steps",
        "Pre-train PPO with RND on DoorKey for 500k steps, then fine-tune for 200k",
        "PPO on CartPole, 1M steps, evaluate every 10k steps",
        "2M pretraining steps and 1M finetuning steps with ICM",
        "用RND预训练PPO 50万步，然后训练10万步",
    ],
)
def test_other_requests_stay_as_they_are(text: str) -> None:
    assert parted(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "PPO with RND on DoorKey, 1M steps in total, of which 2M are pre-training",
        "total 1M steps: 400k pretraining with RND + 700k finetuning, PPO on DoorKey",
    ],
)
def test_parts_that_are_not_the_whole_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="do not add up"):
        parted(text)
