"""What is kept survives processes, versions and a kill; what was lost with its process is found and marked."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copilot.core import paths
from copilot.core.errors import AlreadyRunning, FileProblem, UnknownName
from copilot.core.types import RunResult
from copilot.experiments import Experiments
from copilot.experiments.store import MIGRATIONS
from copilot.sandbox.run import new_folder
from tests.copilot.experiments.fakes import HOST, SPEC, VERSIONS, draft, rows


def result(folder: Path, status: str = "ok", **changes: Any) -> RunResult:
    left = [str(folder / "box" / "deep" / "weights")]
    given = RunResult(status, 0, None, 2.5, 310.0, {"step": 3}, left, str(folder / "log.txt"), {})
    return replace(given, **changes)


def test_an_experiment_is_kept_whole_and_read_by_another_process(store: Experiments) -> None:
    whole = draft(
        title="倒立摆：三个种子", notes=("steps: the default",), args=("--num-envs", "4"), memory_mb=900, gpu=True
    )
    kept = store.create(whole, VERSIONS, HOST)
    with closing(Experiments()) as other:
        found = other.get(kept.id)
    assert found == kept
    assert found.draft == whole
    assert (found.versions, found.host, found.status) == (VERSIONS, HOST, "queued")
    assert [(run.label, run.seed, run.status) for run in found.runs] == [("PPO", seed, "queued") for seed in (1, 2, 3)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "ppo-cartpole-1"),
        ({"spec": {**SPEC, "env_id": "ALE/Pong-v5"}}, "ppo-pong-1"),
        ({"spec": None, "title": "倒立摆"}, "experiment-1"),
        ({"spec": None, "title": "My own, very long and rather boring title"}, "my-own-very-long-and-1"),
        (
            {
                "spec": {"kind": "comparison", "runs": {"a": SPEC, "b": {**SPEC, "agent": "A2C"}}},
                "pairs": (("a", 1), ("b", 1)),
            },
            "ppo-a2c-cartpole-1",
        ),
    ],
)
def test_an_id_is_short_and_says_what_it_is(store: Experiments, changes: dict[str, Any], expected: str) -> None:
    assert store.create(draft(**changes), VERSIONS, HOST).id == expected


def test_a_number_alone_names_it_and_is_never_given_again(store: Experiments) -> None:
    first = store.create(draft(), VERSIONS, HOST)
    second = store.create(draft(), VERSIONS, HOST)
    assert store.get("2") == store.get(" ppo-cartpole-2 ") == second
    assert [one.id for one in store.list()] == [second.id, first.id]
    store.delete("2")
    assert store.create(draft(), VERSIONS, HOST).id == "ppo-cartpole-3"
    for name in ("2", "acrobot-1", "ppo-cartpole-", "nothing", ""):
        with pytest.raises(UnknownName):
            store.get(name)


def test_where_nothing_is_kept_the_way_to_begin_is_told(store: Experiments) -> None:
    with pytest.raises(UnknownName) as caught:
        store.get("1")
    assert "experiment run" in caught.value.hint


def test_a_run_goes_from_queued_to_its_result(store: Experiments) -> None:
    kept = store.create(draft(), VERSIONS, HOST)
    place = store.begin(kept.runs[0])
    assert place == paths.experiments_dir() / "ppo-cartpole-1" / "01-ppo-seed-1"
    begun = store.get(kept.id)
    assert (begun.status, begun.counts) == ("running", {"running": 1, "queued": 2})
    folder = new_folder(place)
    done = store.finish(kept.runs[0], result(folder))
    assert done == store.get(kept.id).runs[0]
    assert (done.status, done.wall_s, done.exit_code, done.metrics) == ("ok", 2.5, 0, {"step": 3})
    assert done.folder == str(folder)
    assert done.artifacts == (str(folder / "box" / "deep" / "weights"),)
    assert done.started is not None and done.ended is not None and done.ended >= done.started
    assert store.get(kept.id).status == "interrupted"
    for run, status in zip(kept.runs[1:], ("ok", "oom"), strict=True):
        store.finish(run, result(new_folder(store.begin(run)), status))
    assert (store.get(kept.id).status, store.get(kept.id).counts) == ("failed", {"ok": 2, "oom": 1})


def test_a_cancelled_run_is_interrupted_and_a_new_try_forgets_it(store: Experiments) -> None:
    run = store.create(draft(), VERSIONS, HOST).runs[0]
    first = new_folder(store.begin(run))
    assert store.finish(run, result(first, "cancelled")).status == "interrupted"
    second = new_folder(store.begin(run))
    again = store.get("1").runs[0]
    assert (again.status, again.metrics, again.ended, again.artifacts) == ("running", {}, None, ())
    assert (again.folder, first.is_dir()) == (str(second), True)


def test_notes_and_options_change_what_is_kept(store: Experiments) -> None:
    kept = store.create(draft(notes=("one",)), VERSIONS, HOST)
    store.note(kept, "二")
    changed = store.change_options(kept, replace(kept.draft, time_s=5.0, memory_mb=64))
    assert changed.draft.notes == ("one", "二")
    assert (changed.draft.time_s, changed.draft.memory_mb) == (5.0, 64)


HOLDER = """
import json, sys, time
from pathlib import Path
from copilot.experiments import Experiments
from copilot.sandbox.run import new_folder
store = Experiments()
kept = store.get(sys.argv[1])
with store.running(kept):
    folder = new_folder(store.begin(kept.runs[0]))
    (folder / "log.txt").write_text("half-way\\n")
    (folder / "metrics.jsonl").write_text(sys.argv[2] + '{"kind": "eval", "st')
    (folder / "box" / "weights").write_text("x")
    store.begin(kept.runs[1])
    print("begun", flush=True)
    time.sleep(60)
"""


def test_runs_of_a_killed_process_are_found_with_what_they_wrote(store: Experiments) -> None:
    kept = store.create(draft(), VERSIONS, HOST)
    sent = "".join(json.dumps(row) + "\n" for row in rows(20.0, 30.5))
    with subprocess.Popen([sys.executable, "-c", HOLDER, kept.id, sent], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None and holder.stdout.readline() == "begun\n"
            assert list(store.sweep()) == [], "it lives"
            with pytest.raises(AlreadyRunning, match=kept.id), store.running(kept):
                pass
            with pytest.raises(AlreadyRunning):
                store.delete(kept.id)
        finally:
            holder.kill()
    assert store.get(kept.id).status == "running", "nobody has looked yet"
    lost = store.sweep()
    assert [(run.seed, run.status) for run in lost] == [(1, "interrupted"), (2, "interrupted")]
    assert lost[0].metrics["eval"]["episode_reward"] == 30.5
    assert lost[0].ended is not None and lost[0].wall_s is not None
    assert [Path(path).name for path in lost[0].artifacts] == ["weights"]
    assert (lost[1].ended, lost[1].wall_s, lost[1].metrics) == (None, None, {}), "it had written nothing"
    assert store.get(kept.id).counts == {"interrupted": 2, "queued": 1}
    assert list(store.sweep()) == []


def test_what_an_earlier_try_left_is_not_a_later_ones(store: Experiments) -> None:
    """Killed after it was kept as running and before its folder was there."""
    run = store.create(draft(), VERSIONS, HOST).runs[0]
    folder = new_folder(store.begin(run))
    (folder / "metrics.jsonl").write_text(json.dumps(rows(20.0)[0]) + "\n", encoding="utf-8")
    store.finish(run, result(folder, "cancelled"))
    os.utime(folder, (1.0, 1.0))
    store.begin(run)
    [lost] = store.sweep()
    assert (lost.status, lost.metrics, lost.ended, lost.artifacts) == ("interrupted", {}, None, ())


def test_deleting_takes_the_files_along_and_all_or_none(store: Experiments) -> None:
    kept = [store.create(draft(), VERSIONS, HOST) for _ in range(2)]
    folder = new_folder(store.begin(kept[0].runs[0]))
    (folder / "box" / "closed").mkdir(mode=0o000)
    store.finish(kept[0].runs[0], result(folder))
    with pytest.raises(UnknownName):
        store.delete(kept[0].id, "nothing")
    assert folder.is_dir()
    assert list(store.delete(kept[0].id, kept[1].id)) == ["ppo-cartpole-1", "ppo-cartpole-2"]
    assert store.list() == []
    assert list(paths.experiments_dir().iterdir()) == []
    with closing(sqlite3.connect(paths.experiments_file())) as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (0,)


def test_the_file_is_private() -> None:
    with closing(Experiments()):
        assert stat.S_IMODE(paths.experiments_file().stat().st_mode) == 0o600


def test_a_newer_or_broken_file_is_named(tmp_path: Path) -> None:
    newer = tmp_path / "newer.sqlite"
    with closing(sqlite3.connect(newer)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(FileProblem, match=r"newer\.sqlite were written by a newer version"):
        Experiments(newer, tmp_path)
    broken = tmp_path / "broken.sqlite"
    broken.write_text("no database" * 100, encoding="utf-8")
    with pytest.raises(FileProblem, match=r"broken\.sqlite cannot be read"):
        Experiments(broken, tmp_path)
