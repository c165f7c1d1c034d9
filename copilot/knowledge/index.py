"""The index as a reader sees it: chunks, nearest neighbours, and whether it fits the embedder in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from copilot.core import paths
from copilot.core.errors import CorpusEmpty, FileProblem, IndexMismatch
from copilot.core.types import Passage
from copilot.knowledge import chunk
from copilot.knowledge.files import current
from copilot.knowledge.manifest import manifest_file, manifest_named
from copilot.knowledge.store import REBUILDING, Known, Store

if TYPE_CHECKING:
    from copilot.knowledge.vectors import Vectors


class IdentifiedEmbedder(Protocol):
    """An embedder that says what it is."""

    identity: str

    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...
    def embed_query(self, text: str) -> list[float]: ...


def identity_of(embedder: IdentifiedEmbedder) -> str:
    """What vectors depend on: the embedder and the chunker. The same embedder's name is not enough."""
    return f"{embedder.identity}|chunks-{chunk.VERSION}"


@manifest_named()
def open_store() -> Store:
    """The manifest in the user's index folder.

    Raises:
        FileProblem: the file is not a database, or may not be written.
    """
    return Store(manifest_file())


def require_identity(store: Store, embedder: IdentifiedEmbedder) -> None:
    """Refuse an index that another embedder or chunker built.

    Raises:
        IndexMismatch: with the command that rebuilds it.
    """
    found, wanted = store.meta("identity"), identity_of(embedder)
    if found is not None and found != wanted:
        raise IndexMismatch(
            f"The index was built with {found}; in use is {wanted}. Their vectors cannot be compared.",
            hint="Build it anew: rllte-copilot ingest --rebuild",
        )


def require_whole(store: Store) -> None:
    """Refuse an index that is being built anew: a part of it would be taken for all that there is.

    Raises:
        CorpusEmpty: with what to do where the building was broken off.
    """
    if store.meta(REBUILDING):
        raise CorpusEmpty(
            "The index is being built anew, and cannot be searched before all of it is there.",
            hint="Ask again when that is done; if it was broken off: rllte-copilot ingest",
        )


@manifest_named()
def built_with(embedder: IdentifiedEmbedder) -> bool:
    """Whether the index, as it is now, was built with this embedder: if not, every text is embedded."""
    store = open_store()
    try:
        return store.meta("identity") == identity_of(embedder)
    finally:
        store.close()


@manifest_named()
def open_index(embedder: IdentifiedEmbedder) -> Index:
    """The index, for searching.

    Raises:
        CorpusEmpty: nothing has been ingested, or it is being built anew.
        IndexMismatch: another embedder built it.
        FileProblem: its manifest is broken, or its vectors are lost or broken.
    """
    store = open_store()
    require_whole(store)
    require_identity(store, embedder)
    index = Index(store, embedder)
    index.require_chunks()
    index.require_vectors()
    return index


@manifest_named()
def part_of(source: str, page: int | None, cell: int | None) -> tuple[list[Passage], bool]:
    """The chunks of one page of a PDF, or one cell of a notebook; and whether the file still holds them.

    Raises:
        FileProblem: the manifest cannot be read.
        CorpusEmpty: the index is being built anew.
    """
    with closing(open_store()) as store:
        require_whole(store)
        known = store.files().get(source)
        chunks = [passage for passage in store.chunks(source) if (passage.page, passage.cell) == (page, cell)]
    return chunks, known is not None and current(paths.project_root() / source, known) is not None


PARTS = 5
"""So many parts are looked at for each chunk that is wanted: several of the nearest are of one chunk."""


class Index:
    """A view that follows the manifest: after another process has ingested, the next search sees it."""

    def __init__(self, store: Store, embedder: IdentifiedEmbedder) -> None:
        self._store = store
        self._embedder = embedder
        self._seen = self.version

    @property
    def version(self) -> str:
        """Changes with every ingestion that changed something."""
        return self._store.meta("version") or "0"

    @property
    def identity(self) -> str:
        """Embedder and chunker."""
        return identity_of(self._embedder)

    @cached_property
    def _chunks(self) -> dict[str, Passage]:
        return {passage.id: passage for passage in self._store.chunks()}

    @cached_property
    def _by_digest(self) -> dict[str, list[str]]:
        return self._store.chunks_by_digest()

    @cached_property
    def _files(self) -> dict[str, Known]:
        return self._store.files()

    @cached_property
    def _vectors(self) -> Vectors:
        from copilot.knowledge.vectors import Vectors

        try:
            return Vectors(paths.index_dir() / "chroma", self._embedder, create=False)  # type: ignore[arg-type]
        except FileNotFoundError as error:
            raise self._lost(len(self._chunks)) from error

    @contextmanager
    def _reading(self) -> Iterator[Vectors]:
        """The vectors; where they cannot be read because they are being built anew, that is said."""
        try:
            yield self._vectors
        except FileProblem:
            require_whole(self._store)
            raise

    @manifest_named()
    def refresh(self) -> bool:
        """Look whether the manifest has changed; if so, forget what was read and return True.

        Raises:
            CorpusEmpty: it is being built anew, or holds nothing any more.
            IndexMismatch: another embedder has built it anew.
            FileProblem: it cannot be read any more.
        """
        require_whole(self._store)
        version = self.version
        if version == self._seen:
            return False
        for name in ("_chunks", "_by_digest", "_files", "_vectors"):
            self.__dict__.pop(name, None)
        require_identity(self._store, self._embedder)
        self.require_chunks()
        self._seen = version  # last: what was refused is looked at again
        return True

    @manifest_named()
    def chunks(self) -> list[Passage]:
        """Every chunk."""
        return list(self._chunks.values())

    def missing(self) -> list[Passage]:
        """The chunks that lack a vector: none, unless the vectors were damaged."""
        with self._reading() as vectors:
            here = vectors.ids()
        return self.get(list(dict.fromkeys(i for key, ids in self._by_digest.items() if key not in here for i in ids)))

    def require_chunks(self) -> None:
        """Refuse an index that holds nothing.

        Raises:
            CorpusEmpty: with the command that fills it.
        """
        if not self._chunks:
            require_whole(self._store)
            raise CorpusEmpty("The index holds nothing to search.", hint="Fill it: rllte-copilot ingest")

    def require_vectors(self) -> None:
        """Refuse an index that has lost vectors of more than one file.

        Raises:
            FileProblem: with the command that embeds them again.
        """
        missing = self.missing()
        if len(missing) == len(self._chunks) or len({passage.source for passage in missing}) > 1:
            require_whole(self._store)
            raise self._lost(len(missing))

    def _lost(self, count: int) -> FileProblem:
        return FileProblem(
            f"The index has lost the vectors of {count} of its {len(self._chunks)} chunks.",
            hint="Embed them again: rllte-copilot ingest",
        )

    def get(self, ids: list[str]) -> list[Passage]:
        """The chunks of these ids, in that order; unknown ids are left out."""
        return [self._chunks[i] for i in ids if i in self._chunks]

    @manifest_named()
    def is_current(self, source: str) -> bool:
        """Whether a file still holds what was ingested; not so if it has changed or vanished, or cannot be read."""
        known = self._files.get(source)
        return known is not None and current(paths.project_root() / source, known) is not None

    def dense(self, vector: list[float], n: int) -> list[tuple[str, float]]:
        """The nearest chunks with their cosine similarity, which is that of their nearest part.

        Chunks of equal text are equally near; leftovers of an interrupted ingestion are left out.
        """
        return self.dense_without(frozenset(), vector, n)

    def dense_without(self, digests: frozenset[str], vector: list[float], n: int) -> list[tuple[str, float]]:
        """The same as if the texts of these digests had no vectors: what they gain is measured so."""
        with self._reading() as vectors:
            nearest = vectors.nearest(vector, PARTS * n)
        found: dict[str, float] = {}
        for key, score in nearest:
            for identifier in [] if key in digests else self._by_digest.get(key, []):
                found.setdefault(identifier, score)
        return list(found.items())[:n]

    def similarities(self, vector: list[float], passages: list[Passage]) -> list[list[float]]:
        """Of each passage, each unit's cosine similarity (see `units`); 0 for one too short to have a vector."""
        names = [[chunk.digest(text) for _, text in chunk.embedded(passage)] for passage in passages]
        with self._reading() as vectors:
            kept = vectors.of(sorted({name for row in names for name in row}))
        near = {name: sum(a * b for a, b in zip(vector, found, strict=True)) for name, found in kept.items()}
        return [[near.get(name, 0.0) for name in row] for row in names]
