"""A fake assistant that yields scripted events."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from copilot.core.errors import CopilotError, InvalidRequest
from copilot.core.events import (
    Answered,
    Checked,
    Differed,
    Event,
    Failed,
    LogLine,
    Metric,
    Passages,
    Phase,
    Planned,
    Ran,
    Scripted,
    Token,
    Understood,
)
from copilot.core.types import Check, Citation, Passage, RunResult
from copilot.history import KeptPlan

SOURCE = "corpus/guides/getting-started.md"
ANSWER = """Make the environments, make the agent, train it [1]:

```python
from rllte.agent import PPO
from rllte.env import make_rllte_env

env = make_rllte_env("CartPole-v1", num_envs=8, seed=1)
agent = PPO(env=env, tag="ppo_cartpole", seed=1)
agent.train(num_train_steps=50_000)
```

The settings that the library ships for CartPole-v1 are used by `rllte train PPO CartPole-v1` [2]."""


class FakeAssistant:
    """Fulfils `Verbs`; "wait" waits for a cancel, "fail" fails, "break" raises, "stale" leaves out."""

    def __init__(self) -> None:
        self.cancelled, self.warmed = threading.Event(), threading.Event()
        self.sessions: list[str | None] = []
        self.runs: list[tuple[Path, list[str]]] = []
        self.lines: list[str] = []
        self.plans: list[str] = []
        self.kept: KeptPlan | None = None

    def ask(self, question: str, session: str | None = None) -> Iterator[Event]:
        self.cancelled.clear()
        self.sessions.append(session)
        self.lines.append(question)
        if question == "use 16 environments":
            yield from self._edited()
            return
        yield Phase("search", "searching the corpus")
        hint = "Left out: notes.md" if question == "stale" else ""
        yield Passages([Passage("a", SOURCE, (33, 47), "Getting started > Train PPO on CartPole", "text")], hint)
        if question == "wait":
            self.cancelled.wait(20)
            yield Failed("cancelled", "Cancelled.")
            return
        if question == "fail":
            yield Failed("no_model", "The weights are not here.", "rllte-copilot models pull")
            return
        if question == "break":
            raise RuntimeError("[bold]broken[/]")
        for word in ANSWER.split(" "):
            yield Token(word + " ")
        cited = [
            Citation(1, SOURCE, (33, 47), "Getting started > Train PPO on CartPole"),
            Citation(2, "corpus/concepts/presets.md", (10, 14), "Presets > Where presets are used"),
        ]
        yield Answered(ANSWER, False, cited, [], {}, "fake")

    def _edited(self) -> Iterator[Event]:
        yield Understood("edit", "Understood as a change. If it is a question: /ask")
        yield Planned({}, [])
        yield Differed(["num_envs: 8 -> 16"])
        yield Scripted("/somewhere/train.py", "print('16')\n")
        yield Checked([Check("parses", True)])
        yield Answered("- `num_envs: 8 -> 16`\n\nWritten", False, [], [], {}, None, {"kind": "edit"})

    def replan(self, text: str, session: str) -> Iterator[Event]:
        self.plans.append(text)
        yield from self._edited()

    def plan(self, session: str) -> KeptPlan | None:
        return self.kept

    def fault(self, text: str) -> CopilotError | None:
        try:
            found = json.loads(text)
        except ValueError as error:
            return InvalidRequest(f"The plan is no JSON: {error}.", hint="Mend it.")
        if found["num_envs"] < 1:
            return InvalidRequest("The plan: num_envs is 0; expected 1 or more.", hint="Correct num_envs in the plan.")
        return None

    def advise(self, goal: str, session: str) -> Iterator[Event]:
        yield Phase("suggest", "looking")
        yield Answered(f"**1. More seeds** for {goal or 'the last run'}", False, [], [], {}, None)

    def generate(
        self, request: str, out_dir: Path | None = None, spec: Path | None = None, session: str | None = None
    ) -> Iterator[Event]:
        yield Planned({}, ["8 environments come from the preset"])
        yield Scripted("/somewhere/train.py", "print('hi')\n")
        yield Checked([Check("parses", True), Check("names", False, "no PP0")])

    def run(
        self,
        script: Path,
        args: list[str],
        limits: Any = None,
        out_dir: Path | None = None,
        *,
        session: str | None = None,
    ) -> Iterator[Event]:
        self.runs.append((script, args))
        yield LogLine("[bold]not markup[/]")
        for step in range(1, 4):
            yield Metric({"kind": "train", "step": step * 256, "episode_reward": 20.0 * step})
        yield Ran(RunResult("ok", 0, None, 1.5, 200.0, {"episode_reward": 60.0}, [], "/somewhere/log.txt", {}))

    def warm(self) -> None:
        self.warmed.set()

    def cancel(self) -> None:
        self.cancelled.set()

    def status(self) -> dict[str, Any]:
        return {"model": "qwen2.5-coder-1.5b", "server": None, "embedder": "all-minilm-l6-v2"}
