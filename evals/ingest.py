"""Ingestion: its rate beside the embedder alone, what unchanged, moved and removed folders cost, and searching so many.

The texts are made up of the corpus's words, in sections of its length; the index is in a folder of its own. Both rates are
of the same chunks in the same run, on the same threads.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from copilot.core import paths
from copilot.core.settings import load_settings
from copilot.knowledge import ingest, open_index
from copilot.knowledge.chunk import parts
from copilot.knowledge.index import open_store
from copilot.models import open_embedder
from copilot.retrieval import Retriever
from evals import gold

PER_FILE = 10
"""Chunks of a file, about as in the corpus."""


def measure(args: list[str]) -> dict[str, object]:
    """Chunks per second of both, their ratio, and seconds of each kind of second run."""
    parser = argparse.ArgumentParser(prog="python -m evals ingest")
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3, help="of the runs without changes")
    parser.add_argument("--without-corpus", action="store_true", help="leave out what ships, for a short look")
    given = parser.parse_args(args)
    os.environ["RLLTE_COPILOT_MODELS"] = str(paths.models_dir())
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RLLTE_COPILOT_HOME"] = f"{folder}/home"
        own, empty = Path(folder) / "own", Path(folder) / "empty"
        write(own, given.chunks)
        if given.without_corpus:
            paths.corpus_dir = paths.library_dir = lambda: empty
        return _measured(own, given.repeats)


def _measured(own: Path, repeats: int) -> dict[str, object]:
    embedder = open_embedder(load_settings())
    embedder.embed_query("warm")
    shipped, _ = _timed(lambda: ingest(None, embedder=embedder))
    before = len(open_store().chunks())
    unchanged = [_timed(lambda: ingest(None, embedder=embedder)) for _ in range(repeats)]
    took, took_cpu = _timed(lambda: ingest([own], embedder=embedder))
    index = open_index(embedder)
    chunks = [passage for passage in index.chunks() if passage.source.startswith(str(own))]
    texts = list({digest: text for passage in chunks for digest, text in parts(passage).items()}.values())
    alone, alone_cpu = _timed(lambda: embedder.embed_documents(texts))
    searched = _latency(Retriever(index, embedder))
    all_unchanged = [_timed(lambda: ingest(None, embedder=embedder)) for _ in range(repeats)]
    (own / "part").rename(own / "moved")
    moved, _ = _timed(lambda: ingest(None, embedder=embedder))
    found = sum("/moved/" in passage.source for passage in open_index(embedder).chunks())
    shutil.rmtree(own)
    gone, _ = _timed(lambda: ingest(None, embedder=embedder))
    return {
        "chunks": len(chunks),
        "texts_embedded": len(texts),
        "ingest_chunks_per_s": round(len(chunks) / took, 1),
        "embedder_alone_chunks_per_s": round(len(chunks) / alone, 1),
        "ratio": round(alone / took, 3),
        "ratio_of_processor_time": round(alone_cpu / took_cpu, 3),
        "search_ms_over_all_chunks": searched,
        "corpus_chunks": before,
        "corpus_s": round(shipped, 2),
        "corpus_unchanged_s": _spread([wall for wall, _ in unchanged]),
        "corpus_unchanged_processor_s": _spread([cpu for _, cpu in unchanged]),
        "all_unchanged_s": _spread([wall for wall, _ in all_unchanged]),
        "moved_chunks": found,
        "moved_s": round(moved, 2),
        "moved_chunks_per_s": round(len(chunks) / moved, 1),
        "removed_s": round(gone, 2),
    }


def write(own: Path, count: int) -> None:
    """Pages of words of the corpus in new orders; no two chunks are equal."""
    chosen = random.Random(0)
    words = sorted({word for path in paths.corpus_dir().rglob("*.md") for word in path.read_text("utf-8").split()})
    (own / "part").mkdir(parents=True)
    for start in range(0, count, PER_FILE):
        sections = [
            f"## Part {number}\n\n{' '.join(chosen.choices(words, k=chosen.randint(20, 90)))}\n"
            for number in range(start, min(start + PER_FILE, count))
        ]
        (own / "part" / f"{start:06}.md").write_text(f"# Page {start}\n\n" + "\n".join(sections), encoding="utf-8")


def _latency(retriever: Retriever) -> dict[str, float]:
    """Milliseconds of searches for the tuning half's questions, which no language model takes part in."""
    retriever.prepare()
    questions = [question for item in gold.load(("answerable",), "tune") for question in item.questions]
    taken = [1000 * retriever.search(question).timings["total_s"] for question in questions]
    return {f"p{p}": round(float(np.percentile(taken, p)), 1) for p in (50, 95)}


def _timed(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall clock and of this process's processors."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - wall, time.process_time() - cpu


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"smallest": round(min(seconds), 3), "largest": round(max(seconds), 3)}
