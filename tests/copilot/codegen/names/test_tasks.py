"""Arguments of Gymnasium's environments are those that Gymnasium has."""

import importlib
import inspect

import gymnasium
import pytest

import rllte.env
from copilot.codegen.names.tasks import ENVIRONMENTS, FAMILIES, VARIANTS, arguments
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()
OWN = [entry["id"] for entry in CATALOGUE.environments if entry["maker"] == "make_rllte_env"]
WITH_ARGUMENTS = [env_id for env_id in OWN if arguments(env_id)]


@pytest.mark.parametrize("env_id", WITH_ARGUMENTS)
def test_they_exist(env_id: str) -> None:
    assert rllte.env
    entry_point = gymnasium.spec(env_id).entry_point
    if isinstance(entry_point, str):
        module, _, name = entry_point.partition(":")
        entry_point = getattr(importlib.import_module(module), name)
    known = inspect.signature(entry_point).parameters
    assert {argument["name"] for argument in arguments(env_id)} <= known.keys()


def test_names_belong_to_environments() -> None:
    bases = {entry["id"].rpartition("-v")[0] or entry["id"] for entry in CATALOGUE.environments}
    assert set(ENVIRONMENTS) <= bases
    squeezed = {base.replace("-", "").lower() for base in bases}
    assert all(any(family.lower() in name for name in squeezed) for family in FAMILIES.values())
    ids = {entry["id"] for entry in CATALOGUE.environments}
    assert all(name in ids for _, others in VARIANTS.values() for pair in others.items() for name in pair)
