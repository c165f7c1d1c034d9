"""One client for every server: held against a fake one on loopback that can be wrong in every way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from copilot.core.errors import InvalidRequest, ModelUnreachable, NoModel, UnknownName
from copilot.core.settings import Settings
from copilot.models import chat
from copilot.models.chat import ServerChat
from copilot.models.scripted import ScriptedChat

KEY = "right"
ASKED = [{"role": "user", "content": "What is PPO?"}]
SCHEMA = {"type": "object", "properties": {"agent": {"type": "string"}}, "required": ["agent"]}


class FakeServer:
    """An OpenAI-compatible server in a thread. Its attributes are its answers; `bodies` holds what it was sent."""

    def __init__(self) -> None:
        self.models: list[dict[str, Any]] = [{"id": "fake", "object": "model"}]
        self.pieces = ["An ", "agent", "."]
        self.reply = '{"agent": "PPO"}'
        self.tokenize: dict[str, Any] | None = {"tokens": [1, 2, 3]}
        self.props: dict[str, Any] | None = None
        self.breaks_off = False
        self.status = 200
        self.bodies: list[tuple[str, dict[str, Any]]] = []
        handler = type("Handler", (FakeHandler,), {"fake": self})
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


class FakeHandler(BaseHTTPRequestHandler):
    """Speaks for the `FakeServer` in `fake`."""

    fake: FakeServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self.send({"object": "list", "data": self.fake.models})
        elif self.path == "/props" and self.fake.props is not None:
            self.send(self.fake.props)
        else:
            self.send({"error": {"message": "no such route"}}, 404)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.bodies.append((self.path, body))
        if self.path == "/tokenize" and self.fake.tokenize is not None:
            self.send(self.fake.tokenize)
        elif self.path != "/v1/chat/completions":
            self.send({"error": {"message": "no such route"}}, 404)
        elif self.fake.status != 200:
            self.send({"error": {"message": "refused by the fake"}}, self.fake.status)
        elif body.get("stream"):
            self.stream()
        else:
            message = {"role": "assistant", "content": self.fake.reply}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self.send({"id": "1", "object": "chat.completion", "model": "fake", "choices": [choice]})

    def send(self, content: dict[str, Any], status: int = 200) -> None:
        if self.headers["Authorization"] != f"Bearer {KEY}":
            content, status = {"error": {"message": "wrong key"}}, 401
        raw = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def stream(self) -> None:
        if self.headers["Authorization"] != f"Bearer {KEY}":
            self.send({})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in self.fake.pieces:
            delta = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
            self.event(json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [delta]}))
        if self.fake.breaks_off:
            self.close_connection = True
            return
        self.event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def event(self, data: str) -> None:
        raw = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[FakeServer]:
    server = FakeServer()
    yield server
    server.close()


def opened(server: FakeServer, **changes: Any) -> ServerChat:
    given = chat.open_chat(Settings(**{"model": "fake", "base_url": server.url, "api_key": KEY, **changes}))
    assert isinstance(given, ServerChat)
    return given


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/"])
def test_an_address_is_enough(server: FakeServer, ending: str) -> None:
    model = opened(server, base_url=server.url + ending)
    assert model.name == "fake"
    assert model.base_url == f"{server.url}/v1"
    assert model.context_length == chat.FALLBACK_CONTEXT


def test_the_context_is_the_settings_else_the_servers(server: FakeServer) -> None:
    server.props = {"default_generation_settings": {"n_ctx": 2048}}
    assert opened(server).context_length == 2048
    server.models[0]["max_model_len"] = 1024
    assert opened(server).context_length == 1024
    assert opened(server, context_tokens=512).context_length == 512


def test_the_named_model_is_taken_and_else_the_first(server: FakeServer) -> None:
    server.models = [{"id": "first"}, {"id": "second"}]
    assert opened(server, model="second").name == "second"
    assert opened(server, model="third").name == "first"


def test_pieces_come_as_they_are_written(server: FakeServer) -> None:
    pieces = list(opened(server).stream(ASKED, max_tokens=7, temperature=0.5, stop=["\n\n"]))
    assert pieces == server.pieces
    path, body = server.bodies[-1]
    assert path == "/v1/chat/completions"
    assert body["messages"] == ASKED
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("fake", 7, 0.5)
    assert body["stop"] == ["\n\n"]
    assert "max_completion_tokens" not in body, "a name that not every server understands"


def test_a_reader_may_leave_early(server: FakeServer) -> None:
    model = opened(server)
    stream = model.stream(ASKED, max_tokens=7)
    assert next(stream) == "An "
    stream.close()  # type: ignore[attr-defined]
    assert "".join(model.stream(ASKED, max_tokens=7)) == "An agent."


def test_a_structured_answer_is_asked_for_by_its_schema(server: FakeServer) -> None:
    assert opened(server).complete_json(ASKED, SCHEMA, max_tokens=9) == {"agent": "PPO"}
    body = server.bodies[-1][1]
    assert body["response_format"]["type"] == "json_schema"
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert (body["max_tokens"], body["temperature"]) == (9, 0.0)


@pytest.mark.parametrize("reply", ['{"agent": "PP', "", '["PPO"]', "3"])
def test_a_structured_answer_that_is_cut_is_no_answer(server: FakeServer, reply: str) -> None:
    server.reply = reply
    with pytest.raises(InvalidRequest, match="within 9 tokens"):
        opened(server).complete_json(ASKED, SCHEMA, max_tokens=9)


def test_a_wrong_key_is_refused(server: FakeServer) -> None:
    with pytest.raises(ModelUnreachable, match="401") as caught:
        opened(server, api_key="wrong")
    assert "RLLTE_COPILOT_API_KEY" in caught.value.hint
    stranger = ServerChat("fake", f"{server.url}/v1", "wrong", 128)
    for ask in (
        lambda: list(stranger.stream(ASKED, max_tokens=1)),
        lambda: stranger.complete_json(ASKED, SCHEMA, max_tokens=1),
        lambda: stranger.count_tokens("text"),
    ):
        with pytest.raises(ModelUnreachable) as caught:
            ask()
        assert "RLLTE_COPILOT_API_KEY" in caught.value.hint
        assert "wrong" not in caught.value.hint


def test_a_server_that_is_gone(server: FakeServer) -> None:
    model = opened(server)
    server.close()
    for ask in (
        lambda: list(model.stream(ASKED, max_tokens=1)),
        lambda: model.complete_json(ASKED, SCHEMA, max_tokens=1),
        lambda: model.count_tokens("text"),
        lambda: opened(server),
    ):
        with pytest.raises(ModelUnreachable, match="does not answer") as caught:
            ask()
        assert "RLLTE_COPILOT_BASE_URL" in caught.value.hint


def test_a_server_that_goes_while_it_writes(server: FakeServer) -> None:
    server.breaks_off = True
    read: list[str] = []
    stream = opened(server).stream(ASKED, max_tokens=7)
    with pytest.raises(ModelUnreachable):
        while True:
            read.append(next(stream))
    assert read == server.pieces, "what had come is not lost"


@pytest.mark.parametrize(("status", "error"), [(400, InvalidRequest), (404, NoModel), (403, ModelUnreachable)])
def test_a_refusal_is_named_by_its_kind(server: FakeServer, status: int, error: type[Exception]) -> None:
    server.status = status
    with pytest.raises(error):
        list(opened(server).stream(ASKED, max_tokens=1))


def test_a_server_without_a_model(server: FakeServer) -> None:
    server.models = []
    with pytest.raises(NoModel, match="serves no model"):
        opened(server)


@pytest.mark.parametrize("reply", [{"tokens": [5, 6, 7]}, {"count": 3, "max_model_len": 10}])
def test_tokens_are_counted_once_by_the_server(server: FakeServer, reply: dict[str, Any]) -> None:
    server.tokenize = reply
    model = opened(server)
    assert [model.count_tokens("a text") for _ in range(3)] == [3, 3, 3]
    assert [path for path, _ in server.bodies] == ["/tokenize"]


def test_tokens_are_estimated_where_no_tokenizer_is_offered(server: FakeServer) -> None:
    server.tokenize = None
    model = opened(server)
    text = "Proximal policy optimisation clips the ratio."
    assert model.count_tokens(text) == len(text) // 3 + 1
    assert model.count_tokens("另一段") == 4
    assert len(server.bodies) == 1, "it is asked once"


def test_scripted_none_and_unknown_models(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(chat.open_chat(Settings(model="scripted")), ScriptedChat)
    assert isinstance(chat.open_chat(Settings(), profile="scripted"), ScriptedChat)
    with pytest.raises(NoModel, match="no language model"):
        chat.open_chat(Settings(model="none"))
    with pytest.raises(UnknownName, match="qwen9"):
        chat.open_chat(Settings(model="qwen9"))
    with pytest.raises(InvalidRequest, match="not a chat model"):
        chat.open_chat(Settings(model="all-minilm-l6-v2"))


def test_without_weights_there_is_no_model(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_MODELS", str(tmp_path / "empty"))
    with pytest.raises(NoModel, match="smollm2-135m") as caught:
        chat.open_chat(Settings(model="smollm2-135m"))
    assert "models pull smollm2-135m" in caught.value.hint
