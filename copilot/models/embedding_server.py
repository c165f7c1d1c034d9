"""Embeddings of an OpenAI-compatible server: vLLM, llama-server, Ollama. What comes back is held against what was asked.

A request that fails is told, and not tried again; see `copilot.models.route`.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

import numpy as np

from copilot.core.errors import InvalidRequest, ModelUnreachable
from copilot.core.settings import Settings
from copilot.core.types import Progress
from copilot.models.instructed import InstructedEmbedder
from copilot.models.profiles import Embedding, Profile
from copilot.models.route import NoReply, Refused, Route, TooSlow, by_index, is_finite

DEFAULT_TOKENS = 512
"""Assumed to be the length of a model whose profile gives none."""
BYTES_PER_TOKEN = 3
"""A cautious estimate: servers refuse what is too long instead of cutting it, so it is cut here."""
PROBE = "rllte"


class ServedEmbedder(InstructedEmbedder):
    """A model behind `POST /v1/embeddings`: texts to unit vectors, the instruction of each purpose before them.

    Args:
        profile: names the address, the model there, the instructions, and how much one request may hold and last.
        settings: `embedder_api_key`.
        progress: called for each request where there are several.
    """

    def __init__(self, profile: Profile, settings: Settings, progress: Progress | None = None) -> None:
        self._profile = profile
        self._embedding = profile.embedding or Embedding()
        self._route = Route(
            f"{self._embedding.base_url}/embeddings", settings.embedder_api_key, self._embedding.timeout_s
        )
        self._progress = progress or (lambda label, done, total: None)
        self._seen = self._embedding.dimension

    @property
    def leaves_to(self) -> str:
        """The host that texts are sent to; "" where that is this machine."""
        return self._route.leaves_to

    @cached_property
    def dimension(self) -> int:
        """Numbers in a vector, as the server sends them; asks it once."""
        return int(self.embed([PROBE], "question").shape[1])

    @cached_property
    def identity(self) -> str:
        """What vectors depend on. A server says no more of its weights than their name, so the address stands for them."""
        about = [self._embedding.document, self._embedding.question, self._bytes]
        digest = hashlib.sha256(repr(about).encode()).hexdigest()[:8]
        return f"server:{self._embedding.base_url}:{self._embedding.model}:instructions-{digest}:normalised:{self.dimension}"

    @property
    def _bytes(self) -> int:
        return BYTES_PER_TOKEN * (self._profile.context_length or DEFAULT_TOKENS)

    def embed(self, texts: list[str], purpose: str) -> np.ndarray:
        """(n, dimension) float32.

        Args:
            texts: at least one; what is beyond the model's length, as estimated, is cut.
            purpose: document or question.

        Raises:
            ModelUnreachable: the server is gone, refuses the key, or sends what are no vectors.
            InvalidRequest: it refuses the request, or sends vectors of another dimension than before.
        """
        instruction = (self._embedding.document if purpose == "document" else self._embedding.question) or ""
        rows, batch = [], self._embedding.batch
        for start in range(0, len(texts), batch):
            given = [self._cut(instruction + text) for text in texts[start : start + batch]]
            rows.append(self._vectors(self._asked(given), len(given)))
            if len(texts) > batch:
                self._progress(f"embedding ({self._profile.name})", min(start + batch, len(texts)), len(texts))
        return np.concatenate(rows)

    def close(self) -> None:
        """Nothing is held open."""

    def _cut(self, text: str) -> str:
        short = text.encode("utf-8", "replace")[: self._bytes].decode("utf-8", "ignore")
        return short if short.strip() else "."  # servers refuse an empty text

    def _asked(self, texts: list[str]) -> Any:
        body = {"model": self._embedding.model, "input": texts, "encoding_format": "float"}
        try:
            return self._route.post(body)
        except Refused as error:
            raise self._refused(error) from error
        except TooSlow as error:
            raise self._unreachable(
                f"it did not answer {len(texts)} texts {error}",
                f"Raise embedding.timeout_s, or lower embedding.batch, in the profile {self._profile.name}.",
            ) from error
        except NoReply as error:
            raise self._unreachable(str(error)) from error

    def _refused(self, error: Refused) -> ModelUnreachable | InvalidRequest:
        if error.code in {401, 403}:
            return self._unreachable("the key was refused", "Set RLLTE_COPILOT_EMBEDDER_API_KEY to that server's key.")
        if 300 <= error.code < 400:
            return self._unreachable(
                "it redirects to another address", "Name that address in the profile, if you trust it."
            )
        if error.code in {404, 501}:
            return self._unreachable(
                f"it has no embeddings of {self._embedding.model!r} ({error})",
                "Check embedding.model; llama-server wants --embeddings, vLLM a model that embeds.",
            )
        if error.code >= 500:
            return self._unreachable(f"it failed ({error})", "See that server's log.")
        return InvalidRequest(
            f"The server of embeddings at {self._route.url} refused the texts ({error}).",
            hint=f"If they are too long for it, set context_length in the profile {self._profile.name}; it is "
            f"{self._profile.context_length or DEFAULT_TOKENS} tokens now, estimated at {BYTES_PER_TOKEN} bytes each.",
        )

    def _vectors(self, reply: Any, count: int) -> np.ndarray:
        """(count, dimension) float32 of unit length, each at the place that the reply gives it."""
        entries = reply.get("data") if isinstance(reply, dict) else None
        if not isinstance(entries, list) or len(entries) != count:
            got = f"{len(entries)} vectors" if isinstance(entries, list) else "no list of vectors"
            raise self._unreachable(f"it sends {got} for {count} texts")
        try:
            rows = [self._row(entry.get("embedding")) for entry in by_index(entries, numbered=False)]
        except ValueError as error:
            raise self._unreachable(f"it numbers its vectors wrongly ({error})") from error
        found = {len(row) for row in rows}
        if (self._seen and found != {self._seen}) or len(found) != 1:
            raise InvalidRequest(
                f"The server of embeddings at {self._route.url} sends vectors of {sorted(found)} numbers; expected "
                f"{self._seen or 'one size'}.",
                hint="Does it serve another model now? If so: rllte-copilot ingest --rebuild",
            )
        vectors = np.array(rows, dtype=np.float64)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (lengths > 0).all():
            raise self._unreachable("it sends a vector of zeros")
        self._seen = vectors.shape[1]
        return (vectors / lengths).astype(np.float32)

    def _row(self, row: Any) -> list[float]:
        if not isinstance(row, list) or not row:
            raise self._unreachable(f"a vector of it is {type(row).__name__}, not a list of numbers")
        for value in row:
            if not is_finite(value):
                raise self._unreachable(f"a vector of it holds {value!r}, which is no finite number")
        return row

    def _unreachable(self, detail: str, hint: str = "") -> ModelUnreachable:
        return ModelUnreachable(
            f"The server of embeddings at {self._route.url} does not answer as expected: {detail}.",
            hint=hint or f"Check embedding.base_url in the profile {self._profile.name}, and that the server runs.",
        )
