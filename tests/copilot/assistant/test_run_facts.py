"""Figures of a run, computed from its record, on records of which the answers are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.assistant.about_run import about, figure
from copilot.assistant.run_facts import Point, read_record, trend
from copilot.codegen import load_spec, plan
from copilot.core.catalogue import load_catalogue
from copilot.retrieval.words import numbers

CATALOGUE = load_catalogue()
RESULT = {"status": "ok", "exit_code": 0, "wall_s": 61.5, "peak_memory_mb": 225.8}


def train(step: int, reward: float | None, **more: Any) -> dict[str, Any]:
    row = {"kind": "train", "step": step, "episode": step // 10, "episode_reward": reward, "fps": 250.5, "entropy": 0.5}
    return row | more


def folder(path: Path, rows: list[Any], result: Any = RESULT) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (path / "metrics.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if result is not None:
        (path / "result.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    rewards = [20.0, 22.5, 30.0, 55.0, 90.0, 120.0, 180.0, 260.0, 220.0, 240.0, 250.0]
    rows: list[Any] = [train(1000 * n, reward, approx_kl=0.01 * n) for n, reward in enumerate(rewards, start=1)]
    evaluation = {"kind": "eval", "step": 11_000, "episode_reward": 412.25, "episode_reward_std": 31.5}
    return folder(tmp_path, [*rows, evaluation])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], ""),
        ([1.0, 2.0], "short"),
        ([20.0, 40.0, 60.0, 80.0, 100.0, 120.0, 140.0, 160.0, 180.0, 200.0], "rising"),
        ([20.0, 100.0, 190.0, 200.0, 200.0, 200.0, 200.0, 200.0, 200.0, 200.0], "settled"),
        ([20.0, 100.0, 190.0, 200.0, 180.0, 120.0, 60.0, 30.0, 20.0, 20.0], "fallen"),
        ([20.0, 21.0, 19.5, 20.5, 20.0, 19.0, 21.0, 20.0, 20.5, 20.0], "flat"),
        ([-200.0] * 20, "flat"),
        ([-1400.0 + 100.0 * n for n in range(12)], "rising"),
        ([100.0, 90.0, 70.0, 50.0, 40.0, 30.0, 20.0, 10.0], "fallen"),
        ([0.0] * 10, "flat"),
    ],
)
def test_trends(values: list[float], expected: str) -> None:
    assert trend([Point(value, 1000 * n, n) for n, value in enumerate(values)]) == expected


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what was the final reward?", ["412.2 ± 31.5 at step 11,000", "250 at step 11,000"]),
        ("最终奖励是多少？", ["412.2 ± 31.5，在第 11,000 步"]),
        ("when was the best reward reached?", ["260 at step 8,000"]),
        ("how fast was it?", ["250.5 steps a second"]),
        ("how long did it take?", ["61.5 s"]),
        ("how much memory did it use?", ["226 MB"]),
        ("how many steps did it train?", ["11,000 steps", "1,100 episodes"]),
        ("what was the entropy at the end?", ["entropy was 0.5"]),
        ("what was the kl?", ["KL divergence was 0.11"]),
        ("what is the explained variance?", ["of explained variance the record has nothing"]),
        ("did it learn?", ["still rising at the end: from 20 to 250"]),
        ("how did it go?", ["`ok`", "412.2", "260", "rising", "11,000 steps", "250.5"]),
        ("训练怎么样了？", ["`ok`", "412.2", "260", "仍在上升"]),
    ],
)
def test_answers_hold_the_figures_and_their_places(run: Path, question: str, said: list[str]) -> None:
    record = read_record(run)
    answered = about(question, record, None, CATALOGUE)
    for part in said:
        assert part in answered.text.replace("Of expl", "of expl")
    assert answered.details["kind"] == "run"
    for citation in answered.citations:
        first, last = citation.lines
        lines = Path(citation.source).read_text().splitlines()[first - 1 : last]
        assert lines
        assert f"[{citation.id}]" in answered.text


def test_every_number_is_in_the_record(run: Path) -> None:
    text = about(
        "how did it go, what was the kl, entropy, memory, final and best?", read_record(run), None, CATALOGUE
    ).text
    held = {412.25, 412.2, 31.5, 250.0, 260.0, 11_000.0, 8000.0, 20.0, 1000.0, 250.5, 61.5, 226.0, 0.5, 0.11}
    assert numbers(text.replace(",", "")) - {float(n) for n in range(1, 10)} <= held


def test_why_is_answered_by_rules_with_sources(tmp_path: Path) -> None:
    rows = [train(1024 * n, 20.0 + n % 2, entropy=0.69, approx_kl=1e-6, clip_fraction=0.0) for n in range(1, 60)]
    spec = plan("Train PPO on CartPole-v1 for 60k steps", CATALOGUE).spec
    answered = about("why is the reward flat?", read_record(folder(tmp_path, rows)), spec, CATALOGUE)
    assert "stayed flat" in answered.text
    assert "What the rules see" in answered.text
    assert any(citation.source.startswith("corpus/") for citation in answered.citations)
    unknown = about("why is the reward flat?", read_record(tmp_path), None, CATALOGUE)
    assert "What the run trained is not known" in unknown.text


def test_several_trainings_are_told_apart(tmp_path: Path) -> None:
    rows = [train(1000 * n, 10.0 * seed) for seed in (1, 2, 3) for n in (1, 2)]
    answered = about("what was the final reward?", read_record(folder(tmp_path, rows)), None, CATALOGUE)
    for number in (1, 2, 3):
        assert f"Training {number} of 3: the last mean reward in training was {number}0 at step 2,000" in answered.text
    many = [train(1000 * n, 1.0) for _ in range(30) for n in (1, 2)]
    assert "20 more trainings" in about("x", read_record(folder(tmp_path, many)), None, CATALOGUE).text


def test_a_record_that_is_not_whole(tmp_path: Path) -> None:
    assert "no end on record" in about("", read_record(tmp_path / "nowhere"), None, CATALOGUE).text
    rows = [
        train(1, None),
        '{"kind": "train", "st',
        "[1]",
        "null",
        {"kind": "train", "step": "x", "episode_reward": True},
    ]
    record = read_record(folder(tmp_path, rows, None))
    assert record.status == "interrupted"
    assert "no episode has ended" in about("did it learn?", record, None, CATALOGUE).text.lower()
    (tmp_path / "result.json").write_text("[]")
    assert read_record(tmp_path).result == {}
    assert about("how did it go?", read_record(tmp_path), load_spec_or_none(), CATALOGUE).refused is False


def load_spec_or_none() -> Any:
    return load_spec(plan("Train PPO on CartPole-v1", CATALOGUE).spec.model_dump_json())


FIGURES = {
    3.0: "3",
    12345.0: "12,345",
    412.25: "412.2",
    0.000635: "0.000635",
    1.5e-6: "1.50e-06",
    -200.0: "-200",
    0.0: "0",
}


@pytest.mark.parametrize(("value", "text"), [*FIGURES.items(), (1234.5678, "1,235")])
def test_figures_are_short(value: float, text: str) -> None:
    assert figure(value) == text
