"""Layer 2: search, fuse, budget, cite. Dense and lexical ranks, fused; citations that cannot leave the retrieved set."""

from copilot.retrieval.cite import Citer
from copilot.retrieval.evidence import Evidence
from copilot.retrieval.extract import extract
from copilot.retrieval.search import Retriever, SearchResult, require_words
from copilot.retrieval.together import together

__all__ = ["Citer", "Evidence", "Retriever", "SearchResult", "extract", "require_words", "together"]
