"""What a reader sees of an index that is being built anew: a sentence, never half of it; all of it again afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copilot.core.errors import CopilotError, CorpusEmpty, IndexMismatch
from copilot.knowledge import ingest, open_index
from copilot.knowledge.index import part_of
from copilot.retrieval import Retriever


def opened(embedder: Any) -> Retriever:
    """As an open interface has it."""
    retriever = Retriever(open_index(embedder), embedder)
    retriever.prepare()
    return retriever


def refused(*steps: Callable[[], object]) -> None:
    for step in steps:
        with pytest.raises(CorpusEmpty, match="being built anew") as caught:
            step()
        assert caught.value.hint.endswith("rllte-copilot ingest")


def test_who_reads_while_it_is_built_is_told_and_sees_all_of_it_afterwards(embedder: Any, make_embedder: Any) -> None:
    ingest(None, embedder=embedder)
    retriever, other = opened(embedder), make_embedder()

    def look() -> None:
        refused(
            lambda: retriever.search("What does PPO clip?"),
            lambda: open_index(embedder),
            lambda: part_of("corpus/rnd.md", None, None),
        )

    other.before = look
    ingest(None, embedder=other, rebuild=True)
    assert other.embedded
    assert retriever.search("What does PPO clip?").passages[0].source == "corpus/agents/ppo.md"
    assert {chunk.source for chunk in open_index(embedder).chunks()} >= {"corpus/rnd.md", "rllte/sac.py"}


def test_who_reads_while_the_vectors_are_deleted_is_told(embedder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(None, embedder=embedder)
    retriever, late, delete = opened(embedder), open_index(embedder), shutil.rmtree
    late.__dict__.pop("_vectors")

    def deleting(folder: Path) -> None:
        delete(folder)
        refused(lambda: retriever.search("PPO"), lambda: late.dense(embedder.embed_query("x"), 1), late.require_vectors)
        assert not folder.exists(), "who reads does not make what is being deleted"

    monkeypatch.setattr(shutil, "rmtree", deleting)
    ingest(None, embedder=embedder, rebuild=True)
    assert retriever.search("PPO").passages


def test_a_rebuild_that_was_broken_off_is_finished_by_the_next_ingestion(embedder: Any, make_embedder: Any) -> None:
    ingest(None, embedder=embedder)
    retriever, other = opened(embedder), make_embedder()

    def killed() -> None:
        raise KeyboardInterrupt

    other.before = killed
    with pytest.raises(KeyboardInterrupt):
        ingest(None, embedder=other, rebuild=True)
    refused(lambda: retriever.search("PPO"), lambda: open_index(embedder))
    assert ingest(None, embedder=embedder).added == 3
    assert retriever.search("PPO").passages


def test_what_was_refused_once_is_refused_until_it_is_mended(embedder: Any, make_embedder: Any, shipped: Path) -> None:
    ingest(None, embedder=embedder)
    retriever = opened(embedder)
    ingest(None, embedder=make_embedder("fake:2"), rebuild=True)
    pages = [*shipped.rglob("*.*")]
    texts = [page.read_text() for page in pages]
    for _ in range(2):
        with pytest.raises(IndexMismatch):
            retriever.search("PPO")
    for page in pages:
        page.unlink()
    ingest(None, embedder=embedder, rebuild=True)
    for _ in range(2):
        with pytest.raises(CopilotError, match="holds nothing to search"):
            retriever.search("PPO")
    for page, text in zip(pages, texts, strict=True):
        page.write_text(text)
    ingest(None, embedder=embedder)
    assert retriever.search("PPO").passages
