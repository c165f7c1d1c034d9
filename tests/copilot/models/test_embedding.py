"""The table of a profile that says how its vectors are made; what is refused is in `test_profiles`, from whole files."""

from __future__ import annotations

import pytest

from copilot.models.embedding import Embedding, check_keys, read_embedding


def test_an_empty_table_is_that_of_the_default_embedder() -> None:
    assert read_embedding({}) == Embedding() == Embedding("onnx")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1"),
        ("https://[::1]:8000", "https://[::1]:8000/v1"),
    ],
)
def test_an_address_ends_in_v1(given: str, read: str) -> None:
    assert read_embedding({"backend": "server", "base_url": given, "model": "m"}).base_url == read


@pytest.mark.parametrize(
    "given", ["127.0.0.1:8000", "http://", "http://a b", "http://[::1", "http://a:0", "http://模型/v1"]
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError):
        read_embedding({"backend": "server", "base_url": given, "model": "m"})


def test_without_an_instruction_the_pooling_may_stay_open() -> None:
    assert read_embedding({"backend": "sentence-transformers", "document": "", "question": ""}).pool_instruction is None
    with pytest.raises(ValueError, match="pool_instruction is missing"):
        read_embedding({"backend": "sentence-transformers", "question": "query: "})


def test_a_whole_number_is_no_truth_value() -> None:
    with pytest.raises(ValueError, match="pool_instruction is 1; expected bool"):
        check_keys({"pool_instruction": 1})
    with pytest.raises(ValueError, match="batch is True; expected int"):
        check_keys({"batch": True})
