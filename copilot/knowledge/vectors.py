"""The vectors: a persistent Chroma collection with cosine distance, through LangChain. Chroma is loaded at first use.

Another process may have written since: a reader reopens when the manifest's version has changed (see `index`), because an
open Chroma client does not see foreign writes.
"""

from __future__ import annotations

import contextlib
import errno
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.core.databases import lacks_rights, lacks_space, problem
from copilot.core.private import keep_private

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

COLLECTION = "corpus"
DATABASE = "chroma.sqlite3"
BATCH = 2000
"""So many are deleted at once; Chroma takes up to 5461."""


class Vectors:
    """A collection in a folder.

    Args:
        folder: of the Chroma files, made if missing; others cannot read them, for they hold the chunks' texts.
        embedder: turns texts into vectors.
        create: False for who only reads: what is not there is not made, least of all while another process deletes it.

    Raises:
        FileNotFoundError: it is not there, and is not to be made.
        FileProblem: the folder does not hold what Chroma wrote, or may not be written.
        DiskFull: its disk is full.
    """

    def __init__(self, folder: Path, embedder: Embeddings, *, create: bool = True) -> None:
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings
        from langchain_chroma import Chroma

        if not create and not (folder / DATABASE).exists():
            raise FileNotFoundError(folder / DATABASE)
        SharedSystemClient.clear_system_cache()  # a cached client would not see what others wrote
        self._folder = folder
        with self._opened():
            _keep_closed(folder)
            self._store = Chroma(
                collection_name=COLLECTION,
                embedding_function=embedder,
                persist_directory=str(folder),
                client_settings=Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder)),
                collection_configuration={"hnsw": {"space": "cosine"}},
            )

    def add(self, texts: dict[str, str], vectors: list[list[float]]) -> None:
        """Keep texts by their digest (see `chunk.digest`), with one vector for each."""
        with self._writing():
            self._store._collection.upsert(
                ids=list(texts),
                embeddings=vectors,  # type: ignore[arg-type]
                documents=list(texts.values()),
            )

    def delete(self, ids: list[str]) -> None:
        """Forget texts; digests that are not there are ignored."""
        for start in range(0, len(ids), BATCH):
            with self._writing():
                self._store.delete(ids=ids[start : start + BATCH])

    def nearest(self, vector: list[float], n: int) -> list[tuple[str, float]]:
        """The digests of the `n` nearest texts and their cosine similarity, best first."""
        with self._opened():
            found = self._store._collection.query(query_embeddings=[vector], n_results=n, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [(i, 1.0 - float(d)) for i, d in zip(found["ids"][0], distances, strict=True)]

    def of(self, ids: list[str]) -> dict[str, list[float]]:
        """The vectors of texts by their digests; what is not here is left out."""
        if not ids:
            return {}
        with self._opened():
            found = self._store._collection.get(ids=ids, include=["embeddings"])
        rows = found["embeddings"]
        return {i: [float(x) for x in row] for i, row in zip(found["ids"], [] if rows is None else rows, strict=True)}

    def ids(self) -> set[str]:
        """All that are here."""
        with self._opened():
            return set(self._store.get(include=[])["ids"])

    @contextmanager
    def _opened(self) -> Iterator[None]:
        """What Chroma cannot read or may not write is named, with its remedy."""
        from chromadb.errors import ChromaError

        try:
            yield
        except (ChromaError, ValueError, OSError) as error:
            what, broken = f"The index's vectors in {self._folder}", "Build it anew: rllte-copilot ingest --rebuild"
            raise problem(error, what, self._folder, broken) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Chroma's own error is told as the system's: the disk is full, there is no right to write, or it is broken."""
        from chromadb.errors import InternalError

        try:
            yield
        except InternalError as error:
            code = errno.EACCES if lacks_rights(error, self._folder) else errno.EIO
            if lacks_space(error, self._folder):
                code = errno.ENOSPC
            raise OSError(code, str(error), str(self._folder)) from error


def ids_on_disk(folder: Path) -> set[str] | None:
    """What `Vectors.ids` would give, without the second that loading Chroma takes; None where it has to be asked.

    Read only to see that nothing is missing: if something seems to be, Chroma itself is asked.
    """
    try:
        with closing(sqlite3.connect(f"{(folder / DATABASE).as_uri()}?mode=ro", uri=True)) as db:
            return {row[0] for row in db.execute("SELECT embedding_id FROM embeddings")}
    except sqlite3.Error:
        return None


def _keep_closed(folder: Path) -> None:
    """Chroma makes its files as open as the user's mask lets it: the folder keeps others out, the database itself too."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        with contextlib.suppress(OSError):  # a folder of somebody else's
            folder.chmod(mode & 0o700)
    keep_private(folder / DATABASE)
