"""The index knows what the installed packages say of themselves."""

from __future__ import annotations

import inspect

import pytest

from copilot.codegen.symbols import store
from copilot.codegen.symbols.index import Index
from copilot.codegen.symbols.values import ClassValue, Function, Instance, Module
from copilot.core.catalogue import load_catalogue

pytestmark = pytest.mark.usefixtures("symbols")


@pytest.fixture
def index() -> Index:
    return Index(store.index_file())


def test_every_component_of_the_catalogue_is_in_it_with_its_arguments(index: Index) -> None:
    for entry in load_catalogue().components:
        found, value = index.attribute(entry["import_from"], entry["name"])
        assert found, entry["name"]
        assert isinstance(value, ClassValue)
        made = value.cls.constructor()
        if made is not None:
            missing = [item["name"] for item in entry["parameters"] if item["name"] not in made.signatures[0]]
            assert not missing, entry["name"]


def test_kinds_of_values(index: Index) -> None:
    assert index.attribute("torch", "nn") == (True, Module("torch.nn"))
    zeros = index.attribute("torch", "zeros")[1]
    assert isinstance(zeros, Function)
    tensor = zeros.result()
    assert isinstance(tensor, Instance)
    assert tensor.cls.name == "Tensor"
    dtype = index.attribute("torch", "float32")[1]
    assert isinstance(dtype, Instance)
    assert dtype.cls.has("itemsize")
    assert index.attribute("torch", "nowhere") == (False, None)
    assert index.attribute("numpy", "pi") == (True, None)


def test_attributes_that_constructors_set_are_known(index: Index) -> None:
    agent = index.attribute("rllte.agent", "PPO")[1]
    assert isinstance(agent, ClassValue)
    assert all(agent.cls.has(name) for name in ("policy", "encoder", "obs_shape", "clip_range", "train"))
    assert not agent.cls.has("n_envs")


def test_instances_have_nothing_that_the_index_does_not_know(index: Index) -> None:
    """Some networks, made: `dir` of each against the index."""
    import torch
    from torch import nn

    made = [nn.Conv2d(1, 2, 3), nn.LSTM(3, 4, 2), nn.Sequential(nn.Linear(1, 2)), nn.BatchNorm1d(3), nn.GRUCell(2, 3)]
    made += [
        nn.MultiheadAttention(4, 2),
        nn.Transformer(4, 2, 1, 1, batch_first=True),
        nn.Embedding(3, 4),
        nn.CrossEntropyLoss(),
    ]
    objects = [*made, torch.zeros(2), torch.optim.Adam(made[0].parameters()), torch.Generator(), torch.device("cpu")]
    for one in [*objects, torch.distributions.Normal(0.0, 1.0)]:
        cls = index.class_of(f"{type(one).__module__}.{type(one).__qualname__}")
        assert cls is not None
        assert not any(base.open for base in cls.above), type(one)
        unknown = [name for name in dir(one) if not cls.has(name) and not name.startswith("__")]
        assert not unknown, type(one)


def test_signatures_are_the_librarys(index: Index) -> None:
    from rllte.env import make_rllte_env

    value = index.attribute("rllte.env", "make_rllte_env")[1]
    assert isinstance(value, Function)
    for name in inspect.signature(make_rllte_env).parameters:
        assert name in value.signatures[0]
