"""In what a plan differs from what a request said."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


def differences(body: BaseModel, family: str, said: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields that are not as said, and fields that nobody spoke of: (expected, found)."""
    if getattr(body, "family", "") != family:
        return {"family": (family, getattr(body, "family", ""))}
    found = body.model_dump()
    expected = _usual(type(body)) | said
    out = {}
    for name, value in expected.items():
        got = found.get(name)
        if name == "critic_function" and value in {None, expected["function"]} and got in {None, found["function"]}:
            continue
        if name == "critic_norm" and value in {None, expected["norm"]} and got in {None, found["norm"]}:
            continue
        if not _same(value, got):
            out[name] = (value, got)
    return out


def _usual(kind: type[BaseModel]) -> dict[str, Any]:
    return {
        name: info.get_default(call_default_factory=True)
        for name, info in kind.model_fields.items()
        if name != "family"
    }


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int) and not isinstance(one, bool):
        return abs(one - other) <= 1e-6 * max(1.0, abs(one))
    return bool(one == other)
