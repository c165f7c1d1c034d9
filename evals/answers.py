"""Answers to questions of users: is the gold text among the passages, is it cited, are unanswerable questions refused?

Gold is a string that bears the answer (`must_contain`; a list: one of them), not a chunk id: it survives re-chunking.
Reported are recall, answers with a citation, citations whose lines hold the string, both refusal errors, and the times to
the first word.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from copilot.assistant.assistant import Assistant
from copilot.core import paths
from copilot.core.events import Answered, Failed
from copilot.core.settings import load_settings
from copilot.core.types import Passage
from copilot.knowledge import ingest, open_index
from copilot.models import open_embedder
from copilot.retrieval import Retriever
from copilot.retrieval.lexical import Lexical

QUESTIONS = Path(__file__).parent / "data" / "questions.jsonl"


def measure(args: list[str]) -> dict[str, object]:
    """Bring the index up to date, then ask every question once, cold caches included."""
    parser = argparse.ArgumentParser(prog="python -m evals answers")
    parser.add_argument("--model", help="profile; none answers with passages only")
    parser.add_argument("--retrieval-only", action="store_true", help="compare ways of searching, ask nothing")
    parser.add_argument("--details", action="store_true", help="one row per question as well")
    given = parser.parse_args(args)
    settings = load_settings(model=given.model)
    print("bringing the index up to date", file=sys.stderr, flush=True)
    ingest(None, embedder=open_embedder(settings), rebuild="if-needed")  # passages of files that changed are left out
    assistant = Assistant(settings)
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line.strip()]
    if given.retrieval_only:
        return peers(questions)
    rows: list[dict[str, Any]] = []
    for number, item in enumerate(questions, start=1):
        print(f"{number} of {len(questions)}: {item['question']}", file=sys.stderr, flush=True)
        rows.append(_ask(assistant, item))
    return {
        **summary(rows),
        "retrieval": peers(questions),
        "model": assistant.status()["model"],
        **({"rows": rows} if given.details else {}),
    }


def peers(questions: list[dict[str, Any]]) -> dict[str, int]:
    """For how many answerable questions each way of searching has the gold text among its passages."""
    embedder = open_embedder(load_settings())
    index = open_index(embedder)
    lexical, fused = Lexical(index.chunks()), Retriever(index, embedder)
    ways: dict[str, Callable[[str], list[Passage]]] = {
        "dense, best 4 (the predecessor's way)": lambda q: index.get(
            [i for i, _ in index.dense(embedder.embed_query(q), 4)]
        ),
        "BM25, best 4": lambda q: index.get([i for i, _ in lexical.best(q, 4)]),
        "fused, best 4": lambda q: fused.search(q, k=4).passages,
        "fused, best 8 (shipped)": lambda q: fused.search(q).passages,
    }
    asked = [item for item in questions if item["must_contain"]]
    return {
        name: sum(any(holds(p.text, item) for p in search(item["question"])) for item in asked)
        for name, search in ways.items()
    }


def holds(text: str, item: dict[str, Any]) -> bool:
    """Whether the text bears the answer to a question."""
    gold = item["must_contain"] or []
    return any(one.lower() in text.lower() for one in ([gold] if isinstance(gold, str) else gold))


def _ask(assistant: Assistant, item: dict[str, Any]) -> dict[str, Any]:
    answered: Answered | None = None
    for event in assistant.ask(item["question"]):
        if isinstance(event, Failed):
            raise SystemExit(f"{event.message} {event.hint}")
        if isinstance(event, Answered):
            answered = event
    if answered is None:
        raise SystemExit(f"no answer to {item['question']!r}")
    found = assistant.retriever().search(item["question"]).passages
    return {
        "question": item["question"],
        "answerable": item["must_contain"] is not None,
        "refused": answered.refused,
        "recall": any(holds(p.text, item) for p in found),
        "cited": any(holds(_lines(c.source, c.lines), item) for c in answered.citations),
        "has_citation": bool(answered.citations),
        "answer": answered.text,
        **{key: round(value, 3) for key, value in answered.timings.items()},
    }


def _lines(source: str, lines: tuple[int, int]) -> str:
    text = (paths.project_root() / source).read_text(encoding="utf-8").splitlines()
    return "\n".join(text[lines[0] - 1 : lines[1]])


def summary(rows: list[dict[str, Any]]) -> dict[str, object]:
    """The figures over all rows."""
    answerable = [row for row in rows if row["answerable"]]
    unanswerable = [row for row in rows if not row["answerable"]]
    first = [row["first_token_s"] for row in rows if "first_token_s" in row]
    return {
        "answerable": len(answerable),
        "gold among passages": sum(row["recall"] for row in answerable),
        "gold in cited lines": sum(row["cited"] for row in answerable),
        "answers with a citation": sum(row["has_citation"] for row in answerable),
        "wrongly refused": sum(row["refused"] for row in answerable),
        "unanswerable": len(unanswerable),
        "rightly refused": sum(row["refused"] for row in unanswerable),
        "first token s, median": round(statistics.median(first), 2) if first else None,
        "first token s, max": max(first) if first else None,
        "retrieval s, max": max(row["retrieval_s"] for row in rows),
    }
