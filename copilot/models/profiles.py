"""The profiles of language models and embedders: where the weights come from, how they are verified, what they need.

One TOML file each in `profiles/`. Nothing here opens a connection or reads weights (that is `pull`). Any part of the
copilot above this layer may import it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import UnknownName

FOLDER = Path(__file__).resolve().parent / "profiles"


@dataclass(frozen=True)
class ModelFile:
    """One file of the weights.

    `member` is the pattern of its pieces inside the packages; an empty `sha256` means that the hub's declared hash
    is used. `bytes` is the size of the whole file.
    """

    name: str
    member: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Profile:
    """A model that can be chosen by name. `memory_mb` is what it needs when loaded at `context_length` tokens."""

    name: str
    kind: str
    title: str
    licence: str
    context_length: int
    chat_template: str
    memory_mb: int
    hub_repo: str
    hub_revision: str
    packages: tuple[str, ...]
    files: tuple[ModelFile, ...]

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def sha256(self) -> str:
        """Hash of the weights, the first file."""
        return self.files[0].sha256

    @property
    def pinned(self) -> bool:
        """Whether the profile itself holds the hash of every file; else the hub's declared hash is trusted."""
        return all(file.sha256 for file in self.files)

    @property
    def source(self) -> str:
        """Where the weights come from, for people."""
        hub = f"hub {self.hub_repo}@{self.hub_revision[:8]}" if self.hub_repo else ""
        package = f"package index {self.packages[0]}" if self.packages else ""
        return ", else ".join(part for part in (hub, package) if part)

    @property
    def folder(self) -> Path:
        """Where the files lie once pulled."""
        return paths.models_dir() / self.name

    @property
    def path(self) -> Path:
        """The weights."""
        return self.folder / self.files[0].name

    @property
    def template_path(self) -> Path | None:
        """The chat template file; None when the weights carry their own."""
        return None if self.chat_template in {"", "gguf"} else FOLDER / self.chat_template


def _read(path: Path) -> Profile:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    hub, packages = raw.get("hub", {}), raw.get("packages", {})
    count = packages.get("parts", 0)
    names = [f"{packages['prefix']}{index}" for index in range(1, count + 1)] if count > 1 else []
    if count == 1:
        names = [packages["prefix"]]
    return Profile(
        name=raw["name"],
        kind=raw["kind"],
        title=raw["title"],
        licence=raw["licence"],
        context_length=raw["context_length"],
        chat_template=raw["chat_template"],
        memory_mb=raw["memory_mb"],
        hub_repo=hub.get("repo", ""),
        hub_revision=hub.get("revision", ""),
        packages=tuple(f"{name}=={packages['version']}" for name in names),
        files=tuple(ModelFile(**entry) for entry in raw["files"]),
    )


@cache
def _all() -> tuple[Profile, ...]:
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.toml")))


def load_profiles() -> list[Profile]:
    """Every profile, ordered by name."""
    return list(_all())


def get(name: str) -> Profile:
    """The profile of that name.

    Raises:
        UnknownName: there is none; the hint lists the nearest.
    """
    for profile in _all():
        if profile.name == name:
            return profile
    raise UnknownName("model profile", name, [profile.name for profile in _all()])
