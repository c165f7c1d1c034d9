"""The registry: names, aliases, duplicates, and arguments compared with what a signature declares."""

from __future__ import annotations

import inspect
import math
from typing import Annotated, Any

import numpy as np
import pytest

from rllte.core import registry
from rllte.core.errors import IncompatibleError, ParameterError, UnknownNameError
from rllte.core.registry import Component, Param, checked, find, load_all, register, registered


@checked
def tuned(
    env: Any,
    steps: Annotated[int, Param("steps", low=1, high=10)] = 5,
    rate: Annotated[float, Param("rate", low=0)] = 0.1,
    clip: Annotated[float | None, Param("clip", low=0)] = None,
    flag: Annotated[bool, Param("flag")] = False,
    kind: Annotated[str, Param("kind", choices=("a", "b"))] = "a",
    norm: Annotated[float, Param("norm", above=0)] = 0.5,
) -> Any:
    """What it was given."""
    return steps, rate, clip, flag, kind


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"steps": 0}, "steps is 0; expected at least 1"),
        ({"steps": 11}, "steps is 11; expected at most 10"),
        ({"steps": 1.5}, "a whole number"),
        ({"steps": True}, "a whole number"),
        ({"steps": None}, "a whole number"),
        ({"rate": math.nan}, "a finite number"),
        ({"rate": math.inf}, "a finite number"),
        ({"rate": "1e-3"}, "rate is '1e-3', a str; expected a number"),
        ({"rate": None}, "a number"),
        ({"clip": -1}, "clip is -1; expected at least 0"),
        ({"norm": 0.0}, "norm is 0.0; expected more than 0"),
        ({"flag": 1}, "True or False"),
        ({"kind": "c"}, "one of 'a', 'b'"),
    ],
)
def test_an_argument_outside_its_declaration_is_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        tuned(None, **arguments)


def test_what_is_declared_passes_and_positions_count_too() -> None:
    assert tuned(None, np.int64(3), 1, 0.5, True, "b") == (3, 1, 0.5, True, "b")
    assert tuned(None, rate=np.float32(0.5), clip=None)[1] == 0.5
    with pytest.raises(ParameterError, match="steps is 0"):
        tuned(None, 0)


@checked
def several(
    pair: Annotated[tuple[float, float], Param("two numbers", low=0, high=1)] = (0.9, 0.999),
    sizes: Annotated[tuple[int, ...] | None, Param("sizes", low=1)] = None,
    either: Annotated[int | str, Param("a number or a name", low=1)] = "auto",
    size: Annotated[int | tuple[int, int], Param("one side or two", low=1)] = 1,
) -> Any:
    """What it was given."""
    return pair, sizes, either, size


def test_tuples_are_compared_entry_by_entry_and_unions_by_the_kind_that_the_value_is_of() -> None:
    assert several((0.5, 1), (1, 2, 3), "me", (3, 4)) == ((0.5, 1), (1, 2, 3), "me", (3, 4))
    assert several([0.1, 0.2], None, 2, 5) == ([0.1, 0.2], None, 2, 5)
    for arguments, words in (
        ({"pair": 0.9}, r"pair is 0.9, a float; expected a tuple of 2"),
        ({"pair": (0.9,)}, r"expected a tuple of 2"),
        ({"pair": (0.9, "b")}, r"pair\[1\] is 'b', a str; expected a number"),
        ({"pair": (0.9, 2.0)}, r"pair\[1\] is 2.0; expected at most 1"),
        ({"sizes": (3, 0)}, r"sizes\[1\] is 0; expected at least 1"),
        ({"sizes": 3}, r"sizes is 3, a int; expected a tuple\."),
        ({"either": 0}, r"either is 0; expected at least 1"),
        ({"size": (1, 0)}, r"size\[1\] is 0"),
    ):
        with pytest.raises(ParameterError, match=words):
            several(**arguments)


def test_an_argument_that_there_is_not_names_the_nearest_and_the_rest_gets_pythons_own_words() -> None:
    with pytest.raises(TypeError, match=r"tuned has no argument 'stesp'. Did you mean 'steps'"):
        tuned(None, stesp=3)
    with pytest.raises(TypeError, match=r"tuned\(\) missing 1 required positional argument"):
        tuned()


@pytest.mark.parametrize("entry", load_all(), ids=lambda entry: entry.name)
def test_every_component_compares_what_it_declares(entry: Any) -> None:
    signature = inspect.signature(entry.cls.__init__)
    for row in registry.parameters(entry.cls.__init__):
        wrong = row["above"] if row["low"] is None else row["low"] - 1
        if wrong is None:
            continue
        plain = [n for n, p in signature.parameters.items() if n != "self" and p.kind is not p.VAR_POSITIONAL]
        given: dict[str, Any] = dict.fromkeys(plain)
        given[row["name"]] = wrong
        with pytest.raises(ParameterError):
            entry.cls(**given)


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="VanillaMlpEncoder"):
        find("VanilaMlpEncoder")


@pytest.mark.parametrize("name", ["PPO", "ppo", "近端策略优化", "Proximal Policy Optimization"])
def test_aliases_and_small_letters_are_names(name: str) -> None:
    assert find(name, "agent").name == "PPO"


def test_a_name_belongs_to_one_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_COMPONENTS", dict(registry._COMPONENTS))
    with pytest.raises(IncompatibleError, match="another name"):
        register("encoder")(type("MnihCnnEncoder", (), {"__doc__": "Another.", "__module__": "mine"}))
    assert find("MnihCnnEncoder").cls.__module__.startswith("rllte.")
    for _ in range(2):  # a cell of a notebook may run twice
        anew = register("encoder")(type("Mine", (), {"__doc__": "Mine.", "__module__": "mine"}))
        assert registered(anew) is not None


@pytest.mark.parametrize("entry", load_all(), ids=lambda entry: entry.name)
def test_help_names_the_paper(entry: Component) -> None:
    said = inspect.getdoc(entry.cls) or ""
    assert entry.paper is None or said.endswith(f"Paper: {entry.paper.title}, {entry.paper.url}")
    assert entry.paper is not None or "Paper:" not in said
