"""Changes of a plan that may mend a failed run, as words for /edit. Offered, never made."""

from __future__ import annotations

from typing import Any

from copilot.codegen import ExperimentSpec, Spec

SHARE = 0.8
"""Of the steps that fitted into the time limit, so that the evaluation after training fits too."""


def remedy(kind: str, spec: Spec | None, reached: int | None = None) -> str | None:
    """The words of an edit, or None where the plan has nothing to change.

    Args:
        kind: cpu, slower, fewer_envs or fewer_steps (see `causes`).
        spec: what was run.
        reached: the last step that the run logged.
    """
    if not isinstance(spec, ExperimentSpec):
        return None
    if kind == "cpu":
        return "use the cpu" if spec.device not in {"cpu", "auto"} else None
    if kind == "fewer_envs":
        return f"use {_environments(spec.num_envs // 2)}" if spec.num_envs > 1 else None
    if kind == "slower":
        lr = _number(spec.agent_kwargs.get("lr"))
        return f"set lr to {lr / 3:.1g}" if lr else None
    if kind == "fewer_steps" and reached:
        fitting = _round(int(reached * SHARE))
        return f"train for {fitting} steps" if 0 < fitting < spec.num_train_steps else None
    return None


def _environments(number: int) -> str:
    return "1 environment" if number == 1 else f"{number} environments"


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _round(steps: int) -> int:
    """Down to two digits, as a person would say it."""
    unit: int = 10 ** max(0, len(str(steps)) - 2)
    return steps // unit * unit
