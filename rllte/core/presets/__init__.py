"""Tuned settings per environment, part of the catalogue: what `rllte train` and generated scripts use by default.

Measured with `python -m evals learning`; the figures are in evals/LEADERBOARD.md.
"""

from __future__ import annotations

from rllte.core.presets.off_policy import OFF_POLICY
from rllte.core.presets.on_policy import ON_POLICY
from rllte.core.presets.preset import Preset

__all__ = ["PRESETS", "Preset", "preset"]

PRESETS: tuple[Preset, ...] = (*ON_POLICY, *OFF_POLICY)


def preset(agent: str, env_id: str) -> Preset | None:
    """The settings of an agent on an environment, or None if none were tuned."""
    return next((entry for entry in PRESETS if (entry.agent, entry.env_id) == (agent, env_id)), None)
