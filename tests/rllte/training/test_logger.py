"""The log: rows, pending numbers, folders."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import torch as th

from rllte.core.errors import FileError
from rllte.training.logger import Logger, new_run_folder


def rows(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def test_a_number_recorded_by_name_stands_in_the_next_train_row_only(tmp_path: Path) -> None:
    logger = Logger(tmp_path)
    logger.record("policy_loss", th.tensor(0.25))
    logger.record("eval", {"step": 1, "episode_reward": 2.0})
    logger.record("train", {"step": 2})
    logger.train({"step": 3})
    logger.eval({"step": 4, "episodes_cut": 2})
    logger.close()
    assert [row.get("policy_loss") for row in rows(tmp_path)] == [None, 0.25, None, None]
    assert [row["kind"] for row in rows(tmp_path)] == ["eval", "train", "train", "eval"]
    assert "2 cut" in (tmp_path / "train.log").read_text()


def test_numbers_that_are_none_become_null(tmp_path: Path) -> None:
    logger = Logger(tmp_path)
    logger.record("train", {"step": 1, "loss": float("nan"), "other": th.tensor(float("inf"))})
    logger.close()
    assert rows(tmp_path)[0] == {"kind": "train", "step": 1, "loss": None, "other": None}


def test_defect_3_2_a_second_run_in_one_second_has_its_own_folder(tmp_path: Path) -> None:
    assert new_run_folder(tmp_path, "a") != new_run_folder(tmp_path, "a")


def test_defect_3_2_runs_of_morning_and_evening_have_other_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, moments = time.strftime, iter([1, 13])
    monkeypatch.setattr(
        "rllte.training.logger.time.strftime", lambda text: plain(text, (2024, 5, 6, next(moments), 2, 3, 0, 127, 0))
    )
    assert [new_run_folder(tmp_path, "a").name for _ in range(2)] == ["2024-05-06-01-02-03", "2024-05-06-13-02-03"]


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="run folder"):
        new_run_folder(tmp_path, "file")
    with pytest.raises(FileError, match="log_dir"):
        new_run_folder("/proc/nowhere", "a")
