"""The library's catalogue as data, read from the generated `data/catalogue.json`; `rllte` is never imported here.

The file is written by `python -m rllte.core.catalogue`, from what each component declares on its own class.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from copilot.core import paths
from copilot.core.errors import FileProblem, UnknownName

Entry = dict[str, Any]


@dataclass(frozen=True)
class Catalogue:
    """Components, makers of environments, statistics of scores, base classes, presets, environments of one version."""

    rllte_version: str
    components: list[Entry]
    functions: list[Entry]
    statistics: list[Entry]
    prototypes: list[Entry]
    presets: list[Entry]
    environments: list[Entry]

    @property
    def symbols(self) -> list[Entry]:
        """All that can be imported: components, functions, statistics and base classes."""
        return [*self.components, *self.functions, *self.statistics, *self.prototypes]

    def of(self, primitive: str) -> list[Entry]:
        """All components of a primitive ("agent", "encoder", ...)."""
        return [entry for entry in self.components if entry["primitive"] == primitive]

    def names(self, primitive: str) -> list[str]:
        """Their names."""
        return [entry["name"] for entry in self.of(primitive)]

    def component(self, name: str, primitive: str | None = None) -> Entry:
        """The component of that exact name.

        Raises:
            UnknownName: there is none; the hint holds the nearest.
        """
        pool = self.components if primitive is None else self.of(primitive)
        for entry in pool:
            if entry["name"] == name:
                return entry
        raise UnknownName(primitive or "component", name, [entry["name"] for entry in pool])

    def preset(self, agent: str, env_id: str) -> Entry | None:
        """Tuned settings for an agent on an environment, if the library ships some."""
        for entry in self.presets:
            if entry["agent"] == agent and entry["env_id"] == env_id:
                return entry
        return None

    def environment(self, env_id: str) -> Entry | None:
        """What is known of an environment id, or None; `BreakoutNoFrameskip-v4` is made like `Breakout-v5`."""
        game = env_id.removesuffix("NoFrameskip-v4")
        wanted = env_id if game == env_id else f"{game}-v5"
        for entry in self.environments:
            if entry["id"] == wanted:
                return entry if wanted == env_id else {**entry, "id": env_id} if entry["suite"] == "atari" else None
        return None


@cache
def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read the catalogue; the result is shared, do not change it.

    Raises:
        FileProblem: the file is missing or not JSON.
    """
    file = path or paths.catalogue_file()
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        return Catalogue(**{field.name: data[field.name] for field in fields(Catalogue)})
    except (OSError, ValueError, KeyError) as error:
        raise FileProblem(
            f"The catalogue {file} cannot be read: {error}.", hint="Write it anew: make catalogue"
        ) from error
