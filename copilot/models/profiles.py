"""The profiles of language models and embedders: where the weights come from, how they are verified, what they need.

One TOML file each: in `profiles/` those that are shipped, in the user's folder of that name their own, in the same form.
Nothing here opens a connection or reads weights (that is `pull`). Any part of the copilot above this layer may import it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from copilot.core import paths
from copilot.core.errors import FileProblem, UnknownName
from copilot.models.embedding import Embedding, check_keys, read_embedding

FOLDER = Path(__file__).resolve().parent / "profiles"


@dataclass(frozen=True)
class ModelFile:
    """One file of the weights.

    `name` is its path below the model's folder; `member` is the pattern of its pieces inside the packages; an empty
    `sha256` means that the hub's declared hash is used. `bytes` is the size of the whole file.
    """

    name: str
    member: str
    bytes: int
    sha256: str
    git: str = ""
    """Its blob in the hub's repository, by which the hub names a small file; held against where `sha256` is empty."""


@dataclass(frozen=True)
class Profile:
    """A model that can be chosen by name. `memory_mb` is what it needs when loaded at `context_length` tokens.

    Without `files` it is either a whole repository of the hub, whose files are named at the pull, a folder of the user's,
    or an address.
    """

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
    embedding: Embedding | None = None
    expected_bytes: int = 0
    """About how much a whole repository holds."""
    judges: bool = True
    """Whether its yes or no counts, where it is asked if the sources answer; of a very small model it does not."""

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.bytes for file in self.files) or self.expected_bytes

    @property
    def sha256(self) -> str:
        """Hash of the weights, the first file; "" where the profile names no files."""
        return self.files[0].sha256 if self.files else ""

    @property
    def pinned(self) -> bool:
        """Whether the profile itself holds the hash of every file; else the hub's declared hash is trusted."""
        return bool(self.files) and all(file.sha256 for file in self.files)

    @property
    def whole_repository(self) -> bool:
        """Whether the hub says which files there are."""
        return bool(self.hub_repo) and not self.files

    @property
    def source(self) -> str:
        """Where the weights come from, for people."""
        if self.embedding and (self.embedding.folder or self.embedding.base_url):
            return self.embedding.folder or f"served at {self.embedding.base_url}"
        hub = f"hub {self.hub_repo}@{self.hub_revision[:8]}" if self.hub_repo else ""
        package = f"package index {self.packages[0]}" if self.packages else ""
        return ", else ".join(part for part in (hub, package) if part)

    @property
    def folder(self) -> Path:
        """Where the files lie: the user's own folder, or where they are pulled to."""
        if self.embedding and self.embedding.folder:
            return Path(self.embedding.folder)
        return paths.models_dir() / self.name

    @property
    def path(self) -> Path:
        """The weights; the folder where the profile names no files."""
        return self.folder / self.files[0].name if self.files else self.folder

    @property
    def template_path(self) -> Path | None:
        """The chat template file; None when the weights carry their own."""
        return None if self.chat_template in {"", "gguf"} else FOLDER / self.chat_template


def _made(raw: dict[str, Any]) -> Profile:
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
        files=tuple(ModelFile(**entry) for entry in raw.get("files", [])),
        embedding=read_embedding(raw["embedding"]) if "embedding" in raw else None,
        expected_bytes=raw.get("bytes", 0),
        judges=raw.get("judges", True),
    )


_EXPECTED: dict[str, type] = {
    "name": str,
    "kind": str,
    "title": str,
    "licence": str,
    "context_length": int,
    "chat_template": str,
    "memory_mb": int,
    "bytes": int,
    "judges": bool,
    "hub": dict,
    "embedding": dict,
    "files": list,
    "packages": dict,
}
_DEFAULTS = {"title": "", "licence": "not given", "context_length": 0, "chat_template": "gguf", "memory_mb": 0}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def _own(path: Path) -> Profile:
    """A user's profile.

    Raises:
        FileProblem: the file cannot be read, or is no profile; the message says what is wrong.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        _check(raw, path.stem)
        profile = _made({**_DEFAULTS, **raw})
        for file in profile.files:
            if Path(file.name).is_absolute() or ".." in Path(file.name).parts:
                raise ValueError(f"the file {file.name!r} lies outside the model's folder")
    except (OSError, ValueError, TypeError, KeyError, RuntimeError) as error:  # the last: "~nobody-of-that-name"
        what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise FileProblem(
            f"The profile {path} cannot be used: {what}.",
            hint="Mend or delete it; the guide of the copilot shows examples (Your own embedder).",
        ) from error
    return profile


def _check(raw: dict[str, Any], stem: str) -> None:
    for key, value in raw.items():
        if key not in _EXPECTED:
            raise ValueError(f"there is no key {key!r}; known are {', '.join(sorted(_EXPECTED))}")
        if not isinstance(value, _EXPECTED[key]) or isinstance(value, bool):
            raise ValueError(f"{key} is {value!r}; expected {_EXPECTED[key].__name__}")
    if raw.get("name", stem) != stem or not _NAME.fullmatch(stem):
        raise ValueError(f"its name is {raw.get('name', stem)!r}; expected that of the file: letters, digits, . _ -")
    raw["name"] = stem
    if raw.get("kind") not in {"chat", "embedder"}:
        raise ValueError(f"kind is {raw.get('kind')!r}; expected chat or embedder")
    if min(raw.get("context_length", 0), raw.get("memory_mb", 0), raw.get("bytes", 0)) < 0:
        raise ValueError("a length or a size is below 0")
    repo = raw.get("hub", {}).get("repo", "")
    if repo:
        raw["hub"].setdefault("revision", "main")
        if not _REPO.fullmatch(repo):
            raise ValueError(f"hub.repo is {repo!r}; expected OWNER/NAME")
    if raw["kind"] == "chat":
        if not (raw.get("files") and (repo or raw.get("packages"))) or not raw.get("context_length"):
            raise ValueError("a chat model needs hub.repo, one [[files]] with its GGUF file, and context_length")
        return
    embedding = raw.get("embedding", {})
    check_keys(embedding)
    if sum(bool(source) for source in (repo, embedding.get("folder"), embedding.get("base_url"))) != 1:
        raise ValueError("an embedder needs one of embedding.folder, embedding.base_url and hub.repo")
    if embedding.get("backend") == "onnx":
        raise ValueError("the backend onnx is all-minilm-l6-v2's alone; leave embedding.backend out")
    raw["embedding"] = {"backend": "server" if embedding.get("base_url") else "sentence-transformers", **embedding}


@cache
def _shipped() -> tuple[Profile, ...]:
    return tuple(_made(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.toml")))


def _own_files() -> list[Path]:
    """The user's profiles; a name that a shipped one has is not theirs to give."""
    taken = {profile.name for profile in _shipped()}
    return sorted(path for path in paths.profiles_dir().glob("*.toml") if path.stem not in taken)


def load_profiles() -> list[Profile]:
    """Every profile, the shipped ones first, each group ordered by name.

    Raises:
        FileProblem: one of the user's is no profile.
    """
    return [*_shipped(), *(_own(path) for path in _own_files())]


def get(name: str) -> Profile:
    """The profile of that name.

    Raises:
        UnknownName: there is none; the hint lists the nearest.
        FileProblem: it is the user's own, and broken.
    """
    for profile in _shipped():
        if profile.name == name:
            return profile
    own = {path.stem: path for path in _own_files()}
    if name in own:
        return _own(own[name])
    raise UnknownName("model profile", name, [*(profile.name for profile in _shipped()), *own])
