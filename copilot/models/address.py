"""Plain requests to the address of a language model, and what is said when they fail."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from copilot.core.errors import ModelUnreachable

_LOCAL = urllib.request.ProxyHandler({})


def request(url: str, key: str, body: dict[str, Any] | None = None) -> Any:
    """The JSON that comes back; a body is posted.

    Raises:
        ModelUnreachable: nothing, or nothing of that kind, comes back, or the key is refused.
    """
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    try:
        asked = urllib.request.Request(url, data=data, headers=headers)
        with opener(url).open(asked, timeout=30.0) as reply:
            return json.loads(reply.read())
    except urllib.error.HTTPError as error:
        with error:
            raise unreachable(url, f"status {error.code}", refused=error.code in {401, 403}) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise unreachable(url, reason(error)) from error


def opener(url: str) -> urllib.request.OpenerDirector:
    """What opens an address: through a proxy only if it is another machine's."""
    return urllib.request.build_opener(*([_LOCAL] if is_local(url) else []))


def is_local(url: str) -> bool:
    """Whether an address is this machine's own: no proxy is asked for it, and nothing leaves."""
    return urllib.parse.urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def reason(error: Exception) -> str:
    """One line of what a client says: its text may be a whole page."""
    if isinstance(error, json.JSONDecodeError):
        return "it sends no JSON"
    if isinstance(error, http.client.HTTPException) and not isinstance(error, OSError):
        return f"it does not speak HTTP as expected ({type(error).__name__})"
    lines = str(getattr(error, "reason", error)).strip().splitlines()
    return lines[0][:200].rstrip(".") if lines else type(error).__name__


def unreachable(url: str, detail: str, *, refused: bool = False) -> ModelUnreachable:
    """What to raise of an address that the settings name."""
    hint = (
        "Set RLLTE_COPILOT_API_KEY to that server's key."
        if refused
        else "Check the address in RLLTE_COPILOT_BASE_URL (base_url in config.toml), and that the server runs."
    )
    return ModelUnreachable(f"The language model at {url} does not answer as expected: {detail}.", hint=hint)
