"""Requests to scripts: is the plan exactly what was asked, do the checks hold, does the script run?

A plan is right if it has everything expected and, beyond that, only the preset's values or the library's defaults.
Some requests must be refused, each with the right kind of error. `--free` is the peer: the same model, asked for the whole
script in its own words with the best passages of the corpus before it; what it writes runs in the sandbox.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from copilot.assistant.answer import label
from copilot.assistant.assistant import Assistant
from copilot.codegen import check, plan, render
from copilot.codegen.fill import DEFAULT_ENVS, DEFAULT_STEPS
from copilot.core import paths
from copilot.core.catalogue import Catalogue, load_catalogue
from copilot.core.errors import CopilotError
from copilot.core.settings import load_settings
from copilot.models.chat import Chat, open_chat
from copilot.retrieval import Retriever
from copilot.retrieval.budget import fit
from copilot.sandbox import Limits, run_script

ROOT = Path(__file__).resolve().parents[1]
REQUESTS = Path(__file__).parent / "data" / "codegen_requests.jsonl"


def measure(args: list[str]) -> dict[str, object]:
    """Plan, render and check every request; with `--run` execute what was rendered."""
    parser = argparse.ArgumentParser(prog="python -m evals codegen")
    parser.add_argument("--model", default="none", help="profile; none plans by code alone")
    parser.add_argument("--run", action="store_true", help="run each script for 1024 steps")
    parser.add_argument("--free", action="store_true", help="ask the model for the whole script instead")
    parser.add_argument("--details", action="store_true", help="one row per request as well")
    given = parser.parse_args(args)
    catalogue = load_catalogue()
    chat = None if given.model == "none" else open_chat(load_settings(model=given.model))
    lines = REQUESTS.read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines if line.strip()]
    if given.free:
        return free(items, catalogue, given.model, given.details)
    rows = [_one(item, catalogue, chat, given.run) for item in items]
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
    row["right"] = not row["refusal"] and right(spec, expect, catalogue)
    script = render(made.spec, catalogue)
    row["checked"] = all(item.ok for item in check(script, catalogue))
    row["ran"] = run and _run(script)
    return row if row["right"] else {**row, "spec": spec, "notes": made.notes}


def right(spec: dict[str, Any], expect: dict[str, Any], catalogue: Catalogue) -> bool:
    """Whether a plan is what was expected; of a comparison the runs, whatever their labels."""
    if expect.get("kind", "experiment") != spec["kind"]:
        return False
    if spec["kind"] == "experiment":
        return spec == wanted(expect, catalogue)
    left = list(spec["runs"].values())
    for run in expect["runs"].values():
        if wanted(run, catalogue) not in left:
            return False
        left.remove(wanted(run, catalogue))
    return not left


def wanted(expect: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The whole plan that an expectation stands for: its fields over the preset over the defaults."""
    tuned = catalogue.preset(expect["agent"], expect["env_id"]) or {}
    base = {
        "kind": "experiment",
        "num_envs": tuned.get("num_envs", DEFAULT_ENVS),
        "num_train_steps": tuned.get("num_train_steps", DEFAULT_STEPS),
        "pretrain_steps": None,
        "seeds": [1],
        "eval_episodes": 10,
        "device": "cpu",
        "tag": f"{expect['agent']}_{expect['env_id']}".lower(),
    }
    by_name = ("agent_kwargs", "train_kwargs", "env_kwargs")
    merged: dict[str, Any] = {key: {**tuned.get(key, {}), **expect.get(key, {})} for key in by_name}
    merged["modules"] = {
        kind: {"kwargs": {}, "parts": [], **module} for kind, module in expect.get("modules", {}).items()
    }
    return {**base, **expect, **merged}


def free(items: list[dict[str, Any]], catalogue: Catalogue, model: str, details: bool) -> dict[str, object]:
    """Scripts that the model writes by itself, for the requests that are not to be refused."""
    settings = load_settings(model=model)
    chat, retriever = open_chat(settings), Assistant(settings, use_model=False).retriever()
    rows = [_free(item["request"], catalogue, chat, retriever) for item in items if "error" not in item["expect"]]
    return {
        "requests": len(rows),
        "all checks hold": sum(row["checked"] for row in rows),
        "scripts that ran": sum(row["status"] in {"ok", "timeout"} and row["trained"] for row in rows),
        "seconds per script, median": round(statistics.median(row["write_s"] for row in rows), 1),
        "model": model,
        **({"rows": rows} if details else {}),
    }


def _free(request: str, catalogue: Catalogue, chat: Chat, retriever: Retriever) -> dict[str, Any]:
    passages = fit(retriever.search(request).passages, chat.count_tokens, 1500)
    prompt = f"{label(passages)}\n\nWrite one complete Python script that uses rllte as shown above. Request: {request}"
    started = time.perf_counter()
    text = "".join(chat.stream([{"role": "user", "content": prompt}], max_tokens=700))
    write_s = time.perf_counter() - started
    fenced = re.search(r"```(?:python)?\n(.*?)(?:```|\Z)", text, re.DOTALL)
    script = fenced[1] if fenced else text
    problems = [item for item in check(script, catalogue) if not item.ok and item.name != "main"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.py"
        path.write_text(script, encoding="utf-8")
        done = run_script(path, [], limits=Limits(time_s=90), run_dir=Path(folder), readable=[paths.library_dir()])
        log = Path(done.log).read_text(encoding="utf-8").strip().splitlines()
    return {
        "request": request,
        "checked": not problems,
        "problems": [item.detail for item in problems],
        "status": done.status,
        "trained": "step" in done.metrics,
        "last line": log[-1] if log else "",
        "write_s": write_s,
    }


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
