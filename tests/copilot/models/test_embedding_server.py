"""The client of a server of embeddings, held against a fake one on loopback that can be wrong in every way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from copilot.core import paths
from copilot.core.errors import CopilotError, InvalidRequest, ModelUnreachable
from copilot.core.settings import Settings
from copilot.models import open_embedder
from copilot.models.embedding_server import ServedEmbedder
from tests.copilot.models.fakes import ADDRESSES, KEY, FakeServer

Vectors = list[Any]


def vector_of(text: str) -> list[float]:
    """What the fake makes of a text: its length and its first sign, not of unit length."""
    return [float(len(text)), float(ord(text[0])), 1.0]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer(
        "input", lambda texts: {"data": [{"index": i, "embedding": vector_of(text)} for i, text in enumerate(texts)]}
    )
    yield fake
    fake.close()


def opened(server: FakeServer, key: str | None = KEY, url: str = "", **more: object) -> ServedEmbedder:
    """By the user's profile of that server."""
    place = paths.profiles_dir()
    place.mkdir(exist_ok=True)
    table = {
        "base_url": url or server.url,
        "model": "lab/embed",
        "document": "passage: ",
        "question": "query: ",
        **more,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in table.items()]
    (place / "served.toml").write_text("\n".join(['kind = "embedder"', "context_length = 100", "[embedding]", *lines]))
    embedder = open_embedder(Settings(embedder="served", embedder_api_key=key, api_key="another server's"))
    assert isinstance(embedder, ServedEmbedder)
    return embedder


def unit(text: str) -> np.ndarray:
    vector = np.array(vector_of(text))
    return vector / np.linalg.norm(vector)


def test_texts_go_with_their_instruction_and_come_back_as_unit_vectors(server: FakeServer) -> None:
    embedder = opened(server)
    found = np.array(embedder.embed_documents(["abc", "x"]))
    np.testing.assert_allclose(found, [unit("passage: abc"), unit("passage: x")], atol=1e-6)
    np.testing.assert_allclose(embedder.embed_query("abc"), unit("query: abc"), atol=1e-6)
    assert server.bodies[0] == {
        "path": "/v1/embeddings",
        "model": "lab/embed",
        "input": ["passage: abc", "passage: x"],
        "encoding_format": "float",
    }
    assert embedder.embed_documents([]) == []


def test_batches_are_as_large_as_the_profile_says_and_keep_their_order(server: FakeServer) -> None:
    told: list[tuple[str, int, int]] = []
    embedder = opened(server, batch=4)
    embedder._progress = lambda *said: told.append(said)
    texts = ["x" * (n % 7 + 1) for n in range(10)]
    np.testing.assert_allclose(embedder.embed_documents(texts), [unit(f"passage: {t}") for t in texts], atol=1e-6)
    assert [len(body["input"]) for body in server.bodies] == [4, 4, 2]
    assert [done for _, done, _ in told] == [4, 8, 10]


def test_vectors_go_where_their_index_says(server: FakeServer) -> None:
    forward = server.answer
    server.answer = lambda texts: {"data": forward(texts)["data"][::-1]}
    np.testing.assert_allclose(
        opened(server).embed_documents(["abc", "x"]), [unit("passage: abc"), unit("passage: x")], atol=1e-6
    )


@pytest.mark.parametrize("text", ["w" * 1000, "内" * 1000, "", " \n", "half a pair \ud800"])
def test_a_text_is_cut_to_what_the_model_takes_and_never_empty(server: FakeServer, text: str) -> None:
    opened(server, question="").embed_query(text)
    (sent,) = server.bodies[0]["input"]
    assert sent.strip()
    assert len(sent.encode()) <= 3 * 100
    assert text.startswith(sent) or len(text) < 20


def data(*vectors: Any) -> Callable[[list[str]], Any]:
    """The same answer to whatever is asked."""
    return lambda _: {"data": [{"index": i, "embedding": vector} for i, vector in enumerate(vectors)]}


GOOD = [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (data(GOOD), "1 vectors for 2 texts"),
        (data(GOOD, GOOD, GOOD), "3 vectors for 2 texts"),
        (data(GOOD, [1.0, float("nan"), 3.0]), "nan, which is no finite number"),
        (data(GOOD, [1.0, float("inf"), 3.0]), "inf, which is no finite number"),
        (data(GOOD, [1.0, 10**400, 3.0]), "which is no finite number"),
        (data(GOOD, [1.0, None, 3.0]), "None, which is no finite number"),
        (data(GOOD, ["1", "2", "3"]), "'1', which is no finite number"),
        (data(GOOD, "AACAPw=="), "is str, not a list"),
        (data(GOOD, []), "not a list of numbers"),
        (data(GOOD, [GOOD]), "which is no finite number"),
        (data(GOOD, [0.0, 0.0, 0.0]), "a vector of zeros"),
        (data(GOOD, GOOD[:2]), r"vectors of \[2, 3\] numbers; expected one size"),
        (lambda _: {"data": [{"index": 1, "embedding": GOOD}] * 2}, "numbers its vectors wrongly"),
        (lambda _: {"data": [{"index": 7, "embedding": GOOD}] * 2}, "index 7 of 2"),
        (lambda _: {"data": ["a", "b"]}, "numbers its vectors wrongly"),
        (lambda _: {"embeddings": []}, "no list of vectors"),
        (lambda _: [1], "no list of vectors"),
        (lambda _: b"<html>", "sends no JSON"),
        (lambda _: b"[" * 100_000, "sends no JSON"),
    ],
)
def test_what_are_no_vectors_is_refused(server: FakeServer, answer: Callable[[list[str]], Any], said: str) -> None:
    server.answer = answer
    with pytest.raises(CopilotError, match=said) as caught:
        opened(server).embed_documents(["a", "b"])
    assert caught.value.hint
    assert server.url in caught.value.message
    assert len(server.bodies) == 1, "nothing is tried twice"


def test_another_dimension_than_before_is_refused(server: FakeServer) -> None:
    embedder = opened(server)
    assert embedder.dimension == 3
    server.answer = data([1.0, 2.0])
    with pytest.raises(InvalidRequest, match=r"\[2\] numbers; expected 3") as caught:
        embedder.embed_query("x")
    assert "ingest --rebuild" in caught.value.hint
    with pytest.raises(InvalidRequest, match=r"\[2\] numbers; expected 5"):
        opened(server, dimension=5).embed_query("x")


@pytest.mark.parametrize(
    ("status", "kind", "said", "hint"),
    [
        (400, InvalidRequest, "400: too long", "context_length in the profile served; it is 100 tokens"),
        (404, ModelUnreachable, "no embeddings of 'lab/embed'", "embedding.model"),
        (501, ModelUnreachable, "no embeddings of 'lab/embed'", "--embeddings"),
        (500, ModelUnreachable, "it failed .500: too long", "log"),
        (302, ModelUnreachable, "redirects to another address", "if you trust it"),
    ],
)
def test_a_refusal_is_told_in_the_server_s_words(
    server: FakeServer, status: int, kind: type[CopilotError], said: str, hint: str
) -> None:
    server.status, server.answer = status, lambda _: {"error": {"message": "too\nlong"}}
    server.headers = {"Location": f"{server.url}/v1/elsewhere"}
    with pytest.raises(kind, match=said) as caught:
        opened(server).embed_query("x")
    assert hint in caught.value.hint
    assert [body["path"] for body in server.bodies] == ["/v1/embeddings"]


@pytest.mark.parametrize(
    "answer", [{"error": "too long"}, {"message": "too long"}, {"object": "error", "message": "too long"}]
)
def test_refusals_of_other_forms_are_read(server: FakeServer, answer: Any) -> None:
    server.status, server.answer = 400, lambda _: answer
    with pytest.raises(InvalidRequest, match="400: too long"):
        opened(server).embed_query("x")


def test_the_key_is_its_own_and_no_other_server_s(server: FakeServer) -> None:
    with pytest.raises(ModelUnreachable, match="the key was refused") as caught:
        opened(server, key=None).embed_query("x")
    assert "RLLTE_COPILOT_EMBEDDER_API_KEY" in caught.value.hint


def test_a_slow_server_is_not_waited_for_longer_than_the_profile_says(server: FakeServer) -> None:
    server.wait_s = 5.0
    with pytest.raises(ModelUnreachable, match=r"did not answer 1 texts within 0\.2 s") as caught:
        opened(server, timeout_s=0.2).embed_query("x")
    assert "timeout_s" in caught.value.hint


def test_a_server_that_is_gone_is_named(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")  # not asked for this machine's own address
    embedder = opened(server)
    embedder.embed_query("x")
    server.close()
    with pytest.raises(ModelUnreachable, match="refused") as caught:
        embedder.embed_query("x")
    assert server.url in caught.value.message
    assert "profile served" in caught.value.hint


def test_its_identity_holds_what_vectors_depend_on(server: FakeServer) -> None:
    before = opened(server).identity
    assert before == f"server:{server.url}/v1:lab/embed:{before.split(':')[-3]}:normalised:3"
    assert opened(server, batch=2, timeout_s=9).identity == before
    for change in ({"model": "lab/other"}, {"document": "text: "}, {"question": "ask: "}):
        assert opened(server, **change).identity != before
    server.answer = data([1.0, 2.0])
    assert opened(server).identity != before


@pytest.mark.parametrize(("url", "host"), ADDRESSES)
def test_it_says_where_texts_go_before_any_has_gone(server: FakeServer, url: str, host: str) -> None:
    assert opened(server, url=url).leaves_to == host
    assert not server.bodies
