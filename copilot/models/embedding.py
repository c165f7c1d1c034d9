"""What the profile of an embedder says beside its source: who computes the vectors, and what is put before the texts."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BACKENDS = ("onnx", "sentence-transformers", "server")


@dataclass(frozen=True)
class Embedding:
    """The table `[embedding]` of a profile."""

    backend: str = "onnx"
    """onnx (in this process), sentence-transformers (in one of its own) or server (an OpenAI-compatible address)."""
    document: str | None = None
    """Put before what is kept; None: what the model's own files say, if anything."""
    question: str | None = None
    """Put before what is asked."""
    pool_instruction: bool | None = None
    """Whether the instruction's own tokens count in the pooling: false for Instructor. None: as the model's files say."""
    folder: str = ""
    """A local folder instead of weights that are pulled."""
    base_url: str = ""
    """The server's address; ends in /v1."""
    model: str = ""
    """The model's name on the server."""
    dimension: int = 0
    """Numbers in a vector, to be held against what comes; 0 takes what comes."""
    batch: int = 16
    """Texts in one request to a server."""
    timeout_s: float = 120.0
    """How long a server may take for one request."""


_TYPES: dict[str, tuple[type, ...]] = {
    "backend": (str,),
    "document": (str,),
    "question": (str,),
    "pool_instruction": (bool,),
    "folder": (str,),
    "base_url": (str,),
    "model": (str,),
    "dimension": (int,),
    "batch": (int,),
    "timeout_s": (int, float),
}


def check_keys(raw: dict[str, Any]) -> None:
    """Refuse a key that does not exist, or a value of another type.

    Raises:
        ValueError: it names the key.
    """
    for key, value in raw.items():
        if key not in _TYPES:
            raise ValueError(f"there is no key embedding.{key}; known are {', '.join(_TYPES)}")
        kinds = _TYPES[key]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise ValueError(f"embedding.{key} is {value!r}; expected {' or '.join(kind.__name__ for kind in kinds)}")


def read_embedding(raw: dict[str, Any]) -> Embedding:
    """Read the table.

    Raises:
        ValueError: what is wrong with it.
    """
    check_keys(raw)
    given = dict(raw)
    if given.get("backend", "onnx") not in BACKENDS:
        raise ValueError(f"embedding.backend is {given['backend']!r}; expected {', '.join(BACKENDS)}")
    if given.get("folder"):
        given["folder"] = _folder(given["folder"])
    if given.get("base_url"):
        given["base_url"] = _address(given["base_url"])
        if not given.get("model"):
            raise ValueError("embedding.model, the name of the model on the server, is missing")
    read = Embedding(**given)
    if (read.backend == "server") != bool(read.base_url):
        raise ValueError("embedding.base_url and the backend server belong together")
    if read.dimension < 0 or not 1 <= read.batch <= 2048 or not 0 < read.timeout_s <= 86_400:
        raise ValueError("embedding.dimension, batch or timeout_s is outside its range")
    instructed = read.document or read.question
    if read.backend == "sentence-transformers" and instructed and read.pool_instruction is None:
        raise ValueError(
            "embedding.pool_instruction is missing: false for Instructor, true for nearly every other model; "
            "a wrong one gives other vectors without a word"
        )
    if read.backend == "server" and read.pool_instruction is not None:
        raise ValueError("embedding.pool_instruction is the server's own matter, and cannot be set here")
    return read


def _folder(given: str) -> str:
    path = Path(given).expanduser()
    if not path.is_absolute():
        raise ValueError(f"embedding.folder is {given!r}; expected a whole path, from / or ~")
    return str(path)


def _address(given: str) -> str:
    parts = urllib.parse.urlsplit(given)  # a ValueError of its own for a broken one
    plain = given.isascii() and given.isprintable() and " " not in given
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0 or not plain:
        raise ValueError(f"embedding.base_url is {given!r}; expected an address such as http://127.0.0.1:8000/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("embedding.base_url holds more than an address; a key belongs into embedder_api_key")
    given = given.rstrip("/")
    return given if given.endswith("/v1") else f"{given}/v1"
