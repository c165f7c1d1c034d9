"""A few hundred requests and changes in as many wordings, each with the whole of what it changes of a preset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copilot.codegen import edit, plan
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()
OWNERS = {"agent_kwargs": "agent", "train_kwargs": "train", "env_kwargs": "env"}


def cases() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "wordings.txt").read_text(encoding="utf-8").splitlines()[2:]
    return [(request, found.strip()) for request, found in zip(lines[::2], lines[1::2], strict=True)]


def shown(spec: dict[str, Any]) -> str:
    """An experiment by what sets it apart from the preset of its agent and environment."""
    tuned = CATALOGUE.preset(spec["agent"], spec["env_id"]) or {}
    found = [spec["agent"], spec["env_id"]]
    for name, usual in (("num_envs", 8), ("num_train_steps", 100_000)):
        found += [f"{name}={spec[name]}"] if spec[name] != tuned.get(name, usual) else []
    for owner, short in OWNERS.items():
        base = tuned.get(owner, {})
        changed = {key: value for key, value in spec.get(owner, {}).items() if base.get(key, ...) != value}
        found += [f"{short}{changed}"] if changed else []
    for primitive, module in spec.get("modules", {}).items():
        found.append(f"{primitive}:{module['name']}{module.get('kwargs', {})}{module.get('parts', '')}")
    found += [f"{name}={spec[name]}" for name in ("seeds", "pretrain_steps", "device", "eval_episodes") if name in spec]
    usual_tag = f"{spec['agent']}_{spec['env_id']}".lower()
    return " ".join([*found, *([f"tag={spec['tag']}"] if spec["tag"] != usual_tag else [])])


@pytest.mark.parametrize(("request_text", "expected"), cases())
def test_it_is_read_so(request_text: str, expected: str) -> None:
    first, _, words = request_text.partition(" // ")
    spec = plan(first, CATALOGUE).spec
    if words:
        spec = edit(words, spec, CATALOGUE).spec
    made = spec.model_dump(exclude_defaults=True)
    runs = made["runs"].values() if spec.kind == "comparison" else [made]
    assert " | ".join(shown(run) for run in runs) == expected
