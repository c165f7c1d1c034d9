"""The vectors of a checkpoint of Instructor's architecture (random weights) are those of its definition in plain torch."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evals.instructor import INSTRUCTIONS, TEXTS, make_checkpoint

pytestmark = pytest.mark.filterwarnings(  # of the libraries, among themselves
    "ignore::DeprecationWarning", "ignore::FutureWarning"
)
INSTRUCTION = INSTRUCTIONS["document"]
GIVEN = {**INSTRUCTIONS, "pool_instruction": False, "max_length": 0, "batch": 4, "threads": 1, "idle_s": 1.0}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(
        tmp_path_factory.mktemp("tiny") / "instructor-large"
    )  # the name alone must not change anything


@pytest.fixture
def embed(checkpoint: Path) -> Callable[..., np.ndarray]:
    """By the worker, of the tiny checkpoint or a changed one."""

    def call(
        texts: list[str] = TEXTS, purpose: str = "document", folder: Path = checkpoint, **change: Any
    ) -> np.ndarray:
        from copilot.models.sentence_worker import Worker

        return Worker({"folder": str(folder), **GIVEN, **change}).embed(texts, purpose)

    return call


@cache
def by_hand(checkpoint: Path, text: str, instruction: str, *, pooled: bool) -> np.ndarray:
    """Encode instruction and text; mean of the hidden states, of the text's alone or of all; dense layer; unit length."""
    import torch
    from tokenizers import Tokenizer
    from transformers import T5EncoderModel

    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    ids = tokenizer.encode(instruction + text).ids[:511]
    ids = ids if ids[-1] == 1 else [*ids, 1]
    skip = 0 if pooled else len(tokenizer.encode(instruction).ids) - 1  # without its end mark
    with torch.no_grad():
        hidden = T5EncoderModel.from_pretrained(checkpoint).eval()(torch.tensor([ids]))[0][0]
        dense = torch.load(checkpoint / "2_Dense" / "pytorch_model.bin")["linear.weight"]
        vector = dense @ hidden[skip:].mean(0)
    return (vector / vector.norm()).numpy()


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("purpose", INSTRUCTIONS)
def test_vectors_are_those_of_the_definition(
    checkpoint: Path, embed: Callable[..., np.ndarray], purpose: str, pooled: bool
) -> None:
    found = embed(purpose=purpose, pool_instruction=pooled)
    right = np.array([by_hand(checkpoint, text, INSTRUCTIONS[purpose], pooled=pooled) for text in TEXTS])
    wrong = np.array([by_hand(checkpoint, text, INSTRUCTIONS[purpose], pooled=not pooled) for text in TEXTS])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, right, atol=1e-5)
    apart = np.abs(found - wrong).max(axis=1)
    assert apart.min() > 1e-3, "the wrong variant is another vector for every text"


def test_a_bare_sentence_transformers_gets_a_folder_wrong(checkpoint: Path, embed: Callable[..., np.ndarray]) -> None:
    """It leaves the instruction out for three names of the hub alone, and says nothing for a folder."""
    from sentence_transformers import SentenceTransformer

    bare = SentenceTransformer(str(checkpoint), device="cpu").encode(TEXTS, prompt=INSTRUCTION)
    assert np.abs(bare - embed()).max(axis=1).min() > 1e-3
    np.testing.assert_allclose(bare, embed(pool_instruction=True), atol=1e-5)


def test_texts_stand_in_their_order_whatever_the_batch(embed: Callable[..., np.ndarray]) -> None:
    together = embed(batch=32)
    np.testing.assert_allclose(together, embed(batch=1), atol=1e-5)
    np.testing.assert_allclose(embed(TEXTS[::-1])[::-1], together, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)


def test_a_shorter_length_cuts_and_a_longer_one_than_the_model_s_does_not_count(
    embed: Callable[..., np.ndarray],
) -> None:
    long = "actor critic " * 30
    assert np.abs(embed([long], max_length=16) - embed([long])).max() > 1e-3
    np.testing.assert_allclose(embed([long], max_length=16), embed([f"{long} another end"], max_length=16), atol=1e-6)
    np.testing.assert_array_equal(embed(max_length=9999), embed())


@pytest.fixture
def prompted(checkpoint: Path, tmp_path: Path) -> Path:
    """The same with instructions of its own, and one that is put before every text."""
    folder = Path(shutil.copytree(checkpoint, tmp_path / "prompted"))
    prompts = {"query": "ask: ", "document": "keep: ", "other": "sort: "}
    (folder / "config_sentence_transformers.json").write_text(
        json.dumps({"prompts": prompts, "default_prompt_name": "other"})
    )
    return folder


def test_without_instructions_the_model_s_own_are_taken(prompted: Path, embed: Callable[..., np.ndarray]) -> None:
    own = {"document": None, "question": None}
    np.testing.assert_allclose(embed(folder=prompted, **own), embed(document="keep: "), atol=1e-6)
    np.testing.assert_allclose(embed(purpose="question", folder=prompted, **own), embed(document="ask: "), atol=1e-6)
    plain = {"document": "", "question": ""}
    np.testing.assert_allclose(embed(folder=prompted, **plain), embed(**plain), atol=1e-6)


def test_it_says_what_it_is(checkpoint: Path) -> None:
    from copilot.models.sentence_worker import Worker

    about = Worker({"folder": str(checkpoint), **GIVEN}).about
    assert about == {"dimension": 48, "max_length": 512, "instructions": INSTRUCTIONS, "device": "cpu"}


def test_the_pooling_stays_as_the_checkpoint_says_where_nothing_is_given(
    checkpoint: Path, embed: Callable[..., np.ndarray], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(checkpoint, tmp_path / "configured"))
    np.testing.assert_array_equal(embed(folder=folder, pool_instruction=None), embed(pool_instruction=True))
    config = json.loads((folder / "1_Pooling" / "config.json").read_text())
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({**config, "include_prompt": False}))
    np.testing.assert_array_equal(embed(folder=folder, pool_instruction=None), embed())


def test_an_instruction_cannot_be_left_out_where_nothing_is_pooled(
    checkpoint: Path, embed: Callable[..., np.ndarray], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(checkpoint, tmp_path / "unpooled"))
    modules = json.loads((folder / "modules.json").read_text())
    (folder / "modules.json").write_text(json.dumps(modules[:1]))
    with pytest.raises(ValueError, match="no pooling layer"):
        embed(folder=folder)
