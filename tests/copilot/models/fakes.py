"""Fake servers on loopback, for the clients of language models, of embeddings and of a cross-encoder."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "right"
"""The only one that it takes."""

ADDRESSES = [
    ("http://127.0.0.1:8000", ""),
    ("http://localhost:8000", ""),
    ("http://[::1]:8000", ""),
    ("http://gpu.lab:8000", "gpu.lab:8000"),
    ("https://api.example.org", "api.example.org"),
]
"""Addresses, and the host that texts go to; "" where they stay on this machine."""


class Served:
    """A handler that answers in a thread, at `url`, until it is closed."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # left early
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """End it; the port refuses from then on."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


class FakeServer(Served):
    """A server on loopback, in a thread, that can be wrong in every way. Its attributes are its answers.

    Args:
        field: of the request; the texts in it are what is answered.
        answer: of those texts, an object for JSON, or bytes as they are.
    """

    def __init__(self, field: str, answer: Callable[[list[str]], Any]) -> None:
        self.answer = answer
        self.status, self.headers = 200, dict[str, str]()
        self.wait_s = 0.0
        self.bodies: list[dict[str, Any]] = []
        """What it was sent."""
        self.keys: list[str | None] = []
        """And by whom: the header of each request."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.bodies.append({"path": self.path, **body})
                fake.keys.append(self.headers["Authorization"])
                time.sleep(fake.wait_s)
                status, content = fake.status, fake.answer(body[field])
                if self.headers["Authorization"] != f"Bearer {KEY}":
                    status, content = 401, {"error": {"message": "wrong key"}}
                raw = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in fake.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        super().__init__(Handler)
