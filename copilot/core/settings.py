"""The user's settings: defaults, then `config.toml`, then the environment, then what a command was given."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from copilot.core import paths
from copilot.core.errors import FileProblem, InvalidRequest, UnknownName


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
    port: int | None = None
    """A fixed loopback port for the embedded engine; None takes a free one."""
    threads: int | None = None
    """Threads of the embedded engine; None takes the physical cores."""
    idle_minutes: float = 10.0
    """The embedded engine stops after so many minutes without a request."""
    context_tokens: int | None = None
    """Context length to use; None takes the profile's."""
    offline: bool = False
    """True: `models pull` and `make run` never open a connection."""


_ENV = {
    "model": "RLLTE_COPILOT_MODEL",
    "embedder": "RLLTE_COPILOT_EMBEDDER",
    "base_url": "RLLTE_COPILOT_BASE_URL",
    "api_key": "RLLTE_COPILOT_API_KEY",
    "port": "RLLTE_COPILOT_PORT",
    "threads": "RLLTE_COPILOT_THREADS",
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
        InvalidRequest: a value has the wrong type.
    """
    values: dict[str, Any] = {**_from_file(), **_from_environment()}
    values.update({key: value for key, value in overrides.items() if value is not None})
    known = {field.name for field in dataclasses.fields(Settings)}
    for key in values:
        if key not in known:
            raise UnknownName("setting", key, known)
    return Settings(**{key: _typed(key, value) for key, value in values.items()})


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
    convert, expected = _TYPES.get(key, (str, "text"))
    try:
        return convert(value)
    except (TypeError, ValueError) as error:
        raise InvalidRequest(
            f"The setting {key} is {value!r}; expected {expected}.",
            hint=f"Mend it in {paths.config_file()} or in the environment variable {_ENV[key]}.",
        ) from error


def _boolean(value: object) -> bool:
    text = str(value).lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ValueError(text)


_TYPES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "port": (int, "a whole number"),
    "threads": (int, "a whole number"),
    "context_tokens": (int, "a whole number"),
    "idle_minutes": (float, "a number of minutes"),
    "offline": (_boolean, "true or false"),
}
