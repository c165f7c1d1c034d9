"""Pieces of source that all rendered algorithms share."""

from __future__ import annotations

from copilot.codegen.authoring.layout import imports
from copilot.codegen.authoring.spec import AgentSpec

SHARED = [
    "env: Gymnasium2Torch",
    "eval_env: Gymnasium2Torch | None = None",
    'tag: str = "default"',
    "seed: int = 1",
    'device: str = "cpu"',
    "pretraining: bool = False",
]


def numbered(numbers: dict[str, float]) -> tuple[list[str], list[str]]:
    return (
        [f"{name}: float = {value!r}" for name, value in numbers.items()],
        [f"        self.{name} = {name}" for name in numbers],
    )


def assembled(arguments: list[str]) -> list[str]:
    return [
        "        assemble(",
        "            self,",
        *(f"            {argument}," for argument in arguments),
        "        )",
    ]


def heading(spec: AgentSpec, torch: list[str], library: list[str], more: list[str] | None = None) -> list[str]:
    head = [f'"""{spec.name}: an algorithm written for RLLTE."""', "", "from __future__ import annotations"]
    standard = [
        "from collections.abc import Mapping",
        "from pathlib import Path",
        "from typing import Any",
        *(more or []),
    ]
    return head + imports(standard, torch, library)
