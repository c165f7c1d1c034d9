"""Plans become scripts and experiments; what is left is run; a repetition needs the record alone."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from copilot.assistant.experiments import CHANGED, Laboratory, rendered
from copilot.core.errors import InvalidRequest, SpaceMismatch, UnknownName
from copilot.core.settings import Settings
from copilot.experiments import host
from tests.copilot.experiments.fakes import SPEC, FakeSandbox

SCRIPT = '"""Mine."""\n# --seed --run\n'


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> FakeSandbox:
    fake = FakeSandbox()
    monkeypatch.setattr("copilot.experiments.runner.run_script", fake)
    return fake


@pytest.fixture
def lab(sandbox: FakeSandbox) -> Iterator[Laboratory]:
    with closing(Laboratory(Settings())) as opened:
        yield opened


def plan(folder: Path, **changes: Any) -> Path:
    path = folder / "plan.json"
    path.write_text(json.dumps({**SPEC, **changes}), encoding="utf-8")
    return path


def test_a_plan_is_rendered_and_kept_with_every_field(lab: Laboratory, tmp_path: Path) -> None:
    kept = lab.keep(lab.drafted(plan(tmp_path), seeds=[4, 5], args=("--num-envs", "2"), time_s=60.0))
    assert (kept.id, kept.title, kept.status) == ("ppo-cartpole-1", "PPO on CartPole-v1", "queued")
    assert [(run.label, run.seed) for run in kept.runs] == [("PPO", 4), ("PPO", 5)]
    ast.parse(kept.draft.script)
    assert "from rllte.agent import PPO" in kept.draft.script
    assert kept.draft.spec is not None
    assert (kept.draft.spec["seeds"], kept.draft.spec["eval_episodes"]) == ([4, 5], 10)
    assert (kept.draft.args, kept.draft.time_s, kept.draft.memory_mb) == (("--num-envs", "2"), 60.0, 4096)
    assert kept.versions == host.versions()


def test_a_comparison_is_a_run_for_each_label_and_seed(lab: Laboratory, tmp_path: Path, sandbox: FakeSandbox) -> None:
    runs = {"with": {**SPEC, "seeds": [1, 2]}, "without": {**SPEC, "seeds": [1, 2], "agent": "A2C"}}
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"kind": "comparison", "title": "两者", "runs": runs}), encoding="utf-8")
    kept = lab.keep(lab.drafted(path))
    list(lab.run(kept, kept.runs, jobs=2))
    assert sorted(call["args"] for call in sandbox.calls) == [
        ["--run", label, "--seed", seed] for label in ("with", "without") for seed in ("1", "2")
    ]
    assert lab.store.get(kept.id).status == "ok"


def test_a_script_is_taken_as_it_is(lab: Laboratory, tmp_path: Path) -> None:
    plan(tmp_path, agent="MyOwnAgent")
    (tmp_path / "train.py").write_text(SCRIPT, encoding="utf-8")
    kept = lab.keep(lab.drafted(tmp_path, title="我的 实验"))
    assert (kept.title, kept.draft.script, kept.runs[0].label) == ("我的 实验", SCRIPT, "MyOwnAgent")


def test_a_script_and_a_plan_that_makes_another_one_are_not_kept_as_one(lab: Laboratory, tmp_path: Path) -> None:
    """Else the store tells of a learning rate that was never trained with."""
    file = plan(tmp_path)
    script, _ = rendered(json.loads(file.read_text(encoding="utf-8")))
    (tmp_path / "train.py").write_text(script, encoding="utf-8")
    assert lab.drafted(tmp_path).spec is not None
    plan(tmp_path, agent_kwargs={"lr": 0.05})
    with pytest.raises(InvalidRequest, match="one of the two was changed") as caught:
        lab.drafted(tmp_path)
    assert str(tmp_path / "plan.json") in caught.value.hint
    assert "0.05" in lab.drafted(file).script
    draft = lab.drafted(tmp_path / "train.py", seeds=[4])
    assert (draft.script, draft.spec, draft.notes, draft.pairs) == (script, None, (CHANGED,), (("PPO", 4),))


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"agent": "PPOO"}, UnknownName, "PPOO"),
        ({"agent": "DQN", "env_id": "Pendulum-v1"}, SpaceMismatch, "DQN"),
        ({"num_envs": 0}, InvalidRequest, "num_envs"),
        ({"kind": "agent"}, InvalidRequest, "kind is 'agent'"),
        ({"device": "cuda"}, InvalidRequest, "trains on cuda"),
    ],
)
def test_what_cannot_run_is_not_kept(
    lab: Laboratory, tmp_path: Path, changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        lab.drafted(plan(tmp_path, **changes))
    assert lab.store.list() == []


def test_a_card_is_shown_to_who_asks_for_it(lab: Laboratory, tmp_path: Path, sandbox: FakeSandbox) -> None:
    kept = lab.keep(lab.drafted(plan(tmp_path, device="cuda", seeds=[1]), gpu=True))
    list(lab.run(kept, kept.runs))
    assert (sandbox.calls[0]["gpu"], kept.host["device"]) == (True, "cuda")


def test_what_is_missing_or_interrupted_is_left_and_failures_when_asked(
    lab: Laboratory, tmp_path: Path, sandbox: FakeSandbox
) -> None:
    sandbox.status_of = lambda args: {"1": "ok", "2": "cancelled", "3": "oom"}[args[-1]]
    kept = lab.keep(lab.drafted(plan(tmp_path, seeds=[1, 2, 3, 4])))
    list(lab.run(kept, kept.runs[:3], jobs=1))
    assert [run.seed for run in lab.left("1")[1]] == [2, 4]
    assert [run.seed for run in lab.left("1", failed=True)[1]] == [2, 3, 4]
    sandbox.status_of = lambda args: "ok"
    list(lab.run(*lab.left("1")))
    with pytest.raises(InvalidRequest, match="no run is missing") as caught:
        lab.left("1")
    assert "--failed" in caught.value.hint
    list(lab.run(*lab.left("1", failed=True)))
    assert lab.store.get("1").status == "ok"


def test_other_limits_hold_for_what_is_left(lab: Laboratory, tmp_path: Path, sandbox: FakeSandbox) -> None:
    kept = lab.keep(lab.drafted(plan(tmp_path, seeds=[1])))
    changed = lab.limit(kept, 5.0, None, gpu=False)
    list(lab.run(changed, changed.runs))
    assert (sandbox.calls[0]["limits"].time_s, sandbox.calls[0]["limits"].memory_mb) == (5.0, 4096)
    assert lab.limit(changed, None, None, gpu=False) is changed


def test_runs_under_other_versions_are_noted(lab: Laboratory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.keep(lab.drafted(plan(tmp_path, seeds=[1])))
    newer = {**host.versions(), "torch": "9.9"}
    monkeypatch.setattr(host, "versions", lambda: newer)
    list(lab.run(*lab.left("1")))
    [note] = lab.store.get("1").draft.notes
    assert "-> 9.9" in note and "PPO seed 1" in note


def test_a_repetition_needs_the_record_alone(lab: Laboratory, tmp_path: Path, sandbox: FakeSandbox) -> None:
    path = plan(tmp_path)
    kept = lab.keep(lab.drafted(path, args=("--num-envs", "2")))
    list(lab.run(kept, kept.runs))
    path.unlink()
    again = lab.keep(lab.repeated("1"))
    assert (again.draft.origin, again.draft.script, again.draft.pairs, again.draft.args) == (
        kept.id,
        kept.draft.script,
        kept.draft.pairs,
        kept.draft.args,
    )
    list(lab.run(again, again.runs))
    found = lab.reproduction(lab.store.get(again.id))
    assert found is not None and (found.expected, found.identical) == (True, True)
    lab.store.delete(kept.id)
    assert lab.reproduction(lab.store.get(again.id)) is None
    assert lab.reproduction(kept) is None


def test_runs_of_others_have_their_cores(
    lab: Laboratory, tmp_path: Path, sandbox: FakeSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def jobs(runs: int, memory_mb: int, **given: Any) -> int:
        asked.update(given)
        return 1

    monkeypatch.setattr(host, "jobs", jobs)
    busy = lab.keep(lab.drafted(plan(tmp_path)))
    lab.store.begin(busy.runs[0])
    kept = lab.keep(lab.drafted(plan(tmp_path)))
    list(lab.run(kept, kept.runs))
    assert asked == {"gpu": False, "busy": 1}


def test_what_a_killed_copilot_left_is_marked_when_one_is_opened(lab: Laboratory, tmp_path: Path) -> None:
    lab.store.begin(lab.keep(lab.drafted(plan(tmp_path))).runs[1])
    with closing(Laboratory(Settings())) as again:
        assert [(run.seed, run.status) for run in again.lost] == [(2, "interrupted")]
