"""What a class gives its instances, from its source."""

from __future__ import annotations

import ast
import textwrap

import pytest

from copilot.codegen.symbols.attributes import Attributes, attributes


def of(methods: str) -> Attributes:
    node = ast.parse("class A:\n" + textwrap.indent(textwrap.dedent(methods), "    ")).body[0]
    assert isinstance(node, ast.ClassDef)
    return attributes(node)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("self.a = 1", "a"),
        ("self.b: int = 1", "b"),
        ("self.c: int", "c"),
        ("self.d, (self.e, *self.f) = x", "f"),
        ("for self.g in x: pass", "g"),
        ("with x as self.h: pass", "h"),
        ("self.i += 1", "i"),
        ("self.j = self.k = 1", "k"),
        ("self.register_buffer('m', x)", "m"),
        ("self.register_parameter(name='n', param=x)", "n"),
        ("self.add_module('o', x)", "o"),
        ("setattr(self, 'p', x)", "p"),
        ("object.__setattr__(self, 'q', x)", "q"),
        ("self.__dict__['r'] = x", "r"),
        ("vars(self)['s'] = x", "s"),
    ],
)
def test_ways_to_set(statement: str, name: str) -> None:
    found = of(f"def f(self, x):\n    {statement}")
    assert name in found.values
    assert not found.open


@pytest.mark.parametrize(
    "statement",
    ["setattr(self, x, 1)", "self.__dict__.update(x)", "vars(self)[x] = 1", "self.register_buffer(x, 1)"],
)
def test_names_that_only_the_program_knows(statement: str) -> None:
    assert of(f"def f(self, x):\n    {statement}").open
    assert not of(f"def __setstate__(self, x):\n    {statement}").open


def test_names_in_part_known() -> None:
    assert of("def f(self, x):\n    setattr(self, f'part{x}', 1)").patterns == ["part.*"]


def test_annotations_and_slots_of_the_body() -> None:
    found = of("a: int\n__slots__ = ('b',)\nif True:\n    c: str\n@staticmethod\ndef f(self):\n    self.d = 1")
    assert set(found.types) == {"a", "c"}
    assert set(found.values) == {"b"}
