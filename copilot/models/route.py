"""One route of a server: JSON goes there by POST, JSON comes back, or it is told in one line why not.

Nothing is tried twice. A redirection is not followed, for the key would go with it. This machine's own address is asked
without a proxy.
"""

from __future__ import annotations

import http.client
import json
import math
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from copilot.models.address import is_local

LONGEST_REPLY = 1 << 28


class NoReply(Exception):
    """Nothing came that could be read; the text says why."""


class TooSlow(NoReply):
    """Nothing came in time."""


class Refused(Exception):
    """The server answers with another status than success.

    Args:
        code: the status.
        said: the server's own words, in one line.
    """

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code}: {said}")
        self.code, self.said = code, said


class _Unmoved(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Follow nothing."""


class Route:
    """An address that takes JSON.

    Args:
        url: the whole address.
        key: of that server; None where it wants none.
        timeout_s: how long it may take for one request.
    """

    def __init__(self, url: str, key: str | None, timeout_s: float) -> None:
        self.url, self.timeout_s = url, timeout_s
        self._key = key or "EMPTY"
        handlers: list[Any] = [_Unmoved]
        if is_local(url):
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    @property
    def leaves_to(self) -> str:
        """The host that texts are sent to; "" where that is this machine."""
        return "" if is_local(self.url) else urllib.parse.urlsplit(self.url).netloc

    def post(self, body: dict[str, Any]) -> Any:
        """What the server makes of it.

        Raises:
            Refused, TooSlow, NoReply: it makes nothing of it.
        """
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url, data=json.dumps(body).encode(), headers=headers)
        try:
            with self._opener.open(request, timeout=self.timeout_s) as reply:
                return json.loads(reply.read(LONGEST_REPLY))
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, _said(error)) from error
        except TimeoutError as error:
            raise TooSlow(f"within {self.timeout_s:g} s") from error
        except (OSError, ValueError, RecursionError, http.client.HTTPException) as error:
            raise NoReply(_reason(error)) from error


def by_index(entries: list[Any], *, numbered: bool) -> list[dict[str, Any]]:
    """The entries of a reply, each at the place that it names as its index.

    Args:
        entries: as they came.
        numbered: whether each has to name its place; else one that names none is where it came.

    Raises:
        ValueError: the first index that is none, or is there twice.
    """
    placed: dict[int, dict[str, Any]] = {}
    for position, entry in enumerate(entries):
        place = entry.get("index", None if numbered else position) if isinstance(entry, dict) else None
        if type(place) is not int or not 0 <= place < len(entries) or place in placed:
            raise ValueError(f"index {place!r} of {len(entries)}")
        placed[place] = entry
    return [placed[place] for place in range(len(entries))]


def is_finite(value: Any) -> bool:
    """Whether it is a number that can be reckoned with."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):  # the last: it is thousands deep
        return "it sends no JSON"
    lines = str(getattr(error, "reason", error)).strip().splitlines()
    return lines[0][:200].rstrip(".") if lines else type(error).__name__


def _said(error: urllib.error.HTTPError) -> str:
    """The message in a refusal, in one line, of whichever form the server gives it."""
    try:
        text = error.read(4096).decode("utf-8", "replace")
        reply = json.loads(text)
        inner = reply.get("error", reply)
        text = inner.get("message", text) if isinstance(inner, dict) else str(inner)
    except (OSError, ValueError, AttributeError, RecursionError, http.client.HTTPException):
        text = error.reason if isinstance(error.reason, str) else ""
    return " ".join(str(text).split())[:200].rstrip(".") or "no reason given"
