"""The client of a server's cross-encoder, held against a fake one on loopback that can be wrong in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from copilot.core.errors import ModelUnreachable
from copilot.core.settings import Settings
from copilot.models import open_reranker, reranking_server, route
from copilot.models.reranking_server import ServedReranker
from tests.copilot.models.fakes import ADDRESSES, KEY, FakeServer


def best_first(texts: list[str], name: str = "relevance_score") -> Any:
    """As servers answer: the longest text is the best, and comes first; documents may come with it."""
    rows = [{"index": i, name: len(text) - 5.5, "document": {"text": text}} for i, text in enumerate(texts)]
    return {"model": "any", "results": sorted(rows, key=lambda row: -float(row[name]))}  # type: ignore[arg-type]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer("documents", best_first)
    yield fake
    fake.close()


def opened(server: FakeServer, key: str | None = KEY, url: str = "", model: str | None = "lab/rank") -> ServedReranker:
    reranker = open_reranker(
        Settings(
            reranker_url=url or server.url,
            reranker_model=model,
            reranker_api_key=key,
            api_key="another server's",
            embedder_api_key="a third one's",
        )
    )
    assert reranker is not None
    return reranker


def test_every_text_has_its_score_in_the_order_of_the_texts(server: FakeServer) -> None:
    assert opened(server).scores("why?", ["abc", "abcdef", "a"]) == [-2.5, 0.5, -4.5]
    assert server.bodies == [
        {
            "path": "/v1/rerank",
            "model": "lab/rank",
            "query": "why?",
            "documents": ["abc", "abcdef", "a"],
            "top_n": 3,
        }
    ]


def test_without_the_name_of_a_model_none_is_sent(server: FakeServer) -> None:
    opened(server, model=None).scores("why?", ["abc"])
    assert "model" not in server.bodies[0]


def test_nothing_is_asked_about_no_texts(server: FakeServer) -> None:
    assert opened(server).scores("why?", []) == []
    assert not server.bodies


def test_none_is_opened_where_none_is_set() -> None:
    assert open_reranker(Settings(reranker_model="lab/rank", reranker_api_key=KEY)) is None


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/"])
def test_the_version_is_added_to_the_address_where_it_is_missing(server: FakeServer, end: str) -> None:
    opened(server, url=f"{server.url}{end}").scores("why?", ["abc"])
    assert server.bodies[0]["path"] == "/v1/rerank"


def test_a_number_under_its_other_name_is_taken(server: FakeServer) -> None:
    server.answer = lambda texts: best_first(texts, "score")
    assert opened(server).scores("why?", ["abc", "abcdef"]) == [-2.5, 0.5]


@pytest.mark.parametrize(
    ("text", "sent"), [("内奖 é\n", "内奖 é\n"), ("", "."), (" \n", "."), ("half a pair \ud800", "half a pair ?")]
)
def test_what_is_sent_is_text_and_never_empty(server: FakeServer, text: str, sent: str) -> None:
    opened(server).scores(text, [text, "abc"])
    assert (server.bodies[0]["query"], server.bodies[0]["documents"]) == (sent, [sent, "abc"])


def results(*scores: Any, name: str = "relevance_score") -> Callable[[list[str]], Any]:
    """The same answer to whatever is asked."""
    return lambda _: {"results": [{"index": i, name: score} for i, score in enumerate(scores)]}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (results(1.0), "1 scores for 2 texts"),
        (results(1.0, 2.0, 3.0), "3 scores for 2 texts"),
        (results(), "0 scores for 2 texts"),
        (results(1.0, float("nan")), "nan, which is no finite number"),
        (results(1.0, float("-inf")), "-inf, which is no finite number"),
        (results(1.0, 10**400), "which is no finite number"),
        (results(1.0, None), "None, which is no finite number"),
        (results(1.0, "0.5"), "'0.5', which is no finite number"),
        (results(1.0, True), "True, which is no finite number"),
        (results(1.0, [0.5]), "which is no finite number"),
        (results(1.0, "x" * 5000), "which is no finite number"),
        (results(1.0, 2.0, name="relevance"), "None, which is no finite number"),
        (
            lambda _: {"results": [{"index": 1, "relevance_score": 1.0}] * 2},
            r"numbers its scores wrongly \(index 1 of 2",
        ),
        (lambda _: {"results": [{"index": 7, "relevance_score": 1.0}] * 2}, "index 7 of 2"),
        (lambda _: {"results": [{"index": -1, "relevance_score": 1.0}] * 2}, "index -1 of 2"),
        (lambda _: {"results": [{"index": "0", "relevance_score": 1.0}] * 2}, "index '0' of 2"),
        (lambda _: {"results": [{"index": True, "relevance_score": 1.0}] * 2}, "index True of 2"),
        (lambda _: {"results": [{"relevance_score": 1.0}] * 2}, "index None of 2"),
        (lambda _: {"results": ["a", "b"]}, "numbers its scores wrongly"),
        (lambda _: {"results": {"0": 1.0, "1": 2.0}}, "no list of results"),
        (lambda _: {"data": []}, "no list of results"),
        (lambda _: [1, 2], "no list of results"),
        (lambda _: None, "no list of results"),
        (lambda _: b"", "sends no JSON"),
        (lambda _: b"<html>", "sends no JSON"),
        (lambda _: b"[" * 100_000, "sends no JSON"),
        (lambda _: b"\xff\xfe\xff", "sends no JSON"),
    ],
)
def test_what_are_no_scores_is_refused(server: FakeServer, answer: Callable[[list[str]], Any], said: str) -> None:
    server.answer = answer
    with pytest.raises(ModelUnreachable, match=said) as caught:
        opened(server).scores("why?", ["a", "b"])
    assert f"The cross-encoder at {server.url}/v1/rerank" in caught.value.message
    assert "RLLTE_COPILOT_RERANKER_URL" in caught.value.hint
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 400
    assert len(server.bodies) == 1, "nothing is tried twice"


def test_of_a_reply_without_an_end_only_so_much_is_read(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "LONGEST_REPLY", 1000)
    assert opened(server).scores("why?", ["a"]) == [-4.5]
    server.answer = lambda texts: {**best_first(texts), "more": "x" * 1000}
    with pytest.raises(ModelUnreachable, match="sends no JSON"):
        opened(server).scores("why?", ["a"])


@pytest.mark.parametrize(
    ("status", "said", "hint"),
    [
        (400, "refused the texts .400: too long", "--ubatch-size"),
        (422, "refused the texts .422: too long", "it is 'lab/rank'"),
        (404, "reranks nothing .404: too long", "it is 'lab/rank'"),
        (501, "reranks nothing .501: too long", "--reranking"),
        (500, "refused the texts .500: too long", "--ubatch-size"),
        (302, "redirects to another address", "if you trust it"),
        (307, "redirects to another address", "if you trust it"),
    ],
)
def test_a_refusal_is_told_in_the_server_s_words(server: FakeServer, status: int, said: str, hint: str) -> None:
    server.status, server.answer = status, lambda _: {"error": {"message": "too\nlong"}}
    server.headers = {"Location": f"{server.url}/v1/elsewhere"}
    with pytest.raises(ModelUnreachable, match=said) as caught:
        opened(server).scores("why?", ["a"])
    assert hint in caught.value.hint
    assert [body["path"] for body in server.bodies] == ["/v1/rerank"]


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_server_that_wants_the_name_of_a_model_is_given_one_by_the_user(server: FakeServer, status: int) -> None:
    server.status, server.answer = status, lambda _: {"message": "field required: model"}
    with pytest.raises(ModelUnreachable, match="field required") as caught:
        opened(server, model=None).scores("why?", ["a"])
    assert "Set RLLTE_COPILOT_RERANKER_MODEL" in caught.value.hint


def test_the_key_is_its_own_and_no_other_server_s(server: FakeServer) -> None:
    with pytest.raises(ModelUnreachable, match="the key was refused") as caught:
        opened(server, key=None).scores("why?", ["a"])
    assert "RLLTE_COPILOT_RERANKER_API_KEY" in caught.value.hint
    assert server.keys == ["Bearer EMPTY"]


def test_a_slow_server_is_not_waited_for(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reranking_server, "TIMEOUT_S", 0.2)
    server.wait_s = 5.0
    with pytest.raises(ModelUnreachable, match=r"did not score 2 texts within 0\.2 s") as caught:
        opened(server).scores("why?", ["a", "b"])
    assert caught.value.hint


def test_a_server_that_is_gone_is_named(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")  # not asked for this machine's own address
    reranker = opened(server)
    reranker.scores("why?", ["a"])
    server.close()
    with pytest.raises(ModelUnreachable, match="refused") as caught:
        reranker.scores("why?", ["a"])
    assert server.url in caught.value.message
    assert "unset it to search without" in caught.value.hint


@pytest.mark.parametrize(("url", "host"), ADDRESSES)
def test_it_says_where_texts_go_before_any_has_gone(server: FakeServer, url: str, host: str) -> None:
    assert opened(server, url=url).leaves_to == host
    assert not server.bodies
