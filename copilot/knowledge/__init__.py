"""Layer 1: what the copilot knows. Loaders and chunkers, the vector store, the manifest of what was ingested.

Importing this package is light; Chroma is loaded when vectors are read or written.
"""

from copilot.knowledge.index import Index, built_with, open_index
from copilot.knowledge.ingest import ingest

__all__ = ["Index", "built_with", "ingest", "open_index"]
