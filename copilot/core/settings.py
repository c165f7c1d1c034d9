"""The user's settings: defaults, then `config.toml`, then the environment, then what a command was given."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import re
import tomllib
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot.core import paths
from copilot.core.errors import FileProblem, InvalidRequest, UnknownName, of_system
from copilot.core.private import write_private


@dataclass(frozen=True)
class Settings:
    """Everything that can be set; each field is also a key of `config.toml`."""

    model: str = "qwen2.5-coder-1.5b"
    """Profile of the language model; "none" answers with passages only, "scripted" is the packaged fake."""
    embedder: str = "all-minilm-l6-v2"
    """Profile of the embedder."""
    base_url: str | None = None
    """An OpenAI-compatible server to use instead of the embedded engine, for example http://127.0.0.1:8000/v1."""
    api_key: str | None = None
    """The key of that server."""
    embedder_api_key: str | None = None
    """The key of the server of embeddings, where the embedder's profile names one; never sent anywhere else."""
    reranker_url: str | None = None
    """A server whose cross-encoder orders what searching finds, for example http://127.0.0.1:8080/v1; None: none does."""
    reranker_model: str | None = None
    """The name of the cross-encoder there; None sends no name, for a server that has one model."""
    reranker_api_key: str | None = None
    """The key of that server; never sent anywhere else."""
    port: int | None = None
    """A fixed loopback port for the embedded engine; None takes a free one."""
    threads: int | None = None
    """Threads of the embedded engine; None takes the physical cores."""
    llama_server: str | None = None
    """A llama-server of your own that runs the weights instead of the embedded engine: a path, or a name in PATH."""
    idle_minutes: float = 10.0
    """The embedded engine stops after so many minutes without a request."""
    context_tokens: int | None = None
    """Context length to use; None takes the profile's."""
    offline: bool = False
    """True: `models pull` and `make run` never open a connection."""
    weaker_sandbox: bool = False
    """True: where the sandbox cannot hold, runs take the weaker one. No environment variable sets it."""


_KEYS = ("api_key", "embedder_api_key", "reranker_api_key")
"""Never shown."""

_ENV = {
    "model": "RLLTE_COPILOT_MODEL",
    "embedder": "RLLTE_COPILOT_EMBEDDER",
    "base_url": "RLLTE_COPILOT_BASE_URL",
    "api_key": "RLLTE_COPILOT_API_KEY",
    "embedder_api_key": "RLLTE_COPILOT_EMBEDDER_API_KEY",
    "reranker_url": "RLLTE_COPILOT_RERANKER_URL",
    "reranker_model": "RLLTE_COPILOT_RERANKER_MODEL",
    "reranker_api_key": "RLLTE_COPILOT_RERANKER_API_KEY",
    "port": "RLLTE_COPILOT_PORT",
    "threads": "RLLTE_COPILOT_THREADS",
    "llama_server": "RLLTE_COPILOT_LLAMA_SERVER",
    "idle_minutes": "RLLTE_COPILOT_IDLE_MINUTES",
    "context_tokens": "RLLTE_COPILOT_CONTEXT_TOKENS",
    "offline": "RLLTE_COPILOT_OFFLINE",
}


def load_settings(**overrides: Any) -> Settings:
    """Read the settings.

    Args:
        overrides: values of a command line; None means "not given".

    Raises:
        FileProblem: `config.toml` is not TOML.
        UnknownName: it holds a key that does not exist.
        InvalidRequest: a value has the wrong type, or lies outside its range.
    """
    values: dict[str, Any] = {**_from_file(), **_from_environment()}
    values.update({key: value for key, value in overrides.items() if value is not None})
    known = {field.name for field in dataclasses.fields(Settings)}
    for key in values:
        if key not in known:
            raise UnknownName("setting", key, known)
    return Settings(**{key: _typed(key, value) for key, value in values.items()})


def save(key: str, value: str) -> Path:
    """Write one setting into `config.toml`, its other lines and comments as they are; gives the file's path.

    The file is made private: it may hold a key.

    Raises:
        FileProblem, DiskFull: it cannot be read or written, or is not TOML.
    """
    path = paths.config_file().resolve()  # kept elsewhere and linked here, it stays linked
    values = {**_from_file(), key: value}
    line = f"{key} = {json.dumps(value)}"  # the same in TOML
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    edited, found = re.subn(rf"^[ \t]*{key}[ \t]*=.*$", lambda _: line, text, count=1, flags=re.MULTILINE)
    edited = edited if found else f"{line}\n{text}"
    try:
        if tomllib.loads(edited) != values:
            raise ValueError("it is written in a way that only a person can change")
        write_private(path, edited)
    except ValueError as error:
        raise FileProblem(
            f"The setting {key} cannot be changed in {path}: {error}.", hint=f"Write there yourself: {line}"
        ) from error
    except OSError as error:
        raise of_system(OSError(error.errno, error.strerror, str(path))) from error
    return path


def _from_file() -> dict[str, Any]:
    path = paths.config_file()
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileProblem(
            f"The settings file {path} cannot be read: {error}.", hint="Mend or delete the file."
        ) from error


def _from_environment() -> dict[str, Any]:
    return {key: os.environ[name] for key, name in _ENV.items() if os.environ.get(name)}


def _typed(key: str, value: Any) -> Any:
    if value is None:
        return None
    convert, expected = _TYPES.get(key, (_text, "text"))
    try:
        return convert(value)
    except (TypeError, ValueError) as error:
        shown = "not shown here" if key in _KEYS else repr(value)
        raise InvalidRequest(
            f"The setting {key} is {shown}; expected {expected}.",
            hint=f"Mend it in {paths.config_file()}{f' or in the environment variable {_ENV[key]}' if key in _ENV else ''}.",
        ) from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _key(value: object) -> str:
    """It travels in a header, which holds nothing else."""
    key = _text(value).strip()
    if not (key.isascii() and key.isprintable()):
        raise ValueError
    return key


def _address(value: object) -> str:
    address = _text(value).strip()
    parts = urllib.parse.urlsplit(address)
    if address and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0):
        raise ValueError(address)
    if not (address.isascii() and address.isprintable()) or " " in address:
        raise ValueError(address)
    return address


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def convert(value: object) -> int:
        number = int(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            raise ValueError(value)
        return number

    return convert


def _minutes(value: object) -> float:
    number = float(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < math.inf:
        raise ValueError(value)
    return float(number)


def _boolean(value: object) -> bool:
    text = str(value).lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ValueError(text)


_TYPES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "base_url": (_address, "an address such as http://127.0.0.1:8000/v1"),
    "api_key": (_key, "printable ASCII characters"),
    "embedder_api_key": (_key, "printable ASCII characters"),
    "reranker_url": (_address, "an address such as http://127.0.0.1:8080/v1"),
    "reranker_api_key": (_key, "printable ASCII characters"),
    "port": (_whole(1, 65535), "a whole number from 1 to 65535"),
    "threads": (_whole(1, 1024), "a whole number from 1 to 1024"),
    "context_tokens": (_whole(1024, 1 << 20), "a whole number of tokens, at least 1024"),
    "idle_minutes": (_minutes, "a number of minutes above 0"),
    "offline": (_boolean, "true or false"),
    "weaker_sandbox": (_boolean, "true or false"),
}
