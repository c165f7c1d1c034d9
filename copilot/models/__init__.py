"""Language models, embedders, a cross-encoder: profiles, verified weights, the engine, and clients of servers.

Importing this package is light: the client, onnxruntime and numpy are loaded when something is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.core.settings import Settings

if TYPE_CHECKING:
    from copilot.core.types import Progress
    from copilot.models.chat import Chat
    from copilot.models.embedder import AnyEmbedder
    from copilot.models.reranking_server import ServedReranker

__all__ = ["check_chat", "open_chat", "open_embedder", "open_reranker"]


def check_chat(settings: Settings) -> None:
    """Whether the language model could be opened, without starting anything; see `copilot.models.chat.check`."""
    from copilot.models import chat

    chat.check(settings)


def open_chat(settings: Settings, *, profile: str | None = None) -> Chat:
    """A language model, ready to answer; see `copilot.models.chat.open_chat`."""
    from copilot.models import chat

    return chat.open_chat(settings, profile=profile)


def open_embedder(settings: Settings, progress: Progress | None = None) -> AnyEmbedder:
    """The embedder of the settings; see `copilot.models.embedder.open_embedder`."""
    from copilot.models import embedder

    return embedder.open_embedder(settings, progress)


def open_reranker(settings: Settings) -> ServedReranker | None:
    """The cross-encoder of the settings, None where they name none; it is asked nothing yet."""
    if not settings.reranker_url:
        return None
    from copilot.models.reranking_server import ServedReranker

    return ServedReranker(settings.reranker_url, settings.reranker_model, settings.reranker_api_key)
