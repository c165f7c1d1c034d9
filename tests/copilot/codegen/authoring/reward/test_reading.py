"""What an intrinsic reward measures, with its numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Bonus
from copilot.core.catalogue import load_catalogue

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "rewards.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Requests as people word them, each with the fields of the whole plan that are not left as they are by default."""


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        ("I need an intrinsic reward that counts visits of discretised states (bins of 0.1) and pays one over the square "
         "root of the count.", {"measure": "count", "counted_by": "grid", "width": 0.1, "pays": "root"}),
        ("A bonus like RND, but the error is the cosine distance between predictor and target, with embeddings of size 64.",
         {"measure": "prediction_error", "predicts": "random", "error": "cosine", "latent_dim": 64}),
        ("写一个内在奖励：下一个观测与当前观测在固定随机编码器特征空间中的欧氏距离",
         {"measure": "change", "embedding": "random", "error": "euclidean"}),
        ("Write a potential-based shaping reward for MountainCar: discount 0.9 times the potential of the next observation "
         "minus that of the observation, the potential being the car's position times 10",
         {"measure": "potential", "index": 0, "factor": 10.0, "discount": 0.9}),
        ("An intrinsic reward equal to the distance to the 10th nearest embedding in the memory of the episode, embeddings "
         "from a random network of size 32, log(1 + d)",
         {"measure": "nearest", "k": 10, "kth": True, "scope": "episode", "latent_dim": 32, "pays": "log"}),
        ("写一个内在奖励：状态动作对的访问次数倒数的平方根，状态按每维 20 个格子离散化",
         {"measure": "count", "pairs": True, "bins": 20, "pays": "root"}),
        ("a bonus that pays the negative log-density of the next observation under a running diagonal Gaussian",
         {"measure": "density", "embedding": "none"}),
        ("Write a novelty reward from the reconstruction error of an autoencoder with a bottleneck of 16",
         {"measure": "prediction_error", "predicts": "itself", "latent_dim": 16}),
        ("bonus: log of one plus the distance to the nearest neighbour within the episode, raw observations",
         {"measure": "nearest", "k": 1, "scope": "episode", "embedding": "none", "pays": "log"}),
        ("Episodic novelty: 1 for a state that has not been seen in this episode, 0 otherwise; observations rounded to 1 "
         "decimal", {"measure": "count", "scope": "episode", "pays": "first", "decimals": 1}),
        ("An empowerment-like bonus: log-probability of the action under an inverse model minus its log-probability under a "
         "uniform distribution", {"measure": "control"}),
        ("Bonus: how surprising the received reward is, the absolute error of a small network that predicts the reward from "
         "the observation and action", {"measure": "reward_error", "error": "absolute"}),
    ],
)  # fmt: skip
def test_the_measure_and_its_numbers_are_read(request_: str, fields: dict[str, Any]) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, Bonus)
    assert {name: getattr(found.spec.body, name) for name in fields} == fields
    assert found.unread == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["request"][:60])
def test_whole_sentences_are_read_to_the_last_word(row: dict[str, Any]) -> None:
    found = design(row["request"], load_catalogue(), model=False)
    assert isinstance(found.spec.body, Bonus)
    assert found.spec.body.model_dump(exclude_defaults=True, exclude={"family"}) == row["plan"]
    assert found.unread == []


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        ("RND whose bonus is paid only on Tuesdays", "tuesdays"),
        ("a bonus like NGU: the distance to the 10 nearest states of the episode", "NGU"),
        ("hash counts, 1/sqrt(n), but never in the red rooms", "red"),
        ("an intrinsic reward from hash counts of the last 17 frames, 1/n", "17"),
        ("RND bonus without its predictor's second layer", "without"),
    ],
)
def test_what_is_not_understood_is_named(request_: str, named: str) -> None:
    left = design(request_, load_catalogue(), model=False).unread
    assert any(named.lower() in words.lower() for words in left), left
