"""Layer 2: search, fuse, budget, cite. Dense and lexical ranks, fused; citations that cannot leave the retrieved set."""

from copilot.retrieval.budget import fit
from copilot.retrieval.cite import resolve
from copilot.retrieval.search import Retriever, SearchResult, require_words

__all__ = ["Retriever", "SearchResult", "fit", "require_words", "resolve"]
