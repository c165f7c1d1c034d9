"""A call against a signature: what is unknown, missing, given twice or too much, and of what kind."""

from __future__ import annotations

import ast

import pytest

from copilot.codegen.symbols.calls import misfit
from copilot.codegen.symbols.values import Function


def judged(call: str, *signatures: str, bound: bool = False, parsed: bool = False) -> str:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    return misfit(node, Function("f", signatures, bound, parsed))


@pytest.mark.parametrize(
    ("call", "signature"),
    [
        ("f(1, 2)", "(a, b)"),
        ("f(1, b=2)", "(a, b)"),
        ("f(1)", "(a, b=3)"),
        ("f(*x)", "(a, b)"),
        ("f(**x)", "(a, *, b)"),
        ("f(1, *x, c=2)", "(a, b, c)"),
        ("f(1, 2, 3, d=4)", "(a, *b, **c)"),
        ("f(1, c=2)", "(a, /, b=1, *, c)"),
        ("f(None)", "(a: 'rllte.env.Env')"),
        ("f(x)", "(a: 'builtins.int')"),
        ("f(1)", "(a: 'builtins.float')"),
    ],
)
def test_what_fits(call: str, signature: str) -> None:
    assert judged(call, signature) == ""


@pytest.mark.parametrize(
    ("call", "signature", "text"),
    [
        ("f(1, 2, 3)", "(a, b)", "takes 2 arguments without a name, 3 are given; it takes (a, b)"),
        ("f(1, 2)", "(a, *, b)", "takes 1 argument without a name, 2 are given"),
        ("f(1)", "(a, b)", "needs b"),
        ("f(1)", "(a, *, b)", "needs b"),
        ("f(1, lenght=2)", "(a, length=1)", "has no argument lenght; nearest: length; it takes (a, length=1)"),
        ("f(a=1)", "(a, /)", "has no argument a"),
        ("f(1, a=2)", "(a)", "gets a twice"),
        ("f(*x, d=2)", "(a, b)", "has no argument d"),
        ("f('x')", "(a: 'builtins.int')", "takes an int as a, not 'x'; it takes (a)"),
        ("f(a='x')", "(a: 'rllte.env.Env')", "takes an Env as a, not 'x'"),
        ("f(3)", "(a: 'rllte.env.Env')", "takes an Env as a, not 3"),
    ],
)
def test_what_does_not_fit(call: str, signature: str, text: str) -> None:
    assert judged(call, signature).startswith(text)


def test_of_a_method_the_instance_is_given() -> None:
    assert judged("f(1)", "(self, a)", bound=True) == ""
    assert judged("f()", "(self, a)", bound=True) == "needs a; it takes (a)"
    assert judged("f(x, 1)", "(self, a)") == ""


def test_one_of_several_forms_is_enough() -> None:
    forms = ("(size, *, out=None)", "(*size, out=None)")
    assert judged("f(2, 3, 4)", *forms) == ""
    assert judged("f(2, shape=3)", *forms).startswith("has no argument shape; it takes (size, *, out=None) or (*size")
    assert judged("f(1, 2, 3)", "(a)", "(a, b)").startswith("takes 1 argument")


def test_numpys_names_are_torchs_too() -> None:
    assert judged("f(x, axis=1, keepdims=True)", "(input, dim, keepdim=False)", parsed=True) == ""
    assert judged("f(x, axis=1)", "(input, dim)").startswith("has no argument axis")


def test_without_a_signature_anything_goes() -> None:
    assert judged("f(1, 2, 3, anything=4)") == ""
