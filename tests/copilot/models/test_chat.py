"""One client for every server: held against a fake one on loopback that can be wrong in every way."""

from __future__ import annotations

import contextlib
import json
import math
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from copilot.core.errors import InvalidRequest, ModelUnreachable, NoModel, UnknownName
from copilot.core.settings import Settings
from copilot.models import chat
from copilot.models.chat import ServerChat
from copilot.models.scripted import ScriptedChat
from tests.copilot.models.fakes import KEY, Served

ASKED = [{"role": "user", "content": "What is PPO?"}]
SCHEMA = {"type": "object", "properties": {"agent": {"type": "string"}}, "required": ["agent"]}


class FakeServer(Served):
    """An OpenAI-compatible server in a thread. Its attributes are its answers; `bodies` holds what it was sent."""

    def __init__(self) -> None:
        self.models: list[dict[str, Any]] = [{"id": "fake", "object": "model"}]
        self.pieces = ["An ", "agent", "."]
        self.reply = '{"agent": "PPO"}'
        self.logprobs: Any = None
        self.tokenize: dict[str, Any] | None = {"tokens": [1, 2, 3]}
        self.tokenize_status = 200
        self.listed: Any = None
        self.events: list[str] | None = None
        self.raw: bytes | None = None
        self.props: dict[str, Any] | None = None
        self.metrics: bytes | None = None
        self.breaks_off = False
        self.status = 200
        self.bodies: list[tuple[str, dict[str, Any]]] = []
        handler = type("Handler", (FakeHandler,), {"fake": self})
        super().__init__(handler)


class FakeHandler(BaseHTTPRequestHandler):
    """Speaks for the `FakeServer` in `fake`."""

    fake: FakeServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self.send(self.fake.listed or {"object": "list", "data": self.fake.models})
        elif self.path == "/props" and self.fake.props is not None:
            self.send(self.fake.props)
        elif self.path == "/metrics" and self.fake.metrics is not None:
            self.send(self.fake.metrics)
        else:
            self.send({"error": {"message": "no such route"}}, 404)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.bodies.append((self.path, body))
        if self.path == "/tokenize" and self.fake.tokenize is not None:
            self.send(self.fake.tokenize, self.fake.tokenize_status)
        elif self.path != "/v1/chat/completions":
            self.send({"error": {"message": "no such route"}}, 404)
        elif self.fake.status != 200:
            self.send({"error": {"message": "refused by the fake"}}, self.fake.status)
        elif body.get("stream"):
            self.stream()
        elif self.fake.raw is not None:
            self.send(self.fake.raw)
        else:
            message = {"role": "assistant", "content": self.fake.reply}
            choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": self.fake.logprobs}
            self.send({"id": "1", "object": "chat.completion", "model": "fake", "choices": [choice]})

    def send(self, content: Any, status: int = 200) -> None:
        if self.headers["Authorization"] != f"Bearer {KEY}":
            content, status = {"error": {"message": "wrong key"}}, 401
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
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
        for event in self.fake.events or []:
            self.event(event)
        for piece in self.fake.pieces if self.fake.events is None else []:
            delta = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
            self.event(json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [delta]}))
        if self.fake.breaks_off:
            self.close_connection = True
            return
        if self.fake.events is None:
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


@pytest.mark.parametrize("reply", [{"error": "no such route"}, {"count": "many"}, {"tokens": 3}, {}, [], b"<html>"])
@pytest.mark.parametrize("status", [200, 405, 500])
def test_tokens_are_estimated_where_that_route_is_something_else(server: FakeServer, reply: Any, status: int) -> None:
    server.tokenize, server.tokenize_status = reply, status
    model = opened(server)
    assert model.count_tokens("a text of 22 characters") == 8
    assert model.count_tokens("another") == 3
    assert len(server.bodies) == 1, "it is asked once"


@pytest.mark.parametrize("listed", [{"data": [{}]}, {"data": ["a"]}, {"data": [{"id": 3}]}])
def test_a_list_without_a_named_model_names_none(server: FakeServer, listed: Any) -> None:
    server.listed = listed
    with pytest.raises(NoModel, match="serves no model"):
        opened(server)


@pytest.mark.parametrize("listed", [b"{}", b"[1]", b'"x"', b"null", b'{"data": 3}', b"<html>"])
def test_a_server_of_another_kind_is_named(server: FakeServer, listed: bytes) -> None:
    server.listed = listed
    with pytest.raises(ModelUnreachable, match=r"list of models|no JSON") as caught:
        opened(server)
    assert "RLLTE_COPILOT_BASE_URL" in caught.value.hint


def test_a_context_that_is_no_length_is_not_taken(server: FakeServer) -> None:
    server.models[0]["max_model_len"] = "long"
    server.props = {"default_generation_settings": {"n_ctx": None}}
    assert opened(server).context_length == chat.FALLBACK_CONTEXT


@pytest.mark.parametrize(
    "address",
    ["notaurl", "http://[::1", "http://a b", "http://127.0.0.1:port", "http://127.0.0.1:70000", "file:///etc"],
)
def test_what_is_no_address_is_an_error_of_the_model(address: str) -> None:
    with pytest.raises(ModelUnreachable):
        chat.open_chat(Settings(base_url=address))


def test_a_port_that_does_not_speak_http_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        stranger = ServerChat("fake", f"http://127.0.0.1:{other.getsockname()[1]}/v1", KEY, 128)

        def greet() -> None:
            for _ in range(4):  # the client tries twice
                with contextlib.suppress(OSError), other.accept()[0] as met:
                    met.sendall(b"220 mail.example ESMTP\r\n")
                    met.recv(65536)

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(ModelUnreachable, match="does not speak HTTP"):
            chat.open_chat(Settings(base_url=stranger.base_url))
        with pytest.raises(ModelUnreachable):
            stranger.count_tokens("text")
        with pytest.raises(ModelUnreachable):
            list(stranger.stream(ASKED, max_tokens=1))


BEGUN = (
    '{"id": "1", "choices": [{"index": 0, "delta": {"role": "assistant", "content": "An "}, "finish_reason": null}]}'
)


@pytest.mark.parametrize(
    ("events", "read"),
    [
        (["[DONE]"], []),
        ([], []),
        (["{broken"], []),
        ([BEGUN, "{broken"], ["An "]),
        (["[1]"], []),
        (["null"], []),
        (['{"error": {"message": "out of memory"}}'], []),
        (['{"choices": [{"index": 0}]}', "[DONE]"], []),
    ],
)
def test_a_broken_stream_is_an_error_after_what_had_come(
    server: FakeServer, events: list[str], read: list[str]
) -> None:
    server.events = events
    got: list[str] = []
    stream = opened(server).stream(ASKED, max_tokens=7)
    with pytest.raises(ModelUnreachable) as caught:
        while True:
            got.append(next(stream))
    assert got == read
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("raw", [b"{broken", b"[]", b"{}", b"null", b'{"choices": []}', b'{"choices": [{"index": 0}]}'])
def test_a_broken_structured_reply_is_an_error(server: FakeServer, raw: bytes) -> None:
    server.raw = raw
    with pytest.raises(ModelUnreachable):
        opened(server).complete_json(ASKED, SCHEMA, max_tokens=9)


def test_an_engine_that_is_gone_is_started_anew_by_asking_again(server: FakeServer) -> None:
    engine = ServerChat("fake", f"{server.url}/v1", KEY, 128, embedded=True)
    server.breaks_off = True
    asks = [lambda: list(engine.stream(ASKED, max_tokens=1)), lambda: engine.count_tokens("text")]
    for ask in asks:
        with pytest.raises(ModelUnreachable, match="engine of fake stopped answering") as caught:
            ask()
        assert caught.value.hint == "Ask again: the engine is started anew."
        server.close()


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "http://[::1", "http://127.0.0.1:1"])
def test_a_local_server_is_asked_without_the_proxy(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, proxy: str
) -> None:
    for name in ("ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, proxy)
        monkeypatch.setenv(name.lower(), proxy)
    model = opened(server)
    assert list(model.stream(ASKED, max_tokens=7)) == server.pieces
    assert model.count_tokens("text") == 3
    assert not caplog.records, "nothing of it on the user's screen"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "http://[::1", "nonsense"])
def test_a_proxy_that_cannot_be_used_is_an_error_of_the_model(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    far = ServerChat("fake", "http://model.invalid/v1", KEY, 128)
    with pytest.raises(ModelUnreachable):
        list(far.stream(ASKED, max_tokens=7))


def test_the_name_and_the_weights_are_checked_without_an_engine(
    server: FakeServer, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_MODELS", str(tmp_path / "empty"))
    for model, error in [("none", NoModel), ("qwen9", UnknownName), ("smollm2-135m", NoModel)]:
        with pytest.raises(error):
            chat.check(Settings(model=model))
    chat.check(Settings(model="scripted"))
    chat.check(Settings(model="of the server", base_url=server.url))


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


def top(**logprobs: float) -> Any:
    """What the likeliest first tokens are, as OpenAI's protocol says it."""
    entries = [{"token": token, "logprob": value, "bytes": None} for token, value in logprobs.items()]
    return {"content": [{"token": "yes", "logprob": -0.1, "bytes": None, "top_logprobs": entries}]}


def test_yes_rather_than_no_is_read_from_the_likeliest_first_words(server: FakeServer) -> None:
    made = opened(server)
    server.logprobs = top(**{"Yes": math.log(0.3), " yes": math.log(0.3), "No": math.log(0.2), "The": math.log(0.1)})
    assert made.agrees(ASKED) == pytest.approx(0.6 / 0.8)
    body = server.bodies[-1][1]
    assert (body["logprobs"], body["max_tokens"]) == (True, 1)


def test_a_model_that_is_too_small_to_judge_is_not_asked(server: FakeServer) -> None:
    made = ServerChat("tiny", server.url, "", 4096, judges=False)
    server.logprobs = top(yes=-0.1)
    before = len(server.bodies)
    assert made.agrees(ASKED) is None
    assert len(server.bodies) == before


@pytest.mark.parametrize("logprobs", [None, {}, {"content": None}, {"content": []}, top(), top(The=-0.1), top(yes=1e9)])
def test_a_server_that_gives_no_such_probabilities_has_no_opinion(server: FakeServer, logprobs: Any) -> None:
    made = opened(server)
    server.logprobs = logprobs
    assert made.agrees(ASKED) is None


def test_a_server_that_refuses_to_give_probabilities_has_no_opinion_and_one_that_is_gone_is_told(
    server: FakeServer,
) -> None:
    made = opened(server)
    server.status = 400
    assert made.agrees(ASKED) is None
    server.close()
    with pytest.raises(ModelUnreachable):
        made.agrees(ASKED)


METRICS = """# HELP llamacpp:prompt_tokens_total Number of prompt tokens processed.
# TYPE llamacpp:prompt_tokens_total counter
llamacpp:prompt_tokens_total {tokens}
llamacpp:prompt_seconds_total {seconds}
llamacpp:tokens_predicted_total 7
"""


def test_how_fast_a_llama_server_reads_is_what_it_has_counted(server: FakeServer) -> None:
    server.metrics = METRICS.format(tokens=1200, seconds="8.0").encode()
    assert opened(server).reads() == 150.0


@pytest.mark.parametrize(
    "said",
    [
        None,
        b"",
        b"\xff\x00",
        b"vllm:prompt_tokens_total 100000",
        METRICS.format(tokens=chat.ENOUGH_TOKENS - 1, seconds="1").encode(),
        METRICS.format(tokens=900, seconds="0").encode(),
        METRICS.format(tokens="many", seconds="1").encode(),
    ],
)
def test_a_server_that_does_not_say_it_or_has_read_little_is_of_unknown_speed(
    server: FakeServer, said: bytes | None
) -> None:
    server.metrics = said
    assert opened(server).reads() is None


def test_a_server_that_is_gone_is_of_unknown_speed(server: FakeServer) -> None:
    client = opened(server)
    server.close()
    assert client.reads() is None
