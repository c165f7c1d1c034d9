"""A sandbox that starts nothing: it writes what a run would leave, and returns how the run would have ended."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from copilot.core.types import RunResult
from copilot.experiments import Draft
from copilot.experiments.curves import latest
from copilot.sandbox import MetricLine
from copilot.sandbox.run import new_folder

SPEC = {
    "kind": "experiment",
    "agent": "PPO",
    "env_id": "CartPole-v1",
    "num_envs": 8,
    "num_train_steps": 2000,
    "seeds": [1, 2, 3],
}
VERSIONS = {"rllte": "0.1.0", "torch": "2.13.0", "gymnasium": "1.4.0", "numpy": "2.4.6", "python": "3.11.7"}
"""Of a record; what is installed may differ, of which running one keeps a note."""
HOST = {"system": "Linux x86_64", "processor": "A", "cores": 2, "device": "cpu", "gpu": False, "threads": 1}


def draft(**changes: Any) -> Draft:
    """PPO on CartPole over three seeds."""
    given: dict[str, Any] = {
        "title": "PPO on CartPole-v1",
        "script": "# --seed",
        "pairs": (("PPO", 1), ("PPO", 2), ("PPO", 3)),
        "spec": SPEC,
    }
    return Draft(**{**given, **changes})


def rows(*rewards: float, kind: str = "eval") -> list[dict[str, Any]]:
    """Rows of metrics, one every thousand steps."""
    return [
        {"kind": kind, "step": 1000 * place, "episode_reward": reward, "total_time": 0.1}
        for place, reward in enumerate(rewards, start=1)
    ]


class FakeSandbox:
    """Stands in for `run_script`.

    Args:
        rows_of: the metrics of a run, by its arguments.
        status_of: how it ends, by its arguments; "wait" lasts until it is cancelled; an exception is raised.
    """

    def __init__(
        self,
        rows_of: Callable[[Sequence[str]], list[dict[str, Any]]] = lambda args: rows(20.0, 40.0),
        status_of: Callable[[Sequence[str]], str | Exception] = lambda args: "ok",
    ) -> None:
        self.rows_of, self.status_of = rows_of, status_of
        self.calls: list[dict[str, Any]] = []
        self.scripts: list[str] = []
        self.at_once = self.most_at_once = 0
        self.waiting = threading.Event()
        self._guard = threading.Lock()

    def __call__(self, script: Path, args: list[str], **given: Any) -> RunResult:
        status = self.status_of(args)
        with self._guard:
            self.calls.append({"args": args, **given})
            self.scripts.append(script.read_text(encoding="utf-8"))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if isinstance(status, Exception):
                raise status
            folder = new_folder(given["run_dir"])
            sent = self.rows_of(args)
            (folder / "log.txt").write_text("began\n", encoding="utf-8")
            (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in sent), encoding="utf-8")
            (folder / "box" / "model.safetensors").write_text("weights", encoding="utf-8")
            for row in sent:
                given["on_event"](MetricLine(row))
            if status == "wait":
                self.waiting.set()
                given["cancel"].wait(30)
                status = "cancelled"
            code = 0 if status == "ok" else 1
            left = [str(folder / "box" / "model.safetensors")]
            sandbox: dict[str, Any] = {"tier": "A", "layers": []}
            return RunResult(status, code, None, 1.5, 300.0, latest(sent), left, str(folder / "log.txt"), sandbox)
        finally:
            with self._guard:
                self.at_once -= 1
