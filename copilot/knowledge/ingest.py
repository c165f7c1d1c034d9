"""Ingestion: bring the index in line with the files. Only what changed is embedded, what vanished is removed.

Each file is committed by itself, vectors first: a run that is killed loses at most the file in hand, and the next run
takes it up again.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from copilot.core import paths
from copilot.core.errors import DiskFull, FileProblem, InvalidRequest
from copilot.core.locks import file_lock
from copilot.core.types import FailedFile, IngestReport, Progress
from copilot.knowledge.chunk import chunk
from copilot.knowledge.index import IdentifiedEmbedder, identity_of, open_store, require_identity
from copilot.knowledge.store import Known, Store
from copilot.knowledge.vectors import Vectors  # light: Chroma is loaded when one is made

SUFFIXES = (".md", ".markdown", ".txt", ".py")
LARGEST = 5_000_000
"""Bytes; a larger text file is a data file."""


def ingest(
    targets: list[Path] | None,
    *,
    embedder: IdentifiedEmbedder,
    progress: Progress | None = None,
    remove: Iterable[Path] = (),
    rebuild: bool | Literal["if-needed"] = False,
) -> IngestReport:
    """Bring the index up to date.

    Args:
        targets: files and folders of the user's to add; None: all that was added before, and what ships with the package.
        embedder: embeds the chunks.
        progress: called per file that is embedded.
        remove: files and folders of the user's to forget.
        rebuild: throw everything away first; "if-needed": only if another embedder built the index.

    Raises:
        AlreadyRunning: another process is ingesting.
        IndexMismatch: another embedder built the index.
        InvalidRequest: a path that does not exist.
        DiskFull: nothing half-written is left.
    """
    with file_lock(paths.state_dir() / "ingest.lock", "an ingestion"):
        store = open_store()
        try:
            return _Run(store, embedder, progress).execute(targets, list(remove), rebuild)
        except (OSError, sqlite3.Error) as error:
            if getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error):
                raise DiskFull(
                    f"The disk of {paths.index_dir()} is full; the files done so far are kept.",
                    hint="Free some space, then try again: rllte-copilot ingest",
                ) from error
            raise FileProblem(f"Ingestion stopped: {error}.", hint="Mend it, then: rllte-copilot ingest") from error
        finally:
            store.close()


@dataclass
class _Run:
    store: Store
    embedder: IdentifiedEmbedder
    progress: Progress | None
    added: int = 0
    updated: int = 0
    skipped: int = 0
    deleted: int = 0
    failed: list[FailedFile] = field(default_factory=list[FailedFile])

    @cached_property
    def vectors(self) -> Vectors:
        """Opened once; a rebuild deletes its folder before."""
        return Vectors(paths.index_dir() / "chroma", self.embedder)  # type: ignore[arg-type]

    def execute(
        self, targets: list[Path] | None, remove: list[Path], rebuild: bool | Literal["if-needed"]
    ) -> IngestReport:
        self._prepare(rebuild)
        roots = [path.expanduser().resolve() for path in targets or []]
        for root in roots:
            if not root.exists():
                raise InvalidRequest(f"There is no file or folder {root}.", hint="Check the path.")
        for root in roots:
            self.store.add_root(root)
        for path in remove:
            self.store.remove_root(path.expanduser().resolve())
        known = self.store.files()
        wanted = dict(self._files())
        damaged = self._damaged()
        pending = [
            (source, *entry)
            for source, entry in wanted.items()
            if source in damaged or self._changed(source, entry[0], known)
        ]
        self.skipped = len(wanted) - len(pending)
        for source in known.keys() - wanted.keys():
            self.vectors.delete(self.store.ids(source))
            self.store.drop(source)
            self.deleted += 1
        for done, (source, path, root) in enumerate(pending, start=1):
            self._take(source, path, root, is_new=source not in known)
            if self.progress:
                self.progress("ingesting", done, len(pending))
        if self.added or self.updated or self.deleted:
            self.store.set_meta("version", uuid.uuid4().hex)
        return IngestReport(self.added, self.updated, self.skipped, self.deleted, self.failed)

    def _prepare(self, rebuild: bool | Literal["if-needed"]) -> None:
        identity = identity_of(self.embedder)
        mismatch = self.store.meta("identity") not in (None, identity)
        if rebuild is True or (rebuild == "if-needed" and mismatch):
            self.store.clear()
            shutil.rmtree(paths.index_dir() / "chroma", ignore_errors=True)  # whatever state it is in
        require_identity(self.store, self.embedder)
        self.store.set_meta("identity", identity)

    def _damaged(self) -> set[str]:
        """The files that lost vectors: the folder was deleted, or a run was killed."""
        chunks = self.store.chunks()
        here = self.vectors.ids() if chunks else set[str]()
        return {passage.source for passage in chunks if passage.id not in here}

    def _files(self) -> Iterator[tuple[str, tuple[Path, str]]]:
        shipped = paths.project_root()
        for root in (paths.corpus_dir(), paths.library_dir()):
            suffixes = (".md",) if root == paths.corpus_dir() else (".py",)
            for path in _walk(root, suffixes):
                yield path.relative_to(shipped).as_posix(), (path, str(root))
        for root in self.store.roots():
            for path in [root] if root.is_file() else _walk(root, SUFFIXES):
                yield str(path), (path, str(root))

    def _changed(self, source: str, path: Path, known: dict[str, Known]) -> bool:
        old = known.get(source)
        if old is None:
            return True
        stat = path.stat()
        if (stat.st_size, stat.st_mtime_ns) == (old.size, old.mtime_ns):
            return False
        if _sha256(path) == old.sha256:
            self.store.touch(source, stat.st_size, stat.st_mtime_ns)
            return False
        return True

    def _take(self, source: str, path: Path, root: str, *, is_new: bool) -> None:
        try:
            stat = path.stat()
            if stat.st_size > LARGEST:
                raise ValueError(f"larger than {LARGEST // 1_000_000} MB")
            text = path.read_text(encoding="utf-8-sig")
            chunks = chunk(source, text)
        except (OSError, ValueError) as error:
            reason = "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
            self.failed.append(FailedFile(source, reason))
            return
        stale = {*self.store.ids(source), *(c.id for c in chunks)}  # a set: Chroma refuses an id given twice
        self.vectors.delete(sorted(stale))
        self.vectors.add(chunks)
        self.store.put(source, Known(_sha256(path), stat.st_size, stat.st_mtime_ns, root), chunks)
        if is_new:
            self.added += 1
        else:
            self.updated += 1


def _walk(root: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(root).parts)
        if path.suffix.lower() in suffixes and not hidden and path.is_file():
            yield path


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
