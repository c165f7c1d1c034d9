"""The cross-encoder of a server: llama-server, vLLM, Jina. It reads question and passage together, and says how they fit.

What comes back is held against what was asked, and a request that fails is told; see `copilot.models.route`.
"""

from __future__ import annotations

from typing import Any

from copilot.core.errors import ModelUnreachable
from copilot.models.route import NoReply, Refused, Route, TooSlow, by_index, is_finite

TIMEOUT_S = 120.0
"""For one search; as long as the server of an embedder may take."""


class ServedReranker:
    """A model behind `POST /v1/rerank`.

    Args:
        url: of the server; `/v1` is added where it is missing.
        model: its name there; None sends none.
        key: of that server.
    """

    def __init__(self, url: str, model: str | None = None, key: str | None = None) -> None:
        base = url.rstrip("/")
        base = base if base.endswith("/v1") else f"{base}/v1"
        self._route = Route(f"{base}/rerank", key, TIMEOUT_S)
        self._model = model

    @property
    def url(self) -> str:
        """Where it is asked."""
        return self._route.url

    @property
    def leaves_to(self) -> str:
        """The host that texts are sent to; "" where that is this machine."""
        return self._route.leaves_to

    def scores(self, query: str, texts: list[str]) -> list[float]:
        """How well each text answers the query, in the order of the texts; higher is better, on the model's own scale.

        Raises:
            ModelUnreachable: the server is gone, refuses, or sends what are no scores.
        """
        if not texts:
            return []
        body: dict[str, Any] = {"model": self._model} if self._model else {}
        body |= {"query": _sent(query), "documents": [_sent(text) for text in texts], "top_n": len(texts)}
        try:
            return self._scores(self._route.post(body), len(texts))
        except Refused as error:
            raise self._refused(error) from error
        except TooSlow as error:
            raise self._unreachable(
                f"it did not score {len(texts)} texts {error}", "A smaller model or a graphics card is faster."
            ) from error
        except NoReply as error:
            raise self._unreachable(str(error)) from error

    def _scores(self, reply: Any, count: int) -> list[float]:
        entries = reply.get("results") if isinstance(reply, dict) else None
        if not isinstance(entries, list) or len(entries) != count:
            got = f"{len(entries)} scores" if isinstance(entries, list) else "no list of results"
            raise self._unreachable(f"it sends {got} for {count} texts")
        try:
            placed = by_index(entries, numbered=True)  # they come best first
        except ValueError as error:
            raise self._unreachable(f"it numbers its scores wrongly ({error})") from error
        found = [entry.get("relevance_score", entry.get("score")) for entry in placed]
        for value in found:
            if not is_finite(value):
                raise self._unreachable(f"a score of it is {repr(value)[:60]}, which is no finite number")
        return [float(value) for value in found]

    def _refused(self, error: Refused) -> ModelUnreachable:
        if error.code in {401, 403}:
            return self._unreachable("the key was refused", "Set RLLTE_COPILOT_RERANKER_API_KEY to that server's key.")
        if 300 <= error.code < 400:
            return self._unreachable(
                "it redirects to another address", "Set RLLTE_COPILOT_RERANKER_URL to that address, if you trust it."
            )
        named = (
            f"Check RLLTE_COPILOT_RERANKER_MODEL; it is {self._model!r}."
            if self._model
            else "Set RLLTE_COPILOT_RERANKER_MODEL: servers such as vLLM want the model's name."
        )
        if error.code in {404, 405, 501}:
            return self._unreachable(
                f"it reranks nothing ({error})", f"llama-server wants --reranking, vLLM a cross-encoder. {named}"
            )
        return self._unreachable(
            f"it refused the texts ({error})",
            f"{named} If a text is too long for it: llama-server takes longer ones with --ubatch-size 2048; see its log.",
        )

    def _unreachable(self, detail: str, hint: str = "") -> ModelUnreachable:
        return ModelUnreachable(
            f"The cross-encoder at {self.url} does not answer as expected: {detail}.",
            hint=hint
            or "Check RLLTE_COPILOT_RERANKER_URL (reranker_url in config.toml), and that the server runs; unset it to "
            "search without a cross-encoder.",
        )


def _sent(text: str) -> str:
    """What a server can read: no half of a pair, and never empty."""
    whole = text.encode("utf-8", "replace").decode()
    return whole if whole.strip() else "."
