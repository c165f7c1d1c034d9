"""How alike an embedder finds texts that have nothing to do with each other: the zero of its scale.

For all-MiniLM-L6-v2 that is about 0, for others 0.4 or 0.7; without it nothing would ever be too far from a question to be
refused. It is measured once per identity, on texts of no user's, and kept among the states.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import Protocol

import numpy as np

from copilot.core import paths
from copilot.core.private import write_private

MOST = 0.95
"""A model that finds everything more alike than that tells nothing apart."""
QUESTIONS = [
    "How long does bread dough have to rest?",
    "When was the first railway bridge over the river opened?",
    "Which birds spend the winter in Africa?",
    "How is the interest on a savings account taxed?",
    "What does the second violin play in the slow movement?",
    "How do I reset the password of my router?",
]
DOCUMENTS = [
    "Mix flour, water, salt and yeast, knead for ten minutes and leave the dough in a warm place until it has doubled.",
    "The bridge carried two tracks on five arches of stone; it was opened to trains in 1857 and widened forty years later.",
    "Swallows and storks leave in August and cross the desert by night; robins and tits stay for the whole year.",
    "Interest counts as income of the year in which it is paid out, and the bank reports it to the tax office.",
    "After the trumpets have fallen silent, the strings take up the theme in a minor key and let it die away.",
    "Hold the button on the back for ten seconds with the device switched on; the name and key are on its label then.",
]
"""One for each question, in order; every other pair has nothing in common."""


class Comparing(Protocol):
    """What is asked of an embedder here; its vectors are of unit length."""

    identity: str

    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...
    def embed_query(self, text: str) -> list[float]: ...


def unrelated(embedder: Comparing) -> float:
    """The mean cosine similarity of a question and a document of another matter, 0 to 0.95."""
    file = paths.state_dir() / f"baseline-{hashlib.sha256(embedder.identity.encode()).hexdigest()[:16]}.json"
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        kept = json.loads(file.read_text(encoding="utf-8"))["unrelated"]
        if isinstance(kept, float) and 0.0 <= kept <= MOST:
            return kept
    questions = np.array([embedder.embed_query(question) for question in QUESTIONS])
    alike = questions @ np.array(embedder.embed_documents(DOCUMENTS)).T
    value = float(np.clip(alike[~np.eye(len(QUESTIONS), dtype=bool)].mean(), 0.0, MOST))
    with contextlib.suppress(OSError):  # it is measured again next time
        write_private(file, json.dumps({"identity": embedder.identity, "unrelated": value}))
    return value
