"""The folder holds everything, says how to run it, and is written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.core.errors import FileProblem
from copilot.experiments import Compared, Experiment, Experiments, Runner, export_folder, host, read
from tests.copilot.experiments.fakes import HOST, SPEC, VERSIONS, FakeSandbox, draft


def ran(store: Experiments, patch: pytest.MonkeyPatch, **changes: Any) -> Experiment:
    patch.setattr("copilot.experiments.runner.run_script", FakeSandbox())
    kept = store.create(draft(**changes), host.versions(), HOST)
    list(Runner(store, kept, [], weaker=False).run(kept.runs[:2], 2))
    return store.get(kept.id)


def compared(folder: Path) -> Compared:
    """Instead of the sandbox."""
    folder.mkdir()
    (folder / "scores.png").write_bytes(b"png")
    row = {"iqm": 40.0, "low": 39.0, "high": 41.0, "mean": 40.0}
    pair = {"x": "PPO", "y": "A2C", "probability": 0.75, "low": 0.5, "high": 1.0}
    table = {"groups": {"PPO": row}, "improvement": [pair]}
    return Compared("eval", (), {"CartPole-v1": table}, None, (str(folder / "scores.png"),), ("few seeds",))


def test_the_folder_stands_on_its_own(store: Experiments, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    title, script = "倒立摆 | 三个种子", "# ä --seed\n"
    kept = ran(store, monkeypatch, title=title, script=script, notes=("steps: default",), args=("--device", "cpu x"))
    out = export_folder(kept, tmp_path / "new" / "folder", compared)
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert files == [
        "README.md",
        "figures/scores.png",
        "logs/01-ppo-seed-1.txt",
        "logs/02-ppo-seed-2.txt",
        "metrics/01-ppo-seed-1.jsonl",
        "metrics/02-ppo-seed-2.jsonl",
        "plan.json",
        "results.json",
        "train.py",
        "versions.json",
    ]
    assert (out / "train.py").read_text(encoding="utf-8") == script
    again = read(out)
    assert (again.spec, again.notes, again.script) == (SPEC, ("steps: default",), script)
    text = (out / "README.md").read_text(encoding="utf-8")
    assert "# 倒立摆 \\| 三个种子\n" in text
    assert "python train.py --seed 3 --device 'cpu x'\n" in text
    assert f"torch {host.versions()['torch']}" in text
    assert "| PPO | 1 | ok | 2 | 40.00 |\n" in text
    assert "| PPO | 3 | queued |  |  |\n" in text
    assert "| PPO | 40.00 | 39.00 to 41.00 |" in text
    assert "PPO is better than A2C with probability 0.75 (0.50 to 1.00)" in text
    assert "![scores](figures/scores.png)" in text
    results = (out / "results.json").read_text(encoding="utf-8")
    assert [run["score"] for run in json.loads(results)["runs"]] == [40.0, 40.0, None]
    assert json.loads(results)["comparison"]["figures"] == ["figures/scores.png"]
    assert str(tmp_path) not in results + text, "no path of this machine"


def test_without_a_finished_run_there_are_no_figures(store: Experiments, tmp_path: Path) -> None:
    out = export_folder(store.create(draft(spec=None), VERSIONS, HOST), tmp_path / "out", None)
    assert sorted(path.name for path in out.iterdir()) == ["README.md", "results.json", "train.py", "versions.json"]


def test_nothing_is_written_over(store: Experiments, tmp_path: Path) -> None:
    kept = store.create(draft(), VERSIONS, HOST)
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    for place in (tmp_path, tmp_path / "mine"):
        with pytest.raises(FileProblem, match="is there already"):
            export_folder(kept, place, None)
    (tmp_path / "empty").mkdir()
    assert (export_folder(kept, tmp_path / "empty", None) / "train.py").is_file()


def test_what_fails_half_way_leaves_nothing(store: Experiments, tmp_path: Path) -> None:
    def broken(folder: Path) -> Compared:
        raise FileProblem("No figures.")

    with pytest.raises(FileProblem, match="No figures"):
        export_folder(store.create(draft(), VERSIONS, HOST), tmp_path / "out", broken)
    assert not list(tmp_path.glob("*out*")) and not list(tmp_path.glob(".*"))
