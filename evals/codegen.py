"""Twenty requests to scripts: is the plan exactly what was asked, do the checks hold, does the script run?

A plan is right if it has everything expected and, beyond that, only the preset's values or the library's defaults.
Five requests must be refused, each with the right kind of error.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from copilot.codegen import check, plan, render
from copilot.codegen.plan import DEFAULT_ENVS, DEFAULT_STEPS
from copilot.core.catalogue import Catalogue, load_catalogue
from copilot.core.errors import CopilotError
from copilot.core.settings import load_settings
from copilot.models.chat import Chat, open_chat

ROOT = Path(__file__).resolve().parents[1]
REQUESTS = Path(__file__).parent / "data" / "codegen_requests.jsonl"


def measure(args: list[str]) -> dict[str, object]:
    """Plan, render and check every request; with `--run` execute what was rendered."""
    parser = argparse.ArgumentParser(prog="python -m evals codegen")
    parser.add_argument("--model", default="none", help="profile; none plans by code alone")
    parser.add_argument("--run", action="store_true", help="run each script for 1024 steps")
    parser.add_argument("--details", action="store_true", help="one row per request as well")
    given = parser.parse_args(args)
    catalogue = load_catalogue()
    chat = None if given.model == "none" else open_chat(load_settings(model=given.model))
    lines = REQUESTS.read_text(encoding="utf-8").splitlines()
    rows = [_one(json.loads(line), catalogue, chat, given.run) for line in lines if line.strip()]
    return {**summary(rows, given.run), "model": given.model, **({"rows": rows} if given.details else {})}


def _one(item: dict[str, Any], catalogue: Catalogue, chat: Chat | None, run: bool) -> dict[str, Any]:
    expect = item["expect"]
    row: dict[str, Any] = {"request": item["request"], "refusal": "error" in expect, "checked": False, "ran": False}
    started = time.perf_counter()
    try:
        made = plan(item["request"], catalogue, chat)
    except CopilotError as error:
        return {**row, "plan_s": time.perf_counter() - started, "right": error.kind == expect.get("error")}
    row["plan_s"] = time.perf_counter() - started
    spec = made.spec.model_dump(mode="json")
    row["right"] = not row["refusal"] and spec == wanted(expect, catalogue)
    script = render(made.spec, catalogue)
    row["checked"] = all(item.ok for item in check(script, catalogue))
    row["ran"] = run and _run(script)
    return row if row["right"] else {**row, "spec": spec, "notes": made.notes}


def wanted(expect: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The whole plan that an expectation stands for: its fields over the preset over the defaults."""
    tuned = catalogue.preset(expect["agent"], expect["env_id"]) or {}
    base = {
        "kind": "experiment",
        "num_envs": tuned.get("num_envs", DEFAULT_ENVS),
        "num_train_steps": tuned.get("num_train_steps", DEFAULT_STEPS),
        "seed": 1,
        "device": "cpu",
        "tag": "default",
        "modules": {},
    }
    merged = {key: {**tuned.get(key, {}), **expect.get(key, {})} for key in ("agent_kwargs", "train_kwargs")}
    return {**base, **expect, **merged}


def _run(script: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "train.py").write_text(script, encoding="utf-8")
        command = [sys.executable, "train.py", "--num-train-steps", "1024", "--device", "cpu"]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=600, check=False)
    return done.returncode == 0


def summary(rows: list[dict[str, Any]], run: bool) -> dict[str, object]:
    """The figures over all rows."""
    plans = [row for row in rows if not row["refusal"]]
    refusals = [row for row in rows if row["refusal"]]
    return {
        "requests": len(plans),
        "plans exactly right": sum(row["right"] for row in plans),
        "all checks hold": sum(row["checked"] for row in plans),
        **({"scripts that ran": sum(row["ran"] for row in plans)} if run else {}),
        "to refuse": len(refusals),
        "rightly refused": sum(row["right"] for row in refusals),
        "plan s, median": round(statistics.median(row["plan_s"] for row in rows), 3),
        "plan s, max": round(max(row["plan_s"] for row in rows), 3),
        "wrong": [row["request"] for row in rows if not row["right"]],
    }
