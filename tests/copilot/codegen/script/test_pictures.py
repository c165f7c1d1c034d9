"""A replay of pictures takes no more room than training can fill; all others, and sizes that are named, stay."""

from __future__ import annotations

import pytest

from copilot.codegen import check, plan, render
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def script(request: str) -> str:
    return render(plan(request, CATALOGUE).spec, CATALOGUE)


@pytest.mark.parametrize(
    ("request_", "size"),
    [
        ("DrQv2 on walker_walk, 100k steps", "storage_size=min(1_000_000, max(10_000, args.num_train_steps))"),
        (
            "DrQv2 on walker_walk with prioritized replay",
            "storage_size=min(1_000_000, max(10_000, args.num_train_steps))",
        ),
        (
            "Pre-train DrQv2 with RND on walker_walk for 50k steps, then fine-tune for 100k",
            "storage_size=min(1_000_000, max(10_000, args.pretrain_steps, args.num_train_steps))",
        ),
        ("DrQv2 on walker_walk, storage size 300k", "storage_size=300_000"),
    ],
)
def test_the_room_of_a_replay_of_pictures(request_: str, size: str) -> None:
    made = script(request_)
    assert size in made
    assert all(one.ok for one in check(made, CATALOGUE))


@pytest.mark.parametrize("request_", ["SAC on Pendulum", "TD3 on walker_walk from states", "PPO on Breakout"])
def test_what_is_small_stays_the_library_s(request_: str) -> None:
    assert "storage_size" not in script(request_)


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ("DrQv2 on walker_walk, 1M steps", ["1,000,000 pictures, some 21 GB"]),
        ("DrQv2 on walker_walk, 100k steps", []),
        ("DrQv2 on walker_walk, 1M steps, storage size 100k", []),
        ("SAC on Pendulum, 2M steps", []),
    ],
)
def test_memory_is_told_where_it_is_much(request_: str, told: list[str]) -> None:
    notes = [note for note in plan(request_, CATALOGUE).notes if "pictures" in note]
    assert len(notes) == len(told)
    assert all(words in note for words, note in zip(told, notes, strict=True))
