"""Devices by number and in words."""

import pytest

from copilot.codegen.names.devices import read_device
from copilot.codegen.request.reading import Reading
from copilot.core.errors import InvalidRequest


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("on the second gpu (cuda:1)", "cuda:1"),
        ("用第二块显卡 cuda:1", "cuda:1"),
        ("用第二块显卡", "cuda:1"),
        ("on my gpu", "cuda"),
        ("别用 GPU", "cpu"),
        ("on mps", "mps"),
        ("gpu if available", "auto"),
        ("nothing said", None),
    ],
)
def test_what_is_named(text: str, device: str | None) -> None:
    assert read_device(Reading(text)) == device


@pytest.mark.parametrize("text", ["on a TPU", "on cuda:0 and mps"])
def test_what_there_is_not(text: str) -> None:
    with pytest.raises(InvalidRequest, match="device"):
        read_device(Reading(text))
