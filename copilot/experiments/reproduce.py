"""Whether a repetition came to the same metrics as what it repeats, and whether it should have."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from copilot.experiments import curves, host
from copilot.experiments.records import Experiment


@dataclass(frozen=True)
class Same:
    """One run beside the one that it repeats."""

    label: str
    seed: int
    identical: bool
    difference: str | None
    """Where their metrics part; None where they do not."""


@dataclass(frozen=True)
class Reproduction:
    """A repetition beside its origin."""

    origin: str
    expected: bool
    """Whether the metrics should be identical: on a CPU, with the same versions on the same machine."""
    reasons: tuple[str, ...]
    """Why they need not be."""
    runs: tuple[Same, ...]
    """Of those that ended well both times."""

    @property
    def identical(self) -> bool | None:
        """Whether all are; None where there is none to compare."""
        return all(run.identical for run in self.runs) if self.runs else None

    def to_json(self) -> dict[str, Any]:
        """As part of the JSON of `experiment rerun` and `show`."""
        return {**asdict(self), "identical": self.identical}


def reasons(origin: Experiment, versions: dict[str, str], facts: dict[str, Any]) -> list[str]:
    """Why metrics need not be identical to those of `origin`: a phrase each."""
    found = host.changed(origin.versions, versions)
    for key in ("processor", "threads", "device"):
        if origin.host.get(key) != facts.get(key):
            found.append(f"{key} {origin.host.get(key)} -> {facts.get(key)}")
    if facts.get("device") != "cpu":
        found.append(f"on {facts.get('device')} sums are not always taken in the same order")
    return found


def reproduction(origin: Experiment, repeated: Experiment) -> Reproduction:
    """Compare the metrics of all runs that both have, row by row but for the time that they took."""
    before = {(run.label, run.seed): run for run in origin.runs if run.status == "ok" and run.folder}
    rows = list[Same]()
    for run in repeated.runs:
        old = before.get((run.label, run.seed))
        if run.status == "ok" and run.folder and old is not None and old.folder:
            now, then = curves.read(Path(run.folder)), curves.read(Path(old.folder))
            difference = curves.first_difference(now, then)
            rows.append(Same(run.label, run.seed, difference is None, difference))
    why = reasons(origin, repeated.versions, repeated.host)
    return Reproduction(origin.id, not why, tuple(why), tuple(rows))
