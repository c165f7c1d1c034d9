"""Searching, held against the gold set: recall@5, recall@10, nDCG@10 and MRR@10 of our way, its parts and its predecessor.

A passage is relevant if it bears the answer (`evals.gold`). Each way is scored over its own pieces of the same files. Ours
and its ablations search what the assistant searches: a question in Chinese with its English names, a follow-up as it was
rewritten. Also: how well the strength of the evidence tells what can be answered, and the seconds of each stage.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, cast
from unittest import mock

import numpy as np

from copilot.assistant import refusal
from copilot.assistant.condense import InContext, found, in_context
from copilot.core.settings import load_settings
from copilot.core.types import Passage
from copilot.knowledge import Index, files, ingest, open_index
from copilot.knowledge.chunk import digest
from copilot.models import open_embedder, open_reranker
from copilot.models.embedder import Embedder
from copilot.retrieval import Retriever, search
from copilot.retrieval.lexical import Lexical
from copilot.retrieval.search import Reranker
from evals import gold
from evals.stand_ins import Leg, Once, ScoredOnce, Vectors

K = 10
RESAMPLES = 1000

Search = Callable[[InContext], list[Passage]]


@dataclass(frozen=True)
class Asked:
    """One wording of an item: what was typed, and what the assistant searches for it."""

    item: gold.Item
    wording: int
    typed: str
    searched: InContext


@dataclass(frozen=True)
class Way:
    """A way of searching: the best passages for a query, and all pieces that it could have found."""

    name: str
    best: Search
    pieces: list[Passage]
    as_typed: bool = False
    """It searches the question as it was typed."""


def measure(args: list[str]) -> dict[str, object]:
    """Bring the index up to date, then search every wording of every question in every way."""
    parser = argparse.ArgumentParser(prog="python -m evals retrieval")
    parser.add_argument("--split", choices=[*gold.SPLITS, gold.PRACTICE], help="one part; tune on 'tune', 'practice'")
    parser.add_argument("--only-ours", action="store_true", help="no other ways, no ablations: a minute")
    parser.add_argument("--details", action="store_true", help="what our way misses, question by question")
    given = parser.parse_args(args)
    settings = load_settings()
    embedder = open_embedder(settings)
    _say("bringing the index up to date")
    ingest(None, embedder=embedder, rebuild="if-needed")
    index = open_index(embedder)
    asked = list(questions(gold.load(split=given.split)))
    once = cast(Embedder, Once(embedder))
    reranker = open_reranker(settings)
    kept = ScoredOnce(reranker) if reranker else None
    made = [ours(index, once, reranker=kept)] if given.only_ours else list(ways(index, once, kept))
    ranks = {way.name: _ranked(way, asked) for way in made}
    figures: dict[str, object] = {
        "questions": {kind: sum(one.item.kind == kind for one in asked) for kind in gold.KINDS if kind != "attack"},
        "pieces": {way.name: len(way.pieces) for way in made},
        "ways": {name: _sliced(rows) for name, rows in ranks.items()},
        "follow-ups": rewriting(asked),
        "strength": strength(index, once, asked),
        "milliseconds": latency(index, embedder, asked, reranker),
    }
    if given.details:
        figures["missed"] = [
            {"id": row.asked.item.id, "question": row.asked.typed, "found": row.places[:5]}
            for row in ranks["ours"]
            if not any(row.hits)
        ]
    return figures


# --- what is searched


def questions(items: list[gold.Item]) -> Iterator[Asked]:
    """Every wording of every item but the attacks, which are about answers."""
    for item in items:
        if item.kind != "attack":
            for number, typed in enumerate(item.questions, start=1):
                yield Asked(item, number, typed, in_context(typed, item.earlier))


def rewriting(asked: list[Asked]) -> dict[str, object]:
    """Of the follow-ups: how many searches hold the words they need, and how many that need nothing are left alone."""
    after = [one for one in asked if one.item.history]
    depend = [one for one in after if not one.item.standalone]
    alone = [one for one in after if one.item.standalone]
    return {
        "dependent": len(depend),
        "search has what it needs": sum(one.item.searched_well(one.searched.text) for one in depend),
        "had it as typed": sum(one.item.searched_well(one.typed) for one in depend),
        "standalone": len(alone),
        "searched as typed": sum(one.searched.share < 0.5 for one in alone),
    }


# --- the ways


def ways(index: Index, embedder: Embedder, reranker: Reranker | None) -> Iterator[Way]:
    """Ours, its legs alone, ours without one of its parts, and the predecessor's."""
    pieces = index.chunks()
    lexical = Lexical(pieces)
    shipped = partial(ours, reranker=reranker)
    yield shipped(index, embedder)
    yield Way("BM25 alone", lambda q: index.get([i for i, _ in lexical.best(q.text, K)]), pieces)
    yield Way("dense alone", lambda q: index.get([i for i, _ in index.dense(embedder.embed_query(q.text), K)]), pieces)
    yield recipe(embedder)
    yield shipped(index, embedder, "ours, question as typed", as_typed=True)
    if reranker is not None:
        yield ours(index, embedder, "ours without the cross-encoder")
    yield shipped(index, embedder, "ours without BM25", bm25=False)
    yield shipped(Leg(index, lambda vector, n: []), embedder, "ours without dense")
    yield shipped(index, embedder, "ours by ranks alone", SIMILARITY=0.0, COVERAGE=0.0, TITLE=0.0)
    yield shipped(index, embedder, "ours without coverage", COVERAGE=0.0)
    yield shipped(index, embedder, "ours without titles", TITLE=0.0)
    yield shipped(index, embedder, "ours without similarity", SIMILARITY=0.0)
    yield shipped(index, embedder, "ours without its file's best", PAGE=0.0)
    yield shipped(index, embedder, "ours without diversity", PER_SOURCE=len(pieces))
    yield shipped(index, embedder, "ours without headings in BM25", headings=False)
    _say("embedding the pieces whole")
    whole = Vectors([f"{piece.heading}\n{piece.text}" for piece in pieces], embedder)
    leg = Leg(index, lambda vector, n: [(pieces[row].id, score) for row, score in whole.nearest(vector, n)])
    yield shipped(leg, embedder, "ours with one vector for a chunk")
    questions = frozenset(digest(question) for piece in pieces for question in piece.asked)
    leg = Leg(index, lambda vector, n: index.dense_without(questions, vector, n))
    yield shipped(leg, embedder, "ours without what is asked", asked=False)


def ours(
    index: Any,
    embedder: Embedder,
    name: str = "ours",
    *,
    reranker: Reranker | None = None,
    as_typed: bool = False,
    bm25: bool = True,
    headings: bool = True,
    asked: bool = True,
    **constants: float,
) -> Way:
    """The shipped search, with constants of `copilot.retrieval.search` or its word index changed."""

    def words(pieces: list[Passage]) -> Lexical:
        changes = {} if headings else {"heading": ""}
        changes |= {} if asked else {"asked": ()}
        lexical = Lexical([replace(piece, **changes) for piece in pieces])
        if not bm25:
            lexical.best = lambda query, n: []  # type: ignore[method-assign]
        return lexical

    @contextmanager
    def changed() -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(search, "Lexical", words))
            for constant, value in constants.items():
                stack.enter_context(mock.patch.object(search, constant, value))
            yield

    retriever = Retriever(index, embedder, reranker)

    def best(asked: InContext) -> list[Passage]:
        with changed():
            return found(retriever, asked, K).passages

    return Way(name, best, index.chunks(), as_typed)


def recipe(embedder: Embedder) -> Way:
    """localGPT's: pieces of 1000 characters with 200 in common, LangChain's splitter, the 4 nearest to the typed question.

    The embedder is ours, so that what is compared is the way of searching and not the model.
    """
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    pieces = [
        Passage(f"{source}#{number}", source, (0, 0), "", text)
        for source, path in sorted(files.shipped().items())
        for number, text in enumerate(splitter.split_text(_shown(path.read_text(encoding="utf-8"))))
    ]
    _say("embedding the pieces of localGPT's recipe")
    vectors = Vectors([piece.text for piece in pieces], embedder)

    def best(asked: InContext) -> list[Passage]:
        return [pieces[row] for row, _ in vectors.nearest(embedder.embed_query(asked.text), 4)]

    return Way("localGPT's recipe (4 nearest)", best, pieces, as_typed=True)


def _shown(text: str) -> str:
    """A page without its comments, as its reader sees it."""
    return re.sub(r"<!--.*?-->\n*", "", text, flags=re.S)


# --- scores


@dataclass(frozen=True)
class Row:
    """What a way found for a question: whether each of the best 10 bears the answer, and how many pieces do at all."""

    asked: Asked
    hits: list[bool]
    relevant: int
    places: list[str] = field(default_factory=list[str])


def _ranked(way: Way, asked: list[Asked]) -> list[Row]:
    _say(way.name)
    rows = []
    relevant: dict[str, int] = {}
    for one in asked:
        if not one.item.answerable:
            continue
        if one.item.id not in relevant:
            relevant[one.item.id] = sum(one.item.bears(piece) for piece in way.pieces)
        best = way.best(InContext((one.typed,)) if way.as_typed else one.searched)[:K]
        hits = [one.item.bears(passage) for passage in best]
        rows.append(Row(one, hits, relevant[one.item.id], [f"{p.source}:{p.lines[0]} ({p.heading})" for p in best]))
    return rows


def recall(row: Row, k: int) -> float:
    """1 if one of the best k bears the answer."""
    return float(any(row.hits[:k]))


def ndcg(row: Row) -> float:
    """nDCG@10 with relevance 0 or 1: 1 where all that bears the answer comes first."""
    gained = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(row.hits, start=1) if hit)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(row.relevant, K) + 1))
    return gained / ideal if ideal else 0.0


def mrr(row: Row) -> float:
    """1 over the rank of the first that bears the answer, 0 where none of the best 10 does."""
    return next((1 / rank for rank, hit in enumerate(row.hits, start=1) if hit), 0.0)


def scores(rows: list[Row]) -> dict[str, float | int]:
    """The means over questions."""
    made = {
        "n": len(rows),
        "recall@5": _mean([recall(row, 5) for row in rows]),
        "recall@10": _mean([recall(row, K) for row in rows]),
        "nDCG@10": _mean([ndcg(row) for row in rows]),
        "MRR@10": _mean([mrr(row) for row in rows]),
    }
    return {name: round(value, 3) for name, value in made.items()}


def _sliced(rows: list[Row]) -> dict[str, object]:
    slices: dict[str, list[Row]] = {"all": rows}
    for row in rows:
        item = row.asked.item
        for name in (
            f"half {item.split}",
            f"kind {item.kind}",
            f"language {item.language}",
            *([f"wording {row.asked.wording}", f"topic {item.topic}"] if item.kind == "answerable" else []),
        ):
            slices.setdefault(name, []).append(row)
    made: dict[str, object] = {name: scores(slices[name]) for name in sorted(slices)}
    made["recall@5, 95 % interval"] = interval(rows)
    return made


def interval(rows: list[Row]) -> list[float]:
    """The middle 95 % of recall@5 over items drawn with replacement; an item's wordings are drawn together."""
    items: dict[str, list[float]] = {}
    for row in rows:
        items.setdefault(row.asked.item.id, []).append(recall(row, 5))
    means = np.array([_mean(values) for values in items.values()])
    drawn = np.random.default_rng(0).integers(len(means), size=(RESAMPLES, len(means)))
    return [round(float(bound), 3) for bound in np.percentile(means[drawn].mean(axis=1), [2.5, 97.5])]


# --- evidence and time


def strength(index: Index, embedder: Embedder, asked: list[Asked]) -> dict[str, object]:
    """How many answerable questions the evidence alone would refuse, and how many unanswerable ones; and their ranking."""
    retriever = Retriever(index, embedder)
    strengths = [(one, found(retriever, one.searched).strength) for one in asked]
    yes = [value for one, value in strengths if one.item.answerable]
    no = [value for one, value in strengths if not one.item.answerable]
    above = float(np.mean([(a > b) + 0.5 * (a == b) for a in yes for b in no])) if yes and no else math.nan
    return {
        "threshold": refusal.WEAK,
        "answerable": len(yes),
        "answerable below it": sum(value < refusal.WEAK for value in yes),
        "unanswerable": len(no),
        "unanswerable below it": sum(value < refusal.WEAK for value in no),
        "P(answerable is stronger)": round(above, 3),
        "medians": [round(float(np.median(values)), 3) if values else None for values in (yes, no)],
    }


def latency(
    index: Index, embedder: Embedder, asked: list[Asked], reranker: Reranker | None
) -> dict[str, dict[str, float]]:
    """Of each stage of our search, p50 and p95; the first search, which opens everything, is left out."""
    retriever = Retriever(index, embedder, reranker)
    retriever.prepare()
    taken: dict[str, list[float]] = {}
    for one in asked:
        for stage, seconds in found(retriever, one.searched).timings.items():
            taken.setdefault(stage.removesuffix("_s"), []).append(1000 * seconds)
    return {
        stage: {f"p{p}": round(float(np.percentile(values, p)), 1) for p in (50, 95)} for stage, values in taken.items()
    }


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
