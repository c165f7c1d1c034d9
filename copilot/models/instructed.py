"""What embedders have in common that put an instruction before a text: one for what is kept, one for what is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property

import numpy as np
from langchain_core.embeddings import Embeddings

from copilot.models import baseline


class InstructedEmbedder(Embeddings, ABC):
    """LangChain's two methods over one that takes the purpose."""

    @abstractmethod
    def embed(self, texts: list[str], purpose: str) -> np.ndarray:
        """(n, dimension) float32; the purpose is document or question."""

    @cached_property
    def unrelated(self) -> float:
        """The similarity of texts that have nothing in common; see `copilot.models.baseline`."""
        return baseline.unrelated(self)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector per text, in the given order."""
        return self.embed(texts, "document").tolist() if texts else []

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return list(self.embed([text], "question")[0].tolist())
