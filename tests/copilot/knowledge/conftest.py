"""A small shipped corpus instead of the real one, and an embedder that needs no weights."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.core import paths


class FakeEmbedder:
    """Hashes words into unit vectors; `embedded` holds every text it was given to keep."""

    def __init__(self, identity: str = "fake:1") -> None:
        self.identity = identity
        self.embedded: list[str] = []
        self.before: Callable[[], None] = lambda: None
        """Called before each batch: the test's way into a running ingestion."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.before()
        self.embedded.extend(texts)
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    def _vector(self, text: str) -> list[float]:
        vector = [1e-3] * 256
        for word in re.findall(r"\w+", text.lower()):
            vector[int(hashlib.md5(word.encode()).hexdigest(), 16) % 256] += 1.0
        length = math.sqrt(sum(value * value for value in vector))
        return [value / length for value in vector]


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def make_embedder() -> type[FakeEmbedder]:
    """The class, for a second embedder."""
    return FakeEmbedder


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's folder: two pages of documentation and one module."""
    root = tmp_path / "shipped"
    (root / "corpus" / "agents").mkdir(parents=True)
    (root / "rllte").mkdir()
    (root / "corpus" / "agents" / "ppo.md").write_text("# PPO\n\nIt clips the ratio.\n")
    (root / "corpus" / "rnd.md").write_text("# RND\n\nIt rewards novelty.\n")
    (root / "rllte" / "sac.py").write_text('"""Soft actor-critic."""\n\n\ndef sac():\n    """Makes it."""\n')
    monkeypatch.setattr(paths, "project_root", lambda: root)
    return root
