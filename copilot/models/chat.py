"""One client for every language model: the embedded engine, vLLM, llama-server, Ollama. Only an address differs.

All requests go through `langchain_openai.ChatOpenAI`, which is imported when a model is opened. Tokens are counted by
the server that will read them.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from copilot.core.errors import InvalidRequest, ModelUnreachable, NoModel
from copilot.core.settings import Settings
from copilot.models import engine, profiles, pull
from copilot.models.address import is_local, opener, reason, request, unreachable
from copilot.models.profiles import Profile

Messages = list[dict[str, str]]
FALLBACK_CONTEXT = 4096
AGAIN = "Ask again: the engine is started anew."
ENOUGH_TOKENS = 200
"""Of prompts that were read, before the speed of reading is believed."""
METRICS_CHARACTERS = 100_000
_COUNTER = re.compile(r"^llamacpp:(prompt_tokens_total|prompt_seconds_total) (\S+)$", re.MULTILINE)
_speeds: dict[str, float] = {}
"""How fast each address has read, as it last said."""
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
"""What the client raises for a reply that is not of the expected form; it checks few of them itself."""


class Chat(Protocol):
    """What the rest of the copilot knows of a language model. Lengths are in tokens."""

    @property
    def name(self) -> str:
        """As the server knows it."""
        ...

    @property
    def context_length(self) -> int:
        """How much a request and its answer may hold together."""
        ...

    def stream(
        self, messages: Messages, *, max_tokens: int, temperature: float = 0.0, stop: list[str] | None = None
    ) -> Iterator[str]:
        """Yield the answer's pieces as they are written."""
        ...

    def complete_json(self, messages: Messages, schema: dict[str, Any], *, max_tokens: int) -> dict[str, Any]:
        """An object that fits the JSON schema."""
        ...

    def agrees(self, messages: Messages) -> float | None:
        """How likely it says yes rather than no, 0 to 1; None where nobody can tell."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` costs."""
        ...

    def reads(self) -> float | None:
        """Tokens of a prompt that it reads in a second; None where nobody knows."""
        ...


def open_chat(settings: Settings, *, profile: str | None = None) -> Chat:
    """The model that the settings name, ready to answer; starts the embedded engine when needed.

    Raises:
        NoModel: the weights are not on this machine, or the settings ask for no model.
        UnknownName: no profile has that name.
        ModelUnreachable: the server does not answer.
    """
    name = profile or settings.model
    if _scripted(settings, profile):
        from copilot.models.scripted import open_scripted

        return open_scripted()
    if settings.base_url:
        return _remote(settings, name)
    found = _profile(name)
    endpoint = engine.ensure(found, settings)
    return ServerChat(
        found.name, endpoint.base_url, endpoint.api_key, endpoint.context_length, embedded=True, judges=found.judges
    )


def check(settings: Settings) -> None:
    """Raise what `open_chat` would raise before it starts an engine or asks a server: `NoModel`, `UnknownName`."""
    if not settings.base_url and not _scripted(settings, None):
        pull.require(_profile(settings.model))


def _scripted(settings: Settings, profile: str | None) -> bool:
    return (profile or settings.model) == "scripted" or (
        profile is None and bool(os.environ.get("RLLTE_COPILOT_SCRIPT"))
    )


def _profile(name: str) -> Profile:
    if name == "none":
        raise NoModel("The settings ask for no language model.", hint="rllte-copilot models use qwen2.5-coder-1.5b")
    found = profiles.get(name)
    if found.kind != "chat":
        raise InvalidRequest(f"{name} is an {found.kind}, not a chat model.", hint="rllte-copilot models list")
    return found


def _remote(settings: Settings, wanted: str) -> ServerChat:
    base = (settings.base_url or "").rstrip("/")
    base = base if base.endswith("/v1") else f"{base}/v1"
    key = settings.api_key or "EMPTY"
    entry = _served(base, key, wanted)
    length = settings.context_tokens or _length(entry.get("max_model_len")) or _props_context(base, key)
    return ServerChat(entry["id"], base, key, length or FALLBACK_CONTEXT)


def _served(base: str, key: str, wanted: str) -> dict[str, Any]:
    """The server's entry for the wanted model, else for its first one."""
    listed = request(f"{base}/models", key)
    entries = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(entries, list):
        raise unreachable(f"{base}/models", "it sends no list of models")
    named = [item for item in entries if isinstance(item, dict) and isinstance(item.get("id"), str) and item["id"]]
    if not named:
        raise NoModel(
            f"The server at {base} serves no model.", hint="Load a model there, or unset RLLTE_COPILOT_BASE_URL."
        )
    return next((item for item in named if item["id"] == wanted), named[0])


def _length(value: object) -> int | None:
    """A number of tokens, if it is one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _props_context(base: str, key: str) -> int | None:
    try:
        props = request(f"{base.removesuffix('/v1')}/props", key)
        return _length(props["default_generation_settings"]["n_ctx"])
    except (ModelUnreachable, LookupError, TypeError):
        return None


def _yes_rather_than_no(logprobs: Any) -> float | None:
    """From the likeliest first tokens, as OpenAI's protocol has them."""
    likely = {"yes": 0.0, "no": 0.0}
    try:
        for entry in logprobs["content"][0]["top_logprobs"]:
            word = str(entry["token"]).strip().strip("\"'.,").lower()
            if word in likely:
                likely[word] += math.exp(float(entry["logprob"]))
    except (LookupError, TypeError, ValueError, OverflowError):
        return None
    whole = likely["yes"] + likely["no"]
    return likely["yes"] / whole if whole > 0.0 else None


class _NoTokenizer(Exception):
    """The server counts no tokens."""


class ServerChat:
    """A model behind an OpenAI-compatible address.

    Args:
        name: as the server knows it.
        base_url: ends in /v1.
        api_key: of the server.
        context_length: in tokens.
        embedded: whether it is our own engine, which is started anew when it has ended.
        judges: whether its yes or no counts; see `Profile.judges`.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        api_key: str,
        context_length: int,
        *,
        embedded: bool = False,
        judges: bool = True,
    ) -> None:
        self.name = name
        self.base_url = base_url
        self.context_length = context_length
        self._key = api_key
        self._embedded = embedded
        self._judges = judges
        self._counts: dict[str, int] = {}
        self._tokenizer = True
        self._http: dict[str, Any] = {}

    def _client(self, max_tokens: int, temperature: float) -> Any:
        import httpx
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        if not self._http:
            self._http["http_client"] = httpx.Client(
                trust_env=not is_local(self.base_url),  # a proxy's settings
                timeout=httpx.Timeout(600.0, connect=5.0),
                limits=httpx.Limits(max_keepalive_connections=0),  # no socket outlives its reply
            )
            # never used; one that is not given would be made with a proxy's settings, whether they can be used or not
            self._http["http_async_client"] = httpx.AsyncClient(trust_env=False)
        return ChatOpenAI(
            model=self.name,
            base_url=self.base_url,
            api_key=SecretStr(self._key),
            temperature=temperature,
            max_retries=1,
            **self._http,
            http_socket_options=(),  # else a proxy's settings are warned of, on the user's screen
            stream_usage=False,
            extra_body={"max_tokens": max_tokens},  # understood by every server; the newer name is not
        )

    def stream(
        self, messages: Messages, *, max_tokens: int, temperature: float = 0.0, stop: list[str] | None = None
    ) -> Iterator[str]:
        """Yield the answer's pieces as they are written.

        Raises:
            ModelUnreachable: the server is gone or refuses the key.
            InvalidRequest: the messages do not fit the context.
        """
        with self._errors():
            for chunk in self._client(max_tokens, temperature).stream(messages, stop=stop):
                if isinstance(chunk.content, str) and chunk.content:
                    yield chunk.content

    def complete_json(self, messages: Messages, schema: dict[str, Any], *, max_tokens: int) -> dict[str, Any]:
        """An object that fits the schema, which the server enforces while it writes.

        Raises:
            ModelUnreachable: the server is gone or refuses the key.
            InvalidRequest: the messages do not fit the context, or the answer was cut at `max_tokens`.
        """
        wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
        with self._errors():
            reply = self._client(max_tokens, 0.0).bind(response_format=wanted).invoke(messages)
        try:
            return dict(json.loads(str(reply.content)))
        except (ValueError, TypeError) as error:
            raise InvalidRequest(
                f"The model's structured answer was cut or broken within {max_tokens} tokens.",
                hint="Make the request shorter, or choose a larger model.",
            ) from error

    def agrees(self, messages: Messages) -> float | None:
        """How likely the first word of its reply is yes rather than no.

        None where the server gives no probabilities, or the model is too small to judge.

        Raises:
            ModelUnreachable: the server is gone or refuses the key.
        """
        if not self._judges:
            return None
        asked = self._client(1, 0.0).bind(logprobs=True, top_logprobs=10)
        try:
            with self._errors():
                reply = asked.invoke(messages)
        except InvalidRequest:  # it takes no such request; what is too long is told when the answer is asked for
            return None
        return _yes_rather_than_no(reply.response_metadata.get("logprobs"))

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` by the server's own tokenizer; a cautious estimate where it offers none (Ollama)."""
        if text not in self._counts:
            if len(self._counts) > 4096:
                self._counts.clear()
            self._counts[text] = self._count(text)
        return self._counts[text]

    def _count(self, text: str) -> int:
        counted = self._tokens(text) if self._tokenizer else None
        self._tokenizer = counted is not None
        return len(text.encode(errors="replace")) // 3 + 1 if counted is None else counted

    def _tokens(self, text: str) -> int | None:
        """The server's count; None where it has no tokenizer, or something else under that name."""
        body = {"content": text, "add_special": False, "model": self.name, "prompt": text}
        try:
            reply = request(f"{self.base_url.removesuffix('/v1')}/tokenize", self._key, body)
        except ModelUnreachable as error:
            cause = error.__cause__
            strange = isinstance(cause, urllib.error.HTTPError) and cause.code not in {401, 403}
            if strange or isinstance(cause, json.JSONDecodeError):
                return None
            if self._embedded and isinstance(cause, Exception):
                raise self._lost(reason(cause)) from error
            raise
        if not isinstance(reply, dict):
            return None
        tokens = reply.get("tokens")
        return len(tokens) if isinstance(tokens, list) else _length(reply.get("count"))

    def reads(self) -> float | None:
        """Tokens of a prompt that the server has read in a second so far; None where it never said, or has read little.

        A busy server answers late, and its last word counts.
        """
        asked = urllib.request.Request(
            f"{self.base_url.removesuffix('/v1')}/metrics", headers={"Authorization": f"Bearer {self._key}"}
        )
        try:
            with opener(self.base_url).open(asked, timeout=0.5) as reply:
                said = dict(_COUNTER.findall(reply.read(METRICS_CHARACTERS).decode(errors="replace")))
            tokens, seconds = float(said["prompt_tokens_total"]), float(said["prompt_seconds_total"])
        except (OSError, http.client.HTTPException, LookupError, ValueError):
            return _speeds.get(self.base_url)
        if tokens >= ENOUGH_TOKENS and seconds > 0.0:
            _speeds[self.base_url] = tokens / seconds
        return _speeds.get(self.base_url)

    def _lost(self, detail: str) -> ModelUnreachable:
        if self._embedded:
            return ModelUnreachable(f"The engine of {self.name} stopped answering: {detail}.", hint=AGAIN)
        return unreachable(self.base_url, detail)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        import httpx
        import openai

        try:
            yield
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise unreachable(self.base_url, "the key was refused", refused=True) from error
        except openai.NotFoundError as error:
            raise NoModel(
                f"The server at {self.base_url} has no model named {self.name}.", hint="Choose one that it serves."
            ) from error
        except openai.BadRequestError as error:
            raise InvalidRequest(
                f"The model refused the request: {error.message}",
                hint=f"Its context holds {self.context_length} tokens; ask for less, or start a new conversation.",
            ) from error
        except (openai.OpenAIError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._lost(reason(error)) from error
        except ImportError as error:  # a SOCKS proxy, for which httpx needs a package more
            raise ModelUnreachable(
                f"The language model at {self.base_url} cannot be asked through the proxy: {reason(error)}.",
                hint="Unset ALL_PROXY, or name the server's host in NO_PROXY.",
            ) from error
        except _UNREADABLE as error:
            raise self._lost(f"its reply cannot be read ({reason(error)})") from error
