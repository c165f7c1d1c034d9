"""Requests for augmentations, made up from a seed, are read as they are told, or what is not understood is named."""

from __future__ import annotations

from copilot.core.catalogue import load_catalogue
from tests.copilot.codegen.authoring.spoken import augmentations
from tests.copilot.codegen.authoring.spoken.reading import read_back

COUNT = 200
UNREAD = 0.02
"""The share of requests of which something is left unread, at most."""


def test_augmentations_are_read_as_they_are_told() -> None:
    outcomes = read_back(
        "one", COUNT, augmentations.plan, augmentations.told, augmentations.differences, load_catalogue()
    )
    silent = [(one.request, one.differences) for one in outcomes if one.silent]
    assert silent == []
    unread = [(one.request, one.unread) for one in outcomes if one.unread]
    assert len(unread) <= UNREAD * COUNT, unread
