"""The embedder's vectors: unit length, repeatable, the same alone as in a batch, and near where meanings are."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from copilot.core.errors import InvalidRequest, NoModel, UnknownName
from copilot.core.settings import Settings
from copilot.models import open_embedder
from copilot.models.embedder import DIMENSION, Embedder

TEXTS = [
    "PPO clips the ratio of the new policy to the old one.",
    "Short.",
    "",
    "The replay buffer keeps transitions and samples them uniformly. " * 60,
    "内在奖励鼓励探索。",
    *[f"Sentence number {number} of a batch that is longer than one. " * (number % 5 + 1) for number in range(40)],
]


@cache
def embedder() -> Embedder:
    return open_embedder(Settings(threads=2))


@pytest.mark.model
def test_vectors_have_unit_length() -> None:
    vectors = embedder().embed(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSION)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@pytest.mark.model
def test_the_same_text_gives_the_same_vector() -> None:
    first, other, again = embedder().embed_documents([TEXTS[0], TEXTS[1], TEXTS[0]])
    assert first == again
    assert first != other
    assert embedder().embed_query(TEXTS[0]) == embedder().embed_query(TEXTS[0])


@pytest.mark.model
def test_a_batch_gives_what_each_text_gives_alone() -> None:
    together = embedder().embed(TEXTS)
    alone = np.array([embedder().embed_query(text) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.model
def test_like_meanings_are_nearer_than_unlike_ones() -> None:
    base, like, unlike = embedder().embed(
        [
            "How do I make the agent explore more?",
            "Intrinsic rewards encourage exploration.",
            "The recipe needs two eggs and some flour.",
        ]
    )
    assert base @ like > base @ unlike + 0.2


@pytest.mark.model
def test_what_is_beyond_its_length_is_cut() -> None:
    long = "word " * 300
    assert embedder().embed_query(long) == embedder().embed_query(long + "another ending")


@pytest.mark.model
def test_its_vectors_are_plain_floats_and_nothing_gives_nothing() -> None:
    assert embedder().embed_documents([]) == []
    vector = embedder().embed_query("text")
    assert len(vector) == DIMENSION
    assert {type(value) for value in vector} == {float}


@pytest.mark.model
def test_its_identity_holds_the_hash_of_its_weights() -> None:
    from copilot.models import profiles

    profile = profiles.get("all-minilm-l6-v2")
    assert embedder().identity.startswith(f"{profile.name}:{profile.sha256[:16]}:")
    assert str(DIMENSION) in embedder().identity


def test_without_weights_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_MODELS", str(tmp_path / "empty"))
    with pytest.raises(NoModel, match="all-minilm-l6-v2"):
        open_embedder(Settings())


def test_a_chat_model_is_no_embedder() -> None:
    with pytest.raises(InvalidRequest, match="not an embedder"):
        open_embedder(Settings(embedder="smollm2-135m"))
    with pytest.raises(UnknownName):
        open_embedder(Settings(embedder="all-minilm"))


@pytest.mark.parametrize(("first", "reported"), [("import copilot", False), ("pass", True)])
def test_nothing_is_reported_to_the_makers_of_the_runtime(first: str, reported: bool, tmp_path: Path) -> None:
    """Left alone, onnxruntime leaves an id of the machine in the home folder, and connects some seconds later."""
    code = f"{first}; import onnxruntime; onnxruntime.SessionOptions()"
    chosen = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    chosen |= {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}  # the control must not, either
    subprocess.run([sys.executable, "-c", code], env=chosen, check=True)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()].count("deviceid") == reported
