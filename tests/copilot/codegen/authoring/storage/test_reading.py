"""What happens to rewards on their way into a storage, and which transitions come out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.codegen.authoring import design, render
from copilot.codegen.authoring.spec import Storage
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "storages.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Requests as people word them, each with the fields of the whole plan that are not left as they are by default."""


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        ("A replay storage that prefers fresh experience: half of each batch comes from the newest tenth of what is stored, "
         "the other half from all of it.", {"recent": 0.5, "newest_share": 0.1}),
        ("A replay storage where two thirds of the batch are drawn uniformly and one third from the last 5000 transitions",
         {"recent": 1 / 3, "newest": 5000}),
        ("Storage that returns one third of a batch with positive rewards", {"positive": 1 / 3}),
        ("写一个回放缓冲区，每个批次的四分之一来自最近 2000 条转移", {"recent": 0.25, "newest": 2000}),
        ("Replay with rewards clipped to [-1, 1] that keeps 5-step returns", {"clip": 1.0, "n_step": 5}),
        ("经验回放：按 TD 误差优先采样，alpha 0.7", {"of": "prioritized", "alpha": 0.7}),
        ("replay storage that never returns transitions from the last 10 steps", {"delay": 10}),
        ("写一个存储，奖励先乘以 0.5 再裁剪到 [-2, 2]", {"scale": 0.5, "clip": 2.0}),
        ("A replay storage that divides rewards by a running estimate of their standard deviation", {"standardise": True}),
        ("a storage that draws the batch stratified over time", {"stratified": True}),
        ("Replay that samples only from the newest 10000 transitions", {"recent": 1.0, "newest": 10_000}),
    ],
)  # fmt: skip
def test_changes_are_read(request_: str, fields: dict[str, Any]) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, Storage)
    assert {name: getattr(found.spec.body, name) for name in fields} == pytest.approx(fields)
    assert found.unread == []


def test_two_ways_of_drawing_do_not_go_together() -> None:
    spec = design("a storage that draws the batch stratified over time", load_catalogue(), model=False).spec
    both = spec.model_copy(update={"body": Storage(stratified=True, recent=0.5)})
    with pytest.raises(InvalidRequest, match="Shares of a batch"):
        render(both, load_catalogue())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["request"][:60])
def test_whole_sentences_are_read_to_the_last_word(row: dict[str, Any]) -> None:
    found = design(row["request"], load_catalogue(), model=False)
    assert isinstance(found.spec.body, Storage)
    assert found.spec.body.model_dump(exclude_defaults=True, exclude={"family"}) == row["plan"]
    assert found.unread == []


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        ("Replay memory: half of each batch comes from the newest 5000 transitions, but never the red ones", "red"),
        ("replay buffer that mirrors 30% of its transitions, batch size 64", "mirrors"),
        ("rollout storage with GAE lambda 0.9 that skips every 7th step", "7th"),
        ("prioritised replay with alpha 0.7 that resets its priorities on Mondays", "mondays"),
    ],
)
def test_what_is_not_understood_is_named(request_: str, named: str) -> None:
    left = design(request_, load_catalogue(), model=False).unread
    assert any(named.lower() in words.lower() for words in left), left


@pytest.mark.parametrize(
    "plan",
    [Storage(positive=0.7, negative=0.6), Storage(epochs=True, by_action=True), Storage(of="prioritized", recent=0.5),
     Storage(of="rollout", positive=0.5), Storage(gae_lambda=0.9), Storage(distinct=True, recent=0.5)],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(plan: Storage) -> None:
    spec = design("a storage that draws the batch stratified over time", load_catalogue(), model=False).spec
    with pytest.raises(InvalidRequest):
        render(spec.model_copy(update={"body": plan}), load_catalogue())
