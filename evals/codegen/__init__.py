"""Requests to scripts and packages, a funnel: the plan is right, the checks hold, it runs, it reaches the reward.

`python -m evals codegen --split held --model NAME [--run] [--learn]`; `--free` is the peer, the same model without our
pipeline. What is tuned is tuned on the tuning half alone.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from copilot.core.catalogue import load_catalogue
from copilot.core.settings import load_settings
from copilot.models.chat import open_chat
from evals.kept import Kept
from evals.requests import FRESH, HALVES, PRACTICE, WANTED, Request, load

Row = dict[str, Any]


def measure(args: list[str]) -> dict[str, object]:
    """Plan, render and check every request; execute what is asked to be executed."""
    parser = argparse.ArgumentParser(prog="python -m evals codegen")
    parser.add_argument("--model", default="none", help="profile; none plans by code alone")
    parser.add_argument("--split", choices=[*HALVES, PRACTICE, FRESH], help="one file; tune on 'tune' and 'practice'")
    parser.add_argument("--kinds", nargs="+", choices=list(WANTED), default=list(WANTED))
    parser.add_argument("--run", action="store_true", help="start each script for a short training")
    parser.add_argument("--learn", action="store_true", help="train with three seeds where a reward counts as solved")
    parser.add_argument("--words", action="store_true", help="look for entries of plans that no words ask for")
    parser.add_argument("--free", action="store_true", help="ask the model for the whole script instead")
    parser.add_argument("--details", action="store_true", help="one row per request as well")
    parser.add_argument("--rows", type=Path, help="keep each row here as it comes; run again to go on after a stop")
    given = parser.parse_args(args)
    requests = [request for request in load(given.split) if request.kind in given.kinds]
    rows = free_rows(requests, given) if given.free else pipeline_rows(requests, given)
    made = {"model": given.model, "split": given.split, "funnel": summary(rows, given.free)}
    return {**made, **({"rows": rows} if given.details else {})}


def pipeline_rows(requests: list[Request], given: argparse.Namespace) -> list[Row]:
    """What our pipeline makes of each request."""
    from evals.codegen import experiments

    catalogue = load_catalogue()
    chat = None if given.model == "none" else open_chat(load_settings(model=given.model))
    kept = Kept(given.rows, {"model": given.model, "run": given.run, "learn": given.learn, "words": given.words})
    rows = []
    for request in requests:
        if request.kind == "module":
            from evals.codegen import packages

            make = partial(packages.row, request, catalogue, chat)
        else:
            make = partial(
                experiments.row, request, catalogue, chat, run=given.run, learn=given.learn, words=given.words
            )
        rows.append(kept.row(request.id, make))
        print(experiments.shown(rows[-1]), file=sys.stderr, flush=True)
    return rows


def free_rows(requests: list[Request], given: argparse.Namespace) -> list[Row]:
    """What the model alone makes of each request that is not to be refused."""
    from evals.codegen import free

    settings = load_settings(model=given.model)
    catalogue, chat, retriever = load_catalogue(), open_chat(settings), free.retriever(settings)
    kept, rows = Kept(given.rows, {"model": given.model, "free": True}), []
    for request in requests:
        if request.kind != "impossible":
            rows.append(kept.row(request.id, partial(free.row, request, catalogue, chat, retriever)))
            print(f"{request.id} ran: {rows[-1]['ran']}", file=sys.stderr, flush=True)
    return rows


def summary(rows: list[Row], free: bool) -> dict[str, object]:
    """Of all, and of each kind and language: counts as "n of m", and seconds."""
    slices: dict[str, list[Row]] = {}
    for row in rows:
        for name in (row["kind"], f"{row['kind']} in {row['lang']}"):
            slices.setdefault(name, []).append(row)
    return {name: (free_figures if free else figures)(slices[name]) for name in sorted(slices)}


def figures(rows: list[Row]) -> dict[str, object]:
    """Of one kind of request."""

    def count(name: str, some: list[Row]) -> str:
        return f"{sum(bool(row.get(name)) for row in some)} of {len(some)}"

    seconds = [row["seconds"] for row in rows]
    made: dict[str, object] = {"right": count("right", rows)}
    accepted = [row for row in rows if not row["refused"]]
    if rows[0]["kind"] == "impossible":
        made["refused, whatever the reason"] = count("refused", rows)
    elif rows[0]["kind"] == "module":
        made |= {
            "the plan has what was asked": count("planned", rows),
            "delivered as passing": count("delivered", rows),
            "conforms and trains, whatever it leaves unread": count("conforms", rows),
        }
    else:
        made |= {"refused": count("refused", rows), "every check holds": count("checked", accepted)}
        worded = [not row["unasked"] for row in accepted if "unasked" in row]
        made["every entry has words that ask for it"] = f"{sum(worded)} of {len(worded)}"
        made |= {name: count(name, [row for row in accepted if name in row]) for name in ("ran", "learned")}
        if ended := Counter(row["ended"] for row in accepted if "ended" in row):
            made["how runs ended"] = dict(ended)
    spread = {"median": round(statistics.median(seconds), 2), "largest": round(max(seconds), 2)}
    return {**{name: value for name, value in made.items() if value != "0 of 0"}, "seconds": spread}


def free_figures(rows: list[Row]) -> dict[str, object]:
    """Of one kind of request, as the model alone makes it."""
    return {
        "every check holds": f"{sum(row['checked'] for row in rows)} of {len(rows)}",
        "ran": f"{sum(row['ran'] for row in rows)} of {len(rows)}",
        "seconds": {"median": round(statistics.median(row["seconds"] for row in rows), 1)},
    }
