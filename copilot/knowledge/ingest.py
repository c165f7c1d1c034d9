"""Ingestion: bring the index in line with the files. Only what changed is embedded, what vanished is removed.

Each file is committed by itself, vectors first: a run that is killed loses at most the file in hand, and the next run
takes it up again.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from copilot.core import paths
from copilot.core.databases import lacks_space, remedy
from copilot.core.errors import DiskFull, FileProblem, InvalidRequest, nearest
from copilot.core.locks import file_lock
from copilot.core.types import FailedFile, IngestReport, Progress
from copilot.knowledge import files
from copilot.knowledge.chunk import chunk
from copilot.knowledge.index import IdentifiedEmbedder, identity_of, open_store, require_identity
from copilot.knowledge.manifest import manifest_broken, manifest_file
from copilot.knowledge.store import Known, Store
from copilot.knowledge.vectors import Vectors  # light: Chroma is loaded when one is made

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
        remove: files and folders of the user's to forget, as they were added.
        rebuild: throw everything away first; "if-needed": only if another embedder built the index.

    Returns:
        What was done; `failed` names files that cannot be read, and targets that hold nothing to read.

    Raises:
        AlreadyRunning: another process is ingesting.
        IndexMismatch: another embedder built the index.
        InvalidRequest: a path that does not exist, or one to forget that was never added; nothing was changed.
        DiskFull: nothing half-written is left.
        FileProblem: the index cannot be read or written.
    """
    with file_lock(paths.state_dir() / "ingest.lock", "an ingestion"):
        store = open_store()
        try:
            return _Run(store, embedder, progress).execute(targets, list(remove), rebuild)
        except (OSError, sqlite3.Error) as error:
            raise _stopped(error) from error
        finally:
            store.close()


def _stopped(error: OSError | sqlite3.Error) -> DiskFull | FileProblem:
    if isinstance(error, sqlite3.Error):
        path, broken = manifest_file(), manifest_broken()
    else:
        named = Path(error.filename or "")
        path = named if named.is_absolute() else paths.index_dir()  # deleting names files below the folder in hand
        broken = "Mend it, then: rllte-copilot ingest"
    if lacks_space(error, path):
        return DiskFull(
            f"The disk of {paths.index_dir()} is full; the files done so far are kept.",
            hint="Free some space, then try again: rllte-copilot ingest",
        )
    return FileProblem(f"Ingestion stopped: {error}.", hint=remedy(error, path, broken))


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
        added, gone = self._asked(targets or [], remove)
        self._prepare(rebuild)
        shipped = files.shipped()
        ships = {path.resolve() for path in shipped.values()}
        self._remember(added, gone, ships)
        known, wanted, damaged = self.store.files(), self._wanted(shipped, ships), self._damaged()
        pending = [
            (source, *entry)
            for source, entry in wanted.items()
            if source in damaged or self._changed(source, entry[0], known.get(source))
        ]
        self.skipped = len(wanted) - len(pending)
        for source in known.keys() - wanted.keys():
            self._forget(source)
        for done, (source, path, root) in enumerate(pending, start=1):
            self._take(source, path, root, is_new=source not in known)
            if self.progress:
                self.progress("ingesting", done, len(pending))
        if self.added or self.updated or self.deleted:
            self.store.set_meta("version", uuid.uuid4().hex)
        return IngestReport(self.added, self.updated, self.skipped, self.deleted, self.failed)

    def _asked(self, targets: list[Path], remove: list[Path]) -> tuple[list[Path], list[Path]]:
        """The paths to add and to forget as they are remembered; refused before anything is changed."""
        added, gone = [files.absolute(path) for path in targets], [files.absolute(path) for path in remove]
        for root in added:
            if not root.exists():
                raise InvalidRequest(f"There is no file or folder {root}.", hint="Check the path.")
        known = [*self.store.roots(), *added]
        for path in gone:
            if path not in known:
                raise InvalidRequest(
                    f"{path} was never added, so there is nothing to forget.", hint=_added(path, known)
                )
        return added, gone

    def _remember(self, added: list[Path], gone: list[Path], ships: set[Path]) -> None:
        for root in added:
            if reason := files.refusal(root, ships):
                self.failed.append(FailedFile(str(root), reason))
            else:
                self.store.add_root(root)
        for root in gone:
            self.store.remove_root(root)

    def _prepare(self, rebuild: bool | Literal["if-needed"]) -> None:
        identity = identity_of(self.embedder)
        mismatch = self.store.meta("identity") not in (None, identity)
        if rebuild is True or (rebuild == "if-needed" and mismatch):
            folder = paths.index_dir() / "chroma"
            with self.store.cleared():
                if folder.exists():
                    shutil.rmtree(folder)  # whatever state it is in
        require_identity(self.store, self.embedder)
        self.store.set_meta("identity", identity)

    def _damaged(self) -> set[str]:
        """The files that lost vectors: the folder was deleted, or a run was killed."""
        chunks = self.store.chunks()
        here = self.vectors.ids() if chunks else set[str]()
        return {passage.source for passage in chunks if passage.id not in here}

    def _wanted(self, shipped: dict[str, Path], ships: set[Path]) -> dict[str, tuple[Path, str]]:
        """Path and root of every file to index, by source."""
        wanted = {source: (path, source.split("/")[0]) for source, path in shipped.items()}
        for root in self.store.roots():
            wanted |= {str(path): (path, str(root)) for path in files.own(root, ships)}
        return wanted

    def _changed(self, source: str, path: Path, old: Known | None) -> bool:
        now = files.current(path, old) if old else None
        if now is not None and now != old:
            self.store.touch(source, now.size, now.mtime_ns)
        return now is None

    def _take(self, source: str, path: Path, root: str, *, is_new: bool) -> None:
        try:
            stat = path.stat()
            if stat.st_size > LARGEST:
                raise ValueError(f"larger than {LARGEST // 1_000_000} MB")
            data = path.read_bytes()
            chunks = chunk(source, data.decode("utf-8-sig"))
        except (OSError, ValueError) as error:
            self._leave_out(source, error, is_new=is_new)
            return
        stale = {*self.store.ids(source), *(c.id for c in chunks)}  # a set: Chroma refuses an id given twice
        self.vectors.delete(sorted(stale))
        self.vectors.add(chunks)
        self.store.put(source, Known(files.sha256(data), stat.st_size, stat.st_mtime_ns, root), chunks)
        if is_new:
            self.added += 1
        else:
            self.updated += 1

    def _leave_out(self, source: str, error: OSError | ValueError, *, is_new: bool) -> None:
        """A file that cannot be read any more is not cited any more: what it said cannot be checked."""
        reason = "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        if isinstance(error, OSError):
            reason = error.strerror or reason
        if not is_new:
            self._forget(source)
            reason += "; what it held before is forgotten"
        self.failed.append(FailedFile(source, reason))

    def _forget(self, source: str) -> None:
        self.vectors.delete(self.store.ids(source))
        self.store.drop(source)
        self.deleted += 1


def _added(path: Path, known: list[Path]) -> str:
    """Where a path that was never added is named, what was."""
    for root in known:
        if root in path.parents:
            return f"It is part of {root}: rllte-copilot ingest --remove {root}"
    names = [str(root) for root in known]
    if close := nearest(str(path), names):
        return f"Did you mean {' or '.join(close)}?"
    return f"Added are: {', '.join(names)}." if names else "Nothing of yours has been added."
